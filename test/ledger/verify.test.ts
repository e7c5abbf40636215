// Verifying: books that nobody laid hands on are sound, whatever goes on meanwhile.
import { randomUUID } from 'node:crypto';
import { type Verification, verifyLedger } from '../../src/ledger/verify/verify.ts';
import { sealLedger } from '../../src/store/ledger-blocks.ts';
import { openBooks } from './books.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import { openSealedBooks, type SealedBooks } from './sealed-books.ts';

let database: TestDatabase;
let books: SealedBooks;
beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  books = await openSealedBooks(database.store);
});
afterAll(() => database.drop());

test('books that nobody touched are sound, and it says how much that is', async () => {
  expect(await books.verify()).toEqual({
    organizations: 1,
    streams: 3,
    entries: 9,
    blocks: 2,
    unsealed: 0,
    finding: null,
  });
});

test('what was not sealed yet is sealed first', async () => {
  await books.goOn(books.streams[0], [{}]);
  expect(await books.verify()).toMatchObject({ entries: 10, blocks: 3, unsealed: 0, finding: null });
});

test('an organization that never wrote an entry is sound', async () => {
  expect(await verifyLedger(database.store, randomUUID())).toMatchObject({ entries: 0, finding: null });
});

test('the first of several broken links is named, in the order of the streams', async () => {
  await books.change(`${books.streams[2]}:1`, { date: '2026-03-02' });
  await database.store.journalEntries.deleteOne({ _id: `${books.streams[0]}:3` });
  await books.change(`${books.streams[1]}:2`, { date: '2026-03-02' });
  expect(await books.found()).toBe(`missing ${books.streams[0]}:3`);
});

test('a stream that the first release began without hashes is sound, and protected once it is sealed', async () => {
  const stream = await books.begin([{}, {}]);
  await database.store.journalEntries.updateMany({ stream }, { $set: { hash: '' } });
  await database.store.invoices.updateOne({ _id: stream }, { $unset: { 'state.entryHash': true } });
  expect(await books.found()).toBe('sound');
  await database.store.invoices.updateOne({ _id: stream }, { $set: { 'state.entryHash': null } });
  await books.goOn(stream, [{}]);
  expect(await books.found()).toBe('sound');
  await books.change(`${stream}:1`, { date: '2026-03-02' });
  expect(await books.found()).toBe(`changed ${stream}:1`);
});

test('verifying while commands write and others seal finds nothing wrong', async () => {
  let writing = true;
  let entries = 9;
  const [first] = books.streams;
  // One seal for every few verifications, begun while one of them reads.
  const sealing: Promise<number>[] = [];
  const commands = books.streams.map(async (stream) => {
    while (writing) {
      const written = await books.goOn(stream, [{ amount: entries + 1 }, {}]);
      entries += written.length;
      if (stream !== first) continue;
      await books.begin([{}]);
      entries += 1;
    }
  });
  const verified: Verification[] = [];
  while (verified.length < 8) {
    const verifying = books.verify();
    if (verified.length % 2 === 0) sealing.push(books.seal(), books.seal());
    verified.push(await verifying);
  }
  writing = false;
  await Promise.all([...commands, ...sealing]);
  expect(verified.filter(({ finding }) => finding !== null)).toEqual([]);
  expect(verified.at(-1)?.entries).toBeGreaterThan(verified[0]?.entries ?? 0);
  expect(await books.verify()).toMatchObject({ entries, unsealed: 0, finding: null });
});

test('all organizations are verified one after another, and the fault is told with its organization', async () => {
  const other = await openBooks(database.store, false);
  const stream = await other.begin([{}]);
  await sealLedger(database.store, other, { atOnce: true });
  await database.store.journalEntries.deleteMany({
    organization_id: { $nin: [books.organizationId, other.organizationId] },
  });
  for (const collection of ['ledgerBlocks', 'ledgerHeads', 'ledgerTotals'] as const) {
    await database.store[collection].deleteMany({
      organization_id: { $nin: [books.organizationId, other.organizationId] },
    });
  }
  expect(await verifyLedger(database.store, null)).toMatchObject({
    organizations: 2,
    entries: 10,
    finding: null,
  });
  await books.change(`${stream}:1`, { date: '2026-03-02' });
  const { finding } = await verifyLedger(database.store, null);
  expect(finding).toMatchObject({
    organizationId: other.organizationId,
    liveMode: false,
    id: `${stream}:1`,
  });
});
