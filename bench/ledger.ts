// What sealing and verifying the ledger cost: books of many entries, made by hand, sealed in one go, then a minute's
// entries at a time, and walked from end to end.
import { randomUUID } from 'node:crypto';
import { verifyLedger } from '../src/ledger/verify/verify.ts';
import type { InvoiceDocument, JournalEntryDocument } from '../src/store/documents.ts';
import { int64 } from '../src/store/int64.ts';
import { type Book, sealLedger, unsealedEntries } from '../src/store/ledger-blocks.ts';
import { chain, type Unhashed } from '../src/store/ledger-hash.ts';
import { createOrganization } from '../src/store/organizations.ts';
import type { Store } from '../src/store/store.ts';
import type { Stand } from './stand.ts';
import { median } from './statistics.ts';

export const ledgerGoals = { verifyMilliseconds: 5_000, verifyMegabytes: 100 } as const;

export type LedgerFigures = {
  readonly entries: number;
  /** Of all of them, in one go. */
  readonly sealMilliseconds: number;
  readonly blocks: number;
  /** Of what came in within a minute, medians. */
  readonly minute: { readonly entries: number; readonly sealMilliseconds: number };
  /** Of a book without anything new. */
  readonly idleMilliseconds: number;
  readonly tailMilliseconds: number;
  readonly verifyMilliseconds: number;
  /** By how much the process grew while it verified. */
  readonly verifyMegabytes: number;
  readonly sound: boolean;
};

export type LedgerPace = { readonly entries: number; readonly minute: number; readonly minutes: number };

const entriesOfOne = 3;
const invoicesAtOnce = 500;

type Accounts = Readonly<
  Record<'receivable' | 'sales' | 'cash', { _id: string; code: string; name: string }>
>;

async function accountsOf(store: Store, organizationId: string): Promise<Accounts> {
  const accounts = await store.accounts.find({ organization_id: organizationId }).toArray();
  const byRole = (role: string) => {
    const account = accounts.find((one) => one.role === role);
    if (account === undefined) throw new Error(`No account for ${role}`);
    return account;
  };
  return {
    receivable: byRole('accounts_receivable'),
    sales: byRole('sales'),
    cash: byRole('undeposited_funds'),
  };
}

/** One invoice and its entries: issued, then paid in parts. */
function invoiceOf(book: Book, accounts: Accounts, nth: number, recordedAt: Date) {
  const stream = randomUUID();
  const customer = randomUUID();
  const line = ({ _id, code, name }: Accounts['sales'], debit: number, credit: number) => ({
    account_id: _id,
    account_code: code,
    account_name: name,
    label: null,
    debit_cents: int64(debit),
    credit_cents: int64(credit),
  });
  const unhashed = Array.from({ length: entriesOfOne }, (_nothing, index): Unhashed => {
    const amount = index === 0 ? 1000 + nth : 100;
    const [debit, credit] =
      index === 0 ? [accounts.receivable, accounts.sales] : [accounts.cash, accounts.receivable];
    return {
      _id: `${stream}:${index + 1}`,
      organization_id: book.organizationId,
      live_mode: book.liveMode,
      stream,
      invoice_id: stream,
      customer_id: customer,
      sequence: index + 1,
      type: index === 0 ? 'issued' : 'payment_recorded',
      date: new Date(Date.UTC(2026, 0, 1 + ((nth + index) % 365))).toISOString().slice(0, 10),
      currency: 'USD',
      reverses: null,
      event_id: `${stream}:${index + 2}`,
      lines: [line(debit, amount, 0), line(credit, 0, amount)],
      created_at: recordedAt.toISOString(),
      recorded_at: recordedAt,
    };
  });
  const entries = chain(null, unhashed);
  const invoice = {
    _id: stream,
    organization_id: book.organizationId,
    live_mode: book.liveMode,
    customer_id: customer,
    due_date: '2026-12-31',
    state: { entrySequence: entriesOfOne, entryHash: entries.at(-1)?.hash ?? null },
  };
  return { invoice: invoice as unknown as InvoiceDocument, entries };
}

async function writeEntries(store: Store, book: Book, count: number, recordedAt: (nth: number) => Date) {
  const accounts = await accountsOf(store, book.organizationId);
  const invoices = Math.ceil(count / entriesOfOne);
  for (let nth = 0; nth < invoices; nth += invoicesAtOnce) {
    const made = Array.from({ length: Math.min(invoicesAtOnce, invoices - nth) }, (_nothing, index) =>
      invoiceOf(book, accounts, nth + index, recordedAt(nth + index)),
    );
    const entries: JournalEntryDocument[] = made.flatMap((one) => one.entries);
    await store.invoices.insertMany(made.map(({ invoice }) => invoice));
    await store.journalEntries.insertMany(entries);
  }
  return invoices * entriesOfOne;
}

async function timed<T>(work: () => Promise<T>): Promise<{ milliseconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { milliseconds: performance.now() - began, result };
}

async function medianOf(times: number, work: () => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let time = 0; time < times; time += 1) all.push((await timed(work)).milliseconds);
  return median(all);
}

/** The greatest resident size while the work runs, above that of its beginning. */
async function watched<T>(work: () => Promise<T>): Promise<{ megabytes: number; result: T }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 50);
  try {
    return { result: await work(), megabytes: (most - before) / 2 ** 20 };
  } finally {
    clearInterval(timer);
  }
}

export async function measureLedger(
  { stand: { store }, say }: { readonly stand: Pick<Stand, 'store'>; readonly say: (line: string) => void },
  pace: LedgerPace,
): Promise<LedgerFigures> {
  const { _id: organizationId } = await createOrganization(store, {
    name: 'Ledger',
    timeZone: 'UTC',
    currency: 'USD',
  });
  const book: Book = { organizationId, liveMode: true };
  say(`ledger: ${pace.entries} entries`);
  // As many a minute as the minutes that follow have, ending now.
  const began = Date.now();
  const perInvoice = (60_000 * entriesOfOne) / pace.minute;
  const invoices = Math.ceil(pace.entries / entriesOfOne);
  const entries = await writeEntries(
    store,
    book,
    pace.entries,
    (nth) => new Date(began - (invoices - nth) * perInvoice),
  );
  say('ledger: sealing');
  const all = await timed(() => sealLedger(store, book, { atOnce: true }));
  const minutes: number[] = [];
  let total = entries;
  for (let nth = 0; nth < pace.minutes; nth += 1) {
    total += await writeEntries(store, book, pace.minute, () => new Date());
    minutes.push((await timed(() => sealLedger(store, book, { atOnce: true }))).milliseconds);
  }
  const idleMilliseconds = await medianOf(9, () => sealLedger(store, book, { atOnce: true }));
  const tailMilliseconds = await medianOf(9, () => unsealedEntries(store, organizationId, true));
  say('ledger: verifying');
  const { result, megabytes } = await watched(() => timed(() => verifyLedger(store, organizationId)));
  return {
    entries: total,
    sealMilliseconds: all.milliseconds,
    blocks: result.result.blocks,
    minute: { entries: pace.minute, sealMilliseconds: median(minutes) },
    idleMilliseconds,
    tailMilliseconds,
    verifyMilliseconds: result.milliseconds,
    verifyMegabytes: megabytes,
    sound: result.result.finding === null,
  };
}
