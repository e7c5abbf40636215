// Reminders: the default policy, the rows of an issued invoice, and what a manual one replaces.
import {
  atLocalTime,
  daysBetween,
  type Instant,
  localDate,
  plusDays,
  plusMilliseconds,
} from '../calendar.ts';
import type { Invoice, ReminderRow, ReminderStep } from './invoice.ts';

const defaultTime = '09:00';

function step(offsetDays: number, template: string): ReminderStep {
  return {
    id: offsetDays === 0 ? 'due' : offsetDays < 0 ? `before_${-offsetDays}` : `after_${offsetDays}`,
    anchor: 'due_date',
    offsetDays,
    localTime: defaultTime,
    channel: 'email',
    template,
  };
}

/** 3 days before, on, 3, 7 and 14 days after the due date, at nine in the invoice's zone, by e-mail. */
export const defaultReminderSteps: readonly ReminderStep[] = [
  step(-3, 'reminder_before'),
  step(0, 'reminder_due'),
  step(3, 'reminder_overdue'),
  step(7, 'reminder_overdue'),
  step(14, 'final_notice'),
];

/** The template for a step that names none: by where it stands to the due date. */
export function templateFor(offsetDays: number): string {
  if (offsetDays < 0) return 'reminder_before';
  return offsetDays === 0 ? 'reminder_due' : 'reminder_overdue';
}

/** The rows of an invoice issued now. A step whose time had passed before the issue will not be sent. */
export function planReminders(
  steps: readonly ReminderStep[],
  dates: { readonly issueDate: string; readonly dueDate: string; readonly timeZone: string },
  issuedAt: Instant,
): ReminderRow[] {
  return steps
    .map((one): ReminderRow => {
      const anchor = one.anchor === 'due_date' ? dates.dueDate : dates.issueDate;
      const plannedAt = atLocalTime(plusDays(anchor, one.offsetDays), one.localTime, dates.timeZone);
      const passed = plannedAt < issuedAt;
      return {
        stepId: one.id,
        occurrence: 1,
        channel: one.channel,
        template: one.template,
        plannedAt,
        actualAt: null,
        status: passed ? 'SKIPPED' : 'PLANNED',
        reason: passed ? 'before_issue' : null,
        messageId: null,
      };
    })
    .sort((a, b) => (a.plannedAt === b.plannedAt ? 0 : a.plannedAt < b.plannedAt ? -1 : 1));
}

/** Steps still to come; one whose message is on its way is not planned any more. */
export function plannedReminders(invoice: Invoice): ReminderRow[] {
  if (invoice.status !== 'open') return [];
  return invoice.reminders.filter((row) => row.status === 'PLANNED' && row.messageId === null);
}

/** A manual reminder takes the place of a planned one that would follow within a day. */
const replacesWithin = 24 * 3_600_000;

export function replacedBy(invoice: Invoice, now: Instant): ReminderRow | null {
  const next = plannedReminders(invoice)[0];
  return next !== undefined && next.plannedAt <= plusMilliseconds(now, replacesWithin) ? next : null;
}

/** The words of a reminder sent by hand now. */
export function templateToday(invoice: Invoice, now: Instant): string {
  if (invoice.dueDate === null) return 'reminder_before';
  return templateFor(daysBetween(invoice.dueDate, localDate(now, invoice.timeZone)));
}

export function reminderMessageId(invoiceId: string, row: ReminderRow): string {
  return `${invoiceId}:${row.stepId}:${row.occurrence}:${row.channel}`;
}
