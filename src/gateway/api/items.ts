// The routes of the catalogue: what invoices are made of, with its price and the account that it earns for.
import { z } from 'zod';
import type { ItemDocument } from '../../store/documents.ts';
import { int64 } from '../../store/int64.ts';
import type { Store } from '../../store/store.ts';
import { reject } from '../../domain/rejection.ts';
import { refused } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { cents, currency, id, line, text } from './fields.ts';
import { insertOnce } from './insert.ts';
import { changeOwned, finder, getRoute, listRoute, named, type Noun } from './noun.ts';

const create = z
  .strictObject({
    name: line().min(1),
    description: text().nullish(),
    rate_cents: cents,
    currency: currency.nullish(),
    taxable: z.boolean().nullish(),
    account_id: id.nullish(),
  })
  .meta({ id: 'ItemCreate' });

const object = z
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

function present(item: ItemDocument): z.infer<typeof object> {
  const { _id, organization_id: _organization, ...fields } = item;
  return { id: _id, ...fields, rate_cents: Number(item.rate_cents) };
}

const update = z
  .strictObject({
    name: line().min(1).optional(),
    description: text().nullish(),
    rate_cents: cents.optional(),
    currency: currency.optional(),
    taxable: z.boolean().optional(),
    account_id: id.nullish(),
  })
  .meta({ id: 'ItemUpdate' });

const noun: Noun<ItemDocument> = {
  name: 'items',
  title: 'Item',
  one: 'a catalogue item',
  many: 'catalogue items',
  tag: 'Catalogue',
  read: 'invoices:read',
  collection: (store) => store.items,
  schema: object,
  present,
};
const find = finder(noun);

async function refuseStrangeAccount(
  store: Store,
  organizationId: string,
  account: string | null | undefined,
): Promise<void> {
  if (typeof account !== 'string') return;
  const revenue = { _id: account, organization_id: organizationId, type: 'revenue' } as const;
  if ((await store.accounts.countDocuments(revenue)) === 0) {
    throw refused(reject('unknown_account', undefined, '/account_id'));
  }
}

const add = route({
  method: 'post',
  path: '/items',
  operationId: 'createItem',
  summary: 'Create a catalogue item',
  tag: noun.tag,
  scope: 'invoices:write',
  body: create,
  bodyExample: { name: 'Copy Paper, Case', rate_cents: 4_500 },
  answer: { status: 201, description: 'The item.', schema: object, headers: ['Location'] },
  refusals: ['unknown_account', 'invalid_amount', 'invalid_currency'],
  handle: async ({ tools, organization, commandId, body }) => {
    await refuseStrangeAccount(tools.store, organization._id, body.account_id);
    const item = await insertOnce(tools.store.items, {
      _id: derivedId(commandId, 'item'),
      organization_id: organization._id,
      name: body.name,
      description: body.description ?? null,
      rate_cents: int64(body.rate_cents),
      currency: body.currency ?? organization.currency,
      taxable: body.taxable ?? true,
      account_id: body.account_id ?? null,
      created_at: new Date().toISOString(),
    });
    return { status: 201, headers: { Location: `/api/v1/items/${item._id}` }, body: present(item) };
  },
});

const change = route({
  method: 'patch',
  path: '/items/:id',
  operationId: 'updateItem',
  summary: 'Update a catalogue item',
  description: 'Invoices keep what they took from it.',
  tag: noun.tag,
  scope: 'invoices:write',
  find,
  body: update,
  bodyExample: { rate_cents: 4_750 },
  answer: { status: 200, description: 'The item.', schema: object },
  refusals: ['unknown_account', 'invalid_amount', 'invalid_currency'],
  handle: async ({ tools, organization, found, body }) => {
    await refuseStrangeAccount(tools.store, organization._id, body.account_id);
    const { rate_cents: rate, ...plain } = named(body);
    const priced = rate === undefined ? {} : { rate_cents: int64(rate) };
    const item = await changeOwned(tools.store.items, found, { ...plain, ...priced });
    return { status: 200, body: present(item) };
  },
});

const remove = route({
  method: 'delete',
  path: '/items/:id',
  operationId: 'deleteItem',
  summary: 'Delete a catalogue item',
  tag: noun.tag,
  scope: 'invoices:write',
  find,
  answer: { status: 204, description: 'Gone. Invoices keep what they took from it.' },
  refusals: [],
  handle: async ({ tools, found }) => {
    await tools.store.items.deleteOne({ _id: found._id, organization_id: found.organization_id });
    return { status: 204 };
  },
});

export const itemRoutes: readonly Route[] = [listRoute(noun), add, getRoute(noun), change, remove];
