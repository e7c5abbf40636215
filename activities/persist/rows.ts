// The writes inside the transaction: all members' documents of a collection in one round trip.
import type { mongo } from 'mongoose';
import type { CustomerDocument, InvoiceDocument, MessageDocument } from '../../src/store/documents.ts';
import type { Session, Store } from '../../src/store/store.ts';
import { changesSearch, eventDocuments, invoiceColumns, searchWords } from './documents.ts';
import { contentRefs, type Member } from './member.ts';
import { paymentChanges, refundDocuments } from './payments.ts';
import { taskDocuments } from './tasks.ts';

/** A member with all that was read for it inside the transaction. */
export type Ready = Member & {
  readonly customer: CustomerDocument | null;
  readonly messages: readonly MessageDocument[];
  /** When this try of the transaction began. */
  readonly recordedAt: Date;
};

/**
 * One write; `owners` says which member each of its documents belongs to. It answers with the members whose
 * invoice was not as they expected it.
 */
export type Step = { readonly owners: readonly number[]; readonly run: () => Promise<number[]> };

function isDeletion({ request }: Member): boolean {
  return request.invoice.status === 'deleted';
}

/** The invoices: new ones inserted, the others changed or removed where they have the expected version. */
export function invoiceSteps(store: Store, session: Session, members: readonly Ready[]): Step[] {
  const isNew = ({ request }: Ready) => request.expectedVersion === 0;
  const known = members.flatMap((member, index) => (isNew(member) ? [] : [{ member, index }]));
  const inserts = insertion(store.invoices, session, members, (member) =>
    isNew(member) ? [newInvoice(member)] : [],
  );
  if (known.length === 0) return inserts;
  const change: Step = {
    owners: known.map(({ index }) => index),
    run: async () => {
      const operations = known.map(({ member }) => invoiceChange(member));
      const result = await store.invoices.bulkWrite(operations, { session, ordered: true });
      const asExpected = result.matchedCount + result.deletedCount;
      return asExpected === known.length ? [] : findStale(store, known);
    },
  };
  return [...inserts, change];
}

function newInvoice(member: Ready): InvoiceDocument {
  const { request, customer, publicToken } = member;
  const search = searchWords(request, customer);
  return { _id: request.invoiceId, ...invoiceColumns(request), search, public_token: publicToken };
}

function invoiceChange(member: Ready): mongo.AnyBulkWriteOperation<InvoiceDocument> {
  const { request, customer, publicToken } = member;
  const filter = {
    _id: request.invoiceId,
    organization_id: request.organizationId,
    version: request.expectedVersion,
  };
  if (isDeletion(member)) return { deleteOne: { filter } };
  const columns = invoiceColumns(request);
  const search = changesSearch(request) ? { search: searchWords(request, customer) } : {};
  const token = publicToken === null ? {} : { public_token: publicToken };
  return { updateOne: { filter, update: { $set: { ...columns, ...search, ...token } } } };
}

type Known = { readonly member: Ready; readonly index: number };

/**
 * The members whose invoice was not as they expected it. Read outside the transaction, which by now holds the
 * others' new versions. Where none is found (another write is on its way) all of them count, and go on alone.
 */
async function findStale(store: Store, known: readonly Known[]): Promise<number[]> {
  const ids = known.map(({ member }) => member.request.invoiceId);
  const rows = await store.invoices
    .find({ _id: { $in: ids } }, { projection: { version: 1, organization_id: 1 } })
    .toArray();
  const stale = known.filter(({ member: { request } }) => {
    const row = rows.find((one) => one._id === request.invoiceId);
    return row?.version !== request.expectedVersion || row.organization_id !== request.organizationId;
  });
  return (stale.length > 0 ? stale : known).map(({ index }) => index);
}

/** All members' documents of one collection, where there are any. */
function insertion<D extends mongo.Document>(
  collection: mongo.Collection<D>,
  session: Session,
  members: readonly Ready[],
  rowsOf: (member: Ready) => readonly D[],
): Step[] {
  const rows = members.map(rowsOf);
  const owners = rows.flatMap((list, index) => list.map(() => index));
  const documents = rows.flat() as mongo.OptionalUnlessRequiredId<D>[];
  if (documents.length === 0) return [];
  const run = async () => {
    await collection.insertMany(documents, { session });
    return [];
  };
  return [{ owners, run }];
}

/** Everything besides the invoices, in the order in which a clash says most: events first. */
export function furtherSteps(store: Store, session: Session, members: readonly Ready[]): Step[] {
  return [
    ...insertion(store.events, session, members, (member) =>
      eventDocuments(member.request, member.recordedAt),
    ),
    ...insertion(store.journalEntries, session, members, ({ entries, recordedAt }) =>
      entries.map((entry) => ({ ...entry, recorded_at: recordedAt })),
    ),
    ...insertion(store.payments, session, members, (member) => member.payments),
    ...insertion(store.refunds, session, members, (member) => refundDocuments(member.request)),
    ...paymentSteps(store, session, members),
    ...insertion(store.messages, session, members, (member) => member.messages),
    ...insertion(store.tasks, session, members, taskDocuments),
    ...reports(store, session, members),
    ...members.flatMap((member, index) => (isDeletion(member) ? removal(store, session, member, index) : [])),
  ];
}

/** What refunds and reversals make of the payments they are of. */
function paymentSteps(store: Store, session: Session, members: readonly Ready[]): Step[] {
  const changes = members.flatMap(({ request }, index) =>
    paymentChanges(request).map((change) => ({ index, change })),
  );
  if (changes.length === 0) return [];
  const run = async () => {
    const result = await store.payments.bulkWrite(
      changes.map(({ change }) => change),
      { session },
    );
    if (result.matchedCount !== changes.length)
      throw new Error('A payment that the events change is not stored');
    return [];
  };
  return [{ owners: changes.map(({ index }) => index), run }];
}

type Reported = { readonly id: string; readonly state: 'delivered' | 'bounced' };

/** What a provider reported about a message it had taken. How a try ended the delivery itself has written down. */
function reported(event: Member['request']['events'][number]): Reported[] {
  if (event.type === 'invoice.message_delivered') return [{ id: event.messageId, state: 'delivered' }];
  const isBounce = event.type === 'invoice.message_failed' && event.state === 'bounced';
  return isBounce ? [{ id: event.messageId, state: 'bounced' }] : [];
}

function reports(store: Store, session: Session, members: readonly Ready[]): Step[] {
  const changes = members.flatMap(({ request }, index) =>
    request.events.flatMap(reported).map((one) => ({ index, ...one })),
  );
  if (changes.length === 0) return [];
  const run = async () => {
    const operations = changes.map(({ id, state }) => ({
      updateOne: { filter: { _id: id }, update: { $set: { state, lease_until: null } } },
    }));
    await store.messages.bulkWrite(operations, { session });
    return [];
  };
  return [{ owners: changes.map(({ index }) => index), run }];
}

/** A deleted draft leaves its events; its messages and the personal data it referred to go. */
function removal(store: Store, session: Session, member: Ready, index: number): Step[] {
  const { request } = member;
  const { shipToRef } = request.invoice;
  const refs = [...contentRefs(request), ...(shipToRef === null ? [] : [shipToRef])];
  const run = async () => {
    await store.messages.deleteMany({ invoice_id: request.invoiceId }, { session });
    if (refs.length === 0) return [];
    const contents = { _id: { $in: refs }, organization_id: request.organizationId };
    await store.contents.deleteMany(contents, { session });
    return [];
  };
  return [{ owners: [index], run }];
}
