// Reminders as the API tells them: the steps that were asked for, and the rows that they make.
import { z } from 'zod';
import { type ReminderRow, type ReminderStep, stepConditions } from '../../domain/invoice/invoice.ts';
import { ownTime, reminderReason, sendsAt } from '../../domain/invoice/reminder.ts';
import { instant } from './invoice-object-parts.ts';

export const reminderRow = z
  .strictObject({
    step_id: z.string(),
    occurrence: z.int(),
    channel: z.string(),
    template: z.string(),
    planned_at: instant,
    nominal_at: instant.nullable().meta({
      description: 'The step’s own instant, where it is another: nothing goes out to the recipient then.',
    }),
    actual_at: instant.nullable(),
    status: z.enum(['PLANNED', 'SENT', 'SKIPPED', 'SUPPRESSED', 'FAILED']),
    reason: z.string().nullable(),
    message_id: z.string().nullable(),
  })
  .meta({ id: 'Reminder' });

export const stepObject = z
  .strictObject({
    id: z.string(),
    anchor: z.string(),
    offset_days: z.int(),
    local_time: z.string(),
    channel: z.string(),
    template: z.string(),
    condition: z
      .strictObject({ min_due_cents: z.int().nullable(), only_if: z.enum(stepConditions).nullable() })
      .nullable(),
  })
  .meta({ id: 'ReminderStepSet' });

export function presentReminder(row: ReminderRow): z.infer<typeof reminderRow> {
  return {
    step_id: row.stepId,
    occurrence: row.occurrence,
    channel: row.channel,
    template: row.template,
    planned_at: sendsAt(row),
    nominal_at: ownTime(row) === sendsAt(row) ? null : ownTime(row),
    actual_at: row.actualAt,
    status: row.status,
    reason: reminderReason(row),
    message_id: row.messageId,
  };
}

export function presentStep({
  offsetDays,
  localTime,
  condition,
  ...step
}: ReminderStep): z.infer<typeof stepObject> {
  return {
    ...step,
    offset_days: offsetDays,
    local_time: localTime,
    condition: condition === null ? null : { min_due_cents: condition.minDue, only_if: condition.onlyIf },
  };
}
