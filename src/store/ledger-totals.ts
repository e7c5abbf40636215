// Sealed entries summed up by currency, account and day.
import type { JournalEntryDocument, LedgerTotalDocument } from './documents.ts';
import { int64 } from './int64.ts';
import type { Session, Store } from './store.ts';

/** The sums of some entries of one organization and mode, by the id of the document that they belong to. */
export type Totals = Map<string, LedgerTotalDocument>;

/** Adds an entry to the sums. */
export function addTo(totals: Totals, entry: JournalEntryDocument): void {
  const { organization_id, live_mode, currency, date } = entry;
  const mode = live_mode ? 'live' : 'test';
  for (const { account_id, debit_cents, credit_cents } of entry.lines) {
    const _id = `${organization_id}:${mode}:${currency}:${account_id}:${date}`;
    const before = totals.get(_id);
    totals.set(_id, {
      _id,
      organization_id,
      live_mode,
      currency,
      account_id,
      date,
      debit_cents: (before?.debit_cents ?? 0) + Number(debit_cents),
      credit_cents: (before?.credit_cents ?? 0) + Number(credit_cents),
    });
  }
}

/** Adds the entries to the stored sums. For the transaction that seals them, and no other. */
export async function rollUpTotals(
  store: Store,
  session: Session,
  entries: readonly JournalEntryDocument[],
): Promise<void> {
  const totals: Totals = new Map();
  for (const entry of entries) addTo(totals, entry);
  if (totals.size === 0) return;
  await store.ledgerTotals.bulkWrite(
    [...totals.values()].map(({ _id, debit_cents, credit_cents, ...about }) => ({
      updateOne: {
        filter: { _id },
        update: {
          $setOnInsert: about,
          $inc: { debit_cents: int64(debit_cents), credit_cents: int64(credit_cents) },
        },
        upsert: true,
      },
    })),
    { session, ordered: false },
  );
}
