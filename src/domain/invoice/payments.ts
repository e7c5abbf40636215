// Money that comes in: what of a payment settles the invoice, what is the customer's credit, what is a tip.
import { localDate } from '../calendar.ts';
import { isAmount } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
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

/** A payment inside the term that leaves no more than the discount settles the invoice: the rest is credited. */
function earlyPayment(invoice: Invoice, recording: InvoiceEvent, payment: Payment, at: Circumstances) {
  const rest = amountDue(invoice) - payment.applied;
  const discount = earlyPaymentDiscount(invoice, payment.date);
  if (discount === null || rest <= 0 || rest > discount) return [];
  const paid = after(invoice, recorded(invoice, [recording], at.now));
  const note = noteOf(paid, spread(paid, rest), {
    id: `${at.newId}:discount`,
    kind: 'early_payment',
    date: payment.date,
    reason: null,
  });
  return [{ type: 'credit_note.issued', note } as const];
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
  const events = [...recovered, recording, ...earlyPayment(invoice, recording, payment, at)];
  const conditions: Condition[] =
    provider === null || providerPaymentId === null
      ? []
      : [{ kind: 'providerIdFree', provider, providerPaymentId }];
  return { events: settleIncoming(invoice, events, at), conditions, told: { paymentId: payment.id } };
}
