// From a command to an update and back, over an engine that fails in every documented way.
import { WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type CommandRequest, createCommands } from '../../src/gateway/command.ts';
import { isRefused, type Refusal } from '../../src/gateway/problem.ts';
import { fakeTools, type Script } from './fake-client.ts';

const request: CommandRequest = {
  name: 'recordPayment',
  organizationId: 'o-1',
  invoiceId: 'i-1',
  commandId: 'c-1',
  actor: 'token:t-1',
  expectedVersion: 4,
  clockOffset: 60_000,
  args: { amount: 5 },
};
const result = { invoiceId: 'i-1', version: 5, status: 'open' };
const failed = (type: string) =>
  new WorkflowUpdateFailedError(
    'failed',
    ApplicationFailure.nonRetryable('no', type, { data: {}, pointer: null }),
  );
const notFound = new WorkflowNotFoundError('gone', 'invoice:o-1:i-1', undefined);

async function refusalOf(run: Promise<unknown>): Promise<Refusal> {
  try {
    await run;
  } catch (error) {
    if (isRefused(error)) return error.refusal;
    throw error;
  }
  throw new Error('It was accepted.');
}

function run(script: Script, facts?: Parameters<typeof fakeTools>[1], change: Partial<CommandRequest> = {}) {
  const tools = fakeTools(script, facts);
  return { tools, answer: createCommands(tools).run({ ...request, ...change }) };
}

test('the update carries the command’s id, its patience, who asks, the version and the clock', async () => {
  const before = Date.now();
  const { tools, answer } = run(() => Promise.resolve(result));
  expect(await answer).toEqual(result);
  const [asked] = tools.asked;
  expect(asked).toMatchObject({ how: 'running', workflowId: 'invoice:o-1:i-1', name: 'recordPayment' });
  expect(asked?.args).toMatchObject({
    amount: 5,
    commandId: 'c-1',
    actor: 'token:t-1',
    expectedVersion: 4,
    clockOffset: 60_000,
  });
  const patience = Date.parse(String(asked?.args['notAfter'])) - before;
  expect(patience).toBeGreaterThanOrEqual(5_000);
  expect(patience).toBeLessThan(6_000);
  expect(asked?.updateId).toMatch(/^c-1~[0-9a-f]{12}$/);
});

test('a body cannot displace the envelope', async () => {
  const { tools, answer } = run(
    () => Promise.resolve(result),
    {},
    { args: { actor: 'someone', commandId: 'x' } },
  );
  await answer;
  expect(tools.asked[0]?.args).toMatchObject({ actor: 'token:t-1', commandId: 'c-1' });
});

test('a live invoice is told of no clock, and no If-Match of no version', async () => {
  const { tools, answer } = run(
    () => Promise.resolve(result),
    {},
    { clockOffset: null, expectedVersion: null },
  );
  await answer;
  expect(tools.asked[0]?.args).not.toHaveProperty('clockOffset');
  expect(tools.asked[0]?.args).not.toHaveProperty('expectedVersion');
});

test('when nobody would run it, nothing is sent', async () => {
  const { tools, answer } = run(() => Promise.resolve(result), { available: false });
  const refusal = await refusalOf(answer);
  expect(refusal.rejection).toMatchObject({ rejected: 'engine_unavailable', data: { command_id: 'c-1' } });
  expect(tools.asked).toEqual([]);
});

test('an update that no task took is sent again under the same id', async () => {
  const { tools, answer } = run((_asked, count) =>
    count < 3 ? Promise.reject(failed('UnprocessedUpdate')) : Promise.resolve(result),
  );
  expect(await answer).toEqual(result);
  expect(new Set(tools.asked.map((one) => one.updateId)).size).toBe(1);
  expect(tools.asked).toHaveLength(3);
});

test('an update whose run ended first is sent again under a new id, because the old one has its answer', async () => {
  const { tools, answer } = run((_asked, count) =>
    count < 2 ? Promise.reject(failed('AcceptedUpdateCompletedWorkflow')) : Promise.resolve(result),
  );
  expect(await answer).toEqual(result);
  expect(new Set(tools.asked.map((one) => one.updateId)).size).toBe(2);
  expect(new Set(tools.asked.map((one) => one.args['commandId']))).toEqual(new Set(['c-1']));
});

test('the invoice’s refusal is passed on and not repeated', async () => {
  const { tools, answer } = run(() => Promise.reject(failed('already_paid')));
  expect((await refusalOf(answer)).rejection.rejected).toBe('already_paid');
  expect(tools.asked).toHaveLength(1);
});

test('a deadline means that nobody knows, and the command’s id is told', async () => {
  const { answer } = run(() => Promise.reject(new WorkflowUpdateRPCTimeoutOrCancelledError('late')));
  expect((await refusalOf(answer)).rejection).toMatchObject({
    rejected: 'outcome_unknown',
    data: { command_id: 'c-1' },
  });
});

test('a closed invoice is opened again by the command that wants it', async () => {
  const { tools, answer } = run((asked) =>
    asked.how === 'running' ? Promise.reject(notFound) : Promise.resolve(result),
  );
  expect(await answer).toEqual(result);
  expect(tools.asked.map((one) => [one.how, one.workflowId])).toEqual([
    ['running', 'invoice:o-1:i-1'],
    ['reopened', 'invoice:o-1:i-1'],
  ]);
});

test('an invoice that the database does not know is not opened', async () => {
  const { tools, answer } = run(() => Promise.reject(notFound), { stored: false });
  expect((await refusalOf(answer)).rejection.rejected).toBe('not_found');
  expect(tools.asked).toHaveLength(1);
});

test('a look at a closed invoice does not open it', async () => {
  const { tools, answer } = run(() => Promise.reject(notFound), {}, { name: 'markViewed' });
  expect((await refusalOf(answer)).rejection.rejected).toBe('not_found');
  expect(tools.asked).toHaveLength(1);
});
