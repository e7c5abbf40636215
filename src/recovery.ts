// What a worker that died may have left half done. It writes to the database first and tells the engine afterwards;
// in between it can die, and the engine with it. Another worker then has the invoices concerned look for themselves.
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { invoiceWorkflowId, refreshSignal } from './contract/names.ts';
import { type RecurringInput, recurringWorkflowId, recurringWorkflowType } from './contract/recurring.ts';
import { instant } from './domain/calendar.ts';
import type { Logger } from './logging.ts';
import type { EventDocument, WorkerHeartbeatDocument } from './store/documents.ts';
import type { Store } from './store/store.ts';
import { upTo } from './store/exactly.ts';

/** A worker beats every five seconds; after so long without a beat it counts as dead. Milliseconds. */
const silence = 15_000;
/** How far around its last beat a worker may have written something that nobody heard of. Milliseconds. */
const before = 15_000;
const after = 10_000;
const eventsMost = 5_000;
/** An occurrence that is late by so much has perhaps nobody who waits for it. Milliseconds. */
const lateness = 60_000;
const lostMost = 100;

type Parts = {
  readonly store: Store;
  readonly client: Client;
  readonly taskQueue: string;
  readonly logger: Logger;
  /** False once this worker stops: what is left is for another. */
  readonly isRunning: () => boolean;
};

type Written = Pick<EventDocument, 'organization_id' | 'invoice_id' | 'recorded_at'>;

/** The invoices that were written around the last beat; read from the newest event backwards. */
async function writtenAround(store: Store, last: Date): Promise<Written[]> {
  const from = last.getTime() - before;
  const events = store.events
    .find({}, { projection: { organization_id: 1, invoice_id: 1, recorded_at: 1 } })
    .sort({ $natural: -1 })
    .limit(eventsMost);
  const invoices = new Map<string, Written>();
  for await (const event of events) {
    if (event.recorded_at.getTime() < from) break;
    if (event.recorded_at.getTime() <= last.getTime() + after) invoices.set(event.invoice_id, event);
  }
  return [...invoices.values()];
}

type Schedule = { readonly _id: string; readonly organization_id: string };
type RecurringWorkflow = (input: RecurringInput) => Promise<unknown>;

function startOptions({ taskQueue }: Parts, { _id: scheduleId, organization_id: organizationId }: Schedule) {
  return {
    workflowId: recurringWorkflowId(scheduleId),
    taskQueue,
    args: [{ organizationId, scheduleId }] as [RecurringInput],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
  } as const;
}

/** Schedules that were written around the last beat look at what is stored. */
async function refreshSchedules(parts: Parts, last: Date): Promise<void> {
  const from = new Date(last.getTime() - before);
  const to = new Date(last.getTime() + after);
  const rows = parts.store.recurringSchedules
    .find({ recorded_at: { $gte: from, $lte: to } })
    .project<Schedule>({ organization_id: 1 });
  for await (const row of rows) {
    if (!parts.isRunning()) return;
    const options = { ...startOptions(parts, row), signal: refreshSignal };
    await parts.client.workflow.signalWithStart<RecurringWorkflow>(recurringWorkflowType, options);
  }
}

/**
 * Live schedules that are late although a worker runs are started where they do not run; one that does will not
 * notice. The test clock sees to the others.
 */
async function startLost(parts: Parts): Promise<void> {
  const rows = await parts.store.recurringSchedules
    .find({ live_mode: true, next_action_at: upTo(instant(Date.now() - lateness)) })
    .limit(lostMost)
    .project<Schedule>({ organization_id: 1 })
    .toArray();
  for (const row of rows) {
    await parts.client.workflow.start<RecurringWorkflow>(recurringWorkflowType, startOptions(parts, row));
  }
}

async function refresh(client: Client, { organization_id, invoice_id }: Written): Promise<void> {
  try {
    await client.workflow.getHandle(invoiceWorkflowId(organization_id, invoice_id)).signal(refreshSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Looks for workers of the queue that died without a word, and sees to what each of them may have left. */
export function createRecovery(parts: Parts): () => Promise<void> {
  const { store, client, taskQueue, logger, isRunning } = parts;
  let lookedAt = 0;
  const recover = async (dead: WorkerHeartbeatDocument) => {
    const invoices = await writtenAround(store, dead.at);
    logger.warn(
      { worker: dead._id, invoices: invoices.length },
      'a worker died; its last invoices look again',
    );
    for (const invoice of invoices) {
      if (!isRunning()) return;
      await refresh(client, invoice);
    }
    await refreshSchedules(parts, dead.at);
    // Last: whoever dies while doing this leaves it to the next. Done twice, it does nothing more.
    await store.workerHeartbeats.deleteOne({ _id: dead._id, at: dead.at });
  };
  const lookAround = async () => {
    const limit = new Date(Date.now() - silence);
    while (isRunning()) {
      const dead = await store.workerHeartbeats.findOne({ task_queue: taskQueue, at: { $lt: limit } });
      if (dead === null) break;
      await recover(dead);
    }
    if (!isRunning() || Date.now() - lookedAt < lateness) return;
    lookedAt = Date.now();
    await startLost(parts);
  };
  let looking: Promise<void> | null = null;
  return () => {
    looking ??= lookAround().finally(() => {
      looking = null;
    });
    return looking;
  };
}
