// The routes of money on one invoice: a payment that came in, one that never did, one that goes back.
import type { z } from 'zod';
import { reject } from '../../domain/rejection.ts';
import type { Answer } from '../answer.ts';
import { expectedVersion } from '../etag.ts';
import { toArguments } from '../json.ts';
import { runPayment } from '../payments.ts';
import { refused } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { answered, type On, run, withActions } from './change-invoice.ts';
import * as examples from './examples.ts';
import * as bodies from './invoice-bodies.ts';
import { engineRefusals } from './invoice-refusals.ts';
import { commandFacts, findOn } from './invoice-route.ts';
import { checkDepositAccount } from './references.ts';

const facts = { ...commandFacts, method: 'post', scope: 'payments:write', idempotency: 'required' } as const;

const paymentNamed = (params: Call['params']) => ({ paymentId: params['payment_id'] ?? '' });

const record = route({
  ...facts,
  path: '/invoices/:id/record_payment',
  operationId: 'recordPayment',
  command: 'recordPayment',
  summary: 'Record a payment',
  description:
    'On an uncollectible invoice it is a recovery. More than what is due becomes the customer’s credit, or is refused.',
  body: bodies.recordPaymentBody,
  bodyExample: examples.recordPayment,
  refusals: [
    'invalid_amount',
    'amount_exceeds_due',
    'invalid_date',
    'date_in_future',
    'unknown_account',
    'provider_id_taken',
    'payment_in_flight',
    'wrong_status',
    'already_paid',
    'already_void',
    ...engineRefusals,
  ],
  handle: async (call) => {
    const { deposit_to_account_id: account } = call.body;
    if (typeof account === 'string') {
      await checkDepositAccount(call.tools.store, call.organization._id, account);
    }
    return run(call, 'recordPayment', toArguments(call.body));
  },
});

type Reversing = On<z.output<typeof bodies.reverseBody>>;

/** A payment over many invoices is taken back from all of them at once, or from none. */
async function reverseEverywhere(call: Reversing, paymentId: string): Promise<Answer> {
  const { tools, organization, live, commandId, actor, clockOffset, body, found } = call;
  const version = expectedVersion(call.ifMatch, found.version);
  // Repeated after a lost answer it may have moved the invoice on itself.
  if (version !== null && version !== found.version && !call.repeated) {
    throw refused(reject('version_mismatch', { version: found.version }));
  }
  try {
    await runPayment(tools, {
      kind: 'reverse',
      request: {
        organizationId: organization._id,
        liveMode: live,
        paymentId,
        commandId,
        actor,
        reason: body.reason ?? null,
        clockOffset: clockOffset ?? 0,
      },
    });
  } catch (error) {
    throw await withActions(call, call.found._id, error);
  }
  return answered(call);
}

const reverse = route({
  ...facts,
  path: '/invoices/:id/payments/:payment_id/reverse',
  operationId: 'reversePayment',
  command: 'reversePayment',
  find: findOn('reversePayment', paymentNamed),
  summary: 'Take back a payment that never came',
  description:
    'A bounced cheque or a chargeback: what it settled is due again, and the timers go on. A payment over many invoices is taken back from all of them.',
  body: bodies.reverseBody,
  bodyExample: examples.reversePayment,
  refusals: [
    'unknown_payment',
    'already_reversed',
    'already_refunded',
    'payment_in_flight',
    ...engineRefusals,
  ],
  handle: async (call) => {
    const { paymentId } = paymentNamed(call.params);
    const payment = await call.tools.store.payments.findOne({
      _id: paymentId,
      organization_id: call.organization._id,
      'allocations.invoice_id': call.found._id,
    });
    if (payment?.by_allocation === true) return reverseEverywhere(call, paymentId);
    return run(call, 'reversePayment', { paymentId, ...toArguments(call.body) });
  },
});

const refund = route({
  ...facts,
  path: '/invoices/:id/payments/:payment_id/refund',
  operationId: 'refundPayment',
  command: 'refundPayment',
  find: findOn('refundPayment', paymentNamed),
  summary: 'Refund a payment',
  description:
    'A processor that holds the money is asked for it. While it is, `is_processing` is true and `refunding` says where it stands; nothing is booked before it has answered.',
  body: bodies.refundBody,
  bodyExample: examples.refundPayment,
  refusals: [
    'unknown_payment',
    'invalid_amount',
    'amount_exceeds_paid',
    'insufficient_credit',
    'already_refunded',
    'already_reversed',
    'refund_refused',
    'payment_in_flight',
    ...engineRefusals,
  ],
  handle: (call) => run(call, 'refundPayment', { ...paymentNamed(call.params), ...toArguments(call.body) }),
});

export const invoicePaymentRoutes: readonly Route[] = [record, reverse, refund];
