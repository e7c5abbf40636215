// Sealing: every entry in exactly one block, and the sums always those of the blocks.
import { randomUUID } from 'node:crypto';
import { blockHash } from '../../src/store/ledger-hash.ts';
import { margin, sealLedger, unsealedEntries } from '../../src/store/ledger-blocks.ts';
import type { JournalEntryDocument, LedgerBlockDocument } from '../../src/store/documents.ts';
import { openStore } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import { openBooks, type Books } from './books.ts';

let database: TestDatabase;
let books: Books;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  books = await openBooks(database.store);
});
afterAll(() => database.drop());

const seal = (atOnce = true) => sealLedger(database.store, books, { atOnce });
const tail = () => unsealedEntries(database.store, books.organizationId, books.liveMode);
const blocks = (): Promise<LedgerBlockDocument[]> =>
  database.store.ledgerBlocks
    .find({ organization_id: books.organizationId })
    .sort({ live_mode: 1, index: 1 })
    .toArray();
const idsOf = (entries: readonly JournalEntryDocument[]) => entries.map((entry) => entry._id);
const sealedIds = async () => (await blocks()).flatMap(({ entries }) => entries.map(({ id }) => id));

/** What the stored sums say, and what the sealed entries come to. */
async function sums() {
  const { store } = database;
  const stored = await store.ledgerTotals.find({ organization_id: books.organizationId }).toArray();
  const entries = await store.journalEntries.find({ _id: { $in: await sealedIds() } }).toArray();
  const due = new Map<string, [number, number]>();
  for (const entry of entries) {
    for (const line of entry.lines) {
      const key = `${entry.currency} ${line.account_id} ${entry.date}`;
      const [debit, credit] = due.get(key) ?? [0, 0];
      due.set(key, [debit + line.debit_cents, credit + line.credit_cents]);
    }
  }
  const found = stored.map(
    (row) => [`${row.currency} ${row.account_id} ${row.date}`, [row.debit_cents, row.credit_cents]] as const,
  );
  return { stored: Object.fromEntries(found), due: Object.fromEntries(due) };
}

test('a block names the entries in the order of their recording and is chained to the one before', async () => {
  const stream = await books.begin([{ recordedAt: new Date(2000) }]);
  const other = await books.begin([{ recordedAt: new Date(1000) }]);
  expect(await seal()).toBe(2);
  await books.goOn(stream, [{}, {}]);
  expect(await seal()).toBe(2);
  const [first, second] = await blocks();
  const entry = await books.entry(`${other}:1`);
  expect(first?.entries).toEqual([
    { id: `${other}:1`, hash: entry.hash },
    { id: `${stream}:1`, hash: (await books.entry(`${stream}:1`)).hash },
  ]);
  expect(first).toMatchObject({ index: 1, previous_hash: null, through: new Date(2000) });
  expect(second).toMatchObject({ index: 2, previous_hash: first?.hash });
  expect(second?.hash).toBe(
    blockHash(
      first?.hash ?? null,
      (second?.entries ?? []).map(({ hash }) => hash),
    ),
  );
});

test('what is written and not sealed is the tail, and sealing empties it', async () => {
  expect(await tail()).toEqual([]);
  const stream = await books.begin([{}, {}]);
  expect(idsOf(await tail())).toEqual([`${stream}:1`, `${stream}:2`]);
  await seal();
  expect(await tail()).toEqual([]);
  await books.goOn(stream, [{}]);
  expect(idsOf(await tail())).toEqual([`${stream}:3`]);
});

test('sealing sums up by account and day, and in whole minor units', async () => {
  const stream = await books.begin([{ amount: 9_007_199_254_740_000 }]);
  await books.begin([{ amount: 700, date: '2026-03-02' }, { amount: 7 }]);
  await seal();
  await books.goOn(stream, [{ amount: 90, date: '2026-03-02' }]);
  await seal();
  const { stored, due } = await sums();
  expect(stored).toEqual(due);
  expect(Object.keys(stored).length).toBeGreaterThan(3);
  const wrong = await database.store.ledgerTotals.countDocuments({
    $or: [{ debit_cents: { $not: { $type: 'long' } } }, { credit_cents: { $not: { $type: 'long' } } }],
  });
  expect(wrong).toBe(0);
});

test('an organization without anything new gets no block', async () => {
  await books.begin([{}]);
  await seal();
  expect(await seal()).toBe(0);
  expect(await blocks()).toHaveLength(1);
});

test('within a minute of the last block nothing is sealed unless someone asks for it', async () => {
  const stream = await books.begin([{}]);
  expect(await seal(false)).toBe(1);
  await books.goOn(stream, [{}]);
  expect(await seal(false)).toBe(0);
  expect(await seal(true)).toBe(1);
  await books.goOn(stream, [{}]);
  const [, last] = await blocks();
  await database.store.ledgerBlocks.updateOne(
    { _id: last?._id ?? '' },
    { $set: { sealed_at: new Date(Date.now() - 60_001) } },
  );
  expect(await seal(false)).toBe(1);
});

test('more than two thousand entries become several blocks', async () => {
  const stream = await books.begin([{}]);
  for (let round = 0; round < 5; round += 1)
    await books.goOn(
      stream,
      Array.from({ length: 840 }, () => ({})),
    );
  expect(await seal()).toBe(4201);
  expect((await blocks()).map(({ entries }) => entries.length)).toEqual([2000, 2000, 201]);
  expect(new Set(await sealedIds()).size).toBe(4201);
  expect(await tail()).toEqual([]);
  const { stored, due } = await sums();
  expect(stored).toEqual(due);
});

test('an entry that becomes visible after younger ones were sealed is sealed by the next block', async () => {
  const late = await books.begin([{ recordedAt: new Date(Date.now() - margin + 30_000) }]);
  const prompt = await books.begin([{}]);
  await seal();
  await books.goOn(late, [{ recordedAt: new Date(Date.now() - margin + 30_000) }]);
  expect(idsOf(await tail())).toEqual([`${late}:2`]);
  await seal();
  expect(await sealedIds()).toEqual([`${late}:1`, `${prompt}:1`, `${late}:2`]);
});

test('a worker whose clock is fast hides nothing that the others write', async () => {
  const fast = await books.begin([{ recordedAt: new Date(Date.now() + 3_600_000) }]);
  await seal();
  const slow = await books.begin([{ recordedAt: new Date(Date.now() - 300_000) }]);
  expect(idsOf(await tail())).toEqual([`${slow}:1`]);
  await seal();
  expect(await sealedIds()).toEqual([`${fast}:1`, `${slow}:1`]);
  expect(await tail()).toEqual([]);
});

test('a sealed entry whose recording was dated anew by hand is not sealed again', async () => {
  const stream = await books.begin([{ recordedAt: new Date('2026-01-01') }]);
  await seal();
  await books.goOn(stream, [{}]);
  await seal();
  await database.store.journalEntries.updateOne(
    { _id: `${stream}:1` },
    { $set: { recorded_at: new Date() } },
  );
  await books.goOn(stream, [{}]);
  expect(idsOf(await tail())).toEqual([`${stream}:3`]);
  expect(await seal()).toBe(1);
  expect(await sealedIds()).toEqual([`${stream}:1`, `${stream}:2`, `${stream}:3`]);
});

test('the two modes of an organization have blocks and sums of their own', async () => {
  const stream = await books.begin([{}]);
  const inTest = { organizationId: books.organizationId, liveMode: false };
  expect(await sealLedger(database.store, inTest, { atOnce: true })).toBe(0);
  expect(await seal()).toBe(1);
  expect((await blocks())[0]?._id).toBe(`${books.organizationId}:live:1`);
  expect(await sealedIds()).toEqual([`${stream}:1`]);
});

test('a seal that breaks off leaves neither block nor sums', async () => {
  await books.begin([{ amount: 500 }]);
  const store = { ...database.store };
  store.transaction = (run) =>
    database.store.transaction(async (session) => {
      await run(session);
      throw new Error('the worker dies here');
    });
  await expect(sealLedger(store, books, { atOnce: true })).rejects.toThrow('dies here');
  expect(await blocks()).toEqual([]);
  expect((await sums()).stored).toEqual({});
  expect(await database.store.ledgerBalances.countDocuments({ organization_id: books.organizationId })).toBe(
    0,
  );
  expect(await seal()).toBe(1);
});

test('of workers that seal at once each entry is taken by one', async () => {
  const stores = await Promise.all([1, 2, 3].map(() => openStore(database.uri)));
  const stream = await books.begin([{}]);
  for (let round = 0; round < 30; round += 1) {
    await books.goOn(stream, [{ amount: round + 1 }, { amount: 2 * round + 1 }]);
    const counts = await Promise.all(stores.map((store) => sealLedger(store, books, { atOnce: true })));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(round === 0 ? 3 : 2);
  }
  await Promise.all(stores.map((store) => store.close()));
  expect(await sealedIds()).toHaveLength(61);
  const { stored, due } = await sums();
  expect(stored).toEqual(due);
});

test('sealing while commands write misses none of their entries', async () => {
  const streams = await Promise.all(Array.from({ length: 6 }, () => books.begin([{}])));
  let writing = true;
  const sealing = [1, 2].map(async () => {
    let sealed = 0;
    while (writing) {
      const before = await tail();
      expect(new Set(idsOf(before)).size).toBe(before.length);
      sealed += await seal();
    }
    return sealed;
  });
  await Promise.all(
    streams.map(async (stream) => {
      for (let n = 0; n < 40; n += 1)
        await books.goOn(stream, [{ amount: n + 1, date: `2026-04-1${n % 10}` }]);
    }),
  );
  writing = false;
  const counts = await Promise.all(sealing);
  const rest = await seal();
  expect([...counts, rest].reduce((sum, count) => sum + count, 0)).toBe(6 * 41);
  expect(new Set(await sealedIds()).size).toBe(6 * 41);
  const { stored, due } = await sums();
  expect(stored).toEqual(due);
});

test('what no stream is known for is sealed like everything else', async () => {
  const id = randomUUID();
  const stream = await books.begin([{}]);
  const { _id, ...entry } = await books.entry(`${stream}:1`);
  await database.store.journalEntries.insertOne({ ...entry, _id: `${id}:1`, stream: id });
  expect(await seal()).toBe(2);
});
