// Money that comes in: what of a payment settles the invoice, what is the customer's credit, what is a tip, and
// which late fees it makes wrong.
import { localDate } from '../calendar.ts';
import { isAmount, sum } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { correctFees, feesAfter, takeFeesBack } from './backdated.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { noteOf, spread } from './credit-note.ts';
import type { Condition } from './condition.ts';
import { after, type Decision, recorded } from './decision.ts';
import { earlyPaymentDiscount } from './early-payment.ts';
import type { InvoiceEvent } from './events.ts';
import { amountDue, type Invoice, type Payment, unrecovered } from './invoice.ts';
import { settleIncoming } from './settle.ts';

type RecordPayment = Extract<CommandOn, { name: 'recordPayment' }>;

/** What the invoice can take. On one that was written off it is what has not come in since. */
function receivable(invoice: Invoice): number {
  return invoice.status === 'uncollectible' ? unrecovered(invoice) : amountDue(invoice);
}

function paymentOf(
  invoice: Invoice,
  command: RecordPayment,
  at: Circumstances,
): { readonly payment: Payment } | Rejection {
  const due = receivable(invoice);
  const amount = command.amount ?? due;
  if (!isAmount(amount) || amount === 0) return reject('invalid_amount', undefined, '/amount_cents');
  if (!isAmount(command.tip)) return reject('invalid_amount', undefined, '/tip_cents');
  const today = localDate(at.now, invoice.timeZone);
  const date = command.date ?? today;
  if (date > today) return reject('date_in_future', undefined, '/date');
  const overpayment = command.overpayment ?? invoice.policy.overpayment;
  if (amount > due && overpayment === 'refuse') return reject('amount_exceeds_due', { due }, '/amount_cents');
  const applied = Math.min(amount, due);
  const { tip, method, depositToAccountId, reference, note, provider, providerPaymentId } = command;
  return {
    payment: {
      id: at.newId,
      amount,
      applied,
      unapplied: amount - applied,
      refunded: 0,
      tip,
      recovery: invoice.status === 'uncollectible',
      date,
      method,
      depositToAccountId,
      reference,
      note,
      status: 'succeeded',
      provider,
      providerPaymentId,
      createdAt: at.now,
    },
  };
}

/** Inside the term of an early payment, what is left is given: `rest`, where no late fee is owed. */
function discountNote(invoice: Invoice, payment: Payment, rest: number, at: Circumstances): InvoiceEvent {
  const note = noteOf(invoice, spread(invoice, rest), {
    id: `${at.newId}:discount`,
    kind: 'early_payment',
    date: payment.date,
    reason: null,
  });
  return { type: 'credit_note.issued', note };
}

/**
 * What follows from the payment before anything is paid or open: fees of later days that it makes wrong are
 * corrected. One inside the term of an early payment that leaves no more than the discount settles the invoice, so
 * there was nothing due at any of them.
 */
function consequences(
  invoice: Invoice,
  events: readonly InvoiceEvent[],
  payment: Payment,
  at: Circumstances,
): readonly InvoiceEvent[] {
  const paid = after(invoice, recorded(invoice, events, at.now));
  const corrects = at.correctsFees ?? true;
  const wrongly = corrects ? sum(feesAfter(invoice, payment.date).map((fee) => fee.amount)) : 0;
  const rest = amountDue(invoice) - payment.applied - wrongly;
  const discount = earlyPaymentDiscount(invoice, payment.date);
  if (discount !== null && rest > 0 && rest <= discount) {
    const corrected = corrects ? takeFeesBack(paid, payment.date, at.now) : { events: [], invoice: paid };
    return [...corrected.events, discountNote(corrected.invoice, payment, rest, at)];
  }
  return corrects ? correctFees(paid, payment.date, at.now).events : [];
}

export function recordPayment(
  invoice: Invoice,
  command: RecordPayment,
  at: Circumstances,
): Decision | Rejection {
  const read = paymentOf(invoice, command, at);
  if (isRejection(read)) return read;
  const { payment } = read;
  const { applied, date, provider, providerPaymentId } = payment;
  const recovered: InvoiceEvent[] = payment.recovery
    ? [{ type: 'invoice.recovered', amount: applied, date }]
    : [];
  const recording: InvoiceEvent = { type: 'invoice.payment_recorded', payment };
  const came = [...recovered, recording];
  const events = [...came, ...consequences(invoice, came, payment, at)];
  const conditions: Condition[] =
    provider === null || providerPaymentId === null
      ? []
      : [{ kind: 'providerIdFree', provider, providerPaymentId }];
  return { events: settleIncoming(invoice, events, at), conditions, told: { paymentId: payment.id } };
}
