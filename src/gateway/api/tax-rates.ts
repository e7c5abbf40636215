// The routes of tax rates: names and percentages that invoices take by id. An invoice keeps what it has taken, so a
// rate may change or go at any time.
import { z } from 'zod';
import type { TaxRateDocument } from '../../store/documents.ts';
import { PERCENT_DECIMALS } from '../../domain/money.ts';
import { reader } from '../../domain/reader.ts';
import { refused } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { decimal, line } from './fields.ts';
import { insertOnce } from './insert.ts';
import { changeOwned, finder, getRoute, listRoute, named, type Noun } from './noun.ts';

const object = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    rate: z.number().meta({ description: 'In percent.', example: 7.75 }),
    inclusive: z.boolean(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'TaxRate' });

function present(rate: TaxRateDocument): z.infer<typeof object> {
  const { _id, name, inclusive, created_at } = rate;
  return { id: _id, name, rate: Number(rate.rate), inclusive, created_at };
}

const noun: Noun<TaxRateDocument> = {
  name: 'tax_rates',
  title: 'TaxRate',
  one: 'a tax rate',
  many: 'tax rates',
  tag: 'Catalogue',
  read: 'invoices:read',
  collection: (store) => store.taxRates,
  schema: object,
  present,
};
const find = finder(noun);

const create = z
  .strictObject({ name: line().min(1), rate: decimal, inclusive: z.boolean().optional() })
  .meta({ id: 'TaxRateCreate' });
const update = z
  .strictObject({
    name: line().min(1).optional(),
    rate: decimal.optional(),
    inclusive: z.boolean().optional(),
  })
  .meta({ id: 'TaxRateUpdate' });

/** The rate as exact text; refused when it is no percentage of 0 to 100 with at most 4 decimals. */
export function exactRate(value: number | string, parent = ''): string {
  const body = reader({ rate: value }, parent);
  const rate = body.decimal('rate', PERCENT_DECIMALS, 100);
  const fault = body.finish();
  if (fault !== null) throw refused(fault);
  return rate ?? '0';
}

const add = route({
  method: 'post',
  path: '/tax_rates',
  operationId: 'createTaxRate',
  summary: 'Create a tax rate',
  tag: noun.tag,
  scope: 'settings:write',
  body: create,
  bodyExample: { name: 'Sales tax', rate: 7.75 },
  answer: { status: 201, description: 'The rate.', schema: object, headers: ['Location'] },
  refusals: [],
  handle: async ({ tools, organization, commandId, body }) => {
    const rate = await insertOnce(tools.store.taxRates, {
      _id: derivedId(commandId, 'tax_rate'),
      organization_id: organization._id,
      name: body.name,
      rate: exactRate(body.rate),
      inclusive: body.inclusive ?? false,
      created_at: new Date().toISOString(),
    });
    return { status: 201, headers: { Location: `/api/v1/tax_rates/${rate._id}` }, body: present(rate) };
  },
});

const change = route({
  method: 'patch',
  path: '/tax_rates/:id',
  operationId: 'updateTaxRate',
  summary: 'Update a tax rate',
  description: 'Invoices that have taken it keep the rate they took.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  body: update,
  bodyExample: { rate: 8 },
  answer: { status: 200, description: 'The rate.', schema: object },
  refusals: [],
  handle: async ({ tools, found, body }) => {
    const { rate, ...plain } = named(body);
    const exact = rate === undefined ? {} : { rate: exactRate(rate) };
    return {
      status: 200,
      body: present(await changeOwned(tools.store.taxRates, found, { ...plain, ...exact })),
    };
  },
});

const remove = route({
  method: 'delete',
  path: '/tax_rates/:id',
  operationId: 'deleteTaxRate',
  summary: 'Delete a tax rate',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  answer: { status: 204, description: 'Gone. Invoices keep what they took.' },
  refusals: [],
  handle: async ({ tools, found }) => {
    await tools.store.taxRates.deleteOne({ _id: found._id, organization_id: found.organization_id });
    return { status: 204 };
  },
});

export const taxRateRoutes: readonly Route[] = [listRoute(noun), add, getRoute(noun), change, remove];
