// Early payment: what a customer saves by paying within the term, until when, and what then settles the invoice.
import { type Instant, type LocalDate, localDate, plusDays } from '../calendar.ts';
import { percentOf } from '../money.ts';
import { amountDue, creditNoteTotal, type Invoice, standingNotes } from './invoice.ts';

/** The last day of the term; null without terms, and while nobody knows the issue date. */
function lastDay(invoice: Invoice): LocalDate | null {
  const { earlyPayment, issueDate } = invoice;
  return earlyPayment === null || issueDate === null ? null : plusDays(issueDate, earlyPayment.days);
}

/** The percentage of the total; never more than is due, nor than credit notes have left of the total. */
function offered(invoice: Invoice): number {
  if (invoice.earlyPayment === null) return 0;
  const { total } = invoice.totals;
  const discount = percentOf(total, invoice.earlyPayment.percentage, invoice.currency);
  return Math.min(discount, amountDue(invoice), total - creditNoteTotal(invoice));
}

function isUsed(invoice: Invoice): boolean {
  return standingNotes(invoice).some((note) => note.kind === 'early_payment');
}

/**
 * The discount that a payment of this date may take: a payment that leaves no more than it due settles the
 * invoice. null where there is none: no terms, not open, after the last day, taken before, or nothing left.
 */
export function earlyPaymentDiscount(invoice: Invoice, date: LocalDate): number | null {
  const until = lastDay(invoice);
  if (invoice.status !== 'open' || until === null || date > until || isUsed(invoice)) return null;
  const discount = offered(invoice);
  return discount > 0 ? discount : null;
}

export type EarlyPayment = {
  /** null while nobody knows the issue date. */
  readonly until: LocalDate | null;
  /** What a payment of today saves; of a document that is not issued yet, what one in time will. */
  readonly discount: number;
  /** What settles the invoice if it is paid today. */
  readonly amount: number;
};

/** What the terms come to today; null without terms. */
export function earlyPayment(invoice: Invoice, now: Instant): EarlyPayment | null {
  if (invoice.earlyPayment === null) return null;
  const today = localDate(now, invoice.timeZone);
  const isAhead = invoice.status === 'draft' || invoice.status === 'scheduled';
  const discount = isAhead ? offered(invoice) : (earlyPaymentDiscount(invoice, today) ?? 0);
  return { until: lastDay(invoice), discount, amount: amountDue(invoice) - discount };
}
