// Takes one payment over many invoices back, from all of them at once: the cheque bounced as a whole.
import type { PaymentAnswer, PaymentResult, ReverseAllocationsRequest } from '../../src/contract/payment.ts';
import { localDate } from '../../src/domain/calendar.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import type { AccountRef } from '../../src/domain/ledger/entry.ts';
import { takeBack } from '../../src/domain/payment/allocate.ts';
import { isRejection } from '../../src/domain/rejection.ts';
import { changeCredit } from '../../src/store/credit-balance.ts';
import { postToCustomer } from '../../src/store/customer-ledger.ts';
import type { EventDocument, PaymentDocument, RefundDocument } from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';
import type { Store } from '../../src/store/store.ts';
import { reversalId } from '../persist/payments.ts';
import type { Beside } from '../persist/write.ts';
import type { CatchUp } from './catch-up.ts';
import { answerAgain, paymentEvent, readPaymentEvents } from './event.ts';
import type { Asking } from './persist-request.ts';
import { nowOf, readInvoices, readTimeZone } from './read.ts';
import { type Context, refused, touched, writeAll } from './write.ts';

function askingOf(request: ReverseAllocationsRequest): Asking {
  const { commandId, actor, clockOffset: _offset, ...asked } = request;
  const print = fingerprint(['reverseAllocations', asked]);
  return { command: 'reversePayment', commandId, fingerprint: print, actor, reason: request.reason };
}

/** null: there is no payment of that kind. */
function read(store: Store, request: ReverseAllocationsRequest) {
  const { organizationId, liveMode, paymentId } = request;
  return store.transaction(async (session) => {
    const [recorded = null, reversed = null] = await readPaymentEvents(store, session, request);
    const payment = await store.payments.findOne(
      { _id: paymentId, organization_id: organizationId, live_mode: liveMode },
      { session },
    );
    if (payment === null || recorded === null) return null;
    const ids = payment.allocations.map((one) => one.invoice_id);
    return {
      recorded,
      reversed,
      payment,
      invoices: await readInvoices(store, session, request, ids),
      timeZone: await readTimeZone(store, session, organizationId),
    };
  });
}

/** One round: null where what was read is no longer so. */
export async function reverse(
  context: Context,
  catchUp: CatchUp,
  request: ReverseAllocationsRequest,
): Promise<PaymentAnswer | null> {
  const asking = askingOf(request);
  const found = await read(context.store, request);
  if (found === null) return refused('unknown_payment');
  const { recorded, reversed, payment, invoices, timeZone } = found;
  if (reversed !== null) {
    const same = reversed.command_key === request.commandId;
    return same ? answerAgain(reversed, asking) : refused('already_reversed');
  }
  const now = nowOf(request);
  if (await catchUp(invoices.values(), now)) return null;
  const changes = takeBack([...invoices.values()], request, now);
  if (isRejection(changes)) return refused(changes.rejected, changes.data);
  const unapplied = payment.unapplied_cents;
  if (changes.length === 0 && unapplied === 0) return refused('already_reversed');
  const { paymentId } = request;
  const amount = payment.amount_cents;
  const result = { paymentId, status: 'reversed', amount, unapplied, invoices: touched(changes) } as const;
  const date = localDate(now, timeZone);
  const beside = await besideOf(context, request, { payment, recorded, asking, result, now, date });
  const written = await writeAll(context, { changes, asking, beside });
  return written === 'written' ? { outcome: 'recorded', result } : written;
}

type Reversing = {
  readonly payment: PaymentDocument;
  readonly recorded: EventDocument;
  readonly asking: Asking;
  readonly result: PaymentResult;
  readonly now: string;
  readonly date: string;
};

/** The event of the payment and its status; what was not allocated comes out of the customer's credit again. */
async function besideOf(
  { store, chartOf }: Context,
  request: ReverseAllocationsRequest,
  { payment, recorded, asking, result, now, date }: Reversing,
): Promise<Beside> {
  const { organizationId, liveMode, paymentId, reason } = request;
  const deposit = payment.deposit_to_account_id;
  const debit: AccountRef = { role: 'customer_credit' };
  const credit: AccountRef = deposit === null ? { role: 'undeposited_funds' } : { id: deposit };
  const accountOf = await chartOf(organizationId, [debit, credit]);
  const { customer_id: customerId, currency, unapplied_cents: unapplied } = payment;
  const holder = { organizationId, liveMode, customerId, currency };
  const reverses = typeof recorded.data['entryId'] === 'string' ? recorded.data['entryId'] : null;
  const eventId = `${paymentId}:2`;
  return async (session, recordedAt) => {
    if (unapplied > 0) {
      const postings = [{ debit, credit, amount: unapplied, label: null }];
      const entry = { ...holder, type: 'payment_reversed' as const, date, reverses, postings, eventId };
      await postToCustomer(store, session, accountOf, { ...entry, at: now }, recordedAt);
      await changeCredit(store, session, holder, { by: -unapplied, atLeast: null });
      await store.refunds.insertOne(reversalRow(payment, { date, reason, now }), { session });
    }
    const data = { paymentId, reason };
    const happened = { sequence: 2, type: 'payment.reversed', result, data, at: now, recordedAt };
    await store.events.insertOne(paymentEvent(request, asking, happened), { session });
    await store.payments.updateOne({ _id: paymentId }, { $set: { status: 'reversed' } }, { session });
  };
}

/** What was not allocated: each invoice has a row of its own for what it was settled by. */
function reversalRow(
  payment: PaymentDocument,
  { date, reason, now }: { date: string; reason: string | null; now: string },
): RefundDocument {
  return {
    _id: reversalId(payment._id, null),
    organization_id: payment.organization_id,
    live_mode: payment.live_mode,
    customer_id: payment.customer_id,
    payment_id: payment._id,
    invoice_id: null,
    kind: 'reversal',
    amount_cents: int64(payment.unapplied_cents),
    tip_cents: int64(0),
    currency: payment.currency,
    date,
    reason,
    created_at: now,
  };
}
