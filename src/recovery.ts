// What a worker that died may have left half done. It writes to the database first and tells the engine afterwards;
// in between it can die, and the engine with it. Another worker then has the invoices concerned look for themselves.
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { invoiceWorkflowId, refreshSignal } from './contract/names.ts';
import type { Logger } from './logging.ts';
import type { EventDocument, WorkerHeartbeatDocument } from './store/documents.ts';
import type { Store } from './store/store.ts';

/** A worker beats every five seconds; after so long without a beat it counts as dead. Milliseconds. */
const silence = 15_000;
/** How far around its last beat a worker may have written something that nobody heard of. Milliseconds. */
const before = 15_000;
const after = 10_000;
const eventsMost = 5_000;

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

async function refresh(client: Client, { organization_id, invoice_id }: Written): Promise<void> {
  try {
    await client.workflow.getHandle(invoiceWorkflowId(organization_id, invoice_id)).signal(refreshSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Looks for workers of the queue that died without a word, and sees to what each of them may have left. */
export function createRecovery({ store, client, taskQueue, logger, isRunning }: Parts): () => Promise<void> {
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
    // Last: whoever dies while doing this leaves it to the next. Done twice, it does nothing more.
    await store.workerHeartbeats.deleteOne({ _id: dead._id, at: dead.at });
  };
  const lookAround = async () => {
    const limit = new Date(Date.now() - silence);
    while (isRunning()) {
      const dead = await store.workerHeartbeats.findOne({ task_queue: taskQueue, at: { $lt: limit } });
      if (dead === null) return;
      await recover(dead);
    }
  };
  let looking: Promise<void> | null = null;
  return () => {
    looking ??= lookAround().finally(() => {
      looking = null;
    });
    return looking;
  };
}
