// A fresh database for one test file, on the server named by TEST_MONGODB_URI.
import { randomBytes } from 'node:crypto';
import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { openStore, type Store } from '../../src/store/store.ts';

export type TestDatabase = {
  readonly uri: string;
  readonly store: Store;
  /** Removes the database and closes the connection. */
  drop(): Promise<void>;
};

/** The server's URI with another database name. Fails, never skips, where there is no server. */
export function freshMongoUri(): string {
  const server = process.env['TEST_MONGODB_URI'];
  if (server === undefined || server === '') {
    throw new Error(
      'This test needs a MongoDB replica set: set TEST_MONGODB_URI, or run npm test, which starts one.',
    );
  }
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(server);
  if (parts === null) throw new Error('TEST_MONGODB_URI is not a MongoDB connection string.');
  return `${parts[1]}/duewell_test_${randomBytes(6).toString('hex')}${parts[2] ?? ''}`;
}

/** The program of the test server, to start another one that a test may do without. */
export async function serverProgram(store: Store) {
  const admin = store.connection.getClient().db('admin');
  const { version } = await admin.command({ buildInfo: 1 });
  const { argv } = await admin.command({ getCmdLineOpts: 1 });
  return { systemBinary: (argv as string[])[0] ?? '', version: String(version), checkMD5: false };
}

/** A replica set of one that belongs to one test, which may stop it. */
export async function startOwnServer(store: Store): Promise<{ uri: string; stop(): Promise<unknown> }> {
  const server = await MongoMemoryReplSet.create({
    binary: await serverProgram(store),
    replSet: { ip: '127.0.0.1', storageEngine: 'wiredTiger' },
  });
  return { uri: server.getUri('duewell'), stop: () => server.stop() };
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const uri = freshMongoUri();
  const store = await openStore(uri);
  return {
    uri,
    store,
    drop: async () => {
      await store.connection.dropDatabase();
      await store.close();
    },
  };
}
