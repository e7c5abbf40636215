// The routes of a customer's credit: what is in hand, and more of it given by hand.
import { z } from 'zod';
import { localDate } from '../../domain/calendar.ts';
import { fingerprint } from '../../domain/fingerprint.ts';
import type { CustomerDocument } from '../../store/documents.ts';
import { grantCredit } from '../../store/customer-ledger.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { currency, positiveCents, text } from './fields.ts';
import { finder } from './noun.ts';

const tag = 'Customers';
const balance = z.strictObject({ currency: z.string(), amount_cents: z.int() });
const balances = z.array(balance).meta({
  description:
    'One for each currency that there ever was credit in. Below zero: it was used before a payment bounced.',
});

const find = finder<CustomerDocument>({ collection: (store) => store.customers });

type Reading = Pick<Call, 'tools' | 'organization' | 'live'>;

async function readBalances({ tools, organization, live }: Reading, customerId: string) {
  const rows = await tools.store.creditBalances
    .find({ organization_id: organization._id, live_mode: live, customer_id: customerId })
    .sort({ currency: 1 })
    .toArray();
  return rows.map((row) => ({ currency: row.currency, amount_cents: row.amount_cents }));
}

const read = route({
  method: 'get',
  path: '/customers/:id/credit_balance',
  operationId: 'getCreditBalance',
  summary: 'What a customer has in hand',
  tag,
  scope: 'customers:read',
  find,
  answer: {
    status: 200,
    description: 'By currency.',
    schema: z.strictObject({ balances }).meta({ id: 'CreditBalance' }),
  },
  refusals: [],
  handle: async (call) => ({ status: 200, body: { balances: await readBalances(call, call.found._id) } }),
});

const grant = route({
  method: 'post',
  path: '/customers/:id/credits',
  operationId: 'grantCredit',
  summary: 'Give a customer credit',
  description:
    'Posted as less revenue: debit Sales, credit Customer credit. Money that came in is a payment instead.',
  tag,
  scope: 'payments:write',
  idempotency: 'required',
  find,
  body: z
    .strictObject({
      amount_cents: positiveCents,
      currency: currency.nullish().meta({ description: 'Default: the customer’s, else the organization’s.' }),
      reason: text().nullish(),
    })
    .meta({ id: 'CreditCreate' }),
  bodyExample: { amount_cents: 2_500, currency: 'USD', reason: 'Late delivery' },
  answer: {
    status: 201,
    description: 'The credit, and what the customer has in hand now.',
    schema: z
      .strictObject({
        id: z.string().meta({ description: 'Of its journal entry.' }),
        customer_id: z.string(),
        amount_cents: z.int(),
        currency: z.string(),
        reason: z.string().nullable(),
        balances,
      })
      .meta({ id: 'Credit' }),
  },
  refusals: ['invalid_amount', 'invalid_currency', 'currency_mismatch'],
  handle: async (call) => {
    const { tools, organization, live, commandId, actor, now, found, body } = call;
    const money = body.currency ?? found.currency ?? organization.currency;
    if (found.currency !== null && money !== found.currency) {
      throw refusedAs('currency_mismatch', undefined, '/currency');
    }
    const { amount_cents: amount, reason = null } = body;
    const granted = await grantCredit(tools.store, {
      organizationId: organization._id,
      liveMode: live,
      customerId: found._id,
      currency: money,
      commandId,
      fingerprint: fingerprint([found._id, amount, money, reason]),
      actor,
      amount,
      reason,
      date: localDate(now, organization.time_zone),
      at: now,
    });
    if (granted.outcome === 'mismatch') throw refusedAs('idempotency_mismatch');
    return {
      status: 201,
      body: {
        id: granted.result.entryId,
        customer_id: found._id,
        amount_cents: amount,
        currency: money,
        reason,
        balances: await readBalances(call, found._id),
      },
    };
  },
});

export const customerCreditRoutes: readonly Route[] = [read, grant];
