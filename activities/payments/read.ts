// What a decision on many invoices is made from, read as one picture.
import { instant, type Instant, type TimeZone } from '../../src/domain/calendar.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { restore } from '../../src/domain/invoice/restore.ts';
import type { Session, Store } from '../../src/store/store.ts';

type Scope = { readonly organizationId: string; readonly liveMode: boolean };

/** The invoices that exist, by id and in the order of the ids; of another organization or mode none does. */
export async function readInvoices(
  store: Store,
  session: Session,
  { organizationId, liveMode }: Scope,
  ids: readonly string[],
): Promise<Map<string, Invoice>> {
  if (ids.length === 0) return new Map();
  const rows = await store.invoices
    .find(
      { _id: { $in: [...ids] }, organization_id: organizationId, live_mode: liveMode },
      { session, projection: { state: 1 } },
    )
    .toArray();
  const states = new Map(rows.map(({ _id, state }) => [_id, state]));
  return new Map(
    ids.flatMap((id) => {
      const state = states.get(id);
      return state === undefined ? [] : [[id, restore(state)] as const];
    }),
  );
}

export async function readTimeZone(
  store: Store,
  session: Session,
  organizationId: string,
): Promise<TimeZone> {
  const projection = { time_zone: 1 };
  const organization = await store.organizations.findOne({ _id: organizationId }, { session, projection });
  if (organization === null) throw new Error(`There is no organization ${organizationId}`);
  return organization.time_zone;
}

/** Live invoices go by real time, test ones by the organization's test clock. */
export function nowOf({ liveMode, clockOffset }: { liveMode: boolean; clockOffset: number }): Instant {
  return instant(Date.now() + (liveMode ? 0 : clockOffset));
}
