// The routes of what invoices are made of and posted to: catalogue items and the chart of accounts.
import { z } from 'zod';
import { accountTypes } from '../../domain/ledger/account.ts';
import type { AccountDocument, ItemDocument } from '../../store/documents.ts';
import { int64 } from '../../store/int64.ts';
import { reject } from '../../domain/rejection.ts';
import { refused, refusedAs } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { cents, currency, id, line, text } from './fields.ts';
import { insertOnce } from './insert.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
  wholeListQuery,
} from './page.ts';

const accountObject = z
  .strictObject({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    type: z.enum(accountTypes),
    role: z.string().nullable().meta({ description: 'What Duewell itself posts to it.' }),
  })
  .meta({ id: 'Account' });

function presentAccount({ _id, code, name, type, role }: AccountDocument): z.infer<typeof accountObject> {
  return { id: _id, code, name, type, role };
}

const accounts = route({
  method: 'get',
  path: '/accounts',
  operationId: 'listAccounts',
  summary: 'The chart of accounts',
  tag: 'Ledger',
  scope: 'reports:read',
  query: z.strictObject(wholeListQuery),
  answer: {
    status: 200,
    description: 'By code.',
    schema: listSchema(accountObject, 'AccountList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, query, url }) => {
    const [code] = decodeCursor('accounts', 1, query.cursor) ?? [];
    const rows = await tools.store.accounts
      .find({
        organization_id: organization._id,
        ...(typeof code === 'string' ? { code: { $gt: code } } : {}),
      })
      .sort({ code: 1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('accounts', [last.code]));
    return listAnswer(url, { data: page.rows.map(presentAccount), nextCursor: page.nextCursor });
  },
});

const itemCreate = z
  .strictObject({
    name: line().min(1),
    description: text().nullish(),
    rate_cents: cents,
    currency: currency.nullish(),
    taxable: z.boolean().nullish(),
    account_id: id.nullish(),
  })
  .meta({ id: 'ItemCreate' });

const itemObject = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    rate_cents: z.int(),
    currency: z.string(),
    taxable: z.boolean(),
    account_id: z.string().nullable(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'Item' });

function presentItem(item: ItemDocument): z.infer<typeof itemObject> {
  const { _id, organization_id: _organization, ...fields } = item;
  return { id: _id, ...fields, rate_cents: Number(item.rate_cents) };
}

const listItems = route({
  method: 'get',
  path: '/items',
  operationId: 'listItems',
  summary: 'List catalogue items',
  tag: 'Catalogue',
  scope: 'invoices:read',
  query: z.strictObject(pageQuery),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(itemObject, 'ItemList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, query, url }) => {
    const position = decodeCursor('items', 2, query.cursor);
    const rows = await tools.store.items
      .find({ organization_id: organization._id, ...afterDescending('created_at', '_id', position) })
      .sort({ created_at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('items', [last.created_at, last._id]));
    return listAnswer(url, { data: page.rows.map(presentItem), nextCursor: page.nextCursor });
  },
});

const createItem = route({
  method: 'post',
  path: '/items',
  operationId: 'createItem',
  summary: 'Create a catalogue item',
  tag: 'Catalogue',
  scope: 'invoices:write',
  body: itemCreate,
  bodyExample: { name: 'Copy Paper, Case', rate_cents: 4_500 },
  answer: { status: 201, description: 'The item.', schema: itemObject, headers: ['Location'] },
  refusals: ['unknown_account', 'invalid_amount', 'invalid_currency'],
  handle: async ({ tools, organization, commandId, body }) => {
    const { account_id: account } = body;
    if (typeof account === 'string') {
      const revenue = { _id: account, organization_id: organization._id, type: 'revenue' } as const;
      if ((await tools.store.accounts.countDocuments(revenue)) === 0) {
        throw refused(reject('unknown_account', undefined, '/account_id'));
      }
    }
    const item = await insertOnce(tools.store.items, {
      _id: derivedId(commandId, 'item'),
      organization_id: organization._id,
      name: body.name,
      description: body.description ?? null,
      rate_cents: int64(body.rate_cents),
      currency: body.currency ?? organization.currency,
      taxable: body.taxable ?? true,
      account_id: account ?? null,
      created_at: new Date().toISOString(),
    });
    return { status: 201, headers: { Location: `/api/v1/items/${item._id}` }, body: presentItem(item) };
  },
});

const getItem = route({
  method: 'get',
  path: '/items/:id',
  operationId: 'getItem',
  summary: 'Retrieve a catalogue item',
  tag: 'Catalogue',
  scope: 'invoices:read',
  find: async ({ tools, organization, params }) => {
    const item = await tools.store.items.findOne({
      _id: params['id'] ?? '',
      organization_id: organization._id,
    });
    if (item === null) throw refusedAs('not_found');
    return item;
  },
  answer: { status: 200, description: 'The item.', schema: itemObject },
  refusals: [],
  handle: async ({ found }) => ({ status: 200, body: presentItem(found) }),
});

export const catalogueRoutes: readonly Route[] = [accounts, listItems, createItem, getItem];
