// A new version of a reminder policy on its way to the invoices that follow it, on the real server: pages, a second
// look, a later version that takes its place, and an operator who stops it.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import {
  type PolicyEnd,
  type PolicyInput,
  type PolicyProgress,
  policyProgressQuery,
  policyWorkflowId,
  policyWorkflowType,
} from '../../src/contract/reminder-policy.ts';
import { defaultReminderSteps } from '../../src/domain/invoice/reminder.ts';
import { aCreate, aDraft } from '../support/builders.ts';
import { createFollowers, createMemoryPolicies, type Followers } from '../support/memory-policies.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { type Bench, openBench, refusal, until, update } from '../support/workflow-bench.ts';

const followers: Followers = createFollowers();
const store = createMemoryStore();
let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ ...store, ...createMemoryPolicies(followers) });
});
afterAll(() => bench.close());
beforeEach(() => {
  followers.given.length = 0;
  followers.ends.length = 0;
  Object.assign(followers, { behind: [], refusing: [], wanted: true, before: () => Promise.resolve() });
});

function start(input: Partial<PolicyInput> = {}): Promise<WorkflowHandle<() => Promise<PolicyEnd>>> {
  const policyId = randomUUID();
  const args = { organizationId: 'org-1', policyId, version: 2, ...input };
  return bench.client.workflow.start<() => Promise<PolicyEnd>>(policyWorkflowType, {
    taskQueue: bench.taskQueue,
    workflowId: policyWorkflowId(policyId, 2),
    args: [args] as never,
  });
}

const progress = (handle: WorkflowHandle) => handle.query<PolicyProgress>(policyProgressQuery);
const secondRound = (applied: number, passedOver: number) => ({
  at: { round: 2 as const, after: null, progress: { applied, passedOver } },
});

test('it goes through all pages once, says when it is done, and stays for those that are being made', async () => {
  followers.behind = ['a', 'b', 'c', 'd', 'e'];
  followers.refusing = ['d'];
  const handle = await start();
  await until('it is done', () => followers.ends.length > 0);
  expect(followers.ends).toEqual(['done']);
  expect(followers.given).toEqual(['a', 'b', 'c', 'e']);
  expect(await progress(handle)).toEqual({ applied: 4, passedOver: 1 });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.cancel();
  expect(await handle.result()).toEqual({ state: 'stopped', applied: 4, passedOver: 1 });
});

test('the second round finds what was made meanwhile, and goes on counting', async () => {
  followers.behind = ['made-meanwhile'];
  const handle = await start(secondRound(4, 1));
  expect(await handle.result()).toEqual({ state: 'done', applied: 5, passedOver: 1 });
  expect(followers.given).toEqual(['made-meanwhile']);
});

test('a later version takes its place between two pages', async () => {
  followers.behind = ['a', 'b', 'c', 'd'];
  followers.before = async (ids) => {
    if (ids.includes('c')) followers.wanted = false;
  };
  const handle = await start();
  expect(await handle.result()).toEqual({ state: 'superseded', applied: 2, passedOver: 0 });
  expect([followers.given, followers.ends]).toEqual([['a', 'b'], []]);
  const late = await start();
  expect(await late.result()).toEqual({ state: 'superseded', applied: 0, passedOver: 0 });
});

test('an operator stops it in the middle of a page, and the document says so', async () => {
  followers.behind = ['a', 'b', 'c', 'd'];
  let isThere = false;
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  followers.before = async (ids) => {
    isThere = ids.includes('c');
    if (isThere) await held;
  };
  const handle = await start();
  await until('the second page', () => isThere);
  await handle.cancel();
  expect(await handle.result()).toEqual({ state: 'stopped', applied: 2, passedOver: 0 });
  expect(followers.ends).toEqual(['stopped']);
  letGo();
});

test('a page that fails is repeated, and a new worker goes on where it was', async () => {
  followers.behind = ['a', 'b', 'c', 'd', 'e'];
  let fails = 2;
  followers.before = async () => {
    fails -= 1;
    if (fails >= 0) throw new Error('planned failure');
  };
  const handle = await start();
  await until('a failure', () => fails < 2);
  await bench.restart();
  await until('it is done', () => followers.ends.length > 0);
  expect(followers.given).toEqual(['a', 'b', 'c', 'd', 'e']);
  await handle.cancel();
  await handle.result();
});

test('a long way goes on in a new run with what was counted', async () => {
  const ids = Array.from({ length: 401 }, (_, index) => String(index).padStart(4, '0'));
  followers.behind = [...ids];
  const handle = await start(secondRound(0, 0));
  const first = (await handle.describe()).runId;
  expect(await handle.result()).toEqual({ state: 'done', applied: 401, passedOver: 0 });
  expect(followers.given).toEqual(ids);
  const last = await bench.client.workflow.getHandle(handle.workflowId).describe();
  expect(last.runId).not.toBe(first);
});

describe('an invoice', () => {
  const steps = defaultReminderSteps.slice(0, 2);
  const gentle = { id: 'gentle', name: 'Gentle', version: 3 };
  const invoiceOf = (handle: WorkflowHandle) => store.invoices.get(handle.workflowId.split(':')[2] ?? '');
  const open = async (version: number) => {
    const reminderPolicy = { id: 'gentle', version };
    const input = aCreate({ action: 'issue', draft: aDraft({ reminderPolicy }) });
    const handle = await bench.create(input);
    await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
    return handle;
  };

  test('takes a policy that somebody names by hand, as an update and as a signal', async () => {
    store.policies.set('gentle', { steps, policy: gentle });
    store.policies.set('firm', { steps: [], policy: { id: 'firm', name: 'Firm', version: 1 } });
    const handle = await open(1);
    await update(handle, 'setReminders', { policyId: 'gentle' });
    expect(invoiceOf(handle)).toMatchObject({
      reminderSteps: steps,
      reminderPolicy: { id: 'gentle', version: 3 },
    });
    await handle.signal('setReminders', { reminders: { policyId: 'firm' } });
    await until('the signal is heard', () => invoiceOf(handle)?.reminderPolicy?.id === 'firm');
    expect(await refusal(handle, 'setReminders', { policyId: 'gone' })).toBe('unknown_reminder_policy');
    expect(invoiceOf(handle)?.reminderPolicy).toEqual({ id: 'firm', version: 1 });
  });

  test('that follows takes a new version once, however often it is given, and never an older one', async () => {
    const handle = await open(2);
    const given = {
      reminders: { steps, policy: gentle },
      followersOnly: true,
      commandId: 'policy:gentle:3:it',
    };
    const first = await update(handle, 'setReminders', given);
    expect(await update(handle, 'setReminders', given)).toEqual(first);
    expect(await update(handle, 'setReminders', { ...given, commandId: 'again' })).toMatchObject({
      version: first.version,
    });
    const older = { steps: [], policy: { ...gentle, version: 2 } };
    await update(handle, 'setReminders', { ...given, reminders: older, commandId: 'older' });
    expect(invoiceOf(handle)).toMatchObject({
      version: first.version,
      reminderSteps: steps,
      reminderPolicy: { id: 'gentle', version: 3 },
    });
  });
});
