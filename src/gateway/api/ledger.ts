// The routes of the books.
import { z } from 'zod';
import { reject } from '../../domain/rejection.ts';
import { route, type Route } from '../route.ts';
import { entryObject, presentEntry } from './entry-object.ts';
import { currency, date } from './fields.ts';
import {
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
  type Position,
} from './page.ts';
import { refused } from '../problem.ts';

function behind(position: Position | null): Record<string, unknown> {
  if (position === null) return {};
  const [day, id] = position;
  if (typeof day !== 'string' || typeof id !== 'string') throw refused(reject('bad_cursor', {}, '/cursor'));
  return { $or: [{ date: { $gt: day } }, { date: day, _id: { $gt: id } }] };
}

const entries = route({
  method: 'get',
  path: '/journal_entries',
  operationId: 'listJournalEntries',
  summary: 'List journal entries',
  tag: 'Ledger',
  scope: 'reports:read',
  query: z.strictObject({
    as_of: date.optional().meta({ description: 'Entries up to and with this date.' }),
    currency: currency.optional(),
    ...pageQuery,
  }),
  answer: {
    status: 200,
    description: 'By date, oldest first.',
    schema: listSchema(entryObject, 'JournalEntryList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value', 'invalid_date', 'invalid_currency'],
  handle: async ({ tools, organization, live, query, url }) => {
    const rows = await tools.store.journalEntries
      .find({
        organization_id: organization._id,
        live_mode: live,
        $and: [
          query.as_of === undefined ? {} : { date: { $lte: query.as_of } },
          query.currency === undefined ? {} : { currency: query.currency },
          behind(decodeCursor('journal_entries', 2, query.cursor)),
        ],
      })
      .sort({ date: 1, _id: 1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('journal_entries', [last.date, last._id]));
    return listAnswer(url, { data: page.rows.map(presentEntry), nextCursor: page.nextCursor });
  },
});

export const ledgerRoutes: readonly Route[] = [entries];
