// The routes of payments: every payment of the organization, and one payment over many invoices.
import { z } from 'zod';
import { paymentMethodAliases, type PaymentMethod, paymentMethods } from '../../domain/invoice/invoice.ts';
import type { PaymentDocument } from '../../store/documents.ts';
import { runPayment } from '../payments.ts';
import { isRefused, refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { withActions } from './change-invoice.ts';
import { derivedId } from './contents.ts';
import * as fields from './fields.ts';
import { paymentMethod } from './invoice-bodies.ts';
import {
  afterDescending,
  decodeCursor,
  encodeCursor,
  listAnswer,
  listSchema,
  pageOf,
  pageQuery,
} from './page.ts';
import { checkDepositAccount, findCustomer } from './references.ts';

const tag = 'Payments';
const allocationsMax = 100;
const cents = z.int();

const object = z
  .strictObject({
    id: z.string(),
    customer_id: z.string(),
    currency: z.string(),
    amount_cents: cents,
    tip_cents: cents,
    unapplied_cents: cents.meta({ description: 'What of it went to the customer’s credit.' }),
    refunded_cents: cents,
    date: z.string().meta({ format: 'date' }),
    payment_method: z.enum(paymentMethods),
    deposit_to_account_id: z.string().nullable(),
    reference: z.string().nullable(),
    note: z.string().nullable(),
    status: z.enum(['succeeded', 'pending', 'failed', 'reversed', 'refunded']),
    provider: z.string().nullable(),
    provider_payment_id: z.string().nullable(),
    allocations: z.array(z.strictObject({ invoice_id: z.string(), amount_cents: cents })),
    live_mode: z.boolean(),
    created_at: z.string().meta({ format: 'date-time' }),
  })
  .meta({ id: 'PaymentObject' });

type PaymentObject = z.infer<typeof object>;

export function presentPaymentRow(payment: PaymentDocument): PaymentObject {
  const { _id, organization_id: _organization, by_allocation: _kind, ...rest } = payment;
  return {
    id: _id,
    ...rest,
    payment_method: rest.payment_method as PaymentObject['payment_method'],
    status: rest.status as PaymentObject['status'],
  };
}

type Finding = Pick<Call, 'tools' | 'organization' | 'live' | 'params'>;

async function findPayment({ tools, organization, live, params }: Finding): Promise<PaymentDocument> {
  const payment = await tools.store.payments.findOne({
    _id: params['id'] ?? '',
    organization_id: organization._id,
    live_mode: live,
  });
  if (payment === null) throw refusedAs('not_found');
  return payment;
}

const list = route({
  method: 'get',
  path: '/payments',
  operationId: 'listPayments',
  summary: 'List payments',
  tag,
  scope: 'invoices:read',
  query: z.strictObject({
    customer_id: fields.id.optional(),
    invoice_id: fields.id.optional(),
    ...pageQuery,
  }),
  answer: {
    status: 200,
    description: 'Newest first.',
    schema: listSchema(object, 'PaymentList'),
    headers: ['Link'],
  },
  refusals: ['bad_cursor', 'invalid_value'],
  handle: async ({ tools, organization, live, query, url }) => {
    const rows = await tools.store.payments
      .find({
        organization_id: organization._id,
        live_mode: live,
        ...(query.customer_id === undefined ? {} : { customer_id: query.customer_id }),
        ...(query.invoice_id === undefined ? {} : { 'allocations.invoice_id': query.invoice_id }),
        ...afterDescending('created_at', '_id', decodeCursor('payments', 2, query.cursor)),
      })
      .sort({ created_at: -1, _id: -1 })
      .limit(query.limit + 1)
      .toArray();
    const page = pageOf(rows, query.limit, (last) => encodeCursor('payments', [last.created_at, last._id]));
    return listAnswer(url, { data: page.rows.map(presentPaymentRow), nextCursor: page.nextCursor });
  },
});

const get = route({
  method: 'get',
  path: '/payments/:id',
  operationId: 'getPayment',
  summary: 'Retrieve a payment',
  tag,
  scope: 'invoices:read',
  find: findPayment,
  answer: { status: 200, description: 'The payment.', schema: object },
  refusals: [],
  handle: async ({ found }) => ({ status: 200, body: presentPaymentRow(found) }),
});

/** Where the state of one of the invoices is in the way, the refusal says what that one takes instead. */
async function explained(call: Call, error: unknown): Promise<unknown> {
  const id = isRefused(error) ? error.refusal.rejection.data?.['invoice_id'] : undefined;
  return typeof id === 'string' ? withActions(call, id, error) : error;
}

const createBody = z
  .strictObject({
    customer_id: fields.id,
    amount_cents: fields.positiveCents,
    currency: fields.currency
      .nullish()
      .meta({ description: 'Default: the customer’s, else the organization’s.' }),
    date: fields.date.nullish().meta({ description: 'Default: today in the organization’s zone.' }),
    payment_method: paymentMethod.nullish(),
    reference: fields.line().nullish(),
    note: fields.text().nullish(),
    deposit_to_account_id: fields.id.nullish(),
    allocations: z
      .array(z.strictObject({ invoice_id: fields.id, amount_cents: fields.positiveCents }))
      .max(allocationsMax)
      .nullish()
      .meta({ description: 'What is not allocated becomes the customer’s credit.' }),
  })
  .meta({ id: 'PaymentCreate' });

const create = route({
  method: 'post',
  path: '/payments',
  operationId: 'createPayment',
  summary: 'Record one payment over many invoices',
  description:
    'One payment row and one journal entry per invoice, all of it or nothing. What is not allocated becomes the customer’s credit.',
  tag,
  scope: 'payments:write',
  idempotency: 'required',
  body: createBody,
  bodyExample: {
    customer_id: '5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10',
    amount_cents: 15_000,
    payment_method: 'check',
    allocations: [
      { invoice_id: '7d9c5b52-5d61-4f0e-8f0a-0d5b0a9a5a11', amount_cents: 10_000 },
      { invoice_id: '1a2b3c4d-5e6f-4a0b-9c0d-1e2f3a4b5c6d', amount_cents: 5_000 },
    ],
  },
  answer: { status: 201, description: 'The payment.', schema: object, headers: ['Location'] },
  refusals: [
    'unknown_customer',
    'unknown_invoice',
    'wrong_customer',
    'unknown_account',
    'currency_mismatch',
    'invalid_amount',
    'amount_exceeds_due',
    'allocations_exceed_amount',
    'date_in_future',
    'wrong_status',
    'already_paid',
    'already_void',
    'payment_in_flight',
    'command_expired',
    'outcome_unknown',
  ],
  handle: async (call) => {
    const { tools, organization, live, commandId, actor, clockOffset, body } = call;
    const customer = await findCustomer(tools.store, organization._id, body.customer_id);
    const deposit = body.deposit_to_account_id ?? null;
    if (deposit !== null) await checkDepositAccount(tools.store, organization._id, deposit);
    const word = body.payment_method ?? 'other';
    const paymentId = derivedId(commandId, 'payment');
    const asked = {
      kind: 'record' as const,
      request: {
        organizationId: organization._id,
        liveMode: live,
        paymentId,
        commandId,
        actor,
        customerId: customer._id,
        currency: body.currency ?? customer.currency ?? organization.currency,
        amount: body.amount_cents,
        date: body.date ?? null,
        method: paymentMethodAliases[word] ?? (word as PaymentMethod),
        depositToAccountId: deposit,
        reference: body.reference ?? null,
        note: body.note ?? null,
        allocations: (body.allocations ?? []).map(({ invoice_id, amount_cents }) => ({
          invoiceId: invoice_id,
          amount: amount_cents,
        })),
        clockOffset: clockOffset ?? 0,
      },
    };
    try {
      await runPayment(tools, asked);
    } catch (error) {
      throw await explained(call, error);
    }
    const payment = await findPayment({ ...call, params: { id: paymentId } });
    const headers = { Location: `/api/v1/payments/${paymentId}` };
    return { status: 201, headers, body: presentPaymentRow(payment) };
  },
});

export const paymentRoutes: readonly Route[] = [list, create, get];
