// The routes of the books.
import { z } from 'zod';
import type { mongo } from 'mongoose';
import { entryTypes } from '../../domain/ledger/entry.ts';
import { reject } from '../../domain/rejection.ts';
import type { JournalEntryDocument } from '../../store/documents.ts';
import { refused } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { entryObject, entryTable, presentEntry } from './entry-object.ts';
import { currency, date, id } from './fields.ts';
import {
  decodeCursor,
  encodeCursor,
  limitDefault,
  limitParameter,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
  type Position,
} from './page.ts';
import { formatQuery, inFormat } from './report.ts';

type Condition = mongo.Filter<JournalEntryDocument>;

function behind(position: Position | null): Condition {
  if (position === null) return {};
  const [day, last] = position;
  if (typeof day !== 'string' || typeof last !== 'string') throw refused(reject('bad_cursor', {}, '/cursor'));
  return { $or: [{ date: { $gt: day } }, { date: day, _id: { $gt: last } }] };
}

const entriesMax = 1_000;

const query = z.strictObject({
  as_of: date.optional().meta({ description: 'The same as `to`.' }),
  from: date.optional().meta({ description: 'Entries of this date and later.' }),
  to: date.optional().meta({ description: 'Entries up to and with this date.' }),
  type: z.enum(entryTypes).optional(),
  invoice_id: id.optional(),
  customer_id: id.optional(),
  account_id: id.optional().meta({ description: 'Entries with a line of this account.' }),
  currency: currency.optional(),
  ...formatQuery,
  ...pageQuery,
  limit: limitParameter(limitDefault, entriesMax),
});

function conditions(asked: z.output<typeof query>): Condition[] {
  const { as_of, from, to, type, invoice_id, customer_id, account_id, currency: money } = asked;
  const all: Condition[] = [];
  for (const day of [as_of, to]) if (day !== undefined) all.push({ date: { $lte: day } });
  if (from !== undefined) all.push({ date: { $gte: from } });
  if (type !== undefined) all.push({ type });
  if (invoice_id !== undefined) all.push({ invoice_id });
  if (customer_id !== undefined) all.push({ customer_id });
  if (account_id !== undefined) all.push({ 'lines.account_id': account_id });
  if (money !== undefined) all.push({ currency: money });
  return all;
}

const entries = route({
  method: 'get',
  path: '/journal_entries',
  operationId: 'listJournalEntries',
  summary: 'List journal entries',
  tag: 'Ledger',
  scope: 'reports:read',
  csv: true,
  query,
  answer: {
    status: 200,
    description: 'By date, oldest first.',
    schema: listSchema(entryObject, 'JournalEntryList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value', 'invalid_date', 'invalid_currency'],
  handle: async (call) => {
    const { tools, organization, live, query: asked, url } = call;
    const rows = await tools.store.journalEntries
      .find({
        organization_id: organization._id,
        live_mode: live,
        $and: [...conditions(asked), behind(decodeCursor('journal_entries', 2, asked.cursor))],
      })
      .sort({ date: 1, _id: 1 })
      .limit(asked.limit + 1)
      .toArray();
    const page = pageOf(rows, asked.limit, (last) => encodeCursor('journal_entries', [last.date, last._id]));
    const data = page.rows.map(presentEntry);
    const { body, headers } = listAnswer(url, { data, nextCursor: page.nextCursor });
    return inFormat(call, asked.format, 'journal_entries', body, () => entryTable(data), headers);
  },
});

export const ledgerRoutes: readonly Route[] = [entries];
