// Double entry. A posting has two legs and one amount, so an entry is a list that cannot be unbalanced.
import type { LocalDate } from '../calendar.ts';
import type { Currency } from '../money.ts';
import type { AccountRole } from './account.ts';

/** An account by its role in the chart, or by its id where a line or a payment names one. */
export type AccountRef = { readonly role: AccountRole } | { readonly id: string };

export type Posting = {
  readonly debit: AccountRef;
  readonly credit: AccountRef;
  /** Minor units, > 0. */
  readonly amount: number;
  /** Keeps legs apart that share an account, such as tax payable per rate. */
  readonly label: string | null;
};

export const entryTypes = [
  'issued',
  'revised',
  'payment_recorded',
  'payment_refunded',
  'payment_reversed',
  'credit_applied',
  'credit_note_issued',
  'late_fee_assessed',
  'late_fee_waived',
  'late_fee_reversed',
  'voided',
  'written_off',
  'recovered',
  'early_payment_discount',
  'consolidated',
] as const;
export type EntryType = (typeof entryTypes)[number];

/** One journal entry: one event in the books. Written once, never edited; corrections are new entries. */
export type JournalEntry = {
  readonly id: string;
  readonly invoiceId: string;
  /** From 1, within the invoice. */
  readonly sequence: number;
  /** The event that it books, by its sequence within the invoice. */
  readonly eventSequence: number;
  readonly type: EntryType;
  readonly date: LocalDate;
  readonly currency: Currency;
  /** The entry that this one takes back. */
  readonly reverses: string | null;
  readonly postings: readonly Posting[];
};

/** The same postings with their legs swapped. */
export function reversed(postings: readonly Posting[]): Posting[] {
  return postings.map((posting) => ({ ...posting, debit: posting.credit, credit: posting.debit }));
}

export type EntryLine = {
  readonly account: AccountRef;
  readonly label: string | null;
  readonly debit: number;
  readonly credit: number;
};

function key(account: AccountRef, label: string | null): string {
  return `${'role' in account ? account.role : account.id}|${label ?? ''}`;
}

/** Taxes are kept apart in their account; on the other side of the posting they are one amount. */
function labelOn(account: AccountRef, label: string | null): string | null {
  return 'role' in account && account.role === 'tax_payable' ? label : null;
}

/** What people read: one line per account, side and label, debits first. */
export function entryLines(postings: readonly Posting[]): EntryLine[] {
  const debits = new Map<string, EntryLine>();
  const credits = new Map<string, EntryLine>();
  for (const { debit, credit, amount, label } of postings) {
    const debitLabel = labelOn(debit, label);
    const creditLabel = labelOn(credit, label);
    const from = debits.get(key(debit, debitLabel));
    const to = credits.get(key(credit, creditLabel));
    debits.set(key(debit, debitLabel), {
      account: debit,
      label: debitLabel,
      debit: (from?.debit ?? 0) + amount,
      credit: 0,
    });
    credits.set(key(credit, creditLabel), {
      account: credit,
      label: creditLabel,
      debit: 0,
      credit: (to?.credit ?? 0) + amount,
    });
  }
  return [...debits.values(), ...credits.values()];
}
