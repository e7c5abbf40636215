// Registers Duewell's search attributes with a Temporal namespace.
import type { Connection } from '@temporalio/client';
import { searchAttributes } from '../contract/names.ts';

/** Temporal's numbers for the types. */
const indexedValueTypes = { KEYWORD: 2, BOOL: 5, DATETIME: 6 } as const;

/** Adds what is missing; doing it again changes nothing. Throws when a name is there with another type. */
export async function ensureSearchAttributes(
  connection: Pick<Connection, 'operatorService' | 'withDeadline'>,
  namespace: string,
): Promise<void> {
  const { operatorService } = connection;
  const within = <T>(call: () => Promise<T>) => connection.withDeadline(Date.now() + 10_000, call);
  const present = (await within(() => operatorService.listSearchAttributes({ namespace }))).customAttributes;
  const missing: Record<string, number> = {};
  for (const [name, type] of Object.entries(searchAttributes)) {
    const wanted = indexedValueTypes[type];
    if (present[name] === undefined) missing[name] = wanted;
    else if (present[name] !== wanted)
      throw new Error(`The search attribute ${name} of namespace ${namespace} is not of type ${type}.`);
  }
  if (Object.keys(missing).length === 0) return;
  await within(() => operatorService.addSearchAttributes({ namespace, searchAttributes: missing }));
}
