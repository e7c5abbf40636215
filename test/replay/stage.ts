// Where the recorded lives are played: the real engine, a store in memory, and a clock that can be moved.
import proto from '@temporalio/proto';
import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import type { CommandResult, RunDueResult } from '../../src/contract/invoice.ts';
import type { PaymentActivities, PaymentAnswer } from '../../src/contract/payment.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { aCreate } from '../support/builders.ts';
import { createMemorySchedules, type MemorySchedules } from '../support/memory-schedules.ts';
import { type Cast, createMemoryDunning } from '../support/memory-dunning.ts';
import { createFollowers, createMemoryPolicies, type Followers } from '../support/memory-policies.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';
import { type Bench, openBench, until } from '../support/workflow-bench.ts';

const day = 24 * 3_600_000;

export type Stage = {
  readonly bench: Bench;
  readonly store: MemoryStore;
  /** Whom a run of dunning meets. */
  readonly cast: Cast;
  readonly schedules: MemorySchedules;
  /** Who follows a reminder policy. */
  readonly followers: Followers;
  readonly create: (change?: Parameters<typeof aCreate>[0]) => Promise<WorkflowHandle>;
  /** Moves the clock of a test invoice and runs what is due. */
  readonly later: (handle: WorkflowHandle, days: number) => Promise<RunDueResult>;
  /** What the write of a payment over many invoices answers next, or throws; empty: it is away. */
  readonly nextPayments: (PaymentAnswer | Error)[];
  /** Until every message has ended. */
  readonly settled: (handle: WorkflowHandle) => Promise<void>;
};

export type Scenario = (stage: Stage) => Promise<WorkflowHandle>;

export function stateOf(store: MemoryStore, handle: WorkflowHandle) {
  const invoice = store.invoices.get(handle.workflowId.split(':')[2] ?? '');
  if (invoice === undefined) throw new Error('The invoice is not stored');
  return invoice;
}

/** A command that starts a closed invoice again from its stored state. */
export async function again(
  { bench, store }: Stage,
  handle: WorkflowHandle,
  name: string,
  args: object = {},
): Promise<WorkflowHandle> {
  const { organizationId, id: invoiceId } = stateOf(store, handle);
  await bench.client.workflow.executeUpdateWithStart<() => Promise<unknown>, CommandResult, [object]>(name, {
    args: [{ commandId: randomUUID(), ...args }],
    startWorkflowOperation: new WithStartWorkflowOperation('invoice', {
      workflowId: handle.workflowId,
      taskQueue: bench.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ kind: 'reopen', organizationId, invoiceId }],
    }) as never,
  });
  return bench.client.workflow.getHandle(handle.workflowId);
}

/** Plays one life on the running Temporal server. */
const { EventType } = proto.temporal.api.enums.v1;

/** No task under way: a history that ends inside one would be replayed beyond its end. */
async function rests(handle: WorkflowHandle): Promise<boolean> {
  const { events = [] } = await handle.fetchHistory();
  const last = events?.at(-1)?.eventType;
  return (
    last !== EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED &&
    last !== EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
  );
}

export async function play(
  scenario: Scenario,
  look: (handle: WorkflowHandle, state: Invoice | null) => Promise<void>,
): Promise<void> {
  const store = createMemoryStore();
  const nextPayments: Stage['nextPayments'] = [];
  const write = async (): Promise<PaymentAnswer> => {
    const next = nextPayments.shift() ?? new Error('planned failure');
    if (next instanceof Error) throw next;
    return next;
  };
  const payments: PaymentActivities = { recordAllocations: write, reverseAllocations: write };
  const schedules = createMemorySchedules();
  const cast: Cast = { people: {}, enabled: true };
  const followers = createFollowers();
  const bench = await openBench({
    ...schedules,
    ...store,
    ...payments,
    ...createMemoryDunning(cast),
    ...createMemoryPolicies(followers),
  });
  const stage: Stage = {
    bench,
    store,
    cast,
    schedules,
    followers,
    nextPayments,
    async create(change) {
      const input = aCreate(change);
      const handle = await bench.create(input);
      await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
      return handle;
    },
    later: (handle, days) => {
      const clockOffset = days * day;
      const now = new Date(Date.now() + clockOffset).toISOString();
      store.clockOffset = clockOffset;
      return handle.executeUpdate<RunDueResult, [object]>('runDue', { args: [{ now, clockOffset }] });
    },
    settled: (handle) =>
      until('every message has ended', () =>
        stateOf(store, handle).messages.every(({ state }) => state !== 'queued'),
      ),
  };
  try {
    const handle = await scenario(stage);
    await until('the run rests', () => rests(handle));
    await look(handle, handle.workflowId.startsWith('invoice:') ? stateOf(store, handle) : null);
  } finally {
    await bench.close();
  }
}
