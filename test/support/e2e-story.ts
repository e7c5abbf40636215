// What stories of an invoice look at again and again: the books beside it, its words, its plan.
import {
  advance,
  balance,
  type Entry,
  type Invoice,
  journal,
  type Organization,
  plusDays,
  read,
  type TimelineEntryObject,
  unbalanced,
} from './e2e-organization.ts';
import { ownOrganization } from './e2e-shared.ts';

const receivable = '1200';

export type Told = Pick<TimelineEntryObject, 'at' | 'kind' | 'step_id' | 'occurrence' | 'amount_cents'>;

/** What time does to an invoice, without whether it is announced or done. */
export function plan(entries: readonly TimelineEntryObject[]): Told[] {
  return entries
    .filter(({ kind }) => kind === 'reminder' || kind === 'late_fee' || kind === 'overdue')
    .map(({ at, kind, step_id, occurrence, amount_cents }) => ({
      at,
      kind,
      step_id,
      occurrence,
      amount_cents,
    }));
}

/** The invoice as it is now, its books checked against it. */
export async function look(user: Organization, id: string): Promise<Invoice & { entries: Entry[] }> {
  const [invoice, entries] = await Promise.all([read(user, id), journal(user, id)]);
  expect(unbalanced(entries)).toEqual([]);
  expect(balance(entries, receivable)).toBe(invoice.amount_due_cents);
  return { ...invoice, entries };
}

export const words = ({ status, display_status }: Invoice) => [status, display_status];

/** A fresh organization whose clock stands at ten in the morning, and that day. */
export async function morning(change: Record<string, unknown> = {}): Promise<[Organization, string]> {
  const user = await ownOrganization(change);
  const day = plusDays(new Date().toISOString(), 1);
  await advance(user, `${day}T10:00:00Z`);
  return [user, day];
}
