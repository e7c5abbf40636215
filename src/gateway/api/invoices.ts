// The routes of invoices, as data.
import { z } from 'zod';
import { etag } from '../etag.ts';
import { route, type Route } from '../route.ts';
import * as change from './change-invoice.ts';
import { createInvoice, createPatience } from './create-invoice.ts';
import * as bodies from './invoice-bodies.ts';
import * as examples from './examples.ts';
import { listQuery } from './invoice-filters.ts';
import { draftRefusals, emailRefusals, engineRefusals, smsRefusals } from './invoice-refusals.ts';
import { invoiceObject } from './invoice-object.ts';
import { commandFacts, expandQuery, tag } from './invoice-route.ts';
import { listInvoices } from './list-invoices.ts';
import { messageObject } from './message-object.ts';
import { listSchema } from './page.ts';
import { findInvoice, presentOne } from './read-invoice.ts';

const list = route({
  method: 'get',
  path: '/invoices',
  operationId: 'listInvoices',
  summary: 'List invoices',
  tag,
  scope: 'invoices:read',
  query: listQuery,
  answer: {
    status: 200,
    description: 'A page of invoices.',
    schema: listSchema(invoiceObject, 'InvoiceList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: listInvoices,
});

const create = route({
  method: 'post',
  path: '/invoices',
  operationId: 'createInvoice',
  summary: 'Create an invoice',
  tag,
  scope: 'invoices:write',
  body: bodies.createBody,
  bodyExample: examples.create,
  patience: createPatience,
  answer: {
    status: 201,
    description: 'The invoice. A read right after this sees it.',
    schema: invoiceObject,
    headers: ['ETag', 'Location'],
  },
  refusals: [
    ...draftRefusals,
    ...emailRefusals,
    ...smsRefusals,
    'date_in_past',
    'customer_on_credit_hold',
    ...engineRefusals,
  ],
  handle: createInvoice,
});

const get = route({
  method: 'get',
  path: '/invoices/:id',
  operationId: 'getInvoice',
  summary: 'Retrieve an invoice',
  description: 'With its payment history.',
  tag,
  scope: 'invoices:read',
  query: expandQuery,
  find: findInvoice,
  answer: { status: 200, description: 'The invoice.', schema: invoiceObject, headers: ['ETag'] },
  refusals: [],
  handle: async (call) => ({
    status: 200,
    headers: { ETag: etag(call.found.version) },
    body: await presentOne(call, call.found, call.query.expand),
  }),
});

const patch = route({
  ...commandFacts,
  method: 'patch',
  path: '/invoices/:id',
  operationId: 'updateInvoice',
  command: 'update',
  summary: 'Update an invoice',
  description:
    'Fields that are left out keep their value; null clears one. An issued invoice is revised: its books are posted anew and every timer is reckoned again; number, currency and customer stay.',
  scope: 'invoices:write',
  body: bodies.updateBody,
  bodyExample: examples.update,
  refusals: [
    ...draftRefusals,
    'unknown_line_item',
    'field_frozen',
    'below_paid',
    'payment_in_flight',
    'wrong_status',
    'already_paid',
    'already_void',
    ...engineRefusals,
  ],
  handle: change.update,
});

const remove = route({
  ...commandFacts,
  method: 'delete',
  path: '/invoices/:id',
  operationId: 'deleteInvoice',
  command: 'delete',
  summary: 'Delete a draft',
  scope: 'invoices:write',
  answer: { status: 204, description: 'Gone.' },
  refusals: ['issued_delete', 'wrong_status', ...engineRefusals],
  handle: change.remove,
});

const send = route({
  ...commandFacts,
  method: 'post',
  path: '/invoices/:id/send',
  operationId: 'sendInvoice',
  command: 'send',
  summary: 'Send an invoice',
  description:
    'Issues and posts it on first use, then e-mails it. Answers when the message is queued: `sent_at` is null until a mail server accepted it. Again: a resend; on a paid invoice, the receipt.',
  scope: 'invoices:write',
  body: bodies.sendBody,
  bodyExample: examples.send,
  refusals: [
    ...emailRefusals,
    'already_void',
    'wrong_status',
    'due_before_issue',
    'customer_on_credit_hold',
    ...engineRefusals,
  ],
  handle: change.send,
});

const text2pay = route({
  ...commandFacts,
  method: 'post',
  path: '/invoices/:id/text2pay',
  operationId: 'text2payInvoice',
  command: 'text2pay',
  summary: 'Text the payment link',
  description: 'A draft is issued first.',
  scope: 'invoices:write',
  body: bodies.text2payBody,
  bodyExample: examples.text2pay,
  refusals: [
    ...smsRefusals,
    'already_paid',
    'already_void',
    'wrong_status',
    'customer_on_credit_hold',
    ...engineRefusals,
  ],
  handle: change.text2pay,
});

const remind = route({
  ...commandFacts,
  method: 'post',
  path: '/invoices/:id/remind',
  operationId: 'remindInvoice',
  command: 'remind',
  summary: 'Send payment reminder',
  scope: 'invoices:write',
  body: bodies.remindBody,
  bodyExample: examples.remind,
  answer: {
    status: 202,
    description: 'The reminder is queued.',
    schema: z
      .strictObject({
        message: messageObject.nullable(),
        replaces: z
          .strictObject({ step_id: z.string(), planned_at: z.string() })
          .nullable()
          .meta({ description: 'The planned step that this reminder takes the place of.' }),
        invoice: invoiceObject,
      })
      .meta({ id: 'ReminderQueued' }),
    headers: ['ETag'],
  },
  refusals: [
    'reminder_cap',
    'wrong_status',
    'already_paid',
    'already_void',
    ...emailRefusals,
    ...smsRefusals,
    ...engineRefusals,
  ],
  handle: change.remind,
});

export const invoiceRoutes: readonly Route[] = [list, create, get, patch, remove, send, text2pay, remind];
