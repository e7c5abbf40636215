// Reads that belong together see the database as it was at one moment, however long they take and whatever is
// written meanwhile. Without a transaction, whose life the server limits to a minute.
import type { mongo } from 'mongoose';
import type { Session, Store } from './store.ts';

/** Everything read with `asOf(session)` inside the function is of the moment of the first read. */
export function atOneMoment<T>(store: Store, read: (session: Session) => Promise<T>): Promise<T> {
  return store.connection.getClient().withSession({ snapshot: true }, read);
}

/** The options of such a read. Inside a transaction, which has a moment of its own, they do no harm. */
export function asOf(session: Session) {
  return { session, readConcern: { level: 'snapshot' } } as const satisfies mongo.FindOptions;
}
