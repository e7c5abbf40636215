// One transaction, tried again where the server says that another try may succeed, for a bounded time.
// The driver's own withTransaction goes on for two minutes when neighbours keep colliding or the set keeps changing
// its primary, which is a hang for whoever waits for an answer.
import { setTimeout as pause } from 'node:timers/promises';
import type { mongo } from 'mongoose';

/** How long a transaction is tried again, in milliseconds. */
const usualPatience = 5_000;
const firstPause = 5;
const longestPause = 200;

const options: mongo.TransactionOptions = {
  readConcern: { level: 'snapshot' },
  writeConcern: { w: 'majority', journal: true },
  readPreference: 'primary',
};

/**
 * Runs the function in a transaction. It may run several times, so it keeps nothing of an earlier try; it may
 * abort the transaction itself and return, and then nothing is written.
 */
export async function transact<T>(
  client: mongo.MongoClient,
  run: (session: mongo.ClientSession) => Promise<T>,
  patience = usualPatience,
): Promise<T> {
  const deadline = Date.now() + patience;
  return client.withSession(async (session) => {
    for (let attempt = 0; ; attempt += 1) {
      session.startTransaction(options);
      try {
        const result = await run(session);
        if (session.inTransaction()) await commit(session, deadline);
        return result;
      } catch (error) {
        if (session.inTransaction()) await session.abortTransaction();
        if (!isLabelled(error, 'TransientTransactionError') || Date.now() >= deadline) throw error;
        await pause(Math.random() * Math.min(firstPause * 1.5 ** attempt, longestPause));
      }
    }
  });
}

async function commit(session: mongo.ClientSession, deadline: number): Promise<void> {
  for (;;) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      // The same commit may be sent again: it is either found done or done now.
      if (!isLabelled(error, 'UnknownTransactionCommitResult') || Date.now() >= deadline) throw error;
    }
  }
}

function isLabelled(error: unknown, label: string): boolean {
  const labelled = error as Partial<mongo.MongoError> | null;
  return typeof labelled?.hasErrorLabel === 'function' && labelled.hasErrorLabel(label);
}
