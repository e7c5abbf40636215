// The rounds of a worker over the books.
import { createSealing } from '../../src/ledger/sealing.ts';
import { createLogger } from '../../src/logging.ts';
import type { Book } from '../../src/store/ledger-blocks.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import { openBooks, type Books } from './books.ts';

const logger = createLogger({ LOG_LEVEL: 'silent', LOG_FORMAT: 'json' });
let database: TestDatabase;
let live: Books;
let trial: Books;
beforeAll(async () => {
  database = await openTestDatabase();
  live = await openBooks(database.store);
  trial = await openBooks(database.store, false);
});
beforeEach(async () => {
  await database.store.ledgerBlocks.deleteMany({});
  await database.store.journalEntries.deleteMany({});
});
afterAll(() => database.drop());

const sealing = (store: Store = database.store, isRunning = () => true) =>
  createSealing({ store, logger, isRunning });
const sealed = async ({ organizationId, liveMode }: Book) => {
  const blocks = await database.store.ledgerBlocks
    .find({ organization_id: organizationId, live_mode: liveMode })
    .toArray();
  return blocks.map(({ entries }) => entries.length);
};
const aMinutePasses = () =>
  database.store.ledgerBlocks.updateMany({}, [
    { $set: { sealed_at: { $subtract: ['$sealed_at', 60_001] } } },
  ]);

/** The store, and what it was asked to open transactions for. */
function watched(refuse: (nth: number) => boolean = () => false) {
  const asked = { transactions: 0 };
  const store: Store = {
    ...database.store,
    transaction: (run) => {
      asked.transactions += 1;
      if (refuse(asked.transactions)) throw new Error('the database is away');
      return database.store.transaction(run);
    },
  };
  return { store, asked };
}

test('the first round seals all books, also what was written long before', async () => {
  await live.begin([{ recordedAt: new Date('2026-01-01') }, { recordedAt: new Date('2026-01-02') }]);
  await trial.begin([{}]);
  await sealing()();
  expect(await sealed(live)).toEqual([2]);
  expect(await sealed(trial)).toEqual([1]);
});

test('a later round asks only for the books in which something was written', async () => {
  await live.begin([{ recordedAt: new Date('2026-01-01') }]);
  const { store, asked } = watched();
  const round = sealing(store);
  await round();
  asked.transactions = 0;
  await round();
  expect(asked.transactions).toBe(0);
  await trial.begin([{}]);
  await round();
  expect(asked.transactions).toBe(1);
  expect(await sealed(trial)).toEqual([1]);
});

test('what is written within the minute waits for its end', async () => {
  const stream = await live.begin([{}]);
  const round = sealing();
  await round();
  await live.goOn(stream, [{}, {}]);
  await round();
  expect(await sealed(live)).toEqual([1]);
  await aMinutePasses();
  await round();
  expect(await sealed(live)).toEqual([1, 2]);
});

test('a book that could not be sealed is tried again, and the others are sealed all the same', async () => {
  await live.begin([{ recordedAt: new Date('2026-01-01') }]);
  await trial.begin([{ recordedAt: new Date('2026-01-01') }]);
  const { store } = watched((nth) => nth <= 2);
  const round = sealing(store);
  await round();
  expect([...(await sealed(live)), ...(await sealed(trial))]).toEqual([1]);
  await round();
  expect(await sealed(live)).toEqual([1]);
  expect(await sealed(trial)).toEqual([1]);
});

test('a worker that stops leaves the rest to others, and takes it up itself when it goes on', async () => {
  await live.begin([{ recordedAt: new Date('2026-01-01') }]);
  let runs = false;
  const round = sealing(database.store, () => runs);
  await round();
  expect(await sealed(live)).toEqual([]);
  runs = true;
  await round();
  expect(await sealed(live)).toEqual([1]);
});
