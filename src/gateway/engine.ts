// Whether a command would find someone to run it: a fresh heartbeat of a worker, and Temporal within reach.
import type { Client } from '@temporalio/client';
import type { Store } from '../store/store.ts';

/** A worker beats every five seconds; after three missed ones it counts as gone. */
export const heartbeatStale = 15_000;
const remembered = 1_000;
const patience = 2_000;

export type EngineReport = {
  /** null: all is well. */
  readonly temporal: string | null;
  readonly worker: string | null;
};

export type Engine = {
  /** Looks now, in bounded time. */
  report(): Promise<EngineReport>;
  /** The last look, at most a second old. */
  isAvailable(): Promise<boolean>;
};

/** The promise, or an error when it takes too long: longer than a health check may, unless told otherwise. */
export async function within<T>(
  work: Promise<T>,
  milliseconds: number = patience,
  lateness: () => Error = () => new Error(`no answer within ${milliseconds} ms`),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lateness()), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function lookAtTemporal(client: Client): Promise<string | null> {
  try {
    await within(client.withDeadline(Date.now() + patience, () => client.workflowService.getSystemInfo({})));
    return null;
  } catch {
    return 'Temporal does not answer.';
  }
}

async function lookAtWorkers(store: Store, taskQueue: string): Promise<string | null> {
  try {
    const latest = await within(
      store.workerHeartbeats.findOne({ task_queue: taskQueue }, { sort: { at: -1 } }),
    );
    if (latest === null) return 'No worker has reported on this task queue.';
    const age = Date.now() - latest.at.getTime();
    return age <= heartbeatStale
      ? null
      : `The last worker was heard of ${Math.round(age / 1000)} seconds ago.`;
  } catch {
    return 'Whether a worker runs cannot be read: MongoDB does not answer.';
  }
}

export function createEngine(client: Client, store: Store, taskQueue: string): Engine {
  let last: { readonly at: number; readonly available: Promise<boolean> } | null = null;
  const report = async (): Promise<EngineReport> => {
    const [temporal, worker] = await Promise.all([lookAtTemporal(client), lookAtWorkers(store, taskQueue)]);
    return { temporal, worker };
  };
  return {
    report,
    isAvailable() {
      const now = Date.now();
      if (last === null || now - last.at > remembered) {
        const available = report().then(({ temporal, worker }) => temporal === null && worker === null);
        last = { at: now, available };
      }
      return last.available;
    },
  };
}
