// Trial balance: what every account comes to by a date. Totals of what is sealed, and the tail on top.
import type { LocalDate } from '../domain/calendar.ts';
import type { AccountDocument } from '../store/documents.ts';
import { asOfMoment, type Books, exact, isUpTo, mine, total } from './books.ts';

export type Sums = { readonly debit: number; readonly credit: number };

export type TrialBalance = {
  readonly rows: readonly (Sums & { readonly account: AccountDocument })[];
  readonly totalDebit: number;
  readonly totalCredit: number;
};

const nothing: Sums = { debit: 0, credit: 0 };

/** Debits and credits of each account up to and with the date. */
export function accountSums(books: Books, asOf: LocalDate): Promise<Map<string, Sums>> {
  return sumsWithin(books, { $lte: asOf }, isUpTo(asOf));
}

/** The same of what is dated later. */
export function sumsAfter(books: Books, asOf: LocalDate): Promise<Map<string, Sums>> {
  return sumsWithin(books, { $gt: asOf }, ({ date }) => date > asOf);
}

async function sumsWithin(
  books: Books,
  dates: { $lte: LocalDate } | { $gt: LocalDate },
  isWithin: (entry: { readonly date: LocalDate }) => boolean,
): Promise<Map<string, Sums>> {
  const rows = await books.store.ledgerTotals
    .aggregate<{ _id: string; debit: number; credit: number }>(
      [
        { $match: { ...mine(books), date: dates } },
        {
          $group: { _id: '$account_id', debit: { $sum: '$debit_cents' }, credit: { $sum: '$credit_cents' } },
        },
      ],
      asOfMoment(books),
    )
    .toArray();
  const sums = new Map<string, Sums>(
    rows.map(({ _id, debit, credit }) => [_id, { debit: exact(debit), credit: exact(credit) }]),
  );
  for (const line of books.tail.filter(isWithin).flatMap((entry) => entry.lines)) {
    const before = sums.get(line.account_id) ?? nothing;
    sums.set(line.account_id, {
      debit: exact(before.debit + line.debit_cents),
      credit: exact(before.credit + line.credit_cents),
    });
  }
  return sums;
}

/** Debits less credits. */
export function balance({ debit, credit }: Sums = nothing): number {
  return debit - credit;
}

/** Every account of the chart, with its balance on the side where it lies. */
export async function trialBalance(books: Books, asOf: LocalDate): Promise<TrialBalance> {
  const sums = await accountSums(books, asOf);
  const rows = books.chart.map((account) => {
    const net = balance(sums.get(account._id));
    return { account, debit: Math.max(net, 0), credit: Math.max(-net, 0) };
  });
  return {
    rows,
    totalDebit: total(rows.map((row) => row.debit)),
    totalCredit: total(rows.map((row) => row.credit)),
  };
}
