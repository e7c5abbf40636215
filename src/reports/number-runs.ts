// Runs of numbers: which are there, which are missing between them, and how a missing one was written.
import type { NumberSeriesDocument } from '../store/documents.ts';

/** Consecutive numbers, both ends included. */
export type Run = { readonly first: number; readonly last: number };

/** Numbers that are on invoices, and over how many digits they are written. */
export type Written = Run & { readonly digits: number };

/** Missing numbers, between those that the same segment of the series gave before and after. */
export type Hole = Run & { readonly below: Written | null; readonly above: Written | null };

/** Where the organization began a segment further on. `after`: the number before, null where that was not kept. */
export type Jump = { readonly after: number | null; readonly first: number };

/** Until 0.2.0 only the first number of a segment was kept. */
export function jumpsOf({
  segments = [],
  jumps = [],
}: Pick<NumberSeriesDocument, 'segments' | 'jumps'>): readonly Jump[] {
  return [...segments.map((first) => ({ after: null, first })), ...jumps];
}

/** What is missing between the numbers that are there, and up to the last. */
export function holesBetween(there: readonly Written[], last: number): Hole[] {
  const holes: Hole[] = [];
  let next = 1;
  let below: Written | null = null;
  for (const run of there.toSorted((a, b) => a.first - b.first)) {
    if (run.first > next) holes.push({ first: next, last: run.first - 1, below, above: run });
    if (run.last < next) continue;
    next = run.last + 1;
    below = run;
  }
  return next > last ? holes : [...holes, { first: next, last, below, above: null }];
}

/** The part of a hole that was never meant to be given. Of a jump without `after` it is all that is missing before it. */
function jumpedIn(hole: Hole, { after, first }: Jump): Run {
  const last = first - 1;
  if (after !== null) return { first: Math.max(hole.first, after + 1), last: Math.min(hole.last, last) };
  return { first: hole.first, last: last > hole.last ? 0 : last };
}

/** What a jump leaves of a hole belongs to the segment before or to the one after. */
function cut(hole: Hole, jump: Jump): Hole[] {
  const jumped = jumpedIn(hole, jump);
  if (jumped.first > jumped.last) return [hole];
  return [
    { ...hole, last: jumped.first - 1, above: null },
    { ...hole, first: jumped.last + 1, below: null },
  ].filter(({ first, last }) => first <= last);
}

export function withoutJumps(holes: readonly Hole[], jumps: readonly Jump[]): Hole[] {
  return jumps.reduce<Hole[]>((left, jump) => left.flatMap((hole) => cut(hole, jump)), [...holes]);
}

/**
 * Over how many digits the numbers of a hole were written. A neighbour without zeros in front may have been written
 * over fewer; before it only today's padding can tell.
 */
export function digitsIn({ below, above }: Hole, padding: number): number {
  if (below !== null) return below.digits;
  if (above === null) return padding;
  const isPadded = String(above.first).length < above.digits;
  return isPadded ? above.digits : Math.min(padding, above.digits);
}
