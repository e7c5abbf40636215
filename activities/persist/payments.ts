// The rows of payments: what came in, what went back, and what a payment has become by that.
import type { mongo } from 'mongoose';
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { Payment } from '../../src/domain/invoice/invoice.ts';
import { sum } from '../../src/domain/money.ts';
import type { PaymentDocument, RefundDocument } from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';

export function paymentDocuments(request: PersistRequest): PaymentDocument[] {
  return request.events.flatMap((event) => {
    if (event.type !== 'invoice.payment_recorded') return [];
    const { payment } = event;
    return [
      {
        _id: payment.id,
        organization_id: request.organizationId,
        live_mode: request.liveMode,
        customer_id: request.invoice.customerId,
        currency: request.invoice.currency,
        amount_cents: int64(payment.amount),
        unapplied_cents: int64(payment.unapplied),
        tip_cents: int64(payment.tip),
        date: payment.date,
        payment_method: payment.method,
        deposit_to_account_id: payment.depositToAccountId,
        reference: payment.reference,
        note: payment.note,
        provider: payment.provider,
        provider_payment_id: payment.providerPaymentId,
        by_allocation: false,
        created_at: payment.createdAt,
        status: payment.status,
        refunded_cents: int64(payment.refunded),
        allocations: [{ invoice_id: request.invoiceId, amount_cents: int64(payment.applied) }],
      },
    ];
  });
}

/** What went back of payments: a row for each event, which nothing changes afterwards. */
export function refundDocuments(request: PersistRequest): RefundDocument[] {
  const { invoiceId, invoice, organizationId, liveMode } = request;
  const of = {
    organization_id: organizationId,
    live_mode: liveMode,
    customer_id: invoice.customerId,
    invoice_id: invoiceId,
    currency: invoice.currency,
  };
  return request.events.flatMap((event): RefundDocument[] => {
    if (event.type === 'payment.refunded') {
      const { id, paymentId, amount, date, reason, createdAt } = event.refund;
      const cents = { amount_cents: int64(amount), tip_cents: int64(0) };
      const row = { _id: id, ...of, ...cents, payment_id: paymentId, kind: 'refund' as const };
      return [{ ...row, date, reason, created_at: createdAt }];
    }
    if (event.type !== 'payment.reversed') return [];
    const { paymentId, reopened, fromCredit, fromUnapplied, tip, date, reason, at } = event;
    const amount = sum([reopened, fromCredit, fromUnapplied]);
    const row = { _id: reversalId(paymentId, invoiceId), ...of, payment_id: paymentId };
    const cents = { amount_cents: int64(amount), tip_cents: int64(tip) };
    return [{ ...row, ...cents, kind: 'reversal', date, reason, created_at: at }];
  });
}

/** A payment is taken back from an invoice once. */
export function reversalId(paymentId: string, invoiceId: string | null): string {
  return invoiceId === null ? `${paymentId}:reversal` : `${paymentId}:reversal:${invoiceId}`;
}

/** The payments that the events change, each as it is afterwards. */
export function paymentChanges(request: PersistRequest): mongo.AnyBulkWriteOperation<PaymentDocument>[] {
  const refunded = new Map<string, number>();
  const reversed = new Set<string>();
  for (const event of request.events) {
    if (event.type === 'payment.refunded') {
      const { paymentId, amount } = event.refund;
      refunded.set(paymentId, (refunded.get(paymentId) ?? 0) + amount);
    }
    if (event.type === 'payment.reversed') reversed.add(event.paymentId);
  }
  return [...new Set([...refunded.keys(), ...reversed])].map((id) => {
    const payment = request.invoice.payments.find((one) => one.id === id);
    if (payment === undefined) throw new Error(`Payment ${id} is not on the invoice`);
    const filter = { _id: id, organization_id: request.organizationId };
    const update = projection(request.invoiceId, payment, refunded.get(id) ?? 0, reversed.has(id));
    return { updateOne: { filter, update } };
  });
}

/**
 * A payment of this invoice alone is what the invoice says it is. One over many is changed in this invoice's part:
 * the others may be changing theirs.
 */
function projection(invoiceId: string, payment: Payment, refunded: number, reversed: boolean) {
  const isOwn = { $ne: ['$by_allocation', true] };
  const mine = { $eq: ['$$this.invoice_id', { $literal: invoiceId }] };
  const part = { $mergeObjects: ['$$this', { amount_cents: int64(payment.applied) }] };
  const allocations = { $map: { input: '$allocations', in: { $cond: [mine, part, '$$this'] } } };
  const nothingLeft = { $eq: [{ $sum: ['$unapplied_cents', { $sum: '$allocations.amount_cents' }] }, 0] };
  const allRefunded = { $eq: ['$refunded_cents', '$amount_cents'] };
  const status = reversed
    ? { $cond: [nothingLeft, 'reversed', '$status'] }
    : { $cond: [allRefunded, 'refunded', '$status'] };
  return [
    {
      $set: {
        refunded_cents: { $add: [{ $ifNull: ['$refunded_cents', int64(0)] }, int64(refunded)] },
        allocations,
      },
    },
    { $set: { status: { $cond: [isOwn, payment.status, status] } } },
  ];
}
