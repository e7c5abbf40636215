// Lives of recurring schedules: what they are told, what becomes of their dates, and their end.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { recurringWorkflowId } from '../../src/contract/recurring.ts';
import { plusDays } from '../../src/domain/calendar.ts';
import type { RecurringSchedule } from '../../src/domain/recurring/schedule.ts';
import { aSchedule } from '../domain/recurring/given.ts';
import { beginning } from '../support/memory-schedules.ts';
import { refusal, until } from '../support/workflow-bench.ts';
import type { Scenario, Stage } from './stage.ts';

const today = new Date().toISOString().slice(0, 10);

async function begin(
  { bench, schedules }: Stage,
  change: Partial<RecurringSchedule> = {},
): Promise<{ handle: WorkflowHandle; current: () => RecurringSchedule }> {
  const schedule = aSchedule({
    id: randomUUID(),
    liveMode: false,
    startDate: plusDays(today, 10),
    interval: 'day',
    ...change,
  });
  const handle = await bench.client.workflow.start('recurring', {
    taskQueue: bench.taskQueue,
    workflowId: recurringWorkflowId(schedule.id),
    args: [beginning(schedule)],
  });
  const find = () => schedules.schedules.get(schedule.id);
  await until('the schedule is stored', () => find() !== undefined);
  const current = () => {
    const found = find();
    if (found === undefined) throw new Error('The schedule is gone');
    return found;
  };
  return { handle, current };
}

const ask = (handle: WorkflowHandle, name: string, args: object = {}) =>
  handle.executeUpdate(name, { args: [args] });

async function wholePlan(stage: Stage) {
  const { schedules, later } = stage;
  const { handle, current } = await begin(stage, { occurrences: 6 });
  await ask(handle, 'pause');
  await handle.signal('resume');
  await until('it goes on', () => current().status === 'active');
  await ask(handle, 'skip', { date: plusDays(today, 12) });
  await ask(handle, 'update', { netDays: 30, name: 'daily' });
  await refusal(handle, 'resume');
  schedules.nextOutcomes.push(new Error('planned failure'), {
    outcome: 'refused',
    code: 'customer_on_credit_hold',
  });
  await later(handle, 11);
  await ask(handle, 'pause', { commandId: 'the-same' });
  await ask(handle, 'pause', { commandId: 'the-same' });
  await later(handle, 14);
  await ask(handle, 'resume');
  schedules.faults.push('before', 'after');
  await later(handle, 20);
  await handle.result();
  return handle;
}

async function missed(stage: Stage) {
  const { handle, current } = await begin(stage, {
    liveMode: true,
    startDate: plusDays(today, -2),
    localTime: '00:00',
  });
  await until('it has caught up', () => current().nextOccurrence === 4);
  return handle;
}

async function unanswered(stage: Stage) {
  const { schedules } = stage;
  const { handle, current } = await begin(stage);
  schedules.faults.push('after', 'before', 'before', 'before', 'before');
  await refusal(handle, 'pause', { commandId: 'lost' });
  await ask(handle, 'pause', { commandId: 'lost' });
  schedules.schedules.set(current().id, { ...current(), version: 7, name: 'stored elsewhere' });
  await ask(handle, 'resume');
  await handle.signal('nonsense');
  await handle.cancel();
  await until('both have been looked at', async () => {
    const { events = [] } = await handle.fetchHistory();
    const isMarker = (event: object) =>
      'markerRecordedEventAttributes' in event && event.markerRecordedEventAttributes !== null;
    return (events ?? []).filter(isMarker).length >= 11;
  });
  return handle;
}

async function continued(stage: Stage) {
  const { handle } = await begin(stage);
  const { runId } = await handle.describe();
  for (let count = 0; count < 100 && (await handle.describe()).runId === runId; count += 1) {
    await ask(handle, 'pause');
    await ask(handle, 'resume');
  }
  await ask(handle, 'pause');
  return handle;
}

async function deleted(stage: Stage) {
  const { handle } = await begin(stage);
  await ask(handle, 'delete');
  await handle.result();
  return handle;
}

export const recurrences: Readonly<Record<string, Scenario>> = {
  recurring: wholePlan,
  'recurring-missed': missed,
  'recurring-unanswered': unanswered,
  'recurring-continued': continued,
  'recurring-deleted': deleted,
};
