// The routes of customers.
import { z } from 'zod';
import { plainCustomer } from '../../store/customers.ts';
import type { CustomerDocument } from '../../store/documents.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { derivedId } from './contents.ts';
import { customerCreate, customerObject, customerUpdate, presentCustomer } from './customer-object.ts';
import * as examples from './examples.ts';
import { insertOnce } from './insert.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';
import { checkLateFeePolicy, checkReminderPolicy } from './references.ts';

const tag = 'Customers';
const one = { status: 200, description: 'The customer.', schema: customerObject } as const;

async function findCustomer(
  call: Pick<Call, 'tools' | 'organization' | 'params'>,
): Promise<CustomerDocument> {
  const customer = await call.tools.store.customers.findOne({
    _id: call.params['id'] ?? '',
    organization_id: call.organization._id,
  });
  if (customer === null) throw refusedAs('not_found');
  return customer;
}

type Given = z.output<typeof customerUpdate>;

/** The fields that a body names, with nothing left undefined. */
function fieldsOf(body: Given): Partial<CustomerDocument> {
  const { contacts, metadata, ...plain } = body;
  const given = Object.entries(plain).filter(([, value]) => value !== undefined);
  return {
    ...(Object.fromEntries(given) as Partial<CustomerDocument>),
    ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    ...(contacts === undefined
      ? {}
      : {
          contacts: contacts.map(({ name, email = null, phone = null, roles = [] }) => ({
            name,
            email,
            phone,
            roles,
          })),
        }),
  };
}

const list = route({
  method: 'get',
  path: '/customers',
  operationId: 'listCustomers',
  summary: 'List customers',
  tag,
  scope: 'customers:read',
  query: z.strictObject({ email: z.string().max(254).optional(), ...pageQuery }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(customerObject, 'CustomerList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, query, url }) => {
    const position = decodeCursor('customers', 2, query.cursor);
    const customers = await tools.store.customers
      .find({
        organization_id: organization._id,
        ...(query.email === undefined ? {} : { email: query.email }),
        ...afterDescending('created_at', '_id', position),
      })
      .sort({ created_at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(customers, query.limit, (last) =>
      encodeCursor('customers', [last.created_at, last._id]),
    );
    return listAnswer(url, { data: page.rows.map(presentCustomer), nextCursor: page.nextCursor });
  },
});

const create = route({
  method: 'post',
  path: '/customers',
  operationId: 'createCustomer',
  summary: 'Create a customer',
  tag,
  scope: 'customers:write',
  body: customerCreate,
  bodyExample: examples.customer,
  answer: { status: 201, description: 'The customer.', schema: customerObject, headers: ['Location'] },
  refusals: [
    'invalid_currency',
    'invalid_time_zone',
    'invalid_phone_number',
    'unknown_reminder_policy',
    'unknown_late_fee_policy',
  ],
  handle: async ({ tools, organization, commandId, body }) => {
    await checkReminderPolicy(tools.store, organization._id, body.reminder_policy_id);
    await checkLateFeePolicy(tools.store, organization._id, body.late_fee_policy_id);
    const blank = plainCustomer(
      {
        _id: derivedId(commandId, 'customer'),
        organization_id: organization._id,
        display_name: body.display_name,
      },
      new Date().toISOString(),
    );
    const customer = await insertOnce(tools.store.customers, { ...blank, ...fieldsOf(body) });
    const headers = { Location: `/api/v1/customers/${customer._id}` };
    return { status: 201, headers, body: presentCustomer(customer) };
  },
});

const get = route({
  method: 'get',
  path: '/customers/:id',
  operationId: 'getCustomer',
  summary: 'Retrieve a customer',
  tag,
  scope: 'customers:read',
  find: findCustomer,
  answer: one,
  refusals: [],
  handle: async ({ found }) => ({ status: 200, body: presentCustomer(found) }),
});

const patch = route({
  method: 'patch',
  path: '/customers/:id',
  operationId: 'updateCustomer',
  summary: 'Update a customer',
  tag,
  scope: 'customers:write',
  find: findCustomer,
  body: customerUpdate,
  bodyExample: { phone: '+14155552671', sms_consent: true },
  answer: one,
  refusals: [
    'invalid_currency',
    'invalid_time_zone',
    'invalid_phone_number',
    'unknown_reminder_policy',
    'unknown_late_fee_policy',
  ],
  handle: async ({ tools, found, body }) => {
    await checkReminderPolicy(tools.store, found.organization_id, body.reminder_policy_id);
    await checkLateFeePolicy(tools.store, found.organization_id, body.late_fee_policy_id);
    const changed = await tools.store.customers.findOneAndUpdate(
      { _id: found._id, organization_id: found.organization_id },
      { $set: { ...fieldsOf(body), updated_at: new Date().toISOString() } },
      { returnDocument: 'after' },
    );
    if (changed === null) throw refusedAs('not_found');
    return { status: 200, body: presentCustomer(changed) };
  },
});

const remove = route({
  method: 'delete',
  path: '/customers/:id',
  operationId: 'deleteCustomer',
  summary: 'Delete a customer without invoices',
  tag,
  scope: 'customers:write',
  find: findCustomer,
  answer: { status: 204, description: 'Gone.' },
  refusals: ['customer_in_use'],
  handle: async ({ tools, found, organization }) => {
    const mine = { organization_id: organization._id, customer_id: found._id };
    const used = await tools.store.invoices.countDocuments(
      { ...mine, status: { $ne: 'deleted' } },
      { limit: 1 },
    );
    if (used > 0) throw refusedAs('customer_in_use');
    await tools.store.customers.deleteOne({ _id: found._id, organization_id: organization._id });
    return { status: 204 };
  },
});

export const customerRoutes: readonly Route[] = [list, create, get, patch, remove];
