// What the invoice is after an event that moves money, or that opens or closes it.
import type { Instant } from '../calendar.ts';
import type { Recorded } from './events.ts';
import type { Invoice, Payment, RefundPart, Refunding } from './invoice.ts';

type Of<T extends Recorded['type']> = Extract<Recorded, { type: T }>;

export type MoneyEvent = Of<
  | 'invoice.late_fee_assessed'
  | 'invoice.late_fee_waived'
  | 'invoice.late_fee_reversed'
  | 'invoice.payment_recorded'
  | 'invoice.recovered'
  | 'payment.refunded'
  | 'payment.refund_started'
  | 'payment.refund_made'
  | 'payment.refund_abandoned'
  | 'payment.reversed'
  | 'invoice.reopened'
  | 'invoice.credit_applied'
  | 'credit_note.issued'
  | 'credit_note.reversed'
  | 'invoice.written_off'
  | 'invoice.void_started'
  | 'invoice.void_refunded'
  | 'invoice.void_abandoned'
  | 'invoice.partially_paid'
  | 'invoice.paid'
  | 'invoice.voided'
>;

/** A closed invoice sends nothing more and waits for nothing: what was planned is skipped, and says why. */
export function closed(
  invoice: Invoice,
  status: 'paid' | 'void' | 'uncollectible' | 'deleted',
  at: Instant,
): Invoice {
  return {
    ...invoice,
    status,
    closedAt: at,
    holds: [],
    voiding: null,
    reminders: invoice.reminders.map((row) =>
      row.status === 'PLANNED' && row.messageId === null
        ? { ...row, status: 'SKIPPED' as const, reason: status }
        : row,
    ),
  };
}

function withPayment(invoice: Invoice, id: string, change: (payment: Payment) => Partial<Payment>): Invoice {
  return {
    ...invoice,
    payments: invoice.payments.map((payment) =>
      payment.id === id ? { ...payment, ...change(payment) } : payment,
    ),
  };
}

/**
 * So much more settled the invoice than it comes to, and became the customer's credit: first what had come out
 * of that credit, the newest first, then what was paid.
 */
function givenBack(invoice: Invoice, amount: number): Invoice {
  let left = amount;
  const creditApplications = invoice.creditApplications
    .toReversed()
    .map((application) => {
      const part = Math.min(left, application.amount);
      left -= part;
      return { ...application, amount: application.amount - part };
    })
    .toReversed()
    .filter((application) => application.amount > 0);
  return { ...invoice, creditApplications, creditedBack: invoice.creditedBack + left };
}

function withoutFee(
  invoice: Invoice,
  event: Of<'invoice.late_fee_waived' | 'invoice.late_fee_reversed'>,
): Invoice {
  const { occurrence, reason } = event;
  const gone = event.type === 'invoice.late_fee_waived' ? { waived: true } : { reversed: true };
  const lateFees = invoice.lateFees.map((fee) =>
    fee.occurrence === occurrence && !fee.waived && !fee.reversed
      ? { ...fee, ...gone, endedAt: event.at, reason }
      : fee,
  );
  return givenBack({ ...invoice, lateFees }, event.credited);
}

/** A refund that asked a processor has ended when all its parts are booked. */
function stillRefunding({ refunding, refunds }: Invoice): Refunding | null {
  const isBooked = refunding?.refunds.every((part) => refunds.some((refund) => refund.id === part.id));
  return isBooked === true ? null : refunding;
}

function refunded(invoice: Invoice, { refund }: Of<'payment.refunded'>): Invoice {
  const changed = withPayment(invoice, refund.paymentId, (payment) => ({
    applied: payment.applied - refund.reopened,
    refunded: payment.refunded + refund.amount,
    status: payment.refunded + refund.amount === payment.amount ? 'refunded' : payment.status,
  }));
  const next = {
    ...changed,
    refunds: [...invoice.refunds, refund],
    leftUnapplied: invoice.leftUnapplied - refund.fromUnapplied,
  };
  return { ...next, refunding: stillRefunding(next) };
}

/** What had been applied and was not reopened had been turned into credit: that is taken back with it. */
function reversed(invoice: Invoice, event: Of<'payment.reversed'>): Invoice {
  const payment = invoice.payments.find((one) => one.id === event.paymentId);
  const applied = payment?.applied ?? 0;
  return {
    ...withPayment(invoice, event.paymentId, () => ({ applied: 0, status: 'reversed' })),
    creditedBack: invoice.creditedBack - (applied - event.reopened),
    leftUnapplied: invoice.leftUnapplied - event.fromUnapplied,
  };
}

function voided(invoice: Invoice, event: Of<'invoice.voided'>): Invoice {
  const total = (type: 'credit' | 'leave_unapplied') =>
    event.disposition.reduce((sum, part) => sum + (part.type === type ? part.amount : 0), 0);
  const left = total('leave_unapplied');
  return {
    ...closed(invoice, 'void', event.at),
    voidedAt: event.at,
    voidReason: event.reason,
    creditApplications: [],
    creditedBack: invoice.creditedBack + total('credit') + left,
    leftUnapplied: invoice.leftUnapplied + left,
  };
}

/** The same list of refunds with one that the processor has made. */
function withMade<T extends { readonly refunds: readonly RefundPart[] }>(
  asked: T | null,
  id: string,
): T | null {
  if (asked === null) return null;
  const made = { state: 'succeeded' } as const;
  return { ...asked, refunds: asked.refunds.map((part) => (part.id === id ? { ...part, ...made } : part)) };
}

export function applyMoney(invoice: Invoice, event: MoneyEvent): Invoice {
  switch (event.type) {
    case 'invoice.late_fee_assessed':
      return {
        ...invoice,
        lateFees: [...invoice.lateFees, event.fee],
        nextFeeOccurrence: event.fee.occurrence + 1,
        // In the place of another it uses up a number, and no place of its own.
        feeOccurrenceOffset: invoice.feeOccurrenceOffset + (event.fee.replaces === null ? 0 : 1),
      };
    case 'invoice.late_fee_waived':
    case 'invoice.late_fee_reversed':
      return withoutFee(invoice, event);
    case 'invoice.payment_recorded':
      return { ...invoice, payments: [...invoice.payments, event.payment] };
    case 'invoice.recovered':
      return { ...invoice, recovered: invoice.recovered + event.amount };
    case 'payment.refunded':
      return refunded(invoice, event);
    case 'payment.refund_started':
      return { ...invoice, refunding: event.refunding };
    case 'payment.refund_made':
      return { ...invoice, refunding: withMade(invoice.refunding, event.refundId) };
    case 'payment.refund_abandoned':
      return { ...invoice, refunding: null };
    case 'payment.reversed':
      return reversed(invoice, event);
    case 'invoice.reopened':
      return { ...invoice, ...event.plan, status: 'open', closedAt: null, paidAt: null };
    case 'invoice.credit_applied':
      return { ...invoice, creditApplications: [...invoice.creditApplications, event.application] };
    case 'credit_note.issued':
      return givenBack(
        { ...invoice, creditNotes: [...invoice.creditNotes, event.note] },
        event.note.credited,
      );
    case 'credit_note.reversed':
      return {
        ...invoice,
        creditNotes: invoice.creditNotes.map((note, _index, { length }) =>
          note.id === event.note.id ? { ...note, reversedBehind: length } : note,
        ),
      };
    case 'invoice.written_off':
      return {
        ...closed(invoice, 'uncollectible', event.at),
        writtenOff: invoice.writtenOff + event.amount,
      };
    case 'invoice.void_started':
      return { ...invoice, voiding: event.voiding };
    case 'invoice.void_refunded':
      return { ...invoice, voiding: withMade(invoice.voiding, event.refundId) };
    case 'invoice.void_abandoned':
      return { ...invoice, voiding: null };
    case 'invoice.partially_paid':
      return invoice;
    case 'invoice.paid':
      return { ...closed(invoice, 'paid', event.at), paidAt: event.at };
    case 'invoice.voided':
      return voided(invoice, event);
  }
}
