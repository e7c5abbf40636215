// The proof that no number of a series is missing: counted in the index, and looked at only where the count is off.
import type { NumberSeriesDocument } from '../store/documents.ts';
import { sum } from '../domain/money.ts';
import { asOfMoment, type Moment } from './books.ts';
import {
  digitsIn,
  type Hole,
  holesBetween,
  type Jump,
  jumpsOf,
  type Run,
  withoutJumps,
  type Written,
} from './number-runs.ts';

export type SeriesProof = {
  readonly prefix: string;
  readonly first: number;
  readonly last: number;
  /** Numbers of the series that are on an invoice. */
  readonly count: number;
  /** Missing numbers as the series wrote them, the first hundred. */
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
/** A number that the series passed over, and its digits as they were written where that was kept. */
type Passed = { readonly value: number; readonly text: string | null };
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

/** Those that hold the same numbers, over different digits, together; in the order of the numbers. */
function byNumbers(bundles: readonly Bundle[]): Bundle[][] {
  const alike = new Map<number, Bundle[]>();
  for (const one of bundles) {
    alike.set(Number(one.digits), [...(alike.get(Number(one.digits)) ?? []), one]);
  }
  return [...alike].toSorted(([a], [b]) => a - b).map(([, together]) => together);
}

/** The values of a bundle that the series has come to; null where it has come to none. */
function rangeOf({ digits }: Bundle, last: number): Run | null {
  const head = Number(digits) * bundle;
  const range = { first: Math.max(1, head), last: Math.min(last, head + bundle - 1) };
  return range.first > range.last ? null : range;
}

function sizeOf({ first, last }: Run): number {
  return last - first + 1;
}

/**
 * Texts of one length are as many numbers as they are texts. That says nothing where some are no numbers of the
 * series: beyond the last, or zero.
 */
function isComplete({ digits, count }: Bundle, range: Run): boolean {
  const whole = (Number(digits) + 1) * bundle - 1;
  return Number(digits) > 0 && range.last === whole && count === sizeOf(range);
}

/** As the numbers of the bundle are written. Without leading digits they may also be shorter. */
function textsOf({ digits }: Bundle, prefix: string, range: Run): string[] {
  const lengths = digits === '' ? [1, 2, bundleDigits] : [digits.length + bundleDigits];
  const values = Array.from({ length: sizeOf(range) }, (_, index) => range.first + index);
  return lengths.flatMap((length) => values.map((value) => prefix + String(value).padStart(length, '0')));
}

/** The numbers that are there, out of bundles that hold the same ones. Of one written twice the shorter text counts. */
async function writtenIn(
  numbering: Numbering,
  prefix: string,
  together: readonly Bundle[],
  range: Run,
): Promise<Written[]> {
  const texts = new Set(together.flatMap((one) => textsOf(one, prefix, range)));
  const rows = await numbering.store.invoices
    .find(
      {
        organization_id: numbering.organizationId,
        live_mode: numbering.live,
        number: { $type: 'string', $in: [...texts] },
      },
      { ...asOfMoment(numbering), projection: { _id: 0, number: 1 }, hint: 'number' },
    )
    .toArray();
  const digitsOf = new Map<number, number>();
  for (const { number } of rows) {
    const digits = (number ?? '').slice(prefix.length);
    const known = digitsOf.get(Number(digits)) ?? Infinity;
    digitsOf.set(Number(digits), Math.min(known, digits.length));
  }
  return [...digitsOf].map(([value, digits]) => ({ first: value, last: value, digits }));
}

/** How many numbers of a range are missing, and nothing explains that. */
function missingIn(range: Run, there: readonly Written[], passed: readonly Passed[], jumps: readonly Jump[]) {
  const known = new Set([...there.map(({ first }) => first), ...passed.map(({ value }) => value)]);
  let count = 0;
  for (let value = range.first; value <= range.last; value += 1) {
    const isJumped = jumps.some(({ after, first }) => value > (after ?? 0) && value < first);
    if (!known.has(value) && !isJumped) count += 1;
  }
  return count;
}

/** What is there, and how many. Once enough is missing for a full list, nothing more is looked for. */
async function lookThrough(
  numbering: Numbering,
  prefix: string,
  last: number,
  explained: { readonly passed: readonly Passed[]; readonly jumps: readonly Jump[] },
): Promise<{ there: Written[]; count: number }> {
  const there: Written[] = [];
  let count = 0;
  let missing = 0;
  for (const together of byNumbers(await countBundles(numbering, prefix))) {
    const [one] = together;
    const range = one === undefined ? null : rangeOf(one, last);
    if (range === null) continue;
    const whole = missing >= listMax ? one : together.find((each) => isComplete(each, range));
    if (whole !== undefined) {
      there.push({ ...range, digits: whole.digits.length + bundleDigits });
      count += Math.min(sizeOf(range), sum(together.map((each) => each.count)));
      continue;
    }
    const written = await writtenIn(numbering, prefix, together, range);
    missing += missingIn(range, written, explained.passed, explained.jumps);
    count += written.length;
    there.push(...written);
  }
  return { there, count };
}

/** The first numbers of the holes, each as it was written. */
function firstOf(holes: readonly Hole[], without: ReadonlySet<number>, padding: number): string[] {
  const numbers: string[] = [];
  for (const hole of holes) {
    const digits = digitsIn(hole, padding);
    for (let value = hole.first; value <= hole.last && numbers.length < listMax; value += 1) {
      if (!without.has(value)) numbers.push(String(value).padStart(digits, '0'));
    }
  }
  return numbers;
}

/** A number that was passed over, as its text or by what is around it. */
function passedText(
  { value, text }: Passed,
  there: readonly Written[],
  holes: readonly Hole[],
  padding: number,
): string {
  if (text !== null) return text;
  const holds = ({ first, last }: Run) => first <= value && value <= last;
  const hole = holes.find(holds);
  const digits = there.find(holds)?.digits ?? (hole === undefined ? padding : digitsIn(hole, padding));
  return String(value).padStart(digits, '0');
}

function passedBy({ skipped = [] }: Counter, prefix: string): Passed[] {
  return skipped.map((one) =>
    typeof one === 'number'
      ? { value: one, text: null }
      : { value: Number(one.slice(prefix.length)), text: one.slice(prefix.length) },
  );
}

async function prove(numbering: Numbering, prefix: string, counter: Counter): Promise<SeriesProof> {
  const { last } = counter;
  const { padding } = numbering;
  const passed = passedBy(counter, prefix);
  const jumps = jumpsOf(counter);
  const { there, count } = await lookThrough(numbering, prefix, last, { passed, jumps });
  const holes = holesBetween(there, last);
  const unexplained = withoutJumps(holes, jumps);
  const explained = new Set(passed.map(({ value }) => value));
  const [before] = holes;
  const begun = before?.first === 1 ? before.last + 1 : 1;
  return {
    prefix,
    first: Math.min(begun, unexplained[0]?.first ?? begun),
    last,
    count,
    gaps: firstOf(unexplained, explained, padding).map((digits) => prefix + digits),
    skipped: passed.slice(0, listMax).map((one) => prefix + passedText(one, there, holes, padding)),
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
