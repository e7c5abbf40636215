// The filters of the invoice list, as conditions on the stored invoices.
import { z } from 'zod';
import type { mongo } from 'mongoose';
import type { Instant } from '../../domain/calendar.ts';
import { AMOUNT_MAX } from '../../domain/money.ts';
import { displayStatuses } from '../../domain/invoice/words.ts';
import type { InvoiceDocument } from '../../store/documents.ts';
import { currency, date, id, shortText } from './fields.ts';
import { statusWords } from './invoice-object.ts';
import { pageQuery } from './page.ts';

type Condition = mongo.Filter<InvoiceDocument>;

const words = [...new Set([...statusWords, ...displayStatuses])].filter((word) => word !== 'deleted');

export const sorts = ['-created_at', 'created_at', '-due_date', 'due_date'] as const;
export type Sort = (typeof sorts)[number];

const minorUnits = z
  .string()
  .refine((text) => /^\d{1,13}$/.test(text) && Number(text) <= AMOUNT_MAX, {
    params: { code: 'invalid_amount' },
  })
  .transform(Number);

export const listQuery = z.strictObject({
  status: z
    .string()
    .max(shortText)
    .transform((list) => list.split(',').map((word) => word.trim()))
    .refine((list) => list.every((word) => words.some((known) => known === word)), {
      error: `write words out of ${words.join(', ')}, with commas between them`,
    })
    .optional()
    .meta({
      type: 'string',
      description: `Any of ${words.join(', ')}; several with commas.`,
      example: 'overdue',
    }),
  customer_id: id.optional(),
  recurring_schedule_id: id.optional(),
  search: z.string().min(1).max(shortText).optional().meta({ description: 'In invoice number or memo.' }),
  due_before: date.optional(),
  due_after: date.optional(),
  currency: currency.optional(),
  min_due_cents: minorUnits.optional().meta({ type: 'integer', description: 'At least so much is due.' }),
  metadata: z
    .record(z.string().max(shortText), z.string().max(500))
    .optional()
    .meta({ description: 'metadata[key]=value', param: { style: 'deepObject', explode: true } }),
  sort: z.enum(sorts).default('-created_at'),
  ...pageQuery,
});

export type ListQuery = z.output<typeof listQuery>;

/** Overdue by the clock of whoever asks: as at every read, not when a timer said so. */
function overdue(now: Instant): Condition {
  return { status: 'open', due_at: { $lte: now }, amount_due_cents: { $gt: 0 } };
}

function notOverdue(now: Instant): Condition {
  return {
    status: 'open',
    $or: [{ due_at: { $gt: now } }, { due_at: null }, { amount_due_cents: { $lte: 0 } }],
  };
}

function wordCondition(word: string, now: Instant): Condition {
  switch (word) {
    case 'overdue':
      return overdue(now);
    // Beside `status` by S001's words lies the one word people see, which says more exactly what the state is.
    case 'partially_paid':
      return { ...notOverdue(now), display_status: { $in: ['partially_paid', 'payment_processing'] } };
    case 'sent':
      return { ...notOverdue(now), display_status: { $in: ['sent', 'viewed', 'not_sent'] } };
    case 'viewed':
    case 'not_sent':
      return { ...notOverdue(now), display_status: word };
    case 'payment_processing':
      return { status: 'open', display_status: word };
    default:
      return { status: word as InvoiceDocument['status'] };
  }
}

function literal(text: string): RegExp {
  return new RegExp(text.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
}

/** Keys are the caller's: a dot or a dollar in one is a character, never a path or an operator. */
function metadataCondition([key, value]: [string, string]): Condition {
  const field = { $getField: { field: { $literal: key }, input: '$metadata' } };
  return { $expr: { $eq: [field, { $literal: value }] } };
}

export function listConditions(query: ListQuery, now: Instant): Condition[] {
  const conditions: Condition[] = [];
  const { status, customer_id, search, due_before, due_after, min_due_cents } = query;
  conditions.push(
    status === undefined
      ? { status: { $ne: 'deleted' } }
      : { $or: status.map((word) => wordCondition(word, now)) },
  );
  if (customer_id !== undefined) conditions.push({ customer_id });
  const { recurring_schedule_id } = query;
  if (recurring_schedule_id !== undefined) {
    // Its index has strings only, and is used where the question says so.
    conditions.push({ recurring_schedule_id: { $type: 'string', $eq: recurring_schedule_id } });
  }
  if (query.currency !== undefined) conditions.push({ currency: query.currency });
  if (due_before !== undefined) conditions.push({ due_date: { $lt: due_before } });
  if (due_after !== undefined) conditions.push({ due_date: { $gt: due_after } });
  if (min_due_cents !== undefined) conditions.push({ amount_due_cents: { $gte: min_due_cents } });
  if (search !== undefined) conditions.push({ search: { $regex: literal(search) } });
  conditions.push(...Object.entries(query.metadata ?? {}).map(metadataCondition));
  return conditions;
}
