// A recurring schedule as the API takes and answers it: when, and the rest of an invoice.
import { z } from 'zod';
import { recurringWorkflowId } from '../../contract/recurring.ts';
import { dateOf, nextAt } from '../../domain/recurring/occurrences.ts';
import {
  intervalCountMax,
  localTimePattern,
  nameMax,
  netDaysMax,
  occurrencesMax,
} from '../../domain/recurring/arguments.ts';
import { recurringActions, recurringIntervals } from '../../domain/recurring/schedule.ts';
import type { RecurringScheduleDocument } from '../../store/documents.ts';
import { currency, date, id, line, timeZone } from './fields.ts';
import { createBody } from './invoice-bodies.ts';
import { instant } from './invoice-object-parts.ts';

/** What each invoice has of its own, or the schedule says in another way. */
const template = createBody.omit({
  customer_id: true,
  invoice_number: true,
  issue_date: true,
  due_date: true,
  time_zone: true,
  currency: true,
  installments: true,
  line_items_attributes: true,
  action: true,
  send_at: true,
  live_mode: true,
}).shape;
export const templateFields = [...Object.keys(template), 'currency', 'line_items'] as readonly string[];

const lines = createBody.shape.line_items_attributes;
const interval = z.enum(recurringIntervals);
const action = z.enum(recurringActions);
const intervalCount = z.int().min(1).max(intervalCountMax);
const occurrences = z
  .int()
  .min(1)
  .max(occurrencesMax)
  .nullish()
  .meta({ description: 'Ends after so many dates, skipped ones counted. Not together with `end_date`.' });
const endDate = date.nullish().meta({ description: 'The last date on which an invoice may be made.' });
const localTime = z
  .string()
  .regex(localTimePattern, { error: 'write a time of the wall clock such as 09:00' })
  .meta({ description: 'HH:MM, in the zone. Default 09:00.', example: '09:00' });
const netDays = z
  .int()
  .min(0)
  .max(netDaysMax)
  .nullish()
  .meta({ description: 'From issue to due date. Left out: what `terms` or the organization say.' });
const name = line(nameMax).nullish();

export const scheduleBody = z
  .strictObject({
    customer_id: id,
    name,
    start_date: date.meta({ description: 'The first date. Every later one is reckoned from it.' }),
    interval,
    interval_count: intervalCount.nullish(),
    occurrences,
    end_date: endDate,
    time_zone: timeZone.nullish().meta({ description: 'Default: the organization’s. The invoices’ too.' }),
    local_time: localTime.nullish(),
    net_days: netDays,
    action: action.nullish().meta({ description: 'What becomes of each invoice. Default draft.' }),
    currency: currency.nullish(),
    line_items: lines,
    ...template,
    live_mode: z.boolean().optional().meta({ description: 'Must fit the key, which decides.' }),
  })
  .meta({ id: 'RecurringScheduleCreate' });

export const scheduleChange = z
  .strictObject({
    name,
    start_date: date.optional(),
    interval: interval.optional(),
    interval_count: intervalCount.optional(),
    occurrences,
    end_date: endDate,
    time_zone: timeZone.optional(),
    local_time: localTime.optional(),
    net_days: netDays,
    action: action.optional(),
    currency: currency.optional(),
    line_items: lines.optional().meta({ description: 'All lines from now on.' }),
    ...template,
  })
  .meta({ id: 'RecurringScheduleUpdate' });

export const skipBody = z.strictObject({ date }).meta({ id: 'RecurringScheduleSkip' });

const settledObject = z
  .strictObject({
    occurrence: z.int(),
    issue_date: z.string().meta({ format: 'date' }),
    outcome: z.enum(['made', 'skipped']),
    invoice_id: z.string().nullable(),
    reason: z.string().nullable().meta({
      description: 'Of a skipped one: `requested`, or the code with which the invoice was refused.',
    }),
  })
  .meta({ id: 'RecurringOccurrence' });

export const scheduleObject = z
  .strictObject({
    id: z.string(),
    customer_id: z.string(),
    name: z.string().nullable(),
    status: z.enum(['active', 'paused', 'ended']),
    start_date: z.string().meta({ format: 'date' }),
    interval,
    interval_count: z.int(),
    occurrences: z.int().nullable(),
    end_date: z.string().nullable(),
    time_zone: z.string(),
    local_time: z.string(),
    net_days: z.int().nullable(),
    action,
    currency: z.string(),
    line_items: lines,
    ...template,
    next_occurrence: z.int().nullable().meta({ description: 'Counted from 1, at the start date.' }),
    next_issue_date: z.string().nullable().meta({ format: 'date' }),
    next_run_at: instant.nullable(),
    skipped_dates: z.array(z.string()).meta({ description: 'Dates to come on which nothing is made.' }),
    last_occurrences: z
      .array(settledObject)
      .meta({ description: 'What became of the last ones, newest first.' }),
    version: z.int(),
    live_mode: z.boolean(),
    workflow_id: z.string(),
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: 'RecurringSchedule' });

export const previewObject = z
  .strictObject({
    data: z.array(
      z
        .strictObject({
          issue_date: z.string().meta({ format: 'date' }),
          due_date: z.string().meta({ format: 'date' }),
          total_cents: z.int(),
        })
        .meta({ id: 'RecurringAnnouncement' }),
    ),
  })
  .meta({ id: 'RecurringPreview' });

/** When its next occurrence is; nothing where none is to come. */
function presentNext({ state }: RecurringScheduleDocument) {
  const at = nextAt(state);
  return {
    next_occurrence: at === null ? null : state.nextOccurrence,
    next_issue_date: at === null ? null : dateOf(state, state.nextOccurrence),
    next_run_at: at,
  };
}

export function presentSchedule(row: RecurringScheduleDocument) {
  const { state, template: asked } = row;
  const blank = Object.fromEntries(templateFields.map((field) => [field, null]));
  return {
    id: row._id,
    customer_id: state.customerId,
    name: state.name,
    status: state.status,
    start_date: state.startDate,
    interval: state.interval,
    interval_count: state.intervalCount,
    occurrences: state.occurrences,
    end_date: state.endDate,
    time_zone: state.timeZone,
    local_time: state.localTime,
    net_days: state.netDays,
    action: state.action,
    ...blank,
    ...asked,
    ...presentNext(row),
    skipped_dates: state.skips,
    last_occurrences: state.settled.toReversed().map((settled) => ({
      occurrence: settled.occurrence,
      issue_date: settled.issueDate,
      outcome: settled.outcome,
      invoice_id: settled.invoiceId,
      reason: settled.reason,
    })),
    version: state.version,
    live_mode: row.live_mode,
    workflow_id: recurringWorkflowId(row._id),
    created_at: state.createdAt,
    updated_at: state.updatedAt,
  };
}
