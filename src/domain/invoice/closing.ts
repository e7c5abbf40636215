// How an invoice ends without being paid: void, with whatever was paid on it, and written off.
import { localDate } from '../calendar.ts';
import { isAmount, sum } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import {
  amountDue,
  type Disposition,
  type Invoice,
  netPaid,
  type Payment,
  type PendingRefund,
  type Refund,
  type Voiding,
} from './invoice.ts';
import { newestFirst, nthId, refundable, toldRefunds } from './refunds.ts';

function part(disposition: readonly Disposition[], type: Disposition['type']): number {
  return sum(disposition.filter((one) => one.type === type).map((one) => one.amount));
}

/** What of a payment settles this invoice and can still go back to whoever paid it. */
function returnable(payment: Payment): number {
  return Math.min(payment.applied, refundable(payment));
}

function checkDisposition(
  invoice: Invoice,
  disposition: readonly Disposition[],
): { readonly toRefund: number } | Rejection {
  const wrong = disposition.findIndex(({ amount }) => !isAmount(amount) || amount === 0);
  if (wrong >= 0) return reject('invalid_amount', undefined, `/disposition/${wrong}/amount_cents`);
  const all = sum(disposition.map((one) => one.amount));
  const paid = netPaid(invoice);
  if (all !== paid) return reject('disposition_mismatch', { sum: all, net_paid: paid }, '/disposition');
  const toRefund = part(disposition, 'refund');
  const most = sum(invoice.payments.map(returnable));
  if (toRefund > most) return reject('amount_exceeds_paid', { refundable: most }, '/disposition');
  return { toRefund };
}

type Ending = Pick<Voiding, 'reason' | 'disposition' | 'refunds'>;

/** The refunds, those that a processor has made among them, and the void itself. */
function voidEvents(invoice: Invoice, ending: Ending, at: Circumstances): readonly InvoiceEvent[] {
  const parts = newestFirst(invoice.payments, returnable, part(ending.disposition, 'refund'));
  const refunds = parts.map(({ payment, amount }, index) => {
    const asked = ending.refunds.find((one) => one.paymentId === payment.id);
    const made = { id: asked?.id ?? nthId(at, index), paymentId: payment.id, amount };
    return refundOf(invoice, made, ending.reason, at);
  });
  const disposition = ending.disposition.filter((one) => one.type !== 'refund');
  return [...refunds, { type: 'invoice.voided', reason: ending.reason, disposition }];
}

function refundOf(
  invoice: Invoice,
  made: Pick<PendingRefund, 'id' | 'paymentId' | 'amount'>,
  reason: string | null,
  at: Circumstances,
): InvoiceEvent {
  const refund: Refund = {
    id: made.id,
    paymentId: made.paymentId,
    amount: made.amount,
    reopened: made.amount,
    fromCredit: 0,
    fromUnapplied: 0,
    date: localDate(at.now, invoice.timeZone),
    reason,
    createdAt: at.now,
  };
  return { type: 'payment.refunded', refund };
}

/** Final. Where a processor has to be asked for refunds it only begins: the workflow asks, and then completes it. */
export function voidInvoice(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'void' }>,
  at: Circumstances,
): Decision | Rejection {
  const { reason } = command;
  const disposition = command.disposition ?? [];
  if (disposition.length === 0 && netPaid(invoice) !== 0) {
    const payments = invoice.payments.filter((payment) => payment.applied > 0).map(({ id }) => id);
    return reject('net_paid_not_zero', { net_paid: netPaid(invoice), payments: payments.join(', ') });
  }
  const checked = checkDisposition(invoice, disposition);
  if (isRejection(checked)) return checked;
  const asking = newestFirst(invoice.payments, returnable, checked.toRefund)
    .map(({ payment, amount }, index) => ({ payment, amount, id: nthId(at, index) }))
    .filter(({ payment }) => payment.provider !== null)
    .map(({ payment, amount, id }): PendingRefund => ({
      id,
      paymentId: payment.id,
      amount,
      state: 'pending',
    }));
  if (asking.length === 0) {
    const events = voidEvents(invoice, { reason, disposition, refunds: [] }, at);
    return { ...nothing, events, told: toldRefunds(events) };
  }
  const voiding = { commandId: at.commandId, reason, disposition, refunds: asking, since: at.now };
  return { ...nothing, events: [{ type: 'invoice.void_started', voiding }], told: { processing: true } };
}

function voidingOf(invoice: Invoice): Voiding {
  if (invoice.voiding === null) throw new Error('No void is under way');
  return invoice.voiding;
}

/** The processor made the refund. */
export function voidRefunded(invoice: Invoice, refundId: string): Decision {
  const known = voidingOf(invoice).refunds.find((refund) => refund.id === refundId);
  if (known === undefined) throw new Error(`No refund ${refundId} is part of the void`);
  if (known.state === 'succeeded') return nothing;
  return { ...nothing, events: [{ type: 'invoice.void_refunded', refundId }] };
}

/** Every refund was made: the invoice is void. */
export function completeVoid(invoice: Invoice, at: Circumstances): Decision {
  const voiding = voidingOf(invoice);
  const open = voiding.refunds.find((refund) => refund.state !== 'succeeded');
  if (open !== undefined) throw new Error(`Refund ${open.id} was not made yet`);
  const events = voidEvents(invoice, voiding, at);
  return { ...nothing, events, told: toldRefunds(events) };
}

/** The processor refused a refund: those it had made before stay made, and that much is due again. */
export function abandonVoid(invoice: Invoice, at: Circumstances, code: string): Decision {
  const { refunds, reason } = voidingOf(invoice);
  const made = refunds.filter((refund) => refund.state === 'succeeded');
  const events: readonly InvoiceEvent[] = [
    ...made.map((refund) => refundOf(invoice, refund, reason, at)),
    { type: 'invoice.void_abandoned', code },
  ];
  return { ...nothing, events, told: toldRefunds(events) };
}

/** Bad debt. What comes in later is a recovery. */
export function writeOff(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'writeOff' }>,
): Decision | Rejection {
  const { reason } = command;
  return { ...nothing, events: [{ type: 'invoice.written_off', amount: amountDue(invoice), reason }] };
}
