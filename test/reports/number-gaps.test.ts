// Number gaps: what is missing from a series is found, and what is not missing is explained.
import { randomUUID } from 'node:crypto';
import { numberGaps } from '../../src/reports/number-gaps.ts';
import { readMoment } from '../../src/reports/books.ts';
import type { NumberSeriesDocument } from '../../src/store/documents.ts';
import { invoiceDocument } from './documents.ts';
import { type Desk, type Hand, openDesk } from './hand-made.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

type Series = {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly gaps: readonly string[];
  readonly skipped: readonly string[];
};

async function withNumbers(
  numbers: readonly string[],
  counters: Record<string, Omit<NumberSeriesDocument, '_id'>>,
): Promise<Hand> {
  const hand = await desk.hand('Numbers');
  const customer = await hand.customer('Ada');
  const facts = { customer, issued: '2026-01-01', due: '2026-01-31', total: 1, amountDue: 1 };
  const mine = { organization_id: hand.organization._id, live_mode: false };
  await desk.store.invoices.insertMany(
    numbers.map((number) => invoiceDocument(mine, randomUUID(), { ...facts, number })),
  );
  await desk.store.numberSeries.insertMany(
    Object.entries(counters).map(([prefix, counter]) => ({
      _id: `${hand.organization._id}:test:${prefix}`,
      ...counter,
    })),
  );
  return hand;
}

async function seriesOf(hand: Hand): Promise<Series[]> {
  const scope = { organizationId: hand.organization._id, live: false, currency: 'USD' };
  return readMoment(desk.store, scope, (moment) => numberGaps({ ...moment, padding: 4 }));
}

function upTo(last: number, padding = 4): string[] {
  return Array.from({ length: last }, (_, index) => `TEST-${String(index + 1).padStart(padding, '0')}`);
}

const without = (numbers: readonly string[], ...gone: string[]) =>
  numbers.filter((number) => !gone.includes(number));

test('nothing is missing where every number is on an invoice', async () => {
  const hand = await withNumbers(upTo(12), { 'TEST-': { last: 12 } });
  expect(await seriesOf(hand)).toEqual([
    { prefix: 'TEST-', first: 1, last: 12, count: 12, gaps: [], skipped: [] },
  ]);
});

test('numbers that are gone are named: the first, one in between, the last', async () => {
  const hand = await withNumbers(without(upTo(12), 'TEST-0001', 'TEST-0007', 'TEST-0012'), {
    'TEST-': { last: 12 },
  });
  expect(await seriesOf(hand)).toMatchObject([
    { first: 1, last: 12, count: 9, gaps: ['TEST-0001', 'TEST-0007', 'TEST-0012'] },
  ]);
});

test('numbers are counted by the thousand, and a gap is found in any of them', async () => {
  const gone = ['TEST-0999', 'TEST-1000', 'TEST-1500', 'TEST-9999', 'TEST-10000', 'TEST-10999'];
  const hand = await withNumbers(without(upTo(11_050), ...gone), { 'TEST-': { last: 11_050 } });
  expect(await seriesOf(hand)).toMatchObject([{ last: 11_050, count: 11_044, gaps: gone }]);
});

test('a whole thousand that is gone is a gap of which a hundred are listed', async () => {
  const hand = await withNumbers(
    upTo(3_000).filter((number) => !/^TEST-1\d{3}$/.test(number)),
    { 'TEST-': { last: 3_000 } },
  );
  const [series] = await seriesOf(hand);
  expect(series).toMatchObject({ count: 2_000 });
  expect(series?.gaps).toHaveLength(100);
  expect(series?.gaps[0]).toBe('TEST-1000');
});

test('a number that a caller gave ahead of the series is not its number yet', async () => {
  const hand = await withNumbers([...upTo(3), 'TEST-0010', 'TEST-9000'], { 'TEST-': { last: 3 } });
  expect(await seriesOf(hand)).toMatchObject([{ last: 3, count: 3, gaps: [] }]);
});

test('a number that the series passed over is explained, also when its draft was deleted', async () => {
  const counters = { 'TEST-': { last: 8, skipped: [4, 6] } };
  // 4 is still on the caller's invoice; the draft with 6 is gone.
  const hand = await withNumbers(without(upTo(8), 'TEST-0006'), counters);
  expect(await seriesOf(hand)).toMatchObject([
    { last: 8, count: 7, gaps: [], skipped: ['TEST-0004', 'TEST-0006'] },
  ]);
});

test('a segment that was begun further on leaves no gap behind it, and has gaps of its own', async () => {
  const numbers = [...upTo(3), 'TEST-0100', 'TEST-0102'];
  const hand = await withNumbers(numbers, { 'TEST-': { last: 102, segments: [100] } });
  expect(await seriesOf(hand)).toMatchObject([{ first: 1, last: 102, count: 5, gaps: ['TEST-0101'] }]);
  const later = await withNumbers(['TEST-5000', 'TEST-5001'], {
    'TEST-': { last: 5_001, segments: [5_000] },
  });
  expect(await seriesOf(later)).toMatchObject([{ first: 5_000, last: 5_001, count: 2, gaps: [] }]);
});

test('a number lost at the end of a segment is missed, though the next was begun further on', async () => {
  const numbers = ['TEST-0001', 'TEST-0002', 'TEST-0100', 'TEST-0102'];
  const jumps = [{ after: 3, first: 100 }];
  const hand = await withNumbers(numbers, { 'TEST-': { last: 102, jumps } });
  expect(await seriesOf(hand)).toMatchObject([{ first: 1, last: 102, gaps: ['TEST-0003', 'TEST-0101'] }]);
  const whole = await withNumbers(['TEST-5000'], {
    'TEST-': { last: 5_000, jumps: [{ after: 0, first: 5_000 }] },
  });
  expect(await seriesOf(whole)).toMatchObject([{ first: 5_000, last: 5_000, gaps: [] }]);
});

test('what is missing is written as its neighbours are, whatever the padding is today', async () => {
  const hand = await withNumbers(['TEST-000001', 'TEST-000003', 'TEST-1001', 'TEST-1003'], {
    'TEST-': { last: 1_004, skipped: [1_004], jumps: [{ after: 3, first: 1_001 }] },
  });
  expect(await seriesOf(hand)).toMatchObject([
    { gaps: ['TEST-000002', 'TEST-1002'], skipped: ['TEST-1004'] },
  ]);
});

test('what a series passed over is written as it was, else as it is around it', async () => {
  const numbers = [...without(upTo(9), 'TEST-0002', 'TEST-0006'), 'TEST-000010', 'TEST-000012'];
  const hand = await withNumbers(numbers, {
    // Text by text, and as numbers where 0.2.0 had passed over them: one gone, one there, one beyond the change.
    'TEST-': { last: 12, skipped: ['TEST-002', 6, 10, 11] },
  });
  expect(await seriesOf(hand)).toMatchObject([
    { gaps: [], skipped: ['TEST-002', 'TEST-0006', 'TEST-000010', 'TEST-000011'] },
  ]);
});

test('a segment whose first number is lost, and segments that never gave one, hide and invent nothing', async () => {
  const hand = await withNumbers(['TEST-0001', 'TEST-000101'], {
    'TEST-': { last: 101, jumps: [{ after: 2, first: 100 }] },
  });
  expect(await seriesOf(hand)).toMatchObject([{ gaps: ['TEST-0002', 'TEST-000100'] }]);
  const twice = await withNumbers(['TEST-0001', 'TEST-0200'], {
    'TEST-': {
      last: 200,
      jumps: [
        { after: 1, first: 100 },
        { after: 99, first: 200 },
      ],
    },
  });
  expect(await seriesOf(twice)).toMatchObject([{ first: 1, count: 2, gaps: [] }]);
  const ahead = await withNumbers(['TEST-0001', 'TEST-0050', 'TEST-0100'], {
    'TEST-': { last: 100, jumps: [{ after: 1, first: 100 }] },
  });
  expect(await seriesOf(ahead)).toMatchObject([{ gaps: [] }]);
});

test('a jump or another padding takes no room in the list of gaps, which begins with the lowest', async () => {
  const both = [...upTo(300), ...upTo(700, 6).slice(300), 'TEST-001500', 'TEST-001502'];
  const hand = await withNumbers(without(both, 'TEST-000400'), {
    'TEST-': { last: 1_502, jumps: [{ after: 700, first: 1_500 }] },
  });
  expect(await seriesOf(hand)).toMatchObject([{ count: 701, gaps: ['TEST-000400', 'TEST-001501'] }]);
  const many = await withNumbers(
    upTo(6_000).filter((number) => !/^TEST-[345]\d{2}7$/.test(number) && number !== 'TEST-1001'),
    { 'TEST-': { last: 6_000 } },
  );
  const [series] = await seriesOf(many);
  expect(series?.gaps).toHaveLength(100);
  expect(series?.gaps.slice(0, 2)).toEqual(['TEST-1001', 'TEST-3007']);
});

test('another padding goes on with the same numbers, and a second text of a number is no number more', async () => {
  const numbers = [...upTo(4), 'TEST-000005', 'TEST-000007', 'TEST-0000007', 'TEST-00001', 'TEST-0000'];
  const hand = await withNumbers(numbers, { 'TEST-': { last: 7 } });
  expect(await seriesOf(hand)).toMatchObject([{ last: 7, gaps: ['TEST-000006'] }]);
  const short = await withNumbers(upTo(1_234, 1), { 'TEST-': { last: 1_234 } });
  expect(await seriesOf(short)).toMatchObject([{ last: 1_234, count: 1_234, gaps: [] }]);
  const holed = await withNumbers(without(upTo(1_234, 1), 'TEST-5', 'TEST-50', 'TEST-500'), {
    'TEST-': { last: 1_234 },
  });
  expect(await seriesOf(holed)).toMatchObject([{ count: 1_231, gaps: ['TEST-5', 'TEST-50', 'TEST-500'] }]);
});

test('each prefix is a series, read as it is written', async () => {
  const hand = await withNumbers(
    ['A.1-0001', 'A.1-0002', 'AX1-0003', 'B-0001', 'B-0003', 'A.1-x', 'A.1-0003x'],
    { 'A.1-': { last: 3 }, 'B-': { last: 3 }, 'C-': { last: 0 } },
  );
  expect((await seriesOf(hand)).map(({ prefix, gaps }) => [prefix, gaps])).toEqual([
    ['A.1-', ['A.1-0003']],
    ['B-', ['B-0002']],
  ]);
});

test('the route tells gaps in one list too', async () => {
  const hand = await withNumbers(['TEST-0002', 'B-0001'], { 'B-': { last: 1 }, 'TEST-': { last: 2 } });
  const { body } = await desk.get(hand.key, '/reports/number_gaps').expect(200);
  expect(body).toMatchObject({ gaps: ['TEST-0001'], series: [{ prefix: 'B-' }, { prefix: 'TEST-' }] });
});
