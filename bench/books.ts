// Books of many invoices, written straight into the database as two years of commands and the sealing behind them
// would have left them: invoices, entries with their chain and blocks, totals, balances, payments, credit.
import { plainCustomer } from '../src/store/customers.ts';
import { randomUUID } from 'node:crypto';
import type {
  CreditBalanceDocument,
  InvoiceDocument,
  JournalEntryDocument,
  LedgerBlockDocument,
  PaymentDocument,
} from '../src/store/documents.ts';
import { int64 } from '../src/store/int64.ts';
import { rollUpBalances } from '../src/store/ledger-balances.ts';
import { blockHash } from '../src/store/ledger-hash.ts';
import { rollUpTotals } from '../src/store/ledger-totals.ts';
import type { Store } from '../src/store/store.ts';
import { entriesOf, invoiceDocument, type Mine, paymentDocument } from './book-documents.ts';
import { days, dice, liveThrough } from './book-lives.ts';

export type BooksWanted = {
  readonly organizationId: string;
  readonly invoices: number;
  readonly customers: number;
  /** The last day. */
  readonly today: string;
};

export type BooksMade = {
  readonly customerId: string;
  readonly entries: number;
  readonly open: number;
};

/** Written in one go. */
const batch = 2_000;
/** Entries that are left for the tail: what a busy minute leaves unsealed. */
const tail = 500;

/** Makes the documents of one invoice after the other, and writes them in batches. */
export async function writeBooks(store: Store, wanted: BooksWanted): Promise<BooksMade> {
  const { organizationId, invoices, customers, today } = wanted;
  const roll = dice(4);
  const mine = { organization_id: organizationId, live_mode: false };
  const chart = await store.accounts.find({ organization_id: organizationId }).toArray();
  const customerIds = await writeCustomers(store, organizationId, customers);
  const credit = new Map<string, number>();
  // One after the other until two hours ago, so that the tail is only what is left for it.
  const ended = Date.now() - 2 * 3_600_000;
  const recordedAt = (index: number) => new Date(ended - ((invoices - index) / invoices) * days * 86_400_000);
  const writer = createWriter(store, mine);
  let open = 0;
  for (let index = 0; index < invoices; index += 1) {
    const life = liveThrough(roll, today);
    const customerId = customerIds[roll(customers)] ?? '';
    const id = randomUUID();
    if (life.due > 0) open += 1;
    if (life.credit > 0) credit.set(customerId, (credit.get(customerId) ?? 0) + life.credit);
    writer.invoice(invoiceDocument(mine, id, customerId, index + 1, life));
    for (const payment of life.payments) writer.payment(paymentDocument(mine, id, customerId, payment));
    for (const entry of entriesOf(mine, chart, id, customerId, life)) {
      const isTail = index >= invoices - tail / 2;
      writer.entry({ ...entry, recorded_at: isTail ? new Date() : recordedAt(index) }, isTail);
    }
    if (writer.isFull()) await writer.flush();
  }
  await writer.flush();
  await store.creditBalances.insertMany(
    [...credit].map(([customerId, cents]): CreditBalanceDocument => ({
      _id: `${customerId}:test:USD`,
      ...mine,
      customer_id: customerId,
      currency: 'USD',
      amount_cents: int64(cents),
    })),
  );
  await store.numberSeries.insertOne({ _id: `${organizationId}:test:TEST-`, last: invoices });
  return { customerId: customerIds[0] ?? '', entries: writer.written(), open };
}

function createWriter(store: Store, mine: Mine) {
  let [invoices, payments, sealed, unsealed]: [
    InvoiceDocument[],
    PaymentDocument[],
    JournalEntryDocument[],
    JournalEntryDocument[],
  ] = [[], [], [], []];
  let written = 0;
  let last: LedgerBlockDocument | null = null;

  async function flush(): Promise<void> {
    const entries = [...sealed, ...unsealed];
    if (invoices.length > 0) await store.invoices.insertMany(invoices, { ordered: false });
    if (payments.length > 0) await store.payments.insertMany(payments, { ordered: false });
    if (entries.length > 0) await store.journalEntries.insertMany(entries, { ordered: false });
    const block = blockOf(mine, last, sealed);
    if (block !== null) {
      const summed = sealed;
      await store.transaction(async (session) => {
        await store.ledgerBlocks.insertOne(block, { session });
        await rollUpTotals(store, session, summed);
        await rollUpBalances(store, session, summed);
      });
      last = block;
    }
    written += entries.length;
    [invoices, payments, sealed, unsealed] = [[], [], [], []];
  }

  return {
    invoice: (document: InvoiceDocument) => void invoices.push(document),
    payment: (document: PaymentDocument) => void payments.push(document),
    entry: (document: JournalEntryDocument, isTail: boolean) =>
      void (isTail ? unsealed : sealed).push(document),
    isFull: () => sealed.length + unsealed.length >= batch,
    written: () => written,
    flush,
  };
}

function blockOf(
  mine: Mine,
  last: LedgerBlockDocument | null,
  entries: readonly JournalEntryDocument[],
): LedgerBlockDocument | null {
  const newest = entries.at(-1);
  if (newest === undefined) return null;
  const index = (last?.index ?? 0) + 1;
  const previous = last?.hash ?? null;
  const hash = blockHash(
    previous,
    entries.map((entry) => entry.hash),
  );
  return {
    _id: `${mine.organization_id}:test:${index}`,
    ...mine,
    index,
    previous_hash: previous,
    hash,
    entries: entries.map((entry) => ({ id: entry._id, hash: entry.hash })),
    through: newest.recorded_at,
    sealed_at: newest.recorded_at,
  };
}

async function writeCustomers(store: Store, organizationId: string, count: number): Promise<string[]> {
  const made = new Date().toISOString();
  const customers = Array.from({ length: count }, (_, index) =>
    plainCustomer(
      {
        _id: randomUUID(),
        organization_id: organizationId,
        display_name: `Customer ${String(index).padStart(5, '0')}`,
      },
      made,
    ),
  );
  await store.customers.insertMany(customers);
  return customers.map((customer) => customer._id);
}
