// A customer's statement: what was owed, everything that changed it, what is owed now. Straight from the entries.
import type { LocalDate } from '../domain/calendar.ts';
import type { EntryType } from '../domain/ledger/entry.ts';
import type { JournalEntryDocument } from '../store/documents.ts';
import { asOfMoment, accountOf, type Moment, exact, total } from './books.ts';

export type Movement = {
  readonly entryId: string;
  readonly date: LocalDate;
  readonly type: EntryType;
  readonly invoiceId: string | null;
  readonly invoiceNumber: string | null;
  /** More owed, or less where negative. */
  readonly amount: number;
  readonly balance: number;
  readonly position: Position;
};

/** Where a movement stands in the order of the statement. */
export type Position = { readonly date: LocalDate; readonly recordedAt: Date; readonly id: string };

export type OpenInvoice = {
  readonly id: string;
  readonly number: string | null;
  readonly issueDate: LocalDate | null;
  readonly dueDate: LocalDate | null;
  readonly total: number;
  readonly open: number;
};

export type Statement = {
  readonly opening: number;
  readonly movements: readonly Movement[];
  readonly hasMore: boolean;
  readonly closing: number;
  readonly openInvoices: readonly OpenInvoice[];
  readonly credit: number;
};

export type Period = {
  readonly customerId: string;
  readonly from: LocalDate | null;
  readonly to: LocalDate;
  /** The movement after which the page begins. */
  readonly after: Position | null;
  readonly limit: number;
};

const openInvoicesMax = 1_000;

type Sides = { readonly receivable: string; readonly credit: string };

function sidesOf(books: Moment): Sides {
  return {
    receivable: accountOf(books, 'accounts_receivable'),
    credit: accountOf(books, 'customer_credit'),
  };
}

function own(books: Moment, customerId: string) {
  return { organization_id: books.organizationId, live_mode: books.live, customer_id: customerId };
}

type SumRow = { _id: { invoice: string | null; account: string }; cents: number };

/** Debits less credits of the two accounts, by invoice, over the entries that match. */
async function sums(books: Moment, customerId: string, which: Record<string, unknown>): Promise<SumRow[]> {
  const { receivable, credit } = sidesOf(books);
  const rows = await books.store.journalEntries
    .aggregate<SumRow>(
      [
        { $match: { ...own(books, customerId), currency: books.currency, ...which } },
        { $project: { invoice_id: 1, lines: 1 } },
        { $unwind: '$lines' },
        { $match: { 'lines.account_id': { $in: [receivable, credit] } } },
        {
          $group: {
            _id: { invoice: '$invoice_id', account: '$lines.account_id' },
            cents: { $sum: { $subtract: ['$lines.debit_cents', '$lines.credit_cents'] } },
          },
        },
      ],
      asOfMoment(books),
    )
    .toArray();
  return rows.map((row) => ({ ...row, cents: exact(row.cents) }));
}

function upTo({ date, recordedAt, id }: Position): Record<string, unknown> {
  return {
    date: { $lte: date },
    $or: [
      { date: { $lt: date } },
      { date, recorded_at: { $lt: recordedAt } },
      { date, recorded_at: recordedAt, _id: { $lte: id } },
    ],
  };
}

function beyond({ date, recordedAt, id }: Position): Record<string, unknown> {
  return {
    $or: [
      { date: { $gt: date } },
      { date, recorded_at: { $gt: recordedAt } },
      { date, recorded_at: recordedAt, _id: { $gt: id } },
    ],
  };
}

async function openingBalance(books: Moment, { customerId, from, after }: Period): Promise<number> {
  if (after === null && from === null) return 0;
  const before = after === null ? { date: { $lt: from } } : upTo(after);
  return total((await sums(books, customerId, before)).map((row) => row.cents));
}

function owedBy(entry: JournalEntryDocument, { receivable, credit }: Sides): number {
  const lines = entry.lines.filter(({ account_id: id }) => id === receivable || id === credit);
  return total(lines.map((line) => line.debit_cents - line.credit_cents));
}

async function readMovements(books: Moment, period: Period): Promise<JournalEntryDocument[]> {
  const { receivable, credit } = sidesOf(books);
  return books.store.journalEntries
    .find(
      {
        ...own(books, period.customerId),
        currency: books.currency,
        'lines.account_id': { $in: [receivable, credit] },
        date: { $lte: period.to, ...(period.from === null ? {} : { $gte: period.from }) },
        ...(period.after === null ? {} : beyond(period.after)),
      },
      asOfMoment(books),
    )
    .hint('customer')
    .sort({ date: 1, recorded_at: 1, _id: 1 })
    .limit(period.limit + 1)
    .toArray();
}

type InvoiceFacts = Pick<OpenInvoice, 'number' | 'issueDate' | 'dueDate' | 'total'>;

async function readInvoices(
  books: Moment,
  ids: readonly (string | null)[],
): Promise<Map<string, InvoiceFacts>> {
  const wanted = [...new Set(ids)].filter((id) => id !== null);
  const rows = await books.store.invoices
    .find(
      { _id: { $in: wanted } },
      {
        ...asOfMoment(books),
        projection: { number: 1, issue_date: 1, due_date: 1, total_cents: 1 },
      },
    )
    .toArray();
  return new Map(
    rows.map((row) => [
      row._id,
      { number: row.number, issueDate: row.issue_date, dueDate: row.due_date, total: row.total_cents },
    ]),
  );
}

async function openAtEnd(books: Moment, rows: readonly SumRow[]): Promise<OpenInvoice[]> {
  const { receivable } = sidesOf(books);
  const open = rows.filter(({ _id, cents }) => _id.account === receivable && cents !== 0);
  const facts = await readInvoices(
    books,
    open.map((row) => row._id.invoice),
  );
  const invoices = open.flatMap(({ _id, cents }): OpenInvoice[] => {
    const known = facts.get(_id.invoice ?? '');
    return _id.invoice === null || known === undefined ? [] : [{ id: _id.invoice, ...known, open: cents }];
  });
  const key = ({ dueDate, id }: OpenInvoice) => `${dueDate ?? ''} ${id}`;
  return invoices.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)).slice(0, openInvoicesMax);
}

/** What is owed is what invoices have open less what the customer has in hand. */
export async function statement(books: Moment, period: Period): Promise<Statement> {
  const opening = await openingBalance(books, period);
  const found = await readMovements(books, period);
  const entries = found.slice(0, period.limit);
  const atEnd = await sums(books, period.customerId, { date: { $lte: period.to } });
  const numbers = await readInvoices(
    books,
    entries.map((entry) => entry.invoice_id),
  );
  const sides = sidesOf(books);
  let balance = opening;
  const movements = entries.map((entry): Movement => {
    const amount = owedBy(entry, sides);
    balance = exact(balance + amount);
    return {
      entryId: entry._id,
      date: entry.date,
      type: entry.type,
      invoiceId: entry.invoice_id,
      invoiceNumber: numbers.get(entry.invoice_id ?? '')?.number ?? null,
      amount,
      balance,
      position: { date: entry.date, recordedAt: entry.recorded_at, id: entry._id },
    };
  });
  const inHand = atEnd.filter((row) => row._id.account === sides.credit).map((row) => -row.cents);
  return {
    opening,
    movements,
    hasMore: found.length > period.limit,
    closing: total(atEnd.map((row) => row.cents)),
    openInvoices: await openAtEnd(books, atEnd),
    credit: total(inHand),
  };
}
