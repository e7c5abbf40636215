// A duplicate key: which document of a write, which index.
import mongoose from 'mongoose';
import type { mongo } from 'mongoose';

export type Clash = { readonly position: number; readonly index: string; readonly error: Error };

const duplicateKey = 11_000;

/** What the error says about a document that is there already; null when it is another error. */
export function clashOf(error: unknown): Clash | null {
  if (!(error instanceof mongoose.mongo.MongoServerError) || error.code !== duplicateKey) return null;
  const first = firstWriteError(error);
  const message = first?.errmsg ?? error.message;
  const index = /index: (\S+) dup key/.exec(message)?.[1] ?? '';
  return { position: first?.index ?? 0, index, error };
}

function firstWriteError(error: mongo.MongoServerError): mongo.WriteError | undefined {
  return error instanceof mongoose.mongo.MongoBulkWriteError ? [error.writeErrors].flat()[0] : undefined;
}
