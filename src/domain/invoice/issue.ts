// Issuing: dates are settled, the policy's reminders become rows, the clock starts.
import { endOfDay, type Instant, localDate } from '../calendar.ts';
import { reject, type Rejection } from '../rejection.ts';
import { type Decision, nothing } from './decision.ts';
import { dueDateFrom } from './due-date.ts';
import { finalActionFrom } from './final-action.ts';
import { checkInstallmentDates } from './installments.ts';
import type { Invoice } from './invoice.ts';
import { firstPlaceFrom } from './late-fee.ts';
import { planReminders } from './reminder.ts';

/** The number comes with the write. */
export function issue(invoice: Invoice, now: Instant): Decision | Rejection {
  const { timeZone, recipientTimeZone, policy, lateFeeTerms, reminderSteps } = invoice;
  const issueDate = invoice.issueDate ?? localDate(now, timeZone);
  const misfit = checkInstallmentDates(invoice.installments, issueDate);
  if (misfit !== null) return misfit;
  const dueDate = invoice.dueDate ?? dueDateFrom(invoice, policy, issueDate);
  if (dueDate < issueDate) return reject('due_before_issue', undefined, '/due_date');
  const dates = { issueDate, dueDate, timeZone, recipientTimeZone };
  const reminders = planReminders(reminderSteps, dates, policy, now);
  return {
    ...nothing,
    events: [
      {
        type: 'invoice.issued',
        number: invoice.number,
        issueDate,
        dueDate,
        dueAt: endOfDay(dueDate, timeZone),
        reminders,
        finalActionAt: finalActionFrom(reminderSteps, reminders, dates, policy, now),
        firstFeeOccurrence:
          lateFeeTerms === null ? 1 : firstPlaceFrom(lateFeeTerms, { dueDate, timeZone }, now),
      },
    ],
  };
}
