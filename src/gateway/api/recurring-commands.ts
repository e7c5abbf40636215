// The commands of a recurring schedule.
import { z } from 'zod';
import { commandSchedule } from '../recurring.ts';
import { route, type Route } from '../route.ts';
import { skipBody } from './recurring-object.ts';
import { answerOf, find, ofEngine, one, tag } from './recurring-route.ts';

function plainCommand(name: 'pause' | 'resume', summary: string, description: string): Route {
  return route({
    method: 'post',
    path: `/recurring_schedules/:id/${name}`,
    operationId: `${name}RecurringSchedule`,
    summary,
    description,
    tag,
    scope: 'invoices:write',
    find,
    body: z.strictObject({}),
    answer: one,
    refusals: ['wrong_schedule_status', ...ofEngine],
    handle: (call) => answerOf(call, name, {}),
  });
}

const pause = plainCommand('pause', 'Pause a recurring schedule', 'It makes nothing until it is resumed.');
const resume = plainCommand(
  'resume',
  'Resume a recurring schedule',
  'It goes on at its old dates. What lies behind is not made up for.',
);

const skip = route({
  method: 'post',
  path: '/recurring_schedules/:id/skip',
  operationId: 'skipRecurringSchedule',
  summary: 'Skip one date',
  tag,
  scope: 'invoices:write',
  find,
  body: skipBody,
  bodyExample: { date: '2027-01-31' },
  answer: one,
  refusals: ['no_such_occurrence', 'invalid_date', 'wrong_schedule_status', ...ofEngine],
  handle: (call) => answerOf(call, 'skip', call.body),
});

const remove = route({
  method: 'delete',
  path: '/recurring_schedules/:id',
  operationId: 'deleteRecurringSchedule',
  summary: 'Delete a recurring schedule',
  tag,
  scope: 'invoices:write',
  find,
  answer: { status: 204, description: 'Gone. The invoices that it made stay.' },
  refusals: [...ofEngine],
  handle: async (call) => {
    const { _id: scheduleId, customer_id: customerId } = call.found;
    await commandSchedule(call, { name: 'delete', scheduleId, customerId, args: {} });
    return { status: 204 };
  },
});

export const recurringCommandRoutes: readonly Route[] = [remove, pause, resume, skip];
