// Whatever a hand changes in the database is found and named.
import { randomUUID } from 'node:crypto';
import { verifyLedger } from '../../src/ledger/verify/verify.ts';
import { blockHash, entryHash } from '../../src/store/ledger-hash.ts';
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

const byteChanges: [string, Record<string, unknown>][] = [
  ['an amount', { 'lines.0.debit_cents': 1001 }],
  ['both amounts, so that it balances', { 'lines.0.debit_cents': 1001, 'lines.1.credit_cents': 1001 }],
  ['an account', { 'lines.1.account_id': 'x' }],
  ['the code of an account', { 'lines.1.account_code': '4001' }],
  ['the name of an account', { 'lines.1.account_name': 'Salez' }],
  ['a label', { 'lines.0.label': 'x' }],
  ['the date', { date: '2026-03-02' }],
  ['the type', { type: 'revised' }],
  ['the currency', { currency: 'EUR' }],
  ['the invoice', { invoice_id: 'x' }],
  ['the customer', { customer_id: 'x' }],
  ['the event', { event_id: 'x' }],
  ['what it reverses', { reverses: 'x' }],
  ['when it was made', { created_at: '1970-01-01T00:00:00.001Z' }],
  ['its hash', { hash: '0'.repeat(64) }],
  ['its hash to none', { hash: '' }],
];

test.each(byteChanges)('an entry with %s changed by hand is named', async (_what, set) => {
  await books.change(`${books.streams[1]}:1`, set);
  expect(await books.found()).toBe(`changed ${books.streams[1]}:1`);
});

test.each([1, 2, 3])('entry %i of a stream, changed together with its hash, is named', async (sequence) => {
  await books.changeAndHash(`${books.streams[1]}:${sequence}`, { date: '2026-03-05' });
  expect(await books.found()).toBe(`changed ${books.streams[1]}:${sequence}`);
});

test('an entry that was changed before it was sealed is named where the invoice or the next entry knows better', async () => {
  await books.goOn(books.streams[2], [{}, {}]);
  await books.changeAndHash(`${books.streams[2]}:5`, { date: '2026-03-05' });
  expect(await books.found()).toBe(`changed ${books.streams[2]}:5`);
});

test('a whole stream written anew from one entry on, the invoice too, is named by its blocks', async () => {
  const id = (sequence: number) => `${books.streams[1]}:${sequence}`;
  await books.changeAndHash(id(2), { date: '2026-03-05' });
  const hash = await books.changeAndHash(id(3), {});
  await database.store.invoices.updateOne({ _id: books.streams[1] }, { $set: { 'state.entryHash': hash } });
  const { finding } = await books.verify();
  expect([id(2), id(3)]).toContain(finding?.id);
  expect(finding?.fault).toBe('changed');
});

test('an entry that does not balance is named, however well it is hashed', async () => {
  const stream = await books.begin([]);
  const wrong = await books.forge(books.streams[0], 4);
  const entry = { ...wrong, _id: `${stream}:1`, stream, sequence: 1 };
  entry.lines = entry.lines.map((line) => ({ ...line, debit_cents: line.debit_cents + 1 }));
  const hash = entryHash(null, entry);
  await database.store.journalEntries.insertOne({ ...entry, hash });
  await database.store.invoices.updateOne(
    { _id: stream },
    { $set: { 'state.entryHash': hash, 'state.entrySequence': 1 } },
  );
  expect(await books.found()).toBe(`unbalanced ${stream}:1`);
});

test.each([1, 2, 3])('entry %i of a stream, removed, is named', async (sequence) => {
  const id = `${books.streams[1]}:${sequence}`;
  await database.store.journalEntries.deleteOne({ _id: id });
  expect(await books.found()).toBe(`missing ${id}`);
});

test('a last entry that is removed before it was sealed is named', async () => {
  await books.goOn(books.streams[1], [{}]);
  await database.store.journalEntries.deleteOne({ _id: `${books.streams[1]}:4` });
  expect(await books.found()).toBe(`missing ${books.streams[1]}:4`);
});

test('a last entry that is removed, and the invoice set back, is named by its block', async () => {
  const before = await books.entry(`${books.streams[1]}:2`);
  await database.store.journalEntries.deleteOne({ _id: `${books.streams[1]}:3` });
  await database.store.invoices.updateOne(
    { _id: books.streams[1] },
    { $set: { 'state.entryHash': before.hash, 'state.entrySequence': 2 } },
  );
  expect(await books.found()).toBe(`missing ${books.streams[1]}:3`);
});

test('a whole stream that is removed after sealing, its invoice too, is named by its block', async () => {
  await database.store.journalEntries.deleteMany({ stream: books.streams[1] });
  await database.store.invoices.deleteOne({ _id: books.streams[1] });
  expect(await books.found()).toBe(`missing ${books.streams[1]}:1`);
});

test('an entry that someone added to a stream, hashed as it should be, is named', async () => {
  await database.store.journalEntries.insertOne(await books.forge(books.streams[1], 4));
  expect(await books.found()).toBe(`extra ${books.streams[1]}:4`);
});

test('an entry that someone added to a stream with any hash is named', async () => {
  await database.store.journalEntries.insertOne({
    ...(await books.forge(books.streams[1], 4)),
    hash: 'f'.repeat(64),
  });
  expect(await books.found()).toBe(`extra ${books.streams[1]}:4`);
});

test('a stream that belongs to nothing is named', async () => {
  const entry = await books.entry(`${books.streams[1]}:1`);
  const stream = randomUUID();
  const added = { ...entry, _id: `${stream}:1`, stream };
  await database.store.journalEntries.insertOne({ ...added, hash: entryHash(null, added) });
  expect(await books.found()).toBe(`extra ${stream}:1`);
});

test('an entry that was dated so far back that no block took it is named', async () => {
  const stream = await books.begin([{ recordedAt: new Date('2026-01-01') }]);
  expect(await books.found()).toBe(`extra ${stream}:1`);
});

test('an entry whose recording was dated anew after it was sealed is named', async () => {
  await books.change(`${books.streams[1]}:1`, { recorded_at: new Date() });
  const { finding } = await books.verify();
  expect(finding).toMatchObject({ fault: 'changed' });
  expect(finding?.detail).toContain('recorded at another time');
});

test('an entry that was moved to another organization is missed where it was', async () => {
  const elsewhere = await openBooks(database.store);
  await books.change(`${books.streams[1]}:1`, { organization_id: elsewhere.organizationId });
  expect(await books.found()).toBe(`missing ${books.streams[1]}:1`);
  const { finding } = await verifyLedger(database.store, elsewhere.organizationId);
  expect(finding).toMatchObject({ fault: 'changed', id: `${books.streams[1]}:1` });
});

test.each<[string, Record<string, unknown>]>([
  ['the hash of an entry', { 'entries.0.hash': '0'.repeat(64) }],
  ['its own hash', { hash: '0'.repeat(64) }],
  ['the hash of the block before', { previous_hash: '0'.repeat(64) }],
  ['its last moment', { through: new Date(0) }],
])('a block with %s changed by hand is named', async (_what, set) => {
  await database.store.ledgerBlocks.updateOne({ _id: books.block(2) }, { $set: set });
  expect(await books.found()).toBe(`block_changed ${books.block(2)}`);
});

test('a block that names an entry of another id is found out by the entry', async () => {
  await database.store.ledgerBlocks.updateOne({ _id: books.block(1) }, { $set: { 'entries.0.id': 'x:1' } });
  expect(await books.found()).toBe('missing x:1');
});

test('an entry taken out of its block, which is hashed anew, is noticed by the next block', async () => {
  const first = await database.store.ledgerBlocks.findOne({ _id: books.block(1) });
  const entries = (first?.entries ?? []).slice(1);
  const hash = blockHash(
    null,
    entries.map((entry) => entry.hash),
  );
  await database.store.ledgerBlocks.updateOne({ _id: books.block(1) }, { $set: { entries, hash } });
  expect(await books.found()).toBe(`block_changed ${books.block(2)}`);
});

test('the last block, changed and hashed anew, is not the one that was kept in mind', async () => {
  const last = await database.store.ledgerBlocks.findOne({ _id: books.block(2) });
  const entries = (last?.entries ?? []).slice(1);
  const hash = blockHash(
    last?.previous_hash ?? null,
    entries.map((entry) => entry.hash),
  );
  await database.store.ledgerBlocks.updateOne({ _id: books.block(2) }, { $set: { entries, hash } });
  const { finding } = await books.verify();
  expect(finding?.fault).toBe('block_changed');
});

test.each([1, 2])('block %i of two, removed, is named, and again after more was sealed', async (index) => {
  await database.store.ledgerBlocks.deleteOne({ _id: books.block(index) });
  expect(await books.found()).toBe(`block_missing ${books.block(index)}`);
  await books.goOn(books.streams[0], [{}]);
  expect(await books.found()).toBe(`block_missing ${books.block(index)}`);
});

test('the last block is missed also where everything that it sealed was removed with it', async () => {
  const stream = await books.begin([{}]);
  await books.seal();
  await database.store.journalEntries.deleteMany({ stream });
  await database.store.invoices.deleteOne({ _id: stream });
  await database.store.ledgerBlocks.deleteOne({ _id: books.block(3) });
  expect(await books.found()).toBe(`block_missing ${books.block(3)}`);
});

test('all blocks removed are named by the first', async () => {
  await database.store.ledgerBlocks.deleteMany({ organization_id: books.organizationId });
  expect(await books.found()).toBe(`block_missing ${books.block(1)}`);
});

test.each<[string, (id: string) => Promise<unknown>]>([
  [
    'changed',
    (id) => database.store.ledgerTotals.updateOne({ _id: id }, { $inc: { debit_cents: 1, credit_cents: 1 } }),
  ],
  ['removed', (id) => database.store.ledgerTotals.deleteOne({ _id: id })],
  [
    'added',
    async (id) => {
      const row = await database.store.ledgerTotals.findOne({ _id: id });
      if (row === null) throw new Error('no such sum');
      await database.store.ledgerTotals.insertOne({ ...row, _id: `${id}x`, date: '2026-05-01' });
    },
  ],
])('a stored sum that was %s by hand is named', async (what, tamper) => {
  const row = await database.store.ledgerTotals.findOne({ organization_id: books.organizationId });
  await tamper(row?._id ?? '');
  expect(await books.found()).toBe(`totals_differ ${row?._id}${what === 'added' ? 'x' : ''}`);
});
