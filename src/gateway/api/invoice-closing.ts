// The routes that end an invoice which is not paid: void, with whatever lies on it, and written off.
import { toArguments } from '../json.ts';
import { route, type Route } from '../route.ts';
import { run } from './change-invoice.ts';
import * as examples from './examples.ts';
import * as bodies from './invoice-bodies.ts';
import { engineRefusals } from './invoice-refusals.ts';
import { commandFacts } from './invoice-route.ts';

const facts = { ...commandFacts, method: 'post', scope: 'invoices:write' } as const;
const closed = ['already_paid', 'already_void', 'wrong_status', 'payment_in_flight'] as const;

const voidInvoice = route({
  ...facts,
  path: '/invoices/:id/void',
  operationId: 'voidInvoice',
  command: 'void',
  summary: 'Void an invoice',
  description:
    'Final. Reverses what is posted and stops every timer; the number is kept. Where money lies on it, `disposition` says what becomes of that: its amounts sum to the net paid. While a processor is asked for refunds, `is_processing` is true and `voiding` says where it stands.',
  idempotency: { requiredWith: 'disposition' },
  body: bodies.voidBody,
  bodyExample: examples.voidInvoice,
  refusals: [
    'draft_void',
    'net_paid_not_zero',
    'disposition_mismatch',
    'refund_refused',
    'amount_exceeds_paid',
    'invalid_amount',
    ...closed,
    ...engineRefusals,
  ],
  handle: (call) => run(call, 'void', toArguments(call.body)),
});

const writeOff = route({
  ...facts,
  path: '/invoices/:id/write_off',
  operationId: 'writeOffInvoice',
  command: 'writeOff',
  summary: 'Write an invoice off',
  description:
    'Bad debt: nothing more is asked for. A payment that comes in later is recorded as a recovery.',
  body: bodies.writeOffBody,
  bodyExample: examples.writeOff,
  refusals: [...closed, ...engineRefusals],
  handle: (call) => run(call, 'writeOff', toArguments(call.body)),
});

export const invoiceClosingRoutes: readonly Route[] = [voidInvoice, writeOff];
