// The routes of late-fee policies: terms under a name that customers and invoices take by id. An invoice keeps what it
// has taken, so a policy may change or go at any time.
import { z } from 'zod';
import type { LateFeeTerms } from '../../domain/invoice/invoice.ts';
import { termsFault } from '../../domain/invoice/late-fee.ts';
import { readLateFeeTerms } from '../../domain/invoice/terms.ts';
import { toArguments } from '../../domain/naming.ts';
import { reader } from '../../domain/reader.ts';
import type { LateFeePolicyDocument } from '../../store/documents.ts';
import { addPolicy, changePolicy, removePolicy } from '../../store/late-fee-policies.ts';
import { refused, refusedAs } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import * as examples from './examples.ts';
import { line } from './fields.ts';
import { termsObject } from './invoice-object.ts';
import { lateFeeTerms } from './invoice-parts.ts';
import { finder, getRoute, listRoute, named, type Noun } from './noun.ts';
import { presentTerms } from './present-invoice.ts';

const object = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    default: z.boolean(),
    version: z.int().meta({ description: 'Goes up by one with every change.' }),
    ...termsObject.shape,
    created_at: z.string().meta({ format: 'date-time' }),
    updated_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'LateFeePolicy' });

function present(policy: LateFeePolicyDocument): z.infer<typeof object> {
  const { _id, name, version, terms, created_at, updated_at } = policy;
  return {
    id: _id,
    name,
    default: policy.default,
    version,
    ...presentTerms(terms),
    created_at,
    updated_at,
  };
}

const noun: Noun<LateFeePolicyDocument> = {
  name: 'late_fee_policies',
  title: 'LateFeePolicy',
  plural: 'LateFeePolicies',
  one: 'a late-fee policy',
  many: 'late-fee policies',
  tag: 'Late fees',
  read: 'invoices:read',
  collection: (store) => store.lateFeePolicies,
  schema: object,
  present,
};
const find = finder(noun);

const isDefault = z.boolean().optional().meta({
  description: 'For invoices whose customer has no policy. True takes it from the one that was the default.',
});
const create = z
  .strictObject({ name: line().min(1), default: isDefault, ...lateFeeTerms.shape })
  .meta({ id: 'LateFeePolicyCreate' });
const update = z
  .strictObject({ name: line().min(1).optional(), default: isDefault, ...lateFeeTerms.partial().shape })
  .meta({ id: 'LateFeePolicyUpdate' });

/** The terms as the core takes them: with the same reader and checks as an invoice's own. */
function termsOf(terms: object): LateFeeTerms {
  const field = '/late_fees';
  const body = reader(toArguments({ late_fees: terms }));
  const read = readLateFeeTerms(body);
  const fault = body.finish() ?? termsFault(read);
  if (fault !== null) throw refused({ ...fault, pointer: (fault.pointer ?? field).slice(field.length) });
  if (read === null) throw new Error('Terms were read to nothing');
  return read;
}

const refusals = ['invalid_late_fee_terms', 'invalid_amount', 'too_many_decimals', 'invalid_value'] as const;

const add = route({
  method: 'post',
  path: '/late_fee_policies',
  operationId: 'createLateFeePolicy',
  summary: 'Create a late-fee policy',
  tag: noun.tag,
  scope: 'settings:write',
  body: create,
  bodyExample: examples.lateFeePolicy,
  answer: { status: 201, description: 'The policy.', schema: object, headers: ['Location'] },
  refusals,
  handle: async ({ tools, organization, commandId, body }) => {
    const { name, default: isStandard = false, ...terms } = body;
    const now = new Date().toISOString();
    const policy = await addPolicy(tools.store, {
      _id: derivedId(commandId, 'late_fee_policy'),
      organization_id: organization._id,
      name,
      default: isStandard,
      version: 1,
      terms: termsOf(terms),
      changed_by: commandId,
      created_at: now,
      updated_at: now,
    });
    const headers = { Location: `/api/v1/late_fee_policies/${policy._id}` };
    return { status: 201, headers, body: present(policy) };
  },
});

const change = route({
  method: 'patch',
  path: '/late_fee_policies/:id',
  operationId: 'updateLateFeePolicy',
  summary: 'Change a late-fee policy',
  description: 'Raises its version. Invoices keep the terms they have taken.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  body: update,
  bodyExample: { grace_days: 14 },
  answer: { status: 200, description: 'The policy.', schema: object },
  refusals,
  handle: async ({ tools, found, body, commandId }) => {
    const { name, default: isStandard, ...terms } = body;
    const fieldsOf = (before: LateFeePolicyDocument) => ({
      ...named({ name, default: isStandard }),
      terms: termsOf({ ...presentTerms(before.terms), ...named(terms) }),
    });
    const policy = await changePolicy(tools.store, found, fieldsOf, commandId);
    if (policy === 'gone') throw refusedAs('not_found');
    return { status: 200, body: present(policy) };
  },
});

const remove = route({
  method: 'delete',
  path: '/late_fee_policies/:id',
  operationId: 'deleteLateFeePolicy',
  summary: 'Delete a late-fee policy',
  description:
    'Invoices keep what they have taken from it. Customers that had it go on with the default policy.',
  tag: noun.tag,
  scope: 'settings:write',
  find,
  answer: { status: 204, description: 'Gone.' },
  refusals: [],
  handle: async ({ tools, found }) => {
    await removePolicy(tools.store, found);
    return { status: 204 };
  },
});

export const lateFeePolicyRoutes: readonly Route[] = [listRoute(noun), add, getRoute(noun), change, remove];
