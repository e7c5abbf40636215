// A request made ready for its transaction: everything that can be read or built before it.
import { randomBytes } from 'node:crypto';
import type { MessageContent, PersistRequest } from '../../src/contract/invoice.ts';
import { creditChange } from '../../src/domain/ledger/credit.ts';
import type { JournalEntryDocument, PaymentDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import type { ChartOf } from './accounts.ts';
import { entryDocuments } from './documents.ts';
import { paymentDocuments } from './payments.ts';

export type Words = Exclude<MessageContent, { ref: string }>;

export type Member = {
  /** Its invoice carries the hash of the last of the entries. */
  readonly request: PersistRequest;
  readonly entries: readonly JournalEntryDocument[];
  readonly payments: readonly PaymentDocument[];
  /** Recipients and words by message id. */
  readonly words: ReadonlyMap<string, Words | null>;
  /** The customer's link, made when the invoice is issued. */
  readonly publicToken: string | null;
};

export async function prepare(store: Store, chartOf: ChartOf, request: PersistRequest): Promise<Member> {
  refuseNonsense(request);
  const accounts = request.entries
    .flatMap((entry) => entry.postings)
    .flatMap((posting) => [posting.debit, posting.credit]);
  const [accountOf, words] = await Promise.all([
    accounts.length === 0 ? null : chartOf(request.organizationId, accounts),
    readWords(store, request),
  ]);
  const issued = request.events.some((event) => event.type === 'invoice.issued');
  const entries = accountOf === null ? [] : entryDocuments(request, accountOf);
  const entryHash = entries.at(-1)?.hash ?? request.invoice.entryHash;
  return {
    request: { ...request, invoice: { ...request.invoice, entryHash } },
    entries,
    payments: paymentDocuments(request),
    words,
    publicToken: issued ? randomBytes(32).toString('base64url') : null,
  };
}

/** Mistakes of the caller, which no retry can mend and nothing may be stored of. */
function refuseNonsense(request: PersistRequest): void {
  const { invoice, expectedVersion } = request;
  if (request.events.length === 0) throw new Error(`Command ${request.command} has no event to write`);
  if (invoice.version <= expectedVersion) {
    throw new Error(`Version ${invoice.version} does not follow version ${expectedVersion}`);
  }
  const same = invoice.id === request.invoiceId && invoice.organizationId === request.organizationId;
  if (!same || invoice.liveMode !== request.liveMode) {
    throw new Error(`The request and its invoice ${invoice.id} are of different invoices`);
  }
  if (request.entries.some((entry) => entry.postings.length === 0)) {
    throw new Error('A journal entry has no postings');
  }
  const booked = creditChange(request.entries);
  if (request.creditChange !== booked) {
    throw new Error(`The credit changes by ${request.creditChange}, its entries by ${booked}`);
  }
}

/** Contents never change once they are stored, so they are read before the transaction. */
async function readWords(store: Store, request: PersistRequest): Promise<Map<string, Words | null>> {
  const refs = contentRefs(request);
  const stored =
    refs.length === 0
      ? []
      : await store.contents.find({ _id: { $in: refs }, organization_id: request.organizationId }).toArray();
  const words = request.messages.map(async ({ message, content }): Promise<[string, Words | null]> => {
    if (message.switchedFrom !== null) return [message.id, await wordsOf(store, message.switchedFrom)];
    if (content === null || !('ref' in content)) return [message.id, content];
    const found = stored.find((one) => one._id === content.ref);
    if (found === undefined) throw new Error(`The content of message ${message.id} does not exist`);
    return [message.id, found.data];
  });
  return new Map(await Promise.all(words));
}

/** By another channel it says the same, to the customer's own address there. */
async function wordsOf(store: Store, messageId: string): Promise<Words> {
  const row = await store.messages.findOne({ _id: messageId });
  const { subject = null, message = null } = row ?? {};
  return { ...(subject === null ? {} : { subject }), ...(message === null ? {} : { message }) };
}

export function contentRefs(request: PersistRequest): string[] {
  const refs = request.messages.flatMap(({ content }) =>
    content !== null && 'ref' in content ? [content.ref] : [],
  );
  return [...new Set(refs)];
}
