// The proof that no number of a series is missing: counted in the index, and looked at only where the count is off.
import type { NumberSeriesDocument } from '../store/documents.ts';
import { asOfMoment, type Books } from './books.ts';

/** Consecutive numbers, both ends included. */
export type Run = { readonly first: number; readonly last: number };

export type SeriesProof = {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  /** Numbers of the series that are on an invoice. */
  readonly count: number;
  /** Missing numbers as they would be written, the first hundred. */
  readonly gaps: readonly string[];
  /** Passed over by the series, because a caller had given the number to an invoice. The first hundred. */
  readonly skipped: readonly string[];
};

type Numbering = Pick<Books, 'store' | 'session' | 'organizationId' | 'live'> & { readonly padding: number };

/** How many numbers are counted together. */
const bundle = 1_000;
const listMax = 100;
const seriesMax = 100;

type Counter = Pick<NumberSeriesDocument, '_id' | 'last' | 'segments' | 'skipped'>;
type Bundle = { _id: number; count: number; shortest: number; longest: number };

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function numbered({ organizationId, live }: Numbering, prefix: string) {
  return {
    organization_id: organizationId,
    live_mode: live,
    // The range is the index's; `:` comes after the digits.
    number: { $gte: `${prefix}0`, $lt: `${prefix}:`, $regex: `^${literal(prefix)}[0-9]{1,15}$` },
  };
}

async function countBundles(numbering: Numbering, prefix: string, last: number): Promise<Bundle[]> {
  const value = { $toLong: { $substrBytes: ['$number', Buffer.byteLength(prefix), -1] } };
  return numbering.store.invoices
    .aggregate<Bundle>(
      [
        { $match: numbered(numbering, prefix) },
        { $project: { _id: 0, value, length: { $strLenBytes: '$number' } } },
        { $match: { value: { $gte: 1, $lte: last } } },
        {
          $group: {
            _id: { $toLong: { $floor: { $divide: ['$value', bundle] } } },
            count: { $sum: 1 },
            shortest: { $min: '$length' },
            longest: { $max: '$length' },
          },
        },
        { $sort: { _id: 1 } },
      ],
      asOfMoment(numbering),
    )
    .toArray();
}

/** Within the bundle, and not beyond the last number given. */
function rangeOf(id: number, last: number): Run {
  return { first: Math.max(1, id * bundle), last: Math.min(last, (id + 1) * bundle - 1) };
}

/**
 * Texts of one length with the same prefix are as many numbers as they are texts. Where lengths differ, two texts
 * could be the same number, and only looking at them tells.
 */
function isComplete({ _id, count, shortest, longest }: Bundle, last: number): boolean {
  const range = rangeOf(_id, last);
  return shortest === longest && count === range.last - range.first + 1;
}

/** The values that are there, out of one bundle. */
async function valuesIn(numbering: Numbering, prefix: string, found: Bundle, range: Run) {
  const texts: string[] = [];
  for (let value = range.first; value <= range.last; value += 1) {
    for (let length = found.shortest; length <= found.longest; length += 1) {
      const digits = String(value).padStart(length - Buffer.byteLength(prefix), '0');
      texts.push(prefix + digits);
    }
  }
  const rows = await numbering.store.invoices
    .find(
      {
        organization_id: numbering.organizationId,
        live_mode: numbering.live,
        number: { $in: [...new Set(texts)] },
      },
      { ...asOfMoment(numbering), projection: { _id: 0, number: 1 } },
    )
    .toArray();
  return [...new Set(rows.map((row) => Number((row.number ?? '').slice(prefix.length))))].toSorted(
    (a, b) => a - b,
  );
}

/** What is missing between the numbers that are there, which come in order. */
function missingBetween(there: readonly Run[], last: number): Run[] {
  const missing: Run[] = [];
  let next = 1;
  for (const run of [...there, { first: last + 1, last: last + 1 }]) {
    if (run.first > next) missing.push({ first: next, last: run.first - 1 });
    next = Math.max(next, run.last + 1);
  }
  return missing;
}

/** What is there. Once enough is missing for a full list, nothing more is looked for. */
async function runsThere(
  numbering: Numbering,
  prefix: string,
  bundles: readonly Bundle[],
  { last, skipped = [] }: Counter,
): Promise<Run[]> {
  const runs: Run[] = [];
  let missing = -skipped.length;
  for (const one of bundles) {
    const range = rangeOf(one._id, last);
    if (isComplete(one, last) || missing >= listMax) {
      runs.push(range);
      continue;
    }
    const values = await valuesIn(numbering, prefix, one, range);
    missing += range.last - range.first + 1 - values.length;
    runs.push(...values.map((value) => ({ first: value, last: value })));
  }
  return runs;
}

/** A segment begins where the organization said so: what is missing right before it was never meant to be given. */
function withoutJumps(missing: readonly Run[], segments: readonly number[]): Run[] {
  const jumps = new Set(segments.map((first) => first - 1));
  return missing.filter((run) => !jumps.has(run.last));
}

function firstNumbers(runs: readonly Run[], without: ReadonlySet<number>): number[] {
  const numbers: number[] = [];
  for (const run of runs) {
    for (let value = run.first; value <= run.last && numbers.length < listMax; value += 1) {
      if (!without.has(value)) numbers.push(value);
    }
  }
  return numbers;
}

async function prove(numbering: Numbering, prefix: string, counter: Counter): Promise<SeriesProof> {
  const { last, segments = [], skipped = [] } = counter;
  const bundles = await countBundles(numbering, prefix, last);
  const missing = missingBetween(await runsThere(numbering, prefix, bundles, counter), last);
  const write = (value: number) => prefix + String(value).padStart(numbering.padding, '0');
  const unexplained = withoutJumps(missing, segments);
  const [jump] = missing;
  const startsLater = jump?.first === 1 && !unexplained.includes(jump);
  return {
    prefix,
    first: startsLater ? jump.last + 1 : 1,
    last,
    count: bundles.reduce((sum, one) => sum + one.count, 0),
    gaps: firstNumbers(unexplained, new Set(skipped)).map(write),
    skipped: skipped.slice(0, listMax).map(write),
  };
}

/** Each series of the mode that has given a number. */
export async function numberGaps(numbering: Numbering): Promise<SeriesProof[]> {
  const { store, organizationId, live } = numbering;
  const key = `${organizationId}:${live ? 'live' : 'test'}:`;
  const counters = await store.numberSeries
    .find({ _id: { $gte: key, $lt: `${key}\uffff` }, last: { $gt: 0 } }, asOfMoment(numbering))
    .sort({ _id: 1 })
    .limit(seriesMax)
    .toArray();
  const proofs: SeriesProof[] = [];
  for (const counter of counters) {
    proofs.push(await prove(numbering, counter._id.slice(key.length), counter));
  }
  return proofs;
}
