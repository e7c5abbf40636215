// One organization with one customer on a fresh database, and the real write over it.
import { createPersist } from '../../activities/persist/persist.ts';
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
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
    messages: await store.messages.find(of).toArray(),
    caps: await store.messageCaps.find().sort({ _id: 1 }).toArray(),
    series: await store.numberSeries.find().sort({ _id: 1 }).toArray(),
  };
}
