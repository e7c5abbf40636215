// Receivables by age: what each invoice has open by a date of the books, by how long it is past due then.
import { type LocalDate, plusDays } from '../domain/calendar.ts';
import type { LedgerBalanceDocument } from '../store/documents.ts';
import { type PartyMove, partyMoves, readDueDates } from '../store/ledger-balances.ts';
import { asOfMoment, accountOf, type Books, exact, isUpTo, mine, total } from './books.ts';

export const buckets = ['current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90'] as const;
export type Bucket = (typeof buckets)[number];
export type Aged = Readonly<Record<Bucket, number>>;

export type AgeingRow = {
  readonly customerId: string;
  readonly customerName: string;
  readonly aged: Aged;
};

export type Ageing = { readonly rows: readonly AgeingRow[]; readonly totals: Aged };

/** Customers in one answer. Those who owe less than so many others are in the totals only. */
export const ageingRowsMax = 10_000;

const nothing: Aged = { current: 0, days_1_30: 0, days_31_60: 0, days_61_90: 0, over_90: 0 };

/** The first due date of each bucket; what is due earlier than all of them is over 90 days late. */
function firstDays(asOf: LocalDate): readonly (readonly [Bucket, LocalDate])[] {
  return [
    ['current', asOf],
    ['days_1_30', plusDays(asOf, -30)],
    ['days_31_60', plusDays(asOf, -60)],
    ['days_61_90', plusDays(asOf, -90)],
  ];
}

function bucketOf(dueDate: LocalDate | null, asOf: LocalDate): Bucket {
  if (dueDate === null) return 'current';
  return firstDays(asOf).find(([, first]) => dueDate >= first)?.[0] ?? 'over_90';
}

/** The same for the database. */
function bucketExpression(asOf: LocalDate): unknown {
  const dated = firstDays(asOf).reduceRight<unknown>(
    (older, [bucket, first]) => ({ $cond: [{ $gte: ['$due_date', first] }, bucket, older] }),
    'over_90',
  );
  return { $cond: [{ $eq: ['$due_date', null] }, 'current', dated] };
}

type Grouped = { _id: { customer: string; bucket: Bucket }; cents: number };
type Ages = Map<string, Record<Bucket, number>>;

function add(ages: Ages, customerId: string, bucket: Bucket, cents: number): void {
  const aged = ages.get(customerId) ?? { ...nothing };
  aged[bucket] = exact(aged[bucket] + cents);
  ages.set(customerId, aged);
}

const grouped = (asOf: LocalDate) => ({
  $group: {
    _id: { customer: '$customer_id', bucket: bucketExpression(asOf) },
    cents: { $sum: '$balance_cents' },
  },
});

/** What was sealed: invoices that nothing has moved since by their balance, the others by their days until then. */
async function sealedAges(books: Books, asOf: LocalDate): Promise<Ages> {
  const receivable = { ...mine(books), account_id: accountOf(books, 'accounts_receivable') };
  const { ledgerBalances } = books.store;
  // What the planner has found best for one date it would keep for all of them.
  const still = ledgerBalances
    .aggregate<Grouped>(
      [{ $match: { ...receivable, balance_cents: { $ne: 0 }, last_date: { $lte: asOf } } }, grouped(asOf)],
      { ...asOfMoment(books), hint: 'open' },
    )
    .toArray();
  const moved = ledgerBalances
    .aggregate<Grouped>(
      [
        { $match: { ...receivable, last_date: { $gt: asOf }, first_date: { $lte: asOf } } },
        { $project: { customer_id: 1, due_date: 1, moves: 1 } },
        { $unwind: '$moves' },
        { $match: { 'moves.date': { $lte: asOf } } },
        { $set: { balance_cents: '$moves.change_cents' } },
        grouped(asOf),
      ],
      { ...asOfMoment(books), hint: 'moved' },
    )
    .toArray();
  const ages: Ages = new Map();
  for (const { _id, cents } of (await Promise.all([still, moved])).flat())
    add(ages, _id.customer, _id.bucket, exact(cents));
  return ages;
}

/** What an invoice had open at the end of the day, by what was sealed. */
function openThen(balance: LedgerBalanceDocument, asOf: LocalDate): number {
  return total(balance.moves.filter(isUpTo(asOf)).map((move) => move.change_cents));
}

/**
 * Invoices with entries in the tail: what of them was sealed leaves its bucket, and all of it goes to the one of
 * the due date that the invoice has now.
 */
async function addTail(books: Books, asOf: LocalDate, ages: Ages): Promise<void> {
  const account = accountOf(books, 'accounts_receivable');
  const moves = books.tail.flatMap((entry) => partyMoves(entry, new Map([[account, 'invoice']])));
  if (moves.length === 0) return;
  const dueDates = await readDueDates(books.store, books.session, moves);
  const bucketNow = (move: Pick<PartyMove, 'invoice_id'>) =>
    bucketOf(dueDates.get(move.invoice_id ?? '') ?? null, asOf);
  const known = await books.store.ledgerBalances
    .find({ _id: { $in: [...new Set(moves.map((move) => move._id))] } }, asOfMoment(books))
    .toArray();
  for (const balance of known) {
    const open = openThen(balance, asOf);
    add(ages, balance.customer_id, bucketOf(balance.due_date, asOf), -open);
    add(ages, balance.customer_id, bucketNow(balance), open);
  }
  for (const move of moves.filter(isUpTo(asOf))) {
    add(ages, move.customer_id, bucketNow(move), move.change_cents);
  }
}

export function agedTotal(aged: Aged): number {
  return total(buckets.map((bucket) => aged[bucket]));
}

function isSomething(aged: Aged): boolean {
  return buckets.some((bucket) => aged[bucket] !== 0);
}

/** By name. */
export async function ageing(books: Books, asOf: LocalDate): Promise<Ageing> {
  const ages = await sealedAges(books, asOf);
  await addTail(books, asOf, ages);
  const owing = [...ages].filter(([, aged]) => isSomething(aged));
  const totals = { ...nothing };
  for (const bucket of buckets) totals[bucket] = total(owing.map(([, aged]) => aged[bucket]));
  const most =
    owing.length <= ageingRowsMax
      ? owing
      : owing.toSorted((a, b) => agedTotal(b[1]) - agedTotal(a[1])).slice(0, ageingRowsMax);
  const names = await readNames(
    books,
    most.map(([id]) => id),
  );
  const rows = most.map(([customerId, aged]) => {
    return { customerId, customerName: names.get(customerId) ?? '', aged };
  });
  return { rows: rows.toSorted(byName), totals };
}

function byName(a: AgeingRow, b: AgeingRow): number {
  if (a.customerName !== b.customerName) return a.customerName < b.customerName ? -1 : 1;
  return a.customerId < b.customerId ? -1 : 1;
}

async function readNames(books: Books, ids: readonly string[]): Promise<Map<string, string>> {
  const customers = await books.store.customers
    .find({ _id: { $in: [...ids] } }, { ...asOfMoment(books), projection: { display_name: 1 } })
    .toArray();
  return new Map(customers.map((customer) => [customer._id, customer.display_name]));
}
