// One organization with one customer on a fresh database, and the real write over it.
import { createPersist } from '../../activities/persist/persist.ts';
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
import { entryHash } from '../../src/store/ledger-hash.ts';
import { createOrganization } from '../../src/store/organizations.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase } from './mongo.ts';
import { aCreation, aCustomer, type Wanted } from './requests.ts';

export type Persisting = {
  readonly store: Store;
  readonly uri: string;
  readonly organizationId: string;
  readonly customerId: string;
  persist(request: PersistRequest): Promise<PersistResult>;
  /** A create of this organization and customer. */
  creation(change?: Partial<Wanted>): PersistRequest;
  addCustomer(change: Partial<CustomerDocument>): Promise<string>;
  /** Writes and reads back; throws when it was not stored. */
  stored(request: PersistRequest): Promise<Invoice>;
  drop(): Promise<void>;
};

export async function openPersisting(): Promise<Persisting> {
  const database = await openTestDatabase();
  const { store, uri } = database;
  const persist = createPersist(store);
  const organization = await createOrganization(store, { name: 'Test', timeZone: 'UTC', currency: 'USD' });
  const organizationId = organization._id;
  const addCustomer = async (change: Partial<CustomerDocument>) => {
    const customer = aCustomer(organizationId, change);
    await store.customers.insertOne(customer);
    return customer._id;
  };
  const customerId = await addCustomer({});
  return {
    store,
    uri,
    organizationId,
    customerId,
    persist,
    addCustomer,
    drop: () => database.drop(),
    creation: (change = {}) =>
      aCreation({ organizationId, ...change, draft: { customerId, ...change.draft } }),
    stored: async (request) => {
      const answer = await persist(request);
      const row = await store.invoices.findOne({ _id: request.invoiceId });
      if (answer.outcome !== 'stored' || row === null) throw new Error(`Not stored: ${answer.outcome}`);
      return row.state;
    },
  };
}

/** Every row that belongs to the invoice and the number series, to compare before and after. */
export async function everything(store: Store, invoiceId: string) {
  const of = { invoice_id: invoiceId };
  return {
    invoice: await store.invoices.findOne({ _id: invoiceId }),
    events: await store.events.find(of).sort({ sequence: 1 }).toArray(),
    entries: await store.journalEntries.find(of).sort({ sequence: 1 }).toArray(),
    payments: await store.payments.find({ 'allocations.invoice_id': invoiceId }).toArray(),
    refunds: await store.refunds.find(of).sort({ _id: 1 }).toArray(),
    credit: await store.creditBalances.find().sort({ _id: 1 }).toArray(),
    messages: await store.messages.find(of).toArray(),
    caps: await store.messageCaps.find().sort({ _id: 1 }).toArray(),
    series: await store.numberSeries.find().sort({ _id: 1 }).toArray(),
  };
}

/** The customer's credit by mode and currency, and what the entries of the same say it must be. */
export async function creditOf(store: Store, customerId: string) {
  const rows = await store.creditBalances.find({ customer_id: customerId }).sort({ _id: 1 }).toArray();
  const entries = await store.journalEntries.find({ customer_id: customerId }).toArray();
  const booked: Record<string, number> = {};
  for (const entry of entries) {
    const key = `${customerId}:${entry.live_mode ? 'live' : 'test'}:${entry.currency}`;
    for (const line of entry.lines) {
      if (line.account_code !== '2100') continue;
      booked[key] = (booked[key] ?? 0) + line.credit_cents - line.debit_cents;
    }
  }
  return { kept: Object.fromEntries(rows.map((row) => [row._id, row.amount_cents])), booked };
}

/** The names of streams whose hashes do not follow from their entries, or whose sequence has a gap. */
export async function brokenStreams(store: Store): Promise<string[]> {
  const entries = await store.journalEntries.find().sort({ stream: 1, sequence: 1 }).toArray();
  const broken = new Set<string>();
  let before: { stream: string; sequence: number; hash: string } | null = null;
  for (const entry of entries) {
    const last: { sequence: number; hash: string } | null = before?.stream === entry.stream ? before : null;
    const follows = entry.sequence === (last?.sequence ?? 0) + 1;
    if (!follows || entry.hash !== entryHash(last?.hash ?? null, entry)) broken.add(entry.stream);
    before = entry;
  }
  return [...broken];
}
