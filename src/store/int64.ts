// How money is written: as BSON Int64, so that no amount turns into a double on the way.
import mongoose from 'mongoose';

/**
 * A whole number for a field that holds money. The driver hands Int64 back as a plain number, so the documents
 * say `number`; only a write knows better.
 */
export function int64(amount: number): number {
  if (!Number.isSafeInteger(amount)) throw new Error(`Not a whole number of minor units: ${amount}`);
  return mongoose.mongo.Long.fromNumber(amount) as unknown as number;
}
