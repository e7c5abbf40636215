// The routes of the chart of accounts. What Duewell itself posts to keeps its place; the organization adds its own.
import { z } from 'zod';
import { accountTypes } from '../../domain/ledger/account.ts';
import type { AccountDocument } from '../../store/documents.ts';
import { refusedAs } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { line } from './fields.ts';
import { insertOnce } from './insert.ts';
import { changeOwned, finder, getRoute, named, type Noun } from './noun.ts';
import { decodeCursor, encodeCursor, listAnswer, listSchema, pageOf, wholeListQuery } from './page.ts';

const object = z
  .strictObject({
    id: z.string(),
    code: z.string(),
    name: z.string(),
    type: z.enum(accountTypes),
    role: z.string().nullable().meta({ description: 'What Duewell itself posts to it.' }),
  })
  .meta({ id: 'Account' });

function present({ _id, code, name, type, role }: AccountDocument): z.infer<typeof object> {
  return { id: _id, code, name, type, role };
}

const list = route({
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
    schema: listSchema(object, 'AccountList'),
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
    return listAnswer(url, { data: page.rows.map(present), nextCursor: page.nextCursor });
  },
});

const noun: Noun<AccountDocument> = {
  name: 'accounts',
  title: 'Account',
  one: 'an account',
  many: 'accounts',
  tag: 'Ledger',
  read: 'reports:read',
  collection: (store) => store.accounts,
  schema: object,
  present,
};
const find = finder(noun);

const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,19}$/)
  .meta({ description: 'Letters, digits, `.`, `_`, `-`; at most 20.', example: '4100' });

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}

const add = route({
  method: 'post',
  path: '/accounts',
  operationId: 'createAccount',
  summary: 'Add an account',
  tag: noun.tag,
  scope: 'settings:write',
  body: z
    .strictObject({ code, name: line().min(1), type: z.enum(accountTypes) })
    .meta({ id: 'AccountCreate' }),
  bodyExample: { code: '4100', name: 'Consulting', type: 'revenue' },
  answer: { status: 201, description: 'The account.', schema: object, headers: ['Location'] },
  refusals: ['account_code_taken'],
  handle: async ({ tools, organization, commandId, body }) => {
    const wanted: AccountDocument = {
      _id: derivedId(commandId, 'account'),
      organization_id: organization._id,
      role: null,
      ...body,
      created_at: new Date().toISOString(),
    };
    const account = await insertOnce(tools.store.accounts, wanted).catch((error: unknown) => {
      throw isTaken(error) ? refusedAs('account_code_taken', { code: body.code }, '/code') : error;
    });
    return { status: 201, headers: { Location: `/api/v1/accounts/${account._id}` }, body: present(account) };
  },
});

const change = route({
  method: 'patch',
  path: '/accounts/:id',
  operationId: 'updateAccount',
  summary: 'Rename an account',
  description: 'Entries keep the code and name that they were posted with. The type never changes.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  body: z
    .strictObject({ code: code.optional(), name: line().min(1).optional() })
    .meta({ id: 'AccountUpdate' }),
  bodyExample: { name: 'Consulting income' },
  answer: { status: 200, description: 'The account.', schema: object },
  refusals: ['account_code_taken'],
  handle: async ({ tools, found, body }) => {
    const changed = await changeOwned(tools.store.accounts, found, named(body)).catch((error: unknown) => {
      throw isTaken(error) ? refusedAs('account_code_taken', { code: body.code ?? '' }, '/code') : error;
    });
    return { status: 200, body: present(changed) };
  },
});

const remove = route({
  method: 'delete',
  path: '/accounts/:id',
  operationId: 'deleteAccount',
  summary: 'Remove an account that nothing was posted to',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  answer: { status: 204, description: 'Gone.' },
  refusals: ['account_in_use'],
  handle: async ({ tools, found }) => {
    const { _id, organization_id } = found;
    const mine = { organization_id, 'lines.account_id': _id };
    const [posted, priced, drafted] = await Promise.all([
      tools.store.journalEntries.findOne(mine, { projection: { _id: 1 } }),
      tools.store.items.findOne({ organization_id, account_id: _id }, { projection: { _id: 1 } }),
      tools.store.invoices.findOne(
        { organization_id, 'state.lines.accountId': _id, status: { $in: ['draft', 'scheduled'] } },
        { projection: { _id: 1 } },
      ),
    ]);
    const isUsed = found.role !== null || posted !== null || priced !== null || drafted !== null;
    if (isUsed) throw refusedAs('account_in_use');
    await tools.store.accounts.deleteOne({ _id, organization_id });
    return { status: 204 };
  },
});

export const accountRoutes: readonly Route[] = [list, add, getRoute(noun), change, remove];
