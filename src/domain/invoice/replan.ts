// What time has to go by from now on: when something is due again, and when terms or dates have changed.
import { endOfDay, type Instant } from '../calendar.ts';
import type { InvoiceEvent, Replan } from './events.ts';
import type { Draft, Invoice, LateFeeTerms } from './invoice.ts';
import { finalActionFrom } from './final-action.ts';
import { feePlanFrom, firstPlaceFrom } from './late-fee.ts';
import { type Dates, planAgain } from './reminder.ts';

/** The plan of an invoice that was paid and is open again: old anchors, nothing for the time in between. */
export function replan(invoice: Invoice, now: Instant): Replan {
  const { dueAt, dueDate, issueDate, timeZone, lateFeeTerms, feeOccurrenceOffset } = invoice;
  if (dueAt === null || dueDate === null || issueDate === null) throw new Error('A plan before the issue');
  const first =
    lateFeeTerms === null
      ? invoice.nextFeeOccurrence
      : feeOccurrenceOffset + firstPlaceFrom(lateFeeTerms, { dueDate, timeZone }, now);
  const reminders = invoice.reminders.map((row) =>
    row.status === 'SKIPPED' && row.reason === 'paid' && row.plannedAt > now
      ? { ...row, status: 'PLANNED' as const, reason: null }
      : row,
  );
  const dates = { ...invoice, dueDate, issueDate };
  return {
    dueAt,
    overdueNoticedAt: dueAt <= now ? invoice.overdueNoticedAt : null,
    reminders,
    finalActionAt: finalActionFrom(invoice.reminderSteps, reminders, dates, invoice.policy, now),
    nextFeeOccurrence: Math.max(invoice.nextFeeOccurrence, first),
    feeOccurrenceOffset,
  };
}

/** The plan under other dates or steps. Other late-fee terms are set by an event of their own. */
export function replanRevised(
  invoice: Invoice,
  dates: Dates,
  steps: Draft['reminderSteps'],
  now: Instant,
): Replan {
  const { lateFeeTerms, nextFeeOccurrence, feeOccurrenceOffset } = invoice;
  const dueAt = endOfDay(dates.dueDate, dates.timeZone);
  const fees =
    lateFeeTerms === null || dueAt === invoice.dueAt
      ? { nextFeeOccurrence, feeOccurrenceOffset }
      : feePlanFrom(invoice, lateFeeTerms, dates, now);
  const reminders = planAgain(invoice, steps, dates, now);
  return {
    dueAt,
    overdueNoticedAt: dueAt <= now ? invoice.overdueNoticedAt : null,
    reminders,
    finalActionAt: finalActionFrom(steps, reminders, dates, invoice.policy, now),
    ...fees,
  };
}

/** Other late-fee terms. Those of an open invoice begin now, and what was charged before stays as it is. */
export function lateFeesSet(
  invoice: Invoice,
  terms: LateFeeTerms | null,
  now: Instant,
): Extract<InvoiceEvent, { type: 'invoice.late_fees_set' }> {
  const { dueDate, timeZone, nextFeeOccurrence, feeOccurrenceOffset } = invoice;
  const isCounting = invoice.status === 'open' && terms !== null && dueDate !== null;
  return {
    type: 'invoice.late_fees_set',
    terms,
    ...(isCounting
      ? feePlanFrom(invoice, terms, { dueDate, timeZone }, now)
      : { nextFeeOccurrence, feeOccurrenceOffset }),
  };
}
