// The one word people see, and the words of the source documents for the same facts.
import type { Instant } from '../calendar.ts';
import { type Dunned, type Invoice, isOverdue, isPartiallyPaid, isProcessing } from './invoice.ts';
import { reachesCustomer } from './reminder.ts';

export const displayStatuses = [
  'void',
  'uncollectible',
  'paid',
  'payment_processing',
  'overdue',
  'partially_paid',
  'viewed',
  'sent',
  'not_sent',
  'scheduled',
  'draft',
  'deleted',
] as const;
export type DisplayStatus = (typeof displayStatuses)[number];

/** void > uncollectible > paid > payment_processing > overdue > partially_paid > viewed > sent > not_sent > scheduled > draft. */
export function displayStatus(invoice: Invoice, now: Instant): DisplayStatus {
  if (invoice.status !== 'open') return invoice.status;
  if (isProcessing(invoice)) return 'payment_processing';
  if (isOverdue(invoice, now)) return 'overdue';
  if (isPartiallyPaid(invoice)) return 'partially_paid';
  if (invoice.firstViewedAt !== null) return 'viewed';
  return invoice.sentAt === null ? 'not_sent' : 'sent';
}

export type ApiStatus =
  | 'draft'
  | 'scheduled'
  | 'sent'
  | 'partially_paid'
  | 'overdue'
  | 'paid'
  | 'void'
  | 'uncollectible'
  | 'deleted';

/** S001's six words, and scheduled and uncollectible, for which it has none. Issued counts as sent. */
export function apiStatus(invoice: Invoice, now: Instant): ApiStatus {
  if (invoice.status !== 'open') return invoice.status;
  if (isOverdue(invoice, now)) return 'overdue';
  return isPartiallyPaid(invoice) ? 'partially_paid' : 'sent';
}

export function dunningWord({ stage }: Dunned): string {
  return `dunning_${stage}`;
}

/** Where the invoice stands in collection: the template of its newest reminder, or the stage of its customer since. */
export function dunningStage(invoice: Invoice): string | null {
  const sent = invoice.reminders.filter((row) => row.status === 'SENT' && reachesCustomer(row)).at(-1);
  const { dunned } = invoice;
  if (dunned !== null && (sent?.actualAt ?? '') <= dunned.at) return dunningWord(dunned);
  return sent?.template ?? null;
}
