// The routes of what time does to an invoice: a send that is scheduled, holds, late-fee terms and reminders.
import type { Answer } from '../answer.ts';
import { toArguments } from '../json.ts';
import { isRefused, refused } from '../problem.ts';
import { route, type Route } from '../route.ts';
import { type On, run } from './change-invoice.ts';
import * as examples from './examples.ts';
import * as bodies from './invoice-bodies.ts';
import { engineRefusals } from './invoice-refusals.ts';
import { commandFacts } from './invoice-route.ts';

const facts = { ...commandFacts, scope: 'invoices:write' } as const;
const closed = ['already_paid', 'already_void', 'wrong_status'] as const;

const schedule = route({
  ...facts,
  method: 'post',
  path: '/invoices/:id/schedule',
  operationId: 'scheduleInvoice',
  command: 'schedule',
  summary: 'Send a draft later',
  description: 'At a local date and time. Again: moves it.',
  body: bodies.scheduleBody,
  bodyExample: examples.schedule,
  refusals: [
    'date_in_past',
    'invalid_date',
    'invalid_time_zone',
    'already_void',
    'wrong_status',
    ...engineRefusals,
  ],
  handle: (call) => run(call, 'schedule', toArguments(call.body)),
});

const unschedule = route({
  ...facts,
  method: 'delete',
  path: '/invoices/:id/schedule',
  operationId: 'unscheduleInvoice',
  command: 'unschedule',
  summary: 'Do not send it later after all',
  description: 'The invoice is a draft again.',
  refusals: ['already_void', 'wrong_status', ...engineRefusals],
  handle: (call) => run(call, 'unschedule', {}),
});

const hold = route({
  ...facts,
  method: 'post',
  path: '/invoices/:id/hold',
  operationId: 'holdInvoice',
  command: 'hold',
  summary: 'Hold an invoice',
  description:
    'While a promise or a dispute stands, no reminder goes out, no fee falls due and nothing is charged. Again, of the same kind: replaces it.',
  body: bodies.holdBody,
  bodyExample: examples.hold,
  refusals: ['date_in_past', 'invalid_date', ...closed, ...engineRefusals],
  handle: (call) => run(call, 'hold', toArguments(call.body)),
});

const resume = route({
  ...facts,
  method: 'post',
  path: '/invoices/:id/resume',
  operationId: 'resumeInvoice',
  command: 'resume',
  summary: 'End the hold of a kind, or all',
  body: bodies.resumeBody,
  bodyExample: examples.resume,
  refusals: ['not_on_hold', ...closed, ...engineRefusals],
  handle: (call) => run(call, 'resume', toArguments(call.body)),
});

/** The terms are the whole body, so what is wrong in them is pointed at from there. */
async function setTerms(
  call: On,
  name: 'setLateFees' | 'setReminders',
  field: 'late_fees' | 'reminders',
  terms: unknown,
): Promise<Answer> {
  try {
    return await run(call, name, toArguments({ [field]: terms }));
  } catch (error) {
    const pointer = isRefused(error) ? error.refusal.rejection.pointer : undefined;
    if (!isRefused(error) || pointer?.startsWith(`/${field}`) !== true) throw error;
    const { rejection, actions, headers } = error.refusal;
    throw refused({ ...rejection, pointer: pointer.slice(field.length + 1) }, { actions, headers });
  }
}

const setLateFees = route({
  ...facts,
  method: 'put',
  path: '/invoices/:id/late_fees',
  operationId: 'setLateFees',
  command: 'setLateFees',
  summary: 'Set the late-fee terms',
  description:
    'Or take those of a policy. null removes them. On an issued invoice they count from now on; fees that stand are left alone.',
  body: bodies.lateFeesBody,
  bodyExample: examples.create.late_fees,
  refusals: [
    'invalid_late_fee_terms',
    'unknown_late_fee_policy',
    'too_many_decimals',
    'invalid_amount',
    ...closed,
    ...engineRefusals,
  ],
  handle: (call) => setTerms(call, 'setLateFees', 'late_fees', call.body),
});

const setReminders = route({
  ...facts,
  method: 'put',
  path: '/invoices/:id/reminders',
  operationId: 'setReminders',
  command: 'setReminders',
  summary: 'Set the reminder steps',
  description:
    'Or take those of a policy. null removes them. On an issued invoice what is still to come is planned anew.',
  body: bodies.remindersBody,
  bodyExample: examples.reminders,
  refusals: ['invalid_reminder_terms', 'unknown_reminder_policy', ...closed, ...engineRefusals],
  handle: (call) => setTerms(call, 'setReminders', 'reminders', call.body ?? []),
});

export const invoicePlanRoutes: readonly Route[] = [
  schedule,
  unschedule,
  hold,
  resume,
  setLateFees,
  setReminders,
];
