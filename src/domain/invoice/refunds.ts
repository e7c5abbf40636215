// Money that goes back: a refund that somebody decided, and a payment that turned out not to be one.
import { localDate } from '../calendar.ts';
import { isAmount, sum } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import type { Condition } from './condition.ts';
import { after, type Decision, nothing, recorded } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import {
  type Invoice,
  netPaid,
  type Payment,
  type Refund,
  type Refunding,
  type RefundMode,
  type RefundPart,
  standingNotes,
} from './invoice.ts';
import { settle } from './settle.ts';

type Refunded = Extract<InvoiceEvent, { type: 'payment.refunded' }>;

/** What of a payment has not gone back yet, tips apart. */
export function refundable(payment: Payment): number {
  return payment.status === 'succeeded' ? payment.amount - payment.refunded : 0;
}

/** One refund takes its share of several payments: the newest first. */
export function newestFirst(
  payments: readonly Payment[],
  available: (payment: Payment) => number,
  amount: number,
): { readonly payment: Payment; readonly amount: number }[] {
  let left = amount;
  return payments
    .toReversed()
    .map((payment) => {
      const part = Math.min(left, available(payment));
      left -= part;
      return { payment, amount: part };
    })
    .filter((part) => part.amount > 0);
}

/** A command makes one id; what it makes beyond that is numbered behind it. */
export function nthId(at: Circumstances, index: number): string {
  return index === 0 ? at.newId : `${at.newId}:${index + 1}`;
}

/** Where the money of a refund comes from. Nothing is due on a void: there it never reopens anything. */
function sources(invoice: Invoice, payment: Payment, amount: number, mode: RefundMode) {
  if (invoice.status === 'void') {
    const fromUnapplied = Math.min(amount, invoice.leftUnapplied);
    return { reopened: 0, fromCredit: amount - fromUnapplied, fromUnapplied };
  }
  // What was turned into the customer's credit since lies there, and is taken from there.
  const reopened = mode === 'reopen' ? Math.min(amount, payment.applied, netPaid(invoice)) : 0;
  return { reopened, fromCredit: amount - reopened, fromUnapplied: 0 };
}

/** The payments a refund may take from, or why there is none. */
function refundablePayments(invoice: Invoice, paymentId: string | null): readonly Payment[] | Rejection {
  const live = invoice.payments.filter(({ status }) => status !== 'pending' && status !== 'failed');
  const named = paymentId === null ? live : live.filter((payment) => payment.id === paymentId);
  if (named.length === 0) return reject('unknown_payment', undefined, '/payment_id');
  if (named.every((payment) => payment.status === 'reversed')) return reject('already_reversed');
  const left = named.filter((payment) => refundable(payment) > 0);
  return left.length === 0 ? reject('already_refunded') : left;
}

/** What each part takes from where as things stand now, one part after the other. */
export function refundEvents(
  invoice: Invoice,
  parts: readonly Pick<Refund, 'id' | 'paymentId' | 'amount'>[],
  how: Pick<Refunding, 'mode' | 'reason'>,
  at: Circumstances,
): Refunded[] {
  const events: Refunded[] = [];
  let state = invoice;
  for (const { id, paymentId, amount } of parts) {
    const payment = state.payments.find((one) => one.id === paymentId);
    if (payment === undefined) throw new Error(`Refund ${id} is of no payment`);
    const refund: Refund = {
      id,
      paymentId,
      amount,
      ...sources(state, payment, amount, how.mode),
      date: localDate(at.now, invoice.timeZone),
      reason: how.reason,
      createdAt: at.now,
    };
    const event = { type: 'payment.refunded', refund } as const;
    state = after(state, recorded(state, [event], at.now));
    events.push(event);
  }
  return events;
}

/** Which refunds the events book, as the answer tells it. */
export function toldRefunds(events: readonly InvoiceEvent[]): Decision['told'] {
  const ids = events.flatMap((event) => (event.type === 'payment.refunded' ? [event.refund.id] : []));
  return ids.length === 0 ? {} : { refundIds: ids };
}

/** Where a processor holds some of the money it only begins: the workflow asks, and then completes it. */
export function refundPayment(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'refundPayment' }>,
  at: Circumstances,
): Decision | Rejection {
  const payments = refundablePayments(invoice, command.paymentId);
  if (isRejection(payments)) return payments;
  const most = sum(payments.map(refundable));
  const amount = command.amount ?? most;
  if (!isAmount(amount) || amount === 0) return reject('invalid_amount', undefined, '/amount_cents');
  if (amount > most) return reject('amount_exceeds_paid', { refundable: most }, '/amount_cents');
  const refunds = newestFirst(payments, refundable, amount).map((part, index): RefundPart => ({
    id: nthId(at, index),
    paymentId: part.payment.id,
    amount: part.amount,
    state: part.payment.provider === null ? 'by_hand' : 'pending',
  }));
  const events = refundEvents(invoice, refunds, command, at);
  const fromCredit = sum(events.map(({ refund }) => refund.fromCredit));
  // Asked of the write that begins: once the processor has paid, the money is gone, whatever credit is left.
  const conditions: Condition[] = fromCredit > 0 ? [{ kind: 'creditAtLeast', amount: fromCredit }] : [];
  if (refunds.every(({ state }) => state === 'by_hand')) {
    return { events: settle(invoice, events, at), conditions, told: toldRefunds(events) };
  }
  const { mode, reason } = command;
  const refunding = { commandId: at.commandId, mode, reason, refunds, since: at.now };
  return { events: [{ type: 'payment.refund_started', refunding }], conditions, told: { processing: true } };
}

/** A payment that never came was not early either: what was taken off for it is due again. */
function discountLost(invoice: Invoice, reopened: number, date: string): InvoiceEvent[] {
  if (reopened === 0) return [];
  return standingNotes(invoice)
    .filter((note) => note.kind === 'early_payment')
    .map((note) => ({ type: 'credit_note.reversed', note, date }));
}

/**
 * A bounced cheque or a chargeback: a fact, so nothing that it leads to is refused. What was refunded before is
 * not taken back twice; the customer's credit may go below zero.
 */
export function reversePayment(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'reversePayment' }>,
  at: Circumstances,
): Decision | Rejection {
  const payment = invoice.payments.find((one) => one.id === command.paymentId);
  if (payment === undefined || payment.status === 'pending' || payment.status === 'failed') {
    return reject('unknown_payment', undefined, '/payment_id');
  }
  if (payment.status === 'reversed') return reject('already_reversed');
  const left = payment.amount - payment.refunded;
  if (left + payment.tip === 0) return reject('already_refunded');
  const isVoid = invoice.status === 'void';
  const reopened = isVoid ? 0 : Math.min(payment.applied, netPaid(invoice));
  const fromUnapplied = isVoid ? Math.min(left, invoice.leftUnapplied) : 0;
  const reversed: InvoiceEvent = {
    type: 'payment.reversed',
    paymentId: payment.id,
    reason: command.reason,
    reopened,
    // Below zero where a refund out of the credit had given back what this payment settled.
    fromCredit: left - reopened - fromUnapplied,
    fromUnapplied,
    tip: payment.tip,
    date: localDate(at.now, invoice.timeZone),
  };
  const events = [reversed, ...discountLost(invoice, reopened, reversed.date)];
  return { ...nothing, events: settle(invoice, events, at), told: { paymentId: payment.id } };
}
