// A database of an earlier release is opened by this one, and its books go on.
import mongoose from 'mongoose';
import { verifyLedger } from '../../src/ledger/verify/verify.ts';
import type { JournalEntryDocument } from '../../src/store/documents.ts';
import { openStore } from '../../src/store/store.ts';
import { freshMongoUri } from '../support/mongo.ts';

const line = { account_id: 'a', account_code: '1200', account_name: 'Accounts receivable', label: null };

/** An entry as 0.1.0 wrote it. */
const entryOf = (invoice: string, sequence: number) => ({
  _id: `${invoice}:${sequence}` as unknown as mongoose.mongo.ObjectId,
  organization_id: 'org-1',
  live_mode: false,
  invoice_id: invoice,
  customer_id: 'customer-1',
  sequence,
  type: 'issued',
  date: '2026-03-01',
  currency: 'USD',
  reverses: null,
  hash: null,
  lines: [
    { ...line, debit_cents: 100, credit_cents: 0 },
    { ...line, debit_cents: 0, credit_cents: 100 },
  ],
  event_id: `${invoice}:${sequence + 1}`,
  created_at: sequence === 1 ? '2026-03-01T09:00:00Z' : '2126-03-01T09:00:00Z',
});

test('entries of 0.1.0 become streams, several processes may start at once, and the books are sound', async () => {
  const uri = freshMongoUri();
  const connection = await mongoose.createConnection(uri).asPromise();
  const database = connection.getClient().db(connection.name);
  await database
    .collection('journal_entries')
    .createIndex({ invoice_id: 1, sequence: 1 }, { name: 'sequence', unique: true });
  await database
    .collection('journal_entries')
    .insertMany([entryOf('invoice-1', 1), entryOf('invoice-1', 2), entryOf('invoice-2', 1)]);
  await database.collection<{ _id: string; state: unknown }>('invoices').insertMany([
    { _id: 'invoice-1', state: { entrySequence: 2 } },
    { _id: 'invoice-2', state: { entrySequence: 1 } },
  ]);
  const stores = await Promise.all([openStore(uri), openStore(uri), openStore(uri)]);
  const [store] = stores;
  try {
    const entries = await store.journalEntries.find().sort({ _id: 1 }).toArray();
    expect(entries.map(({ stream, hash }) => [stream, hash])).toEqual([
      ['invoice-1', ''],
      ['invoice-1', ''],
      ['invoice-2', ''],
    ]);
    expect(entries[0]?.recorded_at).toEqual(new Date('2026-03-01T09:00:00Z'));
    expect(entries[1]?.recorded_at.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
    expect(await verifyLedger(store, null)).toMatchObject({
      streams: 2,
      entries: 3,
      blocks: 1,
      finding: null,
    });
    await store.journalEntries.updateOne({ _id: 'invoice-2:1' }, { $set: { date: '2026-03-02' } });
    const { finding } = await verifyLedger(store, null);
    expect(finding).toMatchObject({ fault: 'changed', id: 'invoice-2:1' });
    // Entries of no invoice do not stand in each other's way.
    const own = entries.map((entry): JournalEntryDocument => {
      const stream = `customer-of-${entry._id}:test`;
      return { ...entry, _id: `${stream}:1`, stream, invoice_id: null, sequence: 1 };
    });
    await store.journalEntries.insertMany(own);
  } finally {
    await connection.dropDatabase();
    await Promise.all([connection.close(), ...stores.map((one) => one.close())]);
  }
});
