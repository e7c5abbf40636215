// Runs of dunning and of the reconciliation, and an invoice that hears of one.
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { DunnedArguments, DunningInput } from '../../src/contract/dunning.ts';
import { dunnedSignal } from '../../src/contract/names.ts';
import type { Cast } from '../support/memory-dunning.ts';
import { until } from '../support/workflow-bench.ts';
import { type Scenario, type Stage, stateOf } from './stage.ts';

const sweep = { liveMode: true, at: '2026-03-08T10:00:00.000Z', date: '2026-03-08' };

async function start({ bench }: Stage, input: Partial<DunningInput> = {}): Promise<WorkflowHandle> {
  const handle = await bench.client.workflow.start('dunning', {
    workflowId: 'dunning:org-1:recorded',
    taskQueue: bench.taskQueue,
    args: [{ organizationId: 'org-1', sweeps: [sweep], ...input }],
  });
  await handle.result();
  return handle;
}

const away = () => ApplicationFailure.create({ message: 'later', type: 'smtp_421', nextRetryDelay: 1 });

const people: Cast['people'] = {
  ada: {},
  bob: { unreachable: 'opted_out' },
  cid: { outcomes: [{ outcome: 'failed', code: 'smtp_550' }] },
  dan: { outcomes: [{ outcome: 'unknown', code: 'no_answer' }] },
  eve: { stagesSent: [7], lastAt: '2026-03-07T10:00:00.000Z' },
  fay: { outcomes: [away()] },
  gus: { waiting: 'dunning:gus:live:2026-03-07:7' },
  hal: { outcomes: [{ outcome: 'suppressed', code: 'nothing_overdue' }] },
  late: {},
};

async function dunning(stage: Stage) {
  stage.cast.people = people;
  return start(stage);
}

async function handedOver(stage: Stage) {
  stage.cast.people = people;
  const counts = { customers: 5, sent: 1, skipped: 1, suppressed: 0, failed: 2, pending: 0 };
  const progress = { liveMode: true, date: sweep.date, ...counts, cursor: 'eve' };
  const test = { ...sweep, liveMode: false };
  return start(stage, { sweeps: [sweep, test], progress, done: [] });
}

async function byHand(stage: Stage) {
  stage.cast.people = { ada: { overdue: [] } };
  const { bench } = stage;
  const handle = await bench.client.workflow.start('dunning', {
    workflowId: 'dunning:org-1:recorded',
    taskQueue: bench.taskQueue,
    args: [{ organizationId: 'org-1' }],
  });
  await handle.result();
  return handle;
}

async function switchedOff(stage: Stage) {
  stage.cast.enabled = false;
  return start(stage);
}

async function again(stage: Stage) {
  stage.cast.people = { ada: { outcomes: [away(), away()] } };
  const { bench } = stage;
  const handle = await bench.client.workflow.start('dunningDelivery', {
    workflowId: 'dunning-delivery:org-1:recorded',
    taskQueue: bench.taskQueue,
    args: [{ organizationId: 'org-1', messageId: 'dunning:ada:live:2026-03-08:7', delay: 1 }],
  });
  await handle.result();
  return handle;
}

async function reconcile(stage: Stage) {
  const { bench } = stage;
  const handle = await bench.client.workflow.start('reconcile', {
    workflowId: 'reconcile:org-1:recorded',
    taskQueue: bench.taskQueue,
    args: [{ organizationId: 'org-1' }],
  });
  await handle.result();
  return handle;
}

async function dunned({ create, store }: Stage) {
  const handle = await create({ action: 'issue' });
  const told = (stage: number, at: string): DunnedArguments => ({
    messageId: `dunning:customer-1:live:${at.slice(0, 10)}:${stage}`,
    stage,
    at,
    clockOffset: 0,
  });
  const tell = (args: DunnedArguments) => handle.signal<[DunnedArguments]>(dunnedSignal, args);
  await tell(told(7, '2026-03-08T10:00:00.000Z'));
  await tell(told(21, '2026-03-22T10:00:00.000Z'));
  await until('the stage is stored', () => stateOf(store, handle).dunned?.stage === 21);
  await tell(told(21, '2026-03-22T10:00:00.000Z'));
  await until('the repetition is noted', () => store.notes.length > 0);
  return handle;
}

export const dunnings: Readonly<Record<string, Scenario>> = {
  dunning,
  'dunning-handed-over': handedOver,
  'dunning-by-hand': byHand,
  'dunning-switched-off': switchedOff,
  'dunning-delivered-again': again,
  dunned,
  reconcile,
};
