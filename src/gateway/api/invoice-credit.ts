// The routes of what reduces an invoice without money: credit, credit notes, late fees that are waived.
import { toArguments } from '../json.ts';
import { refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { run } from './change-invoice.ts';
import * as examples from './examples.ts';
import * as bodies from './invoice-bodies.ts';
import { engineRefusals } from './invoice-refusals.ts';
import { commandFacts, findOn } from './invoice-route.ts';

const facts = { ...commandFacts, method: 'post' } as const;
const closed = ['already_void', 'wrong_status', 'payment_in_flight'] as const;

const applyCredit = route({
  ...facts,
  path: '/invoices/:id/apply_credit',
  operationId: 'applyCredit',
  command: 'applyCredit',
  summary: 'Pay with the customer’s credit',
  description:
    'Without an amount as much as is due and as there is. A named amount is taken whole or refused; where there is no credit at all, either is.',
  scope: 'payments:write',
  idempotency: 'required',
  body: bodies.applyCreditBody,
  bodyExample: examples.applyCredit,
  refusals: [
    'invalid_amount',
    'amount_exceeds_due',
    'insufficient_credit',
    'already_paid',
    ...closed,
    ...engineRefusals,
  ],
  handle: (call) => run(call, 'applyCredit', toArguments(call.body)),
});

const issueCreditNote = route({
  ...facts,
  path: '/invoices/:id/credit_notes',
  operationId: 'issueCreditNote',
  command: 'issueCreditNote',
  summary: 'Issue a credit note',
  description:
    'Takes back part of the total, its taxes pro rata. What is due is reduced first; what was paid already becomes the customer’s credit.',
  scope: 'payments:write',
  idempotency: 'required',
  body: bodies.creditNoteBody,
  bodyExample: examples.creditNote,
  refusals: [
    'invalid_amount',
    'amount_exceeds_total',
    'unknown_line_item',
    'conflicting_fields',
    ...closed,
    ...engineRefusals,
  ],
  handle: (call) => run(call, 'issueCreditNote', toArguments(call.body)),
});

/** Occurrences are counted from one: what is written otherwise is no address of a fee. */
function feeNamed({ occurrence = '' }: Call['params']) {
  if (!/^[1-9]\d{0,8}$/.test(occurrence)) throw refusedAs('not_found');
  return { occurrence: Number(occurrence) };
}

const waive = route({
  ...facts,
  path: '/invoices/:id/late_fees/:occurrence/waive',
  operationId: 'waiveLateFee',
  command: 'waiveLateFee',
  find: findOn('waiveLateFee', feeNamed),
  summary: 'Waive a late fee',
  scope: 'invoices:write',
  body: bodies.waiveBody,
  bodyExample: examples.waiveLateFee,
  refusals: ['unknown_late_fee', 'already_waived', ...closed, ...engineRefusals],
  handle: (call) => run(call, 'waiveLateFee', { ...feeNamed(call.params), ...toArguments(call.body) }),
});

export const invoiceCreditRoutes: readonly Route[] = [applyCredit, issueCreditNote, waive];
