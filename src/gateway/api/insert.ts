// Inserts by a name of one's own: the second insert of the same thing finds the first.
import type { mongo } from 'mongoose';

export async function insertOnce<T extends { _id: string }>(
  collection: mongo.Collection<T>,
  document: T,
): Promise<T> {
  try {
    await collection.insertOne(document as mongo.OptionalUnlessRequiredId<T>);
    return document;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 11_000)) throw error;
    const there = await collection.findOne({ _id: document._id } as mongo.Filter<T>);
    if (there === null) throw error;
    return there as T;
  }
}
