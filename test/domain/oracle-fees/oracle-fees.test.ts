// The product's late fees against an oracle that shares no code with it: a table of cases, and random ones.
import fc from 'fast-check';
import { cases } from './cases.ts';
import { compare, difference } from './compare.ts';
import { askedArbitrary } from './random.ts';

describe("late fees are the oracle's", () => {
  it.each(cases)('$name', (asked) => {
    expect(difference(compare(asked))).toBe('');
  });

  it('in every case of the table, which are more than forty with names of their own', () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    expect(cases.length).toBeGreaterThanOrEqual(40);
  });

  it('in random lives of payments in time and late, waivers and holds', () => {
    const seen = { fees: 0, corrected: 0, waived: 0, skipped: 0, paid: 0 };
    fc.assert(
      fc.property(askedArbitrary, (asked) => {
        const compared = compare(asked);
        const { fees, skipped, due } = compared.oracle;
        seen.fees += fees.length;
        seen.corrected += compared.corrected;
        seen.waived += fees.filter((fee) => fee.waived).length;
        seen.skipped += skipped.length;
        seen.paid += due === 0 ? 1 : 0;
        expect(difference(compared)).toBe('');
      }),
      { numRuns: 250 },
    );
    for (const [what, count] of Object.entries(seen))
      expect(`${what} ${Math.min(count, 1)}`).toBe(`${what} 1`);
  });
});
