// The writes inside the transaction: all members' documents of a collection in one round trip.
import type { mongo } from 'mongoose';
import type { CustomerDocument, InvoiceDocument, MessageDocument } from '../../src/store/documents.ts';
import type { Session, Store } from '../../src/store/store.ts';
import { changesSearch, eventDocuments, invoiceColumns, paymentDocuments, searchWords } from './documents.ts';
import { contentRefs, type Member } from './member.ts';

/** A member with all that was read for it inside the transaction. */
export type Ready = Member & {
  readonly customer: CustomerDocument | null;
  readonly messages: readonly MessageDocument[];
};

/** One write; `owners` says which member each of its documents belongs to. */
export type Step = { readonly owners: readonly number[]; readonly run: () => Promise<unknown> };

function isDeletion({ request }: Member): boolean {
  return request.invoice.status === 'deleted';
}

/** Inserts, replaces or removes the invoices; answers how many were as the members expected them. */
export async function writeInvoices(
  store: Store,
  session: Session,
  members: readonly Ready[],
): Promise<number> {
  const operations = members.map(invoiceOperation);
  const result = await store.invoices.bulkWrite(operations, { session, ordered: false });
  return result.insertedCount + result.matchedCount + result.deletedCount;
}

function invoiceOperation(member: Ready): mongo.AnyBulkWriteOperation<InvoiceDocument> {
  const { request, customer, publicToken } = member;
  const filter = {
    _id: request.invoiceId,
    organization_id: request.organizationId,
    version: request.expectedVersion,
  };
  if (isDeletion(member)) return { deleteOne: { filter } };
  const columns = invoiceColumns(request);
  if (request.expectedVersion === 0) {
    const search = searchWords(request, customer);
    const document = { _id: request.invoiceId, ...columns, search, public_token: publicToken };
    return { insertOne: { document } };
  }
  const search = changesSearch(request) ? { search: searchWords(request, customer) } : {};
  const token = publicToken === null ? {} : { public_token: publicToken };
  return { updateOne: { filter, update: { $set: { ...columns, ...search, ...token } } } };
}

/** The members whose invoice is not as this transaction would have left it: somebody else was there first. */
export async function findStale(
  store: Store,
  session: Session,
  members: readonly Ready[],
): Promise<number[]> {
  const ids = members.map((member) => member.request.invoiceId);
  const rows = await store.invoices
    .find({ _id: { $in: ids } }, { session, projection: { version: 1 } })
    .toArray();
  const versions = new Map(rows.map((row) => [row._id, row.version]));
  return members.flatMap((member, index) => {
    const wanted = isDeletion(member) ? undefined : member.request.invoice.version;
    return versions.get(member.request.invoiceId) === wanted ? [] : [index];
  });
}

/** Everything besides the invoices, in the order in which a clash says most: events first. */
export function furtherSteps(store: Store, session: Session, members: readonly Ready[]): Step[] {
  const insert = <D extends mongo.Document>(
    collection: mongo.Collection<D>,
    rowsOf: (member: Ready) => readonly D[],
  ): Step[] => {
    const rows = members.map(rowsOf);
    const owners = rows.flatMap((list, index) => list.map(() => index));
    const documents = rows.flat() as mongo.OptionalUnlessRequiredId<D>[];
    if (documents.length === 0) return [];
    return [{ owners, run: () => collection.insertMany(documents, { session }) }];
  };
  return [
    ...insert(store.events, (member) => eventDocuments(member.request, member.recordedAt)),
    ...insert(store.journalEntries, (member) => member.entries),
    ...insert(store.payments, (member) => paymentDocuments(member.request)),
    ...insert(store.messages, (member) => (isDeletion(member) ? [] : member.messages)),
    ...members.flatMap((member, index) => (isDeletion(member) ? removal(store, session, member, index) : [])),
  ];
}

/** A deleted draft leaves its events; its messages and the personal data it referred to go. */
function removal(store: Store, session: Session, member: Ready, index: number): Step[] {
  const { request } = member;
  const { shipToRef } = request.invoice;
  const refs = [...contentRefs(request), ...(shipToRef === null ? [] : [shipToRef])];
  const messages: Step = {
    owners: [index],
    run: () => store.messages.deleteMany({ invoice_id: request.invoiceId }, { session }),
  };
  const contents: Step = {
    owners: [index],
    run: () =>
      store.contents.deleteMany({ _id: { $in: refs }, organization_id: request.organizationId }, { session }),
  };
  return refs.length === 0 ? [messages] : [messages, contents];
}
