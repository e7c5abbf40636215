// The messages of a command: whom they go to, whether they may, and their rows.
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Condition } from '../../src/domain/invoice/condition.ts';
import type { Message } from '../../src/domain/invoice/invoice.ts';
import { capKey } from '../../src/store/addresses.ts';
import { readCredit } from '../../src/store/credit-balance.ts';
import type { CustomerDocument, MessageDocument } from '../../src/store/documents.ts';
import type { Session, Store } from '../../src/store/store.ts';
import { claimCap } from './cap.ts';
import type { Member } from './member.ts';
import { type Envelope, envelopeOf, recipientRefusal } from './recipient.ts';

export type Refusal = Omit<Extract<PersistResult, { outcome: 'refused' }>, 'outcome'>;

type Addressed = { readonly message: Message; readonly envelope: Envelope };
type Context = {
  readonly store: Store;
  readonly session: Session;
  readonly request: PersistRequest;
  readonly customer: CustomerDocument | null;
  readonly addressed: ReadonlyMap<string, Addressed>;
};

/** The rows to write, or the first precondition that failed, tested inside the transaction. */
export async function planMessages(
  store: Store,
  session: Session,
  member: Member,
  customer: CustomerDocument | null,
): Promise<MessageDocument[] | Refusal> {
  const { request } = member;
  const addressed = new Map(
    request.messages.map(({ message }) => {
      const envelope = envelopeOf(message, member.words.get(message.id) ?? null, customer);
      return [message.id, { message, envelope }];
    }),
  );
  const context = { store, session, request, customer, addressed };
  const capKeys = new Map<string, string>();
  for (const precondition of request.preconditions) {
    const refusal = await test(context, precondition, capKeys);
    if (refusal !== null) return refusal;
  }
  return [...addressed.values()].map(({ message, envelope }) =>
    messageDocument(request, message, envelope, capKeys.get(message.id) ?? null),
  );
}

async function test(
  context: Context,
  precondition: Condition,
  capKeys: Map<string, string>,
): Promise<Refusal | null> {
  switch (precondition.kind) {
    case 'numberFree':
    case 'providerIdFree':
      // A unique index answers this when the invoice or the payment is written.
      return null;
    case 'creditAtLeast':
      // Answered when the credit is taken, which is one step with the test.
      return null;
    case 'recipient': {
      const { message, envelope } = find(context, precondition.messageId);
      const code = recipientRefusal(message, envelope, context.customer, precondition.automatic);
      return code === null ? null : { code, data: {}, messageId: message.id };
    }
    case 'creditBelow': {
      const { customerId, currency } = context.request.invoice;
      const credit = await readCredit(
        context.store,
        { ...context.request, customerId, currency },
        context.session,
      );
      if (credit < precondition.amount) return null;
      return { code: 'covered_by_credit', data: {}, messageId: precondition.messageId };
    }
    case 'reminderCap': {
      const { message, envelope } = find(context, precondition.messageId);
      const [address] = envelope.to;
      if (address === undefined) return null;
      const key = capKey(context.request, message.channel, address);
      const data = await claimCap(context.store, context.session, key, precondition);
      if (data !== null) return { code: 'reminder_cap', data, messageId: message.id };
      capKeys.set(message.id, key);
      return null;
    }
  }
}

function find(context: Context, messageId: string): Addressed {
  const found = context.addressed.get(messageId);
  if (found === undefined) throw new Error(`A precondition names message ${messageId}, which is not planned`);
  return found;
}

function messageDocument(
  request: PersistRequest,
  message: Message,
  envelope: Envelope,
  key: string | null,
): MessageDocument {
  return {
    _id: message.id,
    organization_id: request.organizationId,
    live_mode: request.liveMode,
    invoice_id: request.invoiceId,
    customer_id: request.invoice.customerId,
    channel: message.channel,
    kind: message.kind,
    template: message.template,
    command_id: message.commandId,
    to: [...envelope.to],
    cc: [...envelope.cc],
    bcc: [...envelope.bcc],
    subject: envelope.subject,
    message: envelope.message,
    state: message.state,
    lease_until: null,
    attempts: [],
    segments: null,
    provider_id: null,
    cap_key: key,
    switched_from: message.switchedFrom,
    queued_at: message.queuedAt,
    sent_at: null,
  };
}
