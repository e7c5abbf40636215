// What belongs to an invoice: what happened and will happen, what was asked, the books, the messages.
import { z } from 'zod';
import { restore } from '../../domain/invoice/restore.ts';
import { timeline } from '../../domain/invoice/timeline.ts';
import type { EventDocument, RefusalDocument } from '../../store/documents.ts';
import { toFields } from '../json.ts';
import { refusedAs } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { entryObject, presentEntry } from './entry-object.ts';
import { messageObject, presentMessage } from './message-object.ts';
import { decodeCursor, encodeCursor, listAnswer, listSchema, pageOf, wholeListQuery } from './page.ts';
import { findInvoice } from './read-invoice.ts';
import { presentTimeline, timelineObject } from './timeline-object.ts';

const tag = 'Invoices';
const listFacts = {
  method: 'get',
  tag,
  scope: 'invoices:read',
  query: z.strictObject(wholeListQuery),
  find: findInvoice,
  refusals: ['bad_cursor', 'invalid_value'],
} as const;

const activityObject = z
  .strictObject({
    id: z.string(),
    type: z.string().meta({ example: 'invoice.issued', description: 'An event, or `command.refused`.' }),
    sequence: z.int().nullable(),
    version: z.int().nullable(),
    at: z.string().meta({ format: 'date-time' }),
    recorded_at: z.string().meta({ format: 'date-time' }),
    actor: z.string(),
    reason: z.string().nullable(),
    command: z.string(),
    command_id: z.string(),
    code: z.string().nullable().meta({ description: 'Of a refusal.' }),
    message: z.string().nullable(),
    data: z.looseObject({}),
  })
  .meta({ id: 'Activity' });
type ActivityObject = z.infer<typeof activityObject>;

function presentEvent(event: EventDocument): ActivityObject {
  return {
    id: event._id,
    type: event.type,
    sequence: event.sequence,
    version: event.version,
    at: event.at,
    recorded_at: event.recorded_at.toISOString(),
    actor: event.actor,
    reason: event.reason,
    command: event.command,
    command_id: event.command_id,
    code: null,
    message: null,
    data: toFields(event.data) as Record<string, unknown>,
  };
}

function presentRefusal(refusal: RefusalDocument): ActivityObject {
  return {
    id: refusal._id,
    type: refusal.code === 'nothing_to_do' ? 'command.ignored' : 'command.refused',
    sequence: null,
    version: null,
    at: refusal.at,
    recorded_at: refusal.recorded_at.toISOString(),
    actor: refusal.actor,
    reason: null,
    command: refusal.command,
    command_id: refusal.command_id,
    code: refusal.code,
    message: refusal.message,
    data: {},
  };
}

function inOrder(a: ActivityObject, b: ActivityObject): number {
  if (a.recorded_at !== b.recorded_at) return a.recorded_at < b.recorded_at ? -1 : 1;
  return (a.sequence ?? Number.MAX_SAFE_INTEGER) - (b.sequence ?? Number.MAX_SAFE_INTEGER);
}

const activity = route({
  ...listFacts,
  path: '/invoices/:id/activity',
  operationId: 'listInvoiceActivity',
  summary: 'Everything that was asked and happened, newest last',
  answer: {
    status: 200,
    description: 'Events and refusals.',
    schema: listSchema(activityObject, 'ActivityList'),
    headers: ['Link'],
  },
  handle: async ({ tools, found, query, url }) => {
    const [events, refusals] = await Promise.all([
      tools.store.events.find({ invoice_id: found._id }).sort({ sequence: 1 }).toArray(),
      tools.store.refusals.find({ invoice_id: found._id }).sort({ recorded_at: 1 }).toArray(),
    ]);
    const rows = [...events.map(presentEvent), ...refusals.map(presentRefusal)].sort(inOrder);
    const [lastId] = decodeCursor('activity', 1, query.cursor) ?? [];
    const from = lastId === undefined ? 0 : rows.findIndex((row) => row.id === lastId) + 1;
    if (lastId !== undefined && from === 0) throw refusedAs('bad_cursor', {}, '/cursor');
    const rest = rows.slice(from, from + query.limit + 1);
    const page = pageOf(rest, query.limit, (last) => encodeCursor('activity', [last.id]));
    return listAnswer(url, { data: page.rows, nextCursor: page.nextCursor });
  },
});

const journal = route({
  ...listFacts,
  path: '/invoices/:id/journal',
  operationId: 'listInvoiceJournal',
  summary: 'The journal entries of an invoice',
  answer: {
    status: 200,
    description: 'Oldest first.',
    schema: listSchema(entryObject, 'InvoiceJournal'),
    headers: ['Link'],
  },
  handle: async ({ tools, found, query, url }) => {
    const [sequence] = decodeCursor('journal', 1, query.cursor) ?? [];
    const entries = await tools.store.journalEntries
      .find({
        invoice_id: found._id,
        ...(typeof sequence === 'number' ? { sequence: { $gt: sequence } } : {}),
      })
      .sort({ sequence: 1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(entries, query.limit, (last) => encodeCursor('journal', [last.sequence]));
    return listAnswer(url, { data: page.rows.map(presentEntry), nextCursor: page.nextCursor });
  },
});

const messages = route({
  ...listFacts,
  path: '/invoices/:id/messages',
  operationId: 'listInvoiceMessages',
  summary: 'The messages of an invoice',
  answer: {
    status: 200,
    description: 'Oldest first.',
    schema: listSchema(messageObject, 'MessageList'),
    headers: ['Link'],
  },
  handle: async ({ tools, found, query, url }) => {
    const [at, id] = decodeCursor('messages', 2, query.cursor) ?? [];
    const rows = await tools.store.messages
      .find({
        invoice_id: found._id,
        ...(typeof at === 'string' && typeof id === 'string'
          ? { $or: [{ queued_at: { $gt: at } }, { queued_at: at, _id: { $gt: id } }] }
          : {}),
      })
      .sort({ queued_at: 1, _id: 1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('messages', [last.queued_at, last._id]));
    return listAnswer(url, { data: page.rows.map(presentMessage), nextCursor: page.nextCursor });
  },
});

const plan = route({
  method: 'get',
  path: '/invoices/:id/timeline',
  operationId: 'getInvoiceTimeline',
  summary: 'What happened and what will happen next',
  tag,
  scope: 'invoices:read',
  find: findInvoice,
  answer: {
    status: 200,
    description: 'In order of time.',
    schema: timelineObject,
  },
  refusals: [],
  handle: async ({ found, now }) => ({
    status: 200,
    body: presentTimeline(timeline(restore(found.state), now)),
  }),
});

export const invoiceRecordRoutes: readonly Route[] = [plan, activity, journal, messages];
