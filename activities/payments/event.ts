// The events of a payment itself: it came in, it was taken back. They answer repetitions, and say who and why.
import type { PaymentAnswer, PaymentResult } from '../../src/contract/payment.ts';
import type { EventDocument } from '../../src/store/documents.ts';
import type { Session, Store } from '../../src/store/store.ts';
import type { Asking } from './persist-request.ts';
import { refused } from './write.ts';

export type PaymentScope = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly paymentId: string;
};

/** In their order. A payment that an invoice recorded has none: its events are the invoice's. */
export function readPaymentEvents(
  store: Store,
  session: Session,
  { organizationId, paymentId }: PaymentScope,
): Promise<EventDocument[]> {
  return store.events
    .find({ invoice_id: paymentId, organization_id: organizationId }, { session })
    .sort({ sequence: 1 })
    .toArray();
}

/** What a repetition is answered; another request under the same ids is refused. */
export function answerAgain(first: EventDocument, asking: Asking): PaymentAnswer {
  if (first.command_key !== asking.commandId || first.fingerprint !== asking.fingerprint) {
    return refused('idempotency_mismatch');
  }
  return { outcome: 'duplicate', result: first.result as PaymentResult };
}

type Happened = {
  readonly sequence: number;
  readonly type: string;
  readonly result: PaymentResult;
  readonly data: Record<string, unknown>;
  readonly at: string;
  readonly recordedAt: Date;
};

export function paymentEvent(
  scope: PaymentScope,
  asking: Asking,
  { sequence, type, result, data, at, recordedAt }: Happened,
): EventDocument {
  return {
    _id: `${scope.paymentId}:${sequence}`,
    organization_id: scope.organizationId,
    live_mode: scope.liveMode,
    invoice_id: scope.paymentId,
    sequence,
    version: sequence,
    type,
    at,
    recorded_at: recordedAt,
    actor: asking.actor,
    reason: asking.reason,
    command: asking.command,
    command_id: asking.commandId,
    command_key: asking.commandId,
    fingerprint: asking.fingerprint,
    result,
    data,
  };
}
