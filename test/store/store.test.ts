// The connection: what it insists on, what it makes, and what a transaction leaves behind.
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import mongoose from 'mongoose';
import { openStore, type Store } from '../../src/store/store.ts';
import { transact } from '../../src/store/transaction.ts';
import {
  freshMongoUri,
  openTestDatabase,
  serverProgram,
  startOwnServer,
  type TestDatabase,
} from '../support/mongo.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.drop());

/** What the store hands out is what has to be there: a transaction that makes a collection collides with others. */
function namesIn(store: Store): string[] {
  const { Collection } = mongoose.mongo;
  return Object.values(store)
    .flatMap((one) => (one instanceof Collection ? [one.collectionName] : []))
    .sort();
}

test('opening makes every collection, and opening again changes nothing', async () => {
  const names = async () =>
    (await database.store.connection.listCollections()).map((collection) => collection.name).sort();
  const collections = namesIn(database.store);
  expect(collections).toContain('journal_entries');
  expect(await names()).toEqual(collections);
  const indexesBefore = await database.store.invoices.indexes();
  const again = await openStore(database.uri);
  await again.close();
  expect(await names()).toEqual(collections);
  expect(await database.store.invoices.indexes()).toEqual(indexesBefore);
});

test('several processes may open a new database at once', async () => {
  const uri = freshMongoUri();
  const stores = await Promise.all([openStore(uri), openStore(uri), openStore(uri)]);
  expect(await stores[0].connection.listCollections()).toHaveLength(namesIn(stores[0]).length);
  await stores[0].connection.dropDatabase();
  await Promise.all(stores.map((store) => store.close()));
});

test('writes are acknowledged by a majority and the journal, and reads come from the primary', () => {
  const client = database.store.connection.getClient();
  expect(client.writeConcern).toMatchObject({ w: 'majority', journal: true });
  expect(client.readPreference.mode).toBe('primary');
  expect(client.readConcern?.level).toBe('majority');
  expect(database.store.invoices.writeConcern).toMatchObject({ w: 'majority', journal: true });
});

test.each(['w=1&journal=false', 'journal=false', 'readConcernLevel=local'])(
  'a connection string with %s is refused',
  async (weakness) => {
    const uri = freshMongoUri();
    const weak = `${uri}${uri.includes('?') ? '&' : '?'}${weakness}`;
    await expect(openStore(weak)).rejects.toThrow(/weakens what a write or a read promises/);
  },
);

test('a server that cannot be reached is refused within seconds by a sentence without the credentials', async () => {
  const started = Date.now();
  const failure = await openStore('mongodb://someone:hidden@127.0.0.1:9/duewell?replicaSet=rs0').catch(
    (error: Error) => error,
  );
  expect(Date.now() - started).toBeLessThan(5_000);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as Error).message).toMatch(/MONGODB_URI must name a running replica set/);
  expect((failure as Error).message).not.toContain('hidden');
});

test('a standalone server is refused', async () => {
  const standalone = await MongoMemoryServer.create({
    binary: await serverProgram(database.store),
    instance: { ip: '127.0.0.1' },
  });
  try {
    await expect(openStore(standalone.getUri('duewell'))).rejects.toThrow(/standalone server/);
  } finally {
    await standalone.stop();
  }
});

test('a transaction on a server that is gone ends within seconds by an error', async () => {
  const server = await startOwnServer(database.store);
  const store = await openStore(server.uri);
  await store.ping();
  await server.stop();
  const started = Date.now();
  const write = store.transaction((session) => store.meta.insertOne({ _id: 'a', value: 'b' }, { session }));
  await expect(write).rejects.toThrow(/ECONNREFUSED/);
  await expect(store.ping()).rejects.toThrow(/ECONNREFUSED/);
  expect(Date.now() - started).toBeLessThan(15_000);
  await store.close();
});

test('a transaction that throws leaves nothing behind', async () => {
  const { store } = database;
  await expect(
    store.transaction(async (session) => {
      await store.meta.insertOne({ _id: 'half', value: 'x' }, { session });
      throw new Error('planted');
    }),
  ).rejects.toThrow('planted');
  expect(await store.meta.findOne({ _id: 'half' })).toBeNull();
});

test('a transaction that gives up on its own leaves nothing behind and still answers', async () => {
  const { store } = database;
  const answer = await store.transaction(async (session) => {
    await store.meta.insertOne({ _id: 'given-up', value: 'x' }, { session });
    await session.abortTransaction();
    return 'nothing';
  });
  expect(answer).toBe('nothing');
  expect(await store.meta.findOne({ _id: 'given-up' })).toBeNull();
});

test('a transaction that keeps colliding is tried again, and given up after its patience', async () => {
  const { store } = database;
  const client = store.connection.getClient();
  const collide = () => {
    const error = new mongoose.mongo.MongoServerError({ message: 'collided', code: 112 });
    error.addErrorLabel('TransientTransactionError');
    return error;
  };
  let tries = 0;
  const never = transact(client, () => Promise.reject(((tries += 1), collide())), 50);
  await expect(never).rejects.toThrow('collided');
  expect(tries).toBeGreaterThan(1);
  let failures = 2;
  const answer = await transact(client, async (session) => {
    await store.meta.insertOne({ _id: 'third-try', value: String(failures) }, { session });
    if (failures > 0) throw ((failures -= 1), collide());
    return 'done';
  });
  expect(answer).toBe('done');
  expect(await store.meta.findOne({ _id: 'third-try' })).toEqual({ _id: 'third-try', value: '0' });
});

test('two transactions over one document both happen, one after the other', async () => {
  const { store } = database;
  const increment = () =>
    store.transaction((session) =>
      store.numberSeries.updateOne({ _id: 'race' }, { $inc: { last: 1 } }, { session, upsert: true }),
    );
  await Promise.all([increment(), increment(), increment(), increment()]);
  expect((await store.numberSeries.findOne({ _id: 'race' }))?.last).toBe(4);
});

test('a number cannot be on two invoices of one organization and mode, but drafts need none', async () => {
  const { store } = database;
  const row = (id: string, number: string | null, live = false) =>
    ({ _id: id, organization_id: 'o', live_mode: live, number }) as never;
  await store.invoices.insertMany([
    row('a', 'INV-1'),
    row('b', null),
    row('c', null),
    row('d', 'INV-1', true),
  ]);
  await expect(store.invoices.insertOne(row('e', 'INV-1'))).rejects.toMatchObject({ code: 11_000 });
});
