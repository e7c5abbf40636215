// Reconciliation: the ledger against invoices, credit balances and payments. Every difference is an error.
import type { LocalDate } from '../domain/calendar.ts';
import { accountOf, type Books, total } from './books.ts';
import { type Compared, compareParties, type Difference, type Kept } from './parties.ts';
import { depositAccounts, paymentsReceived } from './payments-received.ts';
import { isSmall, recount } from './recount.ts';
import { accountSums, balance, type Sums, sumsAfter } from './trial-balance.ts';

export type Check = { readonly name: string; readonly expected: number; readonly actual: number };

export type Reconciliation = {
  readonly checks: readonly Check[];
  readonly differences: readonly Difference[];
  /** Sum of the sizes of the checks' differences. */
  readonly off: number;
};

/** The end of time, for sums of everything that is booked. */
const always: LocalDate = '9999-12-31';

/** Invoices with anything due; a draft's total is not due to anyone. */
const issued = { status: { $in: ['open', 'paid', 'void', 'uncollectible'] } };

const invoices: Kept = {
  role: 'accounts_receivable',
  check: 'receivable_by_invoice',
  side: 1,
  collection: 'invoices',
  match: { ...issued, amount_due_cents: { $ne: 0 } },
  index: 'due_amount',
  party: '_id',
  amount: 'amount_due_cents',
};

const credits: Kept = {
  role: 'customer_credit',
  check: 'credit_by_customer',
  side: -1,
  collection: 'credit_balances',
  match: { amount_cents: { $ne: 0 } },
  index: 'customer',
  party: 'customer_id',
  amount: 'amount_cents',
};

const unapplied: Kept = {
  role: 'unapplied_payments',
  check: 'unapplied_by_invoice',
  side: -1,
  collection: 'invoices',
  match: { 'state.leftUnapplied': { $gt: 0 } },
  index: 'unapplied',
  party: '_id',
  amount: 'state.leftUnapplied',
};

const kinds = [
  ['accounts_receivable', invoices],
  ['customer_credit', credits],
  ['unapplied_payments', unapplied],
] as const;

/**
 * What is kept beside the ledger is kept as of now. By an earlier date both sides are carried back by what the
 * ledger has booked since: the amounts are those of the date, the difference is today's.
 */
export async function reconcile(books: Books, asOf: LocalDate): Promise<Reconciliation> {
  const [now, since, small, received, ...results] = await Promise.all([
    accountSums(books, always),
    sumsAfter(books, asOf),
    isSmall(books),
    paymentsReceived(books),
    ...kinds.map(([, kept]) => compareParties(books, kept)),
  ]);
  const recounted = small ? await recount(books, now) : null;
  const upTo = (side: keyof Sums) =>
    total([...now.values()].map((sum) => sum[side])) - total([...since.values()].map((sum) => sum[side]));
  const checks: Check[] = [
    { name: 'trial_balance', expected: upTo('debit'), actual: upTo('credit') },
    ...kinds.flatMap((kind, index) => partyChecks(books, { now, since }, kind, results[index])),
    {
      name: 'payments_received',
      ...carriedBack(received.ledger, received.rows, depositsIn(books, since)),
    },
    { name: 'payments_by_day', expected: 0, actual: received.off },
    ...(recounted === null ? [] : [{ name: 'sealed_totals', expected: 0, actual: recounted.off }]),
  ];
  return {
    checks,
    differences: [
      ...results.flatMap((result) => result.differences),
      ...received.differences,
      ...(recounted?.differences ?? []),
    ],
    off: total(checks.map((one) => Math.abs(one.actual - one.expected))),
  };
}

type Moments = { readonly now: ReadonlyMap<string, Sums>; readonly since: ReadonlyMap<string, Sums> };

/** The account as a whole, and the sum of the sizes of the differences by party. */
function partyChecks(
  books: Books,
  { now, since }: Moments,
  [name, kept]: (typeof kinds)[number],
  result: Compared | undefined,
): Check[] {
  if (result === undefined) throw new Error(`Nothing was compared for ${name}`);
  const account = accountOf(books, kept.role);
  const ledger = kept.side * balance(now.get(account));
  return [
    { name, ...carriedBack(ledger, result.kept, kept.side * balance(since.get(account))) },
    { name: kept.check, expected: 0, actual: result.off },
  ];
}

function carriedBack(ledger: number, kept: number, since: number) {
  return { expected: ledger - since, actual: kept - since };
}

function depositsIn(books: Books, sums: ReadonlyMap<string, Sums>): number {
  return total(depositAccounts(books).map((id) => balance(sums.get(id))));
}
