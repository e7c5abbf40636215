// Counts what is asked of MongoDB, by the driver's own command monitoring.
import type { Store } from '../src/store/store.ts';

/** Round trips: reads, writes, and what ends a transaction. */
export type CommandCounts = { readonly reads: number; readonly writes: number; readonly commits: number };

export type Counter = { restart(): void; read(): CommandCounts };

const kinds: Readonly<Record<string, keyof CommandCounts>> = {
  find: 'reads',
  aggregate: 'reads',
  count: 'reads',
  distinct: 'reads',
  getMore: 'reads',
  insert: 'writes',
  update: 'writes',
  delete: 'writes',
  findAndModify: 'writes',
  bulkWrite: 'writes',
  commitTransaction: 'commits',
  abortTransaction: 'commits',
};

/** The worker's sign of life and the gateway's look at it go by the clock, not by commands. */
const byTheClock = 'worker_heartbeats';

/** Counts nothing unless the store was opened with `monitorCommands`. */
export function countCommands(store: Store): Counter {
  let counts = { reads: 0, writes: 0, commits: 0 };
  store.connection.getClient().on('commandStarted', ({ commandName, command }) => {
    const kind = kinds[commandName];
    if (kind === undefined || (command as Record<string, unknown>)[commandName] === byTheClock) return;
    counts[kind] += 1;
  });
  return {
    restart() {
      counts = { reads: 0, writes: 0, commits: 0 };
    },
    read: () => ({ ...counts }),
  };
}
