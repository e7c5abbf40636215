// Money received: what the books say lies in deposit accounts beside the payments and refunds, day by day.
// Only days on which they differ are looked into, and the payments or customers at fault are named.
import type { LocalDate } from '../domain/calendar.ts';
import type { JournalEntryDocument } from '../store/documents.ts';
import { asOfMoment, type Books, exact, mine, type Moment, total } from './books.ts';
import { type Difference, listMax, noParty } from './parties.ts';

export const check = 'payments_received';

/** Days that are looked into, and entries of each. */
const daysMax = 20;
const rowsMax = 1_000;

/** Payments that are in the books; an attempt that failed or is under way is not. */
const booked = { status: { $in: ['succeeded', 'reversed', 'refunded'] } };

export type Received = {
  readonly ledger: number;
  readonly rows: number;
  /** Sum of the sizes of the days' differences. */
  readonly off: number;
  readonly differences: readonly Difference[];
};

type ByDay = Map<LocalDate, number>;

/** Every asset but the receivable itself: nothing else than payments moves them. */
export function depositAccounts({ chart }: Moment): string[] {
  return chart
    .filter((account) => account.type === 'asset' && account.role !== 'accounts_receivable')
    .map((account) => account._id);
}

function put(days: ByDay, date: LocalDate, cents: number): void {
  days.set(date, exact((days.get(date) ?? 0) + cents));
}

async function ledgerByDay(books: Books): Promise<ByDay> {
  const accounts = depositAccounts(books);
  const rows = await books.store.ledgerTotals
    .aggregate<{ _id: LocalDate; cents: number }>(
      [
        { $match: { ...mine(books), date: { $gte: '' }, account_id: { $in: accounts } } },
        { $group: { _id: '$date', cents: { $sum: { $subtract: ['$debit_cents', '$credit_cents'] } } } },
      ],
      asOfMoment(books),
    )
    .toArray();
  const days: ByDay = new Map();
  for (const row of rows) put(days, row._id, exact(row.cents));
  for (const entry of books.tail) {
    const cents = depositedBy(entry, new Set(accounts));
    if (cents !== 0) put(days, entry.date, cents);
  }
  return days;
}

function depositedBy(entry: JournalEntryDocument, accounts: ReadonlySet<string>): number {
  const lines = entry.lines.filter((line) => accounts.has(line.account_id));
  return total(lines.map((line) => line.debit_cents - line.credit_cents));
}

async function rowsByDay(books: Books): Promise<ByDay> {
  const byDate = {
    $group: { _id: '$date', cents: { $sum: '$amount_cents' }, tips: { $sum: '$tip_cents' } },
  };
  const options = asOfMoment(books);
  type Row = { _id: LocalDate; cents: number; tips: number };
  const dated = { ...mine(books), date: { $gte: '' } };
  const [paid, returned] = await Promise.all([
    books.store.payments
      .aggregate<Row>([{ $match: { ...mine(books), ...booked } }, byDate], { ...options, hint: 'booked' })
      .toArray(),
    books.store.refunds.aggregate<Row>([{ $match: dated }, byDate], options).toArray(),
  ]);
  const days: ByDay = new Map();
  for (const row of paid) put(days, row._id, exact(row.cents + row.tips));
  for (const row of returned) put(days, row._id, -exact(row.cents + row.tips));
  return days;
}

/** One side of a day: sums by payment, and whose they are. */
type Side = Map<
  string,
  { customerId: string; paymentId: string | null; invoiceId: string | null; cents: number }
>;

function putSide(
  side: Side,
  row: { customerId: string; paymentId: string | null; invoiceId: string | null; cents: number },
) {
  const key = row.paymentId ?? `customer ${row.customerId}`;
  const known = side.get(key);
  side.set(key, known === undefined ? row : { ...known, cents: exact(known.cents + row.cents) });
}

/** The payment that an event is about. */
function paymentIn(data: Record<string, unknown> | undefined): string | null {
  const inside = (data?.['payment'] ?? data?.['refund'] ?? {}) as Record<string, unknown>;
  const id = data?.['paymentId'] ?? inside['paymentId'] ?? inside['id'];
  return typeof id === 'string' ? id : null;
}

async function ledgerSide(books: Books, date: LocalDate): Promise<Side> {
  const accounts = depositAccounts(books);
  const entries = await books.store.journalEntries
    .find(
      { organization_id: books.organizationId, live_mode: books.live, currency: books.currency, date },
      asOfMoment(books),
    )
    .sort({ date: 1, _id: 1 })
    .limit(rowsMax)
    .toArray();
  const moving = entries.filter((entry) => depositedBy(entry, new Set(accounts)) !== 0);
  const eventIds = moving.flatMap(({ event_id: id }) => (id === null ? [] : [id]));
  const events = await books.store.events
    .find({ _id: { $in: eventIds } }, { ...asOfMoment(books), projection: { data: 1 } })
    .toArray();
  const payments = new Map(events.map((event) => [event._id, paymentIn(event.data)]));
  const side: Side = new Map();
  for (const entry of moving) {
    putSide(side, {
      customerId: entry.customer_id,
      paymentId: payments.get(entry.event_id ?? '') ?? null,
      invoiceId: entry.invoice_id,
      cents: depositedBy(entry, new Set(accounts)),
    });
  }
  return side;
}

async function rowsSide(books: Books, date: LocalDate): Promise<Side> {
  const options = asOfMoment(books);
  const dated = { ...mine(books), date };
  const paid = await books.store.payments
    .find({ ...dated, ...booked }, options)
    .limit(rowsMax)
    .toArray();
  const returned = await books.store.refunds.find(dated, options).limit(rowsMax).toArray();
  const side: Side = new Map();
  for (const row of paid) {
    putSide(side, {
      customerId: row.customer_id,
      paymentId: row._id,
      invoiceId: row.allocations[0]?.invoice_id ?? null,
      cents: exact(row.amount_cents) + exact(row.tip_cents),
    });
  }
  for (const row of returned) {
    putSide(side, {
      customerId: row.customer_id,
      paymentId: row.payment_id,
      invoiceId: row.invoice_id,
      cents: -(exact(row.amount_cents) + exact(row.tip_cents)),
    });
  }
  return side;
}

function customersIn(side: Side): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { customerId, cents } of side.values()) {
    sums.set(customerId, exact((sums.get(customerId) ?? 0) + cents));
  }
  return sums;
}

/**
 * The customers of a day whose sums differ; by payment where the payments explain it. They do not where an entry is
 * about money that no invoice was settled by, since that names its customer only.
 */
function differencesOf(ledger: Side, rows: Side): Difference[] {
  const [booksOf, rowsOf] = [customersIn(ledger), customersIn(rows)];
  return [...new Set([...booksOf.keys(), ...rowsOf.keys()])].flatMap((customerId): Difference[] => {
    const [expected, actual] = [booksOf.get(customerId) ?? 0, rowsOf.get(customerId) ?? 0];
    if (expected === actual) return [];
    const own = [...new Set([...ledger.keys(), ...rows.keys()])].flatMap((key) => {
      const [inBooks, inRows] = [ledger.get(key), rows.get(key)];
      const about = inRows ?? inBooks;
      if (about?.customerId !== customerId || about.paymentId === null) return [];
      const { paymentId, invoiceId } = about;
      const pair = { expected: inBooks?.cents ?? 0, actual: inRows?.cents ?? 0 };
      return pair.expected === pair.actual
        ? []
        : [{ ...noParty, check, customerId, paymentId, invoiceId, ...pair }];
    });
    const explained = total(own.map((one) => one.actual - one.expected)) === actual - expected;
    return explained && own.length > 0 ? own : [{ ...noParty, check, customerId, expected, actual }];
  });
}

export async function paymentsReceived(books: Books): Promise<Received> {
  const [ledger, rows] = await Promise.all([ledgerByDay(books), rowsByDay(books)]);
  const days = [...new Set([...ledger.keys(), ...rows.keys()])].toSorted();
  const off = days.filter((day) => (ledger.get(day) ?? 0) !== (rows.get(day) ?? 0));
  const differences: Difference[] = [];
  for (const day of off.slice(0, daysMax)) {
    if (differences.length >= listMax) break;
    differences.push(...differencesOf(await ledgerSide(books, day), await rowsSide(books, day)));
  }
  return {
    ledger: total(ledger.values()),
    rows: total(rows.values()),
    off: total(off.map((day) => Math.abs((ledger.get(day) ?? 0) - (rows.get(day) ?? 0)))),
    differences: differences.slice(0, listMax),
  };
}
