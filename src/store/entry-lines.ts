// The lines of a journal entry as they are stored: what each account was called when it was written.
import { type AccountRef, entryLines, type Posting } from '../domain/ledger/entry.ts';
import { sum } from '../domain/money.ts';
import type { AccountDocument, JournalLineDocument } from './documents.ts';
import { int64 } from './int64.ts';

export type AccountOf = (account: AccountRef) => AccountDocument;

/** Refuses an entry that does not balance: nothing of it may be stored. */
export function lineDocuments(
  entryId: string,
  postings: readonly Posting[],
  accountOf: AccountOf,
): JournalLineDocument[] {
  const lines = entryLines(postings);
  const debit = sum(lines.map((line) => line.debit));
  const credit = sum(lines.map((line) => line.credit));
  if (lines.length === 0 || debit !== credit || lines.some((line) => line.debit < 0 || line.credit < 0)) {
    throw new Error(`Entry ${entryId} does not balance: debit ${debit}, credit ${credit}`);
  }
  return lines.map((line) => {
    const account = accountOf(line.account);
    return {
      account_id: account._id,
      account_code: account.code,
      account_name: account.name,
      label: line.label,
      debit_cents: int64(line.debit),
      credit_cents: int64(line.credit),
    };
  });
}
