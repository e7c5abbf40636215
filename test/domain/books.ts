// The books as people read them, for the tests.
import { entryLines, type JournalEntry } from '../../src/domain/ledger/entry.ts';
import type { Story } from './given.ts';

/** Account, label, debit, credit of each line that people read. */
export function book(entry: JournalEntry | undefined): [string, string | null, number, number][] {
  return entryLines(entry?.postings ?? []).map(({ account, label, debit, credit }) => [
    'role' in account ? account.role : account.id,
    label,
    debit,
    credit,
  ]);
}

export function last(story: Story): JournalEntry | undefined {
  return story.entries.at(-1);
}

/** Debits less credits of an account over the whole story. */
export function balance(story: Story, account: string): number {
  return story.entries
    .flatMap(book)
    .filter(([name]) => name === account)
    .reduce((total, [, , debit, credit]) => total + debit - credit, 0);
}
