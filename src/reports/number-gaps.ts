// The proof that no number of a series is missing: counted in the index, and looked at only where the count is off.
import type { NumberSeriesDocument } from '../store/documents.ts';
import { sum } from '../domain/money.ts';
import { asOfMoment, type Moment } from './books.ts';

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

type Numbering = Pick<Moment, 'store' | 'session' | 'organizationId' | 'live'> & { readonly padding: number };

/** How many numbers are counted together: those that differ in their last three digits. */
const bundle = 1_000;
const bundleDigits = 3;
const listMax = 100;
const seriesMax = 100;

type Counter = Pick<NumberSeriesDocument, '_id' | 'last' | 'segments' | 'jumps' | 'skipped'>;
/** Numbers of one length that are alike but for their last digits. */
type Bundle = { readonly digits: string; readonly count: number };

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function numbered({ organizationId, live }: Numbering, prefix: string) {
  return {
    organization_id: organizationId,
    live_mode: live,
    // The type is that of the index, which has numbered invoices only; `:` comes after the digits.
    number: {
      $type: 'string',
      $gte: `${prefix}0`,
      $lt: `${prefix}:`,
      $regex: `^${literal(prefix)}[0-9]{1,15}$`,
    },
  };
}

async function countBundles(numbering: Numbering, prefix: string): Promise<Bundle[]> {
  const rows = await numbering.store.invoices
    .aggregate<{ _id: string; count: number }>(
      [
        { $match: numbered(numbering, prefix) },
        {
          $group: {
            _id: {
              $substrBytes: ['$number', 0, { $subtract: [{ $strLenBytes: '$number' }, bundleDigits] }],
            },
            count: { $sum: 1 },
          },
        },
      ],
      { ...asOfMoment(numbering), hint: 'number' },
    )
    .toArray();
  // Of a number with fewer digits than that, part of the prefix is cut off too.
  const counts = new Map<string, number>();
  for (const { _id, count } of rows) {
    const digits = _id.slice(prefix.length);
    counts.set(digits, (counts.get(digits) ?? 0) + count);
  }
  return [...counts].map(([digits, count]) => ({ digits, count }));
}

/** The values of a bundle that the series has come to; null where it has come to none. */
function rangeOf({ digits }: Bundle, last: number): Run | null {
  const head = Number(digits) * bundle;
  const range = { first: Math.max(1, head), last: Math.min(last, head + bundle - 1) };
  return range.first > range.last ? null : range;
}

/**
 * Texts of one length are as many numbers as they are texts. That says nothing where some are no numbers of the
 * series: beyond the last, or zero.
 */
function isComplete({ digits, count }: Bundle, range: Run): boolean {
  const whole = (Number(digits) + 1) * bundle - 1;
  return Number(digits) > 0 && range.last === whole && count === range.last - range.first + 1;
}

/** As the numbers of the bundle are written. Without leading digits they may also be shorter. */
function textsOf({ digits }: Bundle, prefix: string, range: Run): string[] {
  const lengths = digits === '' ? [1, 2, bundleDigits] : [digits.length + bundleDigits];
  const values = Array.from({ length: range.last - range.first + 1 }, (_, index) => range.first + index);
  return lengths.flatMap((length) => values.map((value) => prefix + String(value).padStart(length, '0')));
}

/** The values that are there, out of one bundle. */
async function valuesIn(numbering: Numbering, prefix: string, found: Bundle, range: Run): Promise<number[]> {
  const rows = await numbering.store.invoices
    .find(
      {
        organization_id: numbering.organizationId,
        live_mode: numbering.live,
        number: { $type: 'string', $in: [...new Set(textsOf(found, prefix, range))] },
      },
      { ...asOfMoment(numbering), projection: { _id: 0, number: 1 }, hint: 'number' },
    )
    .toArray();
  return [...new Set(rows.map((row) => Number((row.number ?? '').slice(prefix.length))))];
}

/** What is missing between the numbers that are there. */
function missingBetween(there: readonly Run[], last: number): Run[] {
  const missing: Run[] = [];
  let next = 1;
  const inOrder = there.toSorted((a, b) => a.first - b.first);
  for (const run of [...inOrder, { first: last + 1, last: last + 1 }]) {
    if (run.first > next) missing.push({ first: next, last: run.first - 1 });
    next = Math.max(next, run.last + 1);
  }
  return missing;
}

/** Of a segment begun under 0.2.0 only the first number is known: all that is missing right before it is explained. */
function jumpsOf({ segments = [], jumps = [] }: Counter): readonly { after: number; first: number }[] {
  return [...segments.map((first) => ({ after: 0, first })), ...jumps];
}

/** What is there, and how many. Once enough is missing for a full list, nothing more is looked for. */
async function lookThrough(
  numbering: Numbering,
  prefix: string,
  bundles: readonly Bundle[],
  counter: Counter,
): Promise<{ there: Run[]; count: number }> {
  const { last, skipped = [] } = counter;
  const there: Run[] = [];
  let count = 0;
  // What is explained takes no place in the list.
  let missing = -skipped.length - sum(jumpsOf(counter).map(({ after, first }) => first - 1 - after));
  for (const one of bundles) {
    const range = rangeOf(one, last);
    if (range === null) continue;
    if (isComplete(one, range) || missing >= listMax) {
      there.push(range);
      count += one.count;
      continue;
    }
    const values = await valuesIn(numbering, prefix, one, range);
    missing += range.last - range.first + 1 - values.length;
    count += values.length;
    there.push(...values.map((value) => ({ first: value, last: value })));
  }
  return { there, count };
}

/** A segment begins where the organization said so: what is missing before its first was never meant to be given. */
function withoutJumps(missing: readonly Run[], counter: Counter): Run[] {
  const after = new Map(jumpsOf(counter).map((jump) => [jump.first - 1, jump.after]));
  return missing.flatMap((run) => {
    const last = Math.min(run.last, after.get(run.last) ?? run.last);
    return last < run.first ? [] : [{ first: run.first, last }];
  });
}

/** How the series wrote a number that is missing: by today's padding, unless its neighbours are all written by another. */
function writer(
  { padding }: Numbering,
  prefix: string,
  bundles: readonly Bundle[],
): (value: number) => string {
  const lengths = new Map<number, number[]>();
  for (const { digits } of bundles.filter((one) => one.digits !== '')) {
    const known = lengths.get(Number(digits)) ?? [];
    lengths.set(Number(digits), [...known, digits.length + bundleDigits]);
  }
  return (value) => {
    const near = lengths.get(Math.floor(value / bundle)) ?? [];
    const [length = padding] = near.includes(padding) ? [padding] : near;
    return prefix + String(value).padStart(length, '0');
  };
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
  const { last, skipped = [] } = counter;
  const bundles = await countBundles(numbering, prefix);
  const { there, count } = await lookThrough(numbering, prefix, bundles, counter);
  const missing = missingBetween(there, last);
  const write = writer(numbering, prefix, bundles);
  const unexplained = withoutJumps(missing, counter);
  const [jump] = missing;
  const startsLater = jump?.first === 1 && unexplained[0]?.first !== 1;
  return {
    prefix,
    first: startsLater ? jump.last + 1 : 1,
    last,
    count,
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
