// What time has to go by from now on, when something is due again.
import type { Instant } from '../calendar.ts';
import type { Replan } from './events.ts';
import type { Invoice } from './invoice.ts';
import { firstOccurrenceFrom } from './late-fee.ts';

/** The plan of an invoice that was paid and is open again: old anchors, nothing for the time in between. */
export function replan(invoice: Invoice, now: Instant): Replan {
  const { dueAt, dueDate, timeZone, lateFeeTerms, feeOccurrenceOffset } = invoice;
  if (dueAt === null || dueDate === null) throw new Error('A plan before the issue');
  const first =
    lateFeeTerms === null
      ? invoice.nextFeeOccurrence
      : feeOccurrenceOffset + firstOccurrenceFrom(lateFeeTerms, { dueDate, timeZone }, now);
  return {
    dueAt,
    overdueNoticedAt: dueAt <= now ? invoice.overdueNoticedAt : null,
    reminders: invoice.reminders.map((row) =>
      row.status === 'SKIPPED' && row.reason === 'paid' && row.plannedAt > now
        ? { ...row, status: 'PLANNED' as const, reason: null }
        : row,
    ),
    nextFeeOccurrence: Math.max(invoice.nextFeeOccurrence, first),
    feeOccurrenceOffset,
  };
}
