// Runs of numbers: what is missing between them, what a jump explains, and how a missing number was written.
import {
  digitsIn,
  type Hole,
  holesBetween,
  jumpsOf,
  withoutJumps,
  type Written,
} from '../../src/reports/number-runs.ts';

const run = (first: number, last = first, digits = 4): Written => ({ first, last, digits });
const ends = (holes: readonly Hole[]) => holes.map(({ first, last }) => [first, last]);

test('holes lie before, between and after what is there, each with its neighbours', () => {
  expect(holesBetween([run(8), run(3, 5), run(4)], 9)).toEqual([
    { first: 1, last: 2, below: null, above: run(3, 5) },
    { first: 6, last: 7, below: run(3, 5), above: run(8) },
    { first: 9, last: 9, below: run(8), above: null },
  ]);
  expect(ends(holesBetween([], 4))).toEqual([[1, 4]]);
  expect(ends(holesBetween([run(1, 4)], 4))).toEqual([]);
});

test('a jump takes what it jumped over and leaves what its segments lost', () => {
  const holes = holesBetween([run(1), run(103)], 103);
  const [end, begin, ...others] = withoutJumps(holes, [{ after: 3, first: 101 }]);
  expect(end).toEqual({ first: 2, last: 3, below: run(1), above: null });
  expect(begin).toEqual({ first: 101, last: 102, below: null, above: run(103) });
  expect(others).toEqual([]);
  expect(ends(withoutJumps(holes, [{ after: 200, first: 300 }]))).toEqual([[2, 102]]);
});

test('a segment begun under 0.2.0 explains all that is missing right before it, and nothing else', () => {
  const jumps = jumpsOf({ segments: [100], jumps: [{ after: 101, first: 110 }] });
  const holes = holesBetween([run(1), run(3), run(101), run(111)], 111);
  expect(ends(withoutJumps(holes, jumps))).toEqual([
    [2, 2],
    [100, 100],
    [110, 110],
  ]);
});

test.each([
  ['as the number before it', run(1, 1, 6), run(9, 9, 4), 2, 6],
  ['as the one behind it where that has zeros in front', null, run(9, 9, 6), 2, 6],
  ['by today’s padding where that has none', null, run(1_000, 1_000, 4), 2, 2],
  ['but never over more digits than that', null, run(10, 10, 2), 4, 2],
  ['by today’s padding where there is no other', null, null, 2, 2],
])('a missing number is written %s', (_, below, above, padding, digits) => {
  expect(digitsIn({ first: 2, last: 8, below, above }, padding)).toBe(digits);
});
