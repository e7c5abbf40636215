// Reads invoices for an answer, with what an answer shows around them.
import type { Call, Caller, Tools } from '../route.ts';
import { refusedAs } from '../problem.ts';
import type { CustomerDocument, InvoiceDocument } from '../../store/documents.ts';
import type { Store } from '../../store/store.ts';
import { restore } from '../../domain/invoice/restore.ts';
import { timeline } from '../../domain/invoice/timeline.ts';
import { presentCustomer } from './customer-object.ts';
import { presentEntry } from './entry-object.ts';
import type { InvoiceObject } from './invoice-object.ts';
import { presentInvoice } from './present-invoice.ts';
import { presentTimelineEntry } from './timeline-object.ts';

export const expandable = ['payments', 'journal', 'timeline', 'customer'] as const;
export type Expandable = (typeof expandable)[number];

type Reader = Pick<Caller, 'organization' | 'live' | 'now'> & { readonly tools: Tools };

async function customersOf(
  store: Store,
  organizationId: string,
  ids: readonly string[],
): Promise<Map<string, CustomerDocument>> {
  const customers = await store.customers
    .find({ _id: { $in: [...new Set(ids)] }, organization_id: organizationId })
    .toArray();
  return new Map(customers.map((customer) => [customer._id, customer]));
}

async function contentsOf(
  store: Store,
  refs: readonly (string | null)[],
): Promise<Map<string, Record<string, string>>> {
  const wanted = refs.filter((ref) => ref !== null);
  if (wanted.length === 0) return new Map();
  const contents = await store.contents.find({ _id: { $in: wanted }, kind: 'ship_to' }).toArray();
  return new Map(contents.map((content) => [content._id, content.data as Record<string, string>]));
}

export async function presentInvoices(
  reader: Reader,
  documents: readonly InvoiceDocument[],
): Promise<InvoiceObject[]> {
  const { store, publicUrl } = reader.tools;
  const [customers, addresses] = await Promise.all([
    customersOf(
      store,
      reader.organization._id,
      documents.map((one) => one.customer_id),
    ),
    contentsOf(
      store,
      documents.map((one) => one.state.shipToRef),
    ),
  ]);
  return documents.map((document) =>
    presentInvoice(document, {
      now: reader.now,
      publicUrl,
      customer: customers.get(document.customer_id) ?? null,
      shipTo: addresses.get(document.state.shipToRef ?? '') ?? null,
    }),
  );
}

/** One invoice, with what the caller asked to see beside it. */
export async function presentOne(
  reader: Reader,
  document: InvoiceDocument,
  expand: readonly Expandable[] = [],
): Promise<InvoiceObject> {
  const { store } = reader.tools;
  const [invoice] = await presentInvoices(reader, [document]);
  if (invoice === undefined) throw refusedAs('not_found');
  const [entries, customer] = await Promise.all([
    expand.includes('journal')
      ? store.journalEntries.find({ invoice_id: document._id }).sort({ sequence: 1 }).toArray()
      : null,
    expand.includes('customer') ? store.customers.findOne({ _id: document.customer_id }) : null,
  ]);
  return {
    ...invoice,
    ...(entries === null ? {} : { journal: entries.map(presentEntry) }),
    ...(customer === null ? {} : { customer: presentCustomer(customer) }),
    ...(expand.includes('timeline')
      ? { timeline: timeline(restore(document.state), reader.now).entries.map(presentTimelineEntry) }
      : {}),
  };
}

/** The invoice that the path names, in the mode of the key. Another organization's does not exist. */
export async function findInvoice(
  call: Pick<Call, 'tools' | 'organization' | 'live' | 'params'>,
): Promise<InvoiceDocument> {
  const document = await call.tools.store.invoices.findOne({
    _id: call.params['id'] ?? '',
    organization_id: call.organization._id,
    live_mode: call.live,
    status: { $ne: 'deleted' },
  });
  if (document === null) throw refusedAs('not_found');
  return document;
}

/** The organization's invoice, whatever became of it; null where there is none. */
export function findStored(reader: Reader, id: string): Promise<InvoiceDocument | null> {
  return reader.tools.store.invoices.findOne({ _id: id, organization_id: reader.organization._id });
}

/** The invoice as it is after a command: what the answer tells has been written before. */
export async function rereadInvoice(reader: Reader, id: string): Promise<InvoiceDocument> {
  const document = await findStored(reader, id);
  if (document === null) throw refusedAs('not_found');
  return document;
}
