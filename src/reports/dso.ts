// Days sales outstanding: for how many days of billing the open receivable stands.
import { type LocalDate, plusDays } from '../domain/calendar.ts';
import { roundedQuotient } from '../domain/money.ts';
import { asOfMoment, accountOf, type Books, exact, mine } from './books.ts';
import { accountSums, balance } from './trial-balance.ts';

export type DaysOutstanding = {
  readonly receivable: number;
  readonly billed: number;
  /** Two decimals; null where nothing was billed. */
  readonly days: number | null;
};

/** Statuses of an invoice that was issued and not taken back. */
const billedStatuses = ['open', 'paid', 'uncollectible'] as const;

/** The window's last day is `asOf`. */
export async function daysOutstanding(
  books: Books,
  asOf: LocalDate,
  windowDays: number,
): Promise<DaysOutstanding> {
  const sums = await accountSums(books, asOf);
  const receivable = balance(sums.get(accountOf(books, 'accounts_receivable')));
  const billed = await totalBilled(books, plusDays(asOf, 1 - windowDays), asOf);
  return { receivable, billed, days: daysOf(receivable, billed, windowDays) };
}

async function totalBilled(books: Books, from: LocalDate, to: LocalDate): Promise<number> {
  const [row] = await books.store.invoices
    .aggregate<{ billed: number }>(
      [
        {
          $match: {
            ...mine(books),
            issue_date: { $gte: from, $lte: to },
            status: { $in: billedStatuses },
          },
        },
        { $group: { _id: null, billed: { $sum: '$total_cents' } } },
      ],
      asOfMoment(books),
    )
    .toArray();
  return exact(row?.billed);
}

function daysOf(receivable: number, billed: number, windowDays: number): number | null {
  if (billed <= 0) return null;
  const hundredths = (amount: number) =>
    roundedQuotient(BigInt(amount) * BigInt(windowDays) * 100n, BigInt(billed));
  return (receivable < 0 ? -hundredths(-receivable) : hundredths(receivable)) / 100;
}
