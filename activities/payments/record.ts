// Records one payment over many invoices. What may happen the core says; this reads, asks it, and writes.
import type { PaymentAnswer, PaymentResult, RecordAllocationsRequest } from '../../src/contract/payment.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import type { AccountRef } from '../../src/domain/ledger/entry.ts';
import { allocate, type Allocated } from '../../src/domain/payment/allocate.ts';
import { isRejection } from '../../src/domain/rejection.ts';
import type { PaymentDocument } from '../../src/store/documents.ts';
import { changeCredit } from '../../src/store/credit-balance.ts';
import { postToCustomer } from '../../src/store/customer-ledger.ts';
import { int64 } from '../../src/store/int64.ts';
import type { Session, Store } from '../../src/store/store.ts';
import type { Beside } from '../persist/write.ts';
import type { CatchUp } from './catch-up.ts';
import { answerAgain, paymentEvent, readPaymentEvents } from './event.ts';
import type { Asking } from './persist-request.ts';
import { nowOf, readInvoices, readTimeZone } from './read.ts';
import { type Context, refused, touched, writeAll } from './write.ts';

function askingOf(request: RecordAllocationsRequest): Asking {
  const { commandId, actor, clockOffset: _offset, ...payment } = request;
  const print = fingerprint(['recordAllocations', payment]);
  return { command: 'recordPayment', commandId, fingerprint: print, actor, reason: null };
}

function read(store: Store, request: RecordAllocationsRequest) {
  const { organizationId, customerId, paymentId } = request;
  return store.transaction(async (session) => {
    const [first = null] = await readPaymentEvents(store, session, request);
    const ids = request.allocations.map(({ invoiceId }) => invoiceId);
    return {
      first,
      /** A payment of an invoice's own has the id. */
      isTaken: (await store.payments.countDocuments({ _id: paymentId }, { session })) > 0,
      invoices: await readInvoices(store, session, request, ids),
      timeZone: await readTimeZone(store, session, organizationId),
      customer: await store.customers.findOne(
        { _id: customerId, organization_id: organizationId },
        { session, projection: { currency: 1 } },
      ),
      takesDeposits: await takesDeposits(store, session, request),
    };
  });
}

/** Money goes into an asset account that is not the receivables themselves. */
async function takesDeposits(
  store: Store,
  session: Session,
  { organizationId, depositToAccountId: id }: RecordAllocationsRequest,
): Promise<boolean> {
  if (id === null) return true;
  const account = await store.accounts.findOne({ _id: id, organization_id: organizationId }, { session });
  return account?.type === 'asset' && account.role !== 'accounts_receivable';
}

/** One round: null where what was read is no longer so. */
export async function record(
  context: Context,
  catchUp: CatchUp,
  request: RecordAllocationsRequest,
): Promise<PaymentAnswer | null> {
  const asking = askingOf(request);
  const found = await read(context.store, request);
  if (found.first !== null) return answerAgain(found.first, asking);
  if (found.isTaken) return refused('idempotency_mismatch');
  const now = nowOf(request);
  if (await catchUp(found.invoices.values(), now)) return null;
  const decided = allocate(found.invoices, request, { ...found, now });
  if (isRejection(decided)) return refused(decided.rejected, decided.data, decided.pointer);
  const { changes, unapplied } = decided;
  const { paymentId, amount } = request;
  const result: PaymentResult = {
    paymentId,
    status: 'succeeded',
    amount,
    unapplied,
    invoices: touched(changes),
  };
  const beside = await besideOf(context, request, { decided, asking, result, now });
  const written = await writeAll(context, { changes, asking, beside });
  return written === 'written' ? { outcome: 'recorded', result } : written;
}

type Deciding = {
  readonly decided: Allocated;
  readonly asking: Asking;
  readonly result: PaymentResult;
  readonly now: string;
};

/** The payment and its event, and what is not allocated: an entry of the customer's own, and credit. */
async function besideOf(
  { store, chartOf }: Context,
  request: RecordAllocationsRequest,
  { decided, asking, result, now }: Deciding,
): Promise<Beside> {
  const { organizationId, depositToAccountId: deposit } = request;
  const { unapplied, date } = decided;
  const debit: AccountRef = deposit === null ? { role: 'undeposited_funds' } : { id: deposit };
  const credit: AccountRef = { role: 'customer_credit' };
  const accountOf = await chartOf(organizationId, [debit, credit]);
  const eventId = `${request.paymentId}:1`;
  return async (session, recordedAt) => {
    let entryId: string | null = null;
    if (unapplied > 0) {
      const postings = [{ debit, credit, amount: unapplied, label: null }];
      const entry = {
        ...request,
        type: 'payment_recorded' as const,
        date,
        reverses: null,
        postings,
        eventId,
      };
      entryId = (await postToCustomer(store, session, accountOf, { ...entry, at: now }, recordedAt)).id;
      await changeCredit(store, session, request, { by: unapplied, atLeast: null });
    }
    const data = { paymentId: request.paymentId, entryId, allocations: request.allocations };
    const happened = { sequence: 1, type: 'payment.succeeded', result, data, at: now, recordedAt };
    await store.events.insertOne(paymentEvent(request, asking, happened), { session });
    await store.payments.insertOne(paymentRow(request, decided, now), { session });
  };
}

function paymentRow(request: RecordAllocationsRequest, decided: Allocated, now: string): PaymentDocument {
  return {
    _id: request.paymentId,
    organization_id: request.organizationId,
    live_mode: request.liveMode,
    customer_id: request.customerId,
    currency: request.currency,
    amount_cents: int64(request.amount),
    unapplied_cents: int64(decided.unapplied),
    tip_cents: int64(0),
    date: decided.date,
    payment_method: request.method,
    deposit_to_account_id: request.depositToAccountId,
    reference: request.reference,
    note: request.note,
    provider: null,
    provider_payment_id: null,
    by_allocation: true,
    created_at: now,
    status: 'succeeded',
    refunded_cents: int64(0),
    allocations: request.allocations.map(({ invoiceId, amount }) => ({
      invoice_id: invoiceId,
      amount_cents: int64(amount),
    })),
  };
}
