// The workflow of a recurring schedule: waits for its dates, makes each once, and is told what to do meanwhile.
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import {
  type RecurringInput,
  type RecurringResult,
  recurringWorkflowId,
} from '../../src/contract/recurring.ts';
import { instant, plusDays } from '../../src/domain/calendar.ts';
import { upcoming } from '../../src/domain/recurring/occurrences.ts';
import type { RecurringSchedule } from '../../src/domain/recurring/schedule.ts';
import { aSchedule } from '../domain/recurring/given.ts';
import { beginning, createMemorySchedules } from '../support/memory-schedules.ts';
import { required } from '../support/servers.ts';
import {
  type Bench,
  installRuntime,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  workflowBundle,
} from '../support/workflow-bench.ts';

const day = 24 * 3_600_000;
const today = new Date().toISOString().slice(0, 10);
const store = createMemorySchedules();
let bench: Bench;
beforeAll(async () => {
  bench = await openBench(store);
});
afterAll(() => bench.close());
beforeEach(() => {
  store.tries.length = 0;
  store.clockOffset = 0;
});

async function begin(change: Partial<RecurringSchedule> = {}, input: Partial<RecurringInput> = {}) {
  const schedule = aSchedule({
    id: randomUUID(),
    startDate: plusDays(today, 10),
    interval: 'day',
    ...change,
  });
  const handle = await bench.client.workflow.start('recurring', {
    taskQueue: bench.taskQueue,
    workflowId: recurringWorkflowId(schedule.id),
    args: [beginning(schedule, input)],
  });
  const current = () => {
    const found = store.schedules.get(schedule.id);
    if (found === undefined) throw new Error('The schedule is not stored');
    return found;
  };
  await until('it is stored', () => store.schedules.has(schedule.id));
  return { handle, current, id: schedule.id };
}

function ask(handle: WorkflowHandle, name: string, args: object = {}): Promise<RecurringResult> {
  return handle.executeUpdate<RecurringResult, [object]>(name, { args: [args] });
}

/** The test clock has come so far. */
function later(handle: WorkflowHandle, days: number) {
  const clockOffset = days * day;
  store.clockOffset = clockOffset;
  return ask(handle, 'runDue', { now: instant(Date.now() + clockOffset), clockOffset });
}

/** From now to the noon of a day to come, in days. */
const toNoon = (days: number) => (Date.parse(`${plusDays(today, days)}T12:00:00Z`) - Date.now()) / day;

const seen = (handle: WorkflowHandle) => handle.query<RecurringSchedule>('recurring');
const outcomes = ({ settled }: RecurringSchedule) =>
  settled.map(({ occurrence, outcome, reason }) => [occurrence, outcome, reason]);

/** Local activities so far. */
async function markers(handle: WorkflowHandle): Promise<number> {
  const { events = [] } = await handle.fetchHistory();
  return (events ?? []).filter((event) => (event.markerRecordedEventAttributes ?? null) !== null).length;
}

async function provesItself(handle: WorkflowHandle): Promise<void> {
  const history = await handle.fetchHistory();
  expect(tasksWithoutCommand(history)).toEqual([]);
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
}

it('is paused, resumed, changed and told to skip, by updates and by signals, and says what it is', async () => {
  const { handle, current, id } = await begin();
  expect(await ask(handle, 'pause')).toEqual({ scheduleId: id, version: 2, status: 'paused', nextAt: null });
  await handle.signal('resume');
  await until('it goes on', () => current().status === 'active');
  await handle.signal('update', { netDays: 30 });
  await until('it is changed', () => current().netDays === 30);
  const skipped = await ask(handle, 'skip', { date: plusDays(today, 11) });
  expect(skipped).toMatchObject({ status: 'active', version: 5 });
  expect(await seen(handle)).toEqual(current());
  expect(await refusal(handle, 'resume')).toBe('wrong_schedule_status');
  expect(await refusal(handle, 'skip', { date: 'tomorrow' })).toBe('invalid_date');
  expect(await refusal(handle, 'charge')).toBe('unknown_command');
  const before = await markers(handle);
  await handle.signal('resume');
  await handle.signal('nonsense', 1);
  await handle.cancel();
  // A query meanwhile would end a task before its work is done.
  await until('all three have been looked at', async () => (await markers(handle)) >= before + 3);
  const panel = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  for (const words of ['resume was refused', 'nonsense was refused', 'Cancel']) {
    expect(panel.currentDetails).toContain(words);
  }
  expect(current().version).toBe(5);
  await bench.restart();
  expect(await ask(handle, 'pause')).toMatchObject({ version: 6 });
  await provesItself(handle);
  expect(await ask(handle, 'delete')).toMatchObject({ status: 'deleted' });
  expect(await handle.result()).toEqual({ status: 'deleted' });
  expect(store.schedules.has(id)).toBe(false);
});

it('answers a repeated command as it was answered, and refuses another one under its id', async () => {
  const { handle, current } = await begin();
  const command = { commandId: 'the-same', date: plusDays(today, 12) };
  const first = await ask(handle, 'skip', command);
  expect(await ask(handle, 'skip', command)).toEqual(first);
  expect(await refusal(handle, 'skip', { ...command, date: plusDays(today, 13) })).toBe(
    'idempotency_mismatch',
  );
  expect(await refusal(handle, 'pause', { notAfter: '2020-01-01T00:00:00.000Z' })).toBe('command_expired');
  expect([current().version, current().status]).toEqual([2, 'active']);
});

it('makes each date that it has missed once, in order, before it does anything else', async () => {
  const { handle, current } = await begin({
    startDate: plusDays(today, -3),
    localTime: '00:00',
    occurrences: 10,
  });
  await until('it has caught up', () => current().nextOccurrence === 5);
  expect(store.tries.map(({ issueDate }) => issueDate)).toEqual(
    [-3, -2, -1, 0].map((days) => plusDays(today, days)),
  );
  expect(outcomes(current())).toEqual([1, 2, 3, 4].map((occurrence) => [occurrence, 'made', null]));
  await provesItself(handle);
});

it('passes over what is refused or was to be skipped, and ends after the last', async () => {
  const { handle, current } = await begin({ liveMode: false, occurrences: 3 });
  await ask(handle, 'skip', { date: plusDays(today, 11), clockOffset: 0 });
  store.nextOutcomes.push(new Error('planned failure'), {
    outcome: 'refused',
    code: 'customer_on_credit_hold',
  });
  expect(await later(handle, toNoon(10))).toMatchObject({ version: 3 });
  expect(await later(handle, 20)).toMatchObject({ nextActionAt: null });
  expect(outcomes(current())).toEqual([
    [1, 'skipped', 'customer_on_credit_hold'],
    [2, 'skipped', 'requested'],
    [3, 'made', null],
  ]);
  expect(store.tries.map(({ occurrence }) => occurrence)).toEqual([1, 1, 3]);
  expect(await handle.result()).toEqual({ status: 'ended' });
  // It is started again for whoever asks, reads what is stored, and ends.
  const again = new WithStartWorkflowOperation<(input: RecurringInput) => Promise<unknown>>('recurring', {
    workflowId: handle.workflowId,
    taskQueue: bench.taskQueue,
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [{ organizationId: 'org-1', scheduleId: current().id }],
  });
  await expect(
    bench.client.workflow.executeUpdateWithStart('pause', { args: [{}], startWorkflowOperation: again }),
  ).rejects.toMatchObject({ cause: { type: 'wrong_schedule_status' } });
  expect(await bench.client.workflow.getHandle(handle.workflowId).result()).toEqual({ status: 'ended' });
});

describe('what goes wrong with a write', () => {
  it('is tried again, and what was written is found', async () => {
    const { handle, current } = await begin();
    store.faults.push('before', 'after');
    expect(await ask(handle, 'pause')).toMatchObject({ version: 2, status: 'paused' });
    expect(current().version).toBe(2);
  });

  it('is not answered where nobody can say, and the schedule looks by itself at what is stored', async () => {
    const { handle } = await begin();
    store.faults.push('after', 'before', 'before', 'before', 'before');
    expect(await refusal(handle, 'pause', { commandId: 'lost' })).toBe('outcome_unknown');
    await until('it has looked', async () => (await seen(handle)).version === 2);
    expect(await ask(handle, 'pause', { commandId: 'lost' })).toMatchObject({ version: 2, status: 'paused' });
  });

  it('gives way to what somebody else has stored', async () => {
    const { handle, current } = await begin();
    store.schedules.set(current().id, { ...current(), version: 7, name: 'stored elsewhere' });
    expect(await ask(handle, 'pause')).toMatchObject({ version: 8, status: 'paused' });
    expect(current().name).toBe('stored elsewhere');
    store.schedules.set(current().id, { ...current(), version: 9, status: 'active' });
    await handle.signal('refresh');
    await until('it has looked', async () => (await seen(handle)).version === 9);
  });

  it('makes no second invoice of an occurrence: the try is the same again', async () => {
    const { handle, current } = await begin({ liveMode: false, occurrences: 2 });
    store.faults.push('before', 'after');
    await later(handle, 30);
    expect(store.tries.map(({ occurrence }) => occurrence)).toEqual([1, 2]);
    expect(outcomes(current())).toHaveLength(2);
  });
});

it('is not begun when its time is over, nor twice', async () => {
  const schedule = aSchedule({ id: randomUUID() });
  const start = (notAfter: string) =>
    bench.client.workflow.start('recurring', {
      taskQueue: bench.taskQueue,
      workflowId: recurringWorkflowId(schedule.id),
      args: [beginning(schedule, { create: { schedule, templateRef: 'template', notAfter } })],
    });
  expect(await (await start('2020-01-01T00:00:00.000Z')).result()).toEqual({ status: 'gone' });
  store.schedules.set(schedule.id, { ...schedule, version: 3, status: 'paused' });
  const handle = await start('2020-01-01T00:00:00.000Z');
  await until('it has looked', async () => (await seen(handle))?.version === 3);
});

it('goes on in another run when its history is long', async () => {
  const { handle, current } = await begin();
  const { runId } = await handle.describe();
  for (let count = 0; count < 60 && (await handle.describe()).runId === runId; count += 1) {
    await ask(handle, 'pause', { commandId: `pause-${count}` });
    await ask(handle, 'resume', { commandId: `resume-${count}` });
  }
  expect((await handle.describe()).runId).not.toBe(runId);
  const { version, commands } = current();
  const last = commands.at(-1)?.id ?? '';
  expect(await ask(handle, 'resume', { commandId: last })).toMatchObject({ version });
});

it('makes a year of months on the dates that were announced', async () => {
  installRuntime();
  const path = required('TEST_TEMPORAL_TEST_SERVER');
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  const own = createMemorySchedules();
  const taskQueue = `recurring-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: own,
  });
  const schedule = aSchedule({ startDate: '2031-01-31', timeZone: 'Europe/Berlin', occurrences: 12 });
  const announced = upcoming(schedule, schedule.createdAt, 12);
  await worker.runUntil(async () => {
    const end = await environment.client.workflow.execute('recurring', {
      taskQueue,
      workflowId: recurringWorkflowId(schedule.id),
      args: [beginning(schedule)],
    });
    expect(end).toEqual({ status: 'ended' });
  });
  await environment.teardown();
  expect(announced).toHaveLength(12);
  expect(own.tries.map(({ occurrence, issueDate: date }) => ({ occurrence, date }))).toEqual(announced);
});
