// The routes of the test clock. An advance is one long request: it answers when everything has caught up.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import { z } from 'zod';
import { advanceClockUpdate, testClockWorkflowId, testClockWorkflowType } from '../../contract/names.ts';
import type { AdvanceArguments, AdvanceResult, TestClockInput } from '../../contract/test-clock.ts';
import { instant } from '../../domain/calendar.ts';
import { sortFailure } from '../failure.ts';
import { refused, refusedAs } from '../problem.ts';
import { type Call, route, type Route } from '../route.ts';
import { instantText } from './fields.ts';

const patience = 9 * 60_000;
const requestPatience = 10 * 60_000;
const retryPause = 250;

const clockObject = z
  .strictObject({ now: z.string().meta({ format: 'date-time' }) })
  .meta({ id: 'TestClock' });

const read = route({
  method: 'get',
  path: '/test_clock',
  operationId: 'getTestClock',
  summary: 'What time it is in test mode',
  tag: 'Test mode',
  scope: 'invoices:read',
  testOnly: true,
  answer: { status: 200, description: 'Real time plus an offset, so it ticks.', schema: clockObject },
  refusals: ['test_mode_only'],
  handle: async ({ now }) => ({ status: 200, body: { now } }),
});

const advanceBody = z.strictObject({ to: instantText }).meta({ id: 'TestClockAdvance' });
type Advancing = Call<null, unknown, z.output<typeof advanceBody>>;

function ask(
  call: Advancing,
  args: AdvanceArguments,
  updateId: string,
  deadline: number,
): Promise<AdvanceResult> {
  const { client, taskQueue } = call.tools;
  const organizationId = call.organization._id;
  const input: TestClockInput = { organizationId };
  const startWorkflowOperation = new WithStartWorkflowOperation(testClockWorkflowType, {
    workflowId: testClockWorkflowId(organizationId),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: 'The test clock of one organization',
  });
  return client.withDeadline(deadline, () =>
    client.workflow.executeUpdateWithStart<Workflow, AdvanceResult, [AdvanceArguments]>(advanceClockUpdate, {
      args: [args],
      updateId,
      startWorkflowOperation,
    }),
  );
}

async function advance(call: Advancing): Promise<AdvanceResult> {
  const { commandId, actor } = call;
  const to = instant(Date.parse(call.body.to));
  const args: AdvanceArguments = { to, commandId, actor };
  const deadline = Date.now() + patience;
  let updateId = `${commandId}~${randomBytes(6).toString('hex')}`;
  for (;;) {
    try {
      return await ask(call, args, updateId, deadline);
    } catch (error) {
      const failure = sortFailure(error);
      if (failure.kind === 'refused') throw refused(failure.rejection);
      if (failure.kind === 'unavailable') throw refusedAs('engine_unavailable', { command_id: commandId });
      const again = failure.kind === 'again' || failure.kind === 'closed';
      if (!again || Date.now() >= deadline) {
        call.tools.logger.warn({ err: error, commandId }, 'no answer to an advance of the test clock');
        throw refusedAs('outcome_unknown', { command_id: commandId });
      }
      updateId = `${commandId}~${randomBytes(6).toString('hex')}`;
      await pause(retryPause);
    }
  }
}

const move = route({
  method: 'post',
  path: '/test_clock/advance',
  operationId: 'advanceTestClock',
  summary: 'Move the test clock forward',
  description:
    'Runs everything that is due up to and with `to`, in order, across the organization’s test invoices, each at its own instant, and answers when all have caught up. Keep the request open; it may take minutes.',
  tag: 'Test mode',
  scope: 'invoices:write',
  testOnly: true,
  patience: requestPatience,
  body: advanceBody,
  bodyExample: { to: '2027-01-01T00:00:00Z' },
  answer: {
    status: 200,
    description: 'The new time, and how many due things ran.',
    schema: z
      .strictObject({ now: z.string().meta({ format: 'date-time' }), ran: z.int() })
      .meta({ id: 'TestClockAdvanced' }),
  },
  refusals: [
    'test_mode_only',
    'clock_backwards',
    'clock_busy',
    'clock_limit',
    'engine_unavailable',
    'outcome_unknown',
  ],
  handle: async (call) => {
    const { tools, commandId, body, now, repeated } = call;
    // A repeated advance may have run already: then its own answer counts, not the time it is now.
    if (!repeated && instant(Date.parse(body.to)) < now) {
      throw refusedAs('clock_backwards', { now }, '/to');
    }
    if (!(await tools.engine.isAvailable())) throw refusedAs('engine_unavailable', { command_id: commandId });
    const { now: reached, ran } = await advance(call);
    return { status: 200, body: { now: reached, ran } };
  },
});

export const testClockRoutes: readonly Route[] = [read, move];
