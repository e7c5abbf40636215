// What an earlier release left otherwise than this one expects it, put right before the indexes are made.
import type { mongo } from 'mongoose';

/** The index of the release before entries had streams, by which its databases are known. */
const formerIndex = 'sequence';

/** Gives entries of 0.1.0 their stream. Done twice, or by two at once, it does nothing more. */
export async function upgradeEntries(database: mongo.Db): Promise<void> {
  const entries = database.collection('journal_entries');
  const indexes = await entries.listIndexes().toArray();
  if (!indexes.some(({ name }) => name === formerIndex)) return;
  await entries.updateMany({ stream: { $exists: false } }, [
    {
      $set: {
        stream: '$invoice_id',
        hash: '',
        // By the clock of the mode, which may run ahead of the database's.
        recorded_at: { $min: [{ $toDate: '$created_at' }, '$$NOW'] },
      },
    },
  ]);
  // Last, so that a start that breaks off is taken up again.
  await entries.dropIndex(formerIndex).catch((error: unknown) => {
    if ((error as mongo.MongoServerError).codeName !== 'IndexNotFound') throw error;
  });
}
