// What is set on an invoice beside its money: attachments, late-fee terms, reminder steps.
import { reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { Invoice, ReminderRow } from './invoice.ts';
import { firstOccurrenceFrom } from './late-fee.ts';
import { planReminders } from './reminder.ts';

const attachmentsMax = 20;

export function attach(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'attach' }>,
): Decision | Rejection {
  const { attachments } = command;
  if (attachments.length === 0 || invoice.attachments.length + attachments.length > attachmentsMax) {
    return reject('invalid_value', undefined, '/attachments');
  }
  return { ...nothing, events: [{ type: 'invoice.attached', attachments }] };
}

/** Nothing retroactive: the new terms begin now and go on counting. */
export function setLateFees(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'setLateFees' }>,
  at: Circumstances,
): Decision | Rejection {
  const { terms } = command;
  const { dueDate, timeZone, nextFeeOccurrence } = invoice;
  const issued = invoice.status === 'open' && dueDate !== null;
  const first = terms === null || !issued ? 1 : firstOccurrenceFrom(terms, { dueDate, timeZone }, at.now);
  return {
    ...nothing,
    events: [
      {
        type: 'invoice.late_fees_set',
        terms,
        nextFeeOccurrence,
        feeOccurrenceOffset: issued ? nextFeeOccurrence - first : 0,
      },
    ],
  };
}

export function setReminders(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'setReminders' }>,
  at: Circumstances,
): Decision | Rejection {
  const { steps } = command;
  const { issueDate, dueDate, timeZone } = invoice;
  if (invoice.status !== 'open' || issueDate === null || dueDate === null) {
    return { ...nothing, events: [{ type: 'invoice.reminders_set', steps, reminders: [] }] };
  }
  const kept = invoice.reminders.filter((row) => row.status !== 'PLANNED' || row.messageId !== null);
  const used = (stepId: string) =>
    Math.max(0, ...kept.filter((row) => row.stepId === stepId).map((row) => row.occurrence));
  const planned = planReminders(steps, { issueDate, dueDate, timeZone }, at.now)
    .filter((row) => row.status === 'PLANNED')
    .map((row): ReminderRow => ({ ...row, occurrence: used(row.stepId) + 1 }));
  return {
    ...nothing,
    events: [{ type: 'invoice.reminders_set', steps, reminders: [...kept, ...planned] }],
  };
}
