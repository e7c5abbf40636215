// No report reads a collection from end to end: every read of every report is explained by the server.
import { readMoment, readBooks } from '../../src/reports/books.ts';
import { ageing } from '../../src/reports/ageing.ts';
import { daysOutstanding } from '../../src/reports/dso.ts';
import { numberGaps } from '../../src/reports/number-gaps.ts';
import { reconcile } from '../../src/reports/reconciliation.ts';
import { statement } from '../../src/reports/statement.ts';
import { trialBalance } from '../../src/reports/trial-balance.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { explained } from '../../bench/explained.ts';
import { freshMongoUri } from '../support/mongo.ts';
import { type Desk, openDesk } from './hand-made.ts';
import { writeExample } from './worked-example.ts';

let desk: Desk;
let watched: Store;
let organizationId: string;
let customerId: string;

beforeAll(async () => {
  desk = await openDesk();
  const hand = await desk.hand('One');
  organizationId = hand.organization._id;
  customerId = (await writeExample(hand, () => hand.seal())).ada;
  await desk.store.numberSeries.insertOne({ _id: `${organizationId}:test:TEST-`, last: 6 });
  const uri = new URL(freshMongoUri());
  uri.pathname = `/${desk.store.connection.name}`;
  uri.searchParams.set('monitorCommands', 'true');
  watched = await openStore(uri.toString());
});
afterAll(async () => {
  await watched.close();
  await desk.close();
});

const scope = () => ({ organizationId, live: false, currency: 'USD' });
const on = '2026-02-28';

const reports: [string, () => Promise<unknown>][] = [
  ['trial balance', () => readBooks(watched, scope(), (books) => trialBalance(books, on))],
  ['ageing', () => readBooks(watched, scope(), (books) => ageing(books, on))],
  ['reconciliation', () => readBooks(watched, scope(), (books) => reconcile(books, on))],
  ['DSO', () => readBooks(watched, scope(), (books) => daysOutstanding(books, on, 90))],
  ['number gaps', () => readMoment(watched, scope(), (moment) => numberGaps({ ...moment, padding: 4 }))],
  [
    'statement',
    () =>
      readMoment(watched, scope(), (moment) =>
        statement(moment, { customerId, from: '2026-01-15', to: on, after: null, limit: 10 }),
      ),
  ],
];

test.each(reports)('%s reads indexes, and no collection', async (_name, work) => {
  const reads = await explained(watched, work);
  expect(reads.length).toBeGreaterThan(1);
  for (const read of reads) {
    expect([read.name, read.plan]).toEqual([read.name, expect.not.arrayContaining(['COLLSCAN'])]);
    expect([read.name, read.plan.some((stage) => stage.startsWith('IXSCAN'))]).toEqual([read.name, true]);
  }
});

test('a read without an index would be seen', async () => {
  const [read] = await explained(watched, () => watched.invoices.find({ search: 'x' }).toArray());
  expect(read?.plan).toEqual(['COLLSCAN']);
});
