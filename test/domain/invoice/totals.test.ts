import fc from 'fast-check';
import type { FixedTax, LineInput, TaxRate } from '../../../src/domain/invoice/invoice.ts';
import { reckon } from '../../../src/domain/invoice/totals.ts';
import { AMOUNT_MAX, sum } from '../../../src/domain/money.ts';
import { draft, line, policy, reckoned } from '../given.ts';

const vat = (rate: string, inclusive = false, name = 'VAT'): TaxRate => ({ name, rate, inclusive });

/** Lines of these amounts, all with the same rates. */
const priced = (amounts: readonly number[], taxRates: readonly TaxRate[] | null = null) =>
  amounts.map((rate, index) => line({ id: `line-${index + 1}`, rate, taxRates }));

const totalsOf = (lines: readonly LineInput[], fixedTaxes: readonly FixedTax[] = [], currency = 'USD') =>
  reckoned(draft({ lines, fixedTaxes, currency }));

describe('the sample of S002 (45.00 + 10.00, tax 3.85)', () => {
  // The source prints 51.15, which is the subtotal minus the tax; that mistake is not copied.
  it('comes to 58.85 with the tax as an amount, spread over the lines by largest remainder', () => {
    const { totals, lines } = reckoned();
    expect(totals).toEqual({
      subtotal: 5500,
      discountTotal: 0,
      taxAmount: 385,
      total: 5885,
      taxes: [{ name: 'Sales tax', rate: null, amount: 385 }],
    });
    expect(lines.map((one) => one.tax)).toEqual([315, 70]);
    expect(lines.map((one) => one.net)).toEqual([4500, 1000]);
  });

  it('comes to the same with the tax as a rate of 7 %', () => {
    const { totals, lines } = totalsOf(priced([4500, 1000], [vat('7')]));
    expect(totals).toEqual({
      subtotal: 5500,
      discountTotal: 0,
      taxAmount: 385,
      total: 5885,
      taxes: [{ name: 'VAT', rate: '7', amount: 385 }],
    });
    expect(lines.map((one) => one.tax)).toEqual([315, 70]);
  });

  it('stays at 55.00 with 7 % inside', () => {
    const { totals, lines } = totalsOf(priced([4500, 1000], [vat('7', true)]));
    expect(totals).toMatchObject({ subtotal: 5140, taxAmount: 360, total: 5500 });
    expect(lines.map((one) => [one.tax, one.net])).toEqual([
      [295, 4205], // shares of 360: 294.55 and 65.45, so the cent left over is the first's
      [65, 935],
    ]);
  });
});

describe('a tax', () => {
  it('is rounded once for all lines of a rate, not line by line', () => {
    // 3 × 0.35 = 1.05 → 1; line by line nothing would be left.
    const { totals, lines } = totalsOf(priced([5, 5, 5], [vat('7')]));
    expect(totals.taxAmount).toBe(1);
    expect(lines.map((one) => one.tax)).toEqual([1, 0, 0]);
  });

  it('gives the units left over to the largest remainders, ties to the earlier line', () => {
    // 1.40 + 0.70 + 0.70 + 0.70 = 3.50 → 4; exact shares 1.6, 0.8, 0.8, 0.8 of 4.
    expect(totalsOf(priced([20, 10, 10, 10], [vat('7')])).lines.map((one) => one.tax)).toEqual([1, 1, 1, 1]);
    expect(totalsOf(priced([10, 10, 10], [vat('5')])).lines.map((one) => one.tax)).toEqual([1, 1, 0]);
  });

  it.each([
    ['USD', 150, '1', 2], // 1.5
    ['JPY', 150, '1', 2],
    ['KWD', 150, '1', 2],
    ['USD', 250, '1', 3], // 2.5, not to the even 2
    ['JPY', 149, '1', 1],
    ['KWD', 5000, '0.0100', 1], // 0.5
  ])('in %s of %i at %s %% is rounded half up to %i', (currency, amount, rate, tax) => {
    expect(totalsOf(priced([amount], [vat(rate)]), [], currency).totals.taxAmount).toBe(tax);
  });

  it('is one group where name, rate and kind are the same, however the rate is written', () => {
    const [first, second] = [vat('7'), vat('7.00')];
    const lines = [line({ taxRates: [first] }), line({ id: 'line-2', rate: 1000, taxRates: [second] })];
    expect(totalsOf(lines).totals.taxes).toEqual([{ name: 'VAT', rate: '7', amount: 385 }]);
  });

  it('is another group with another name, rate or kind', () => {
    const rates = [vat('7'), vat('7', false, 'City'), vat('8'), vat('7', true)];
    const lines = rates.map((rate, index) => line({ id: `line-${index}`, rate: 1000, taxRates: [rate] }));
    expect(totalsOf(lines).totals.taxes).toEqual([
      { name: 'VAT', rate: '7', amount: 70 },
      { name: 'City', rate: '7', amount: 70 },
      { name: 'VAT', rate: '8', amount: 80 },
      { name: 'VAT', rate: '7', amount: 65 },
    ]);
  });

  it('of several rates on one line is reckoned on the amount, each by itself', () => {
    const { totals } = totalsOf(priced([10_000], [vat('5', false, 'GST'), vat('9.975', false, 'QST')]));
    expect(totals.taxes.map((one) => one.amount)).toEqual([500, 998]);
    expect(totals.total).toBe(11_498);
  });

  it('of several inclusive rates on one line is taken out of the amount together', () => {
    // 121 = 100 + 10 + 11
    const { totals, lines } = totalsOf(priced([12_100], [vat('10', true, 'A'), vat('11', true, 'B')]));
    expect(totals.taxes.map((one) => one.amount)).toEqual([1000, 1100]);
    expect(totals).toMatchObject({ subtotal: 10_000, total: 12_100 });
    expect(lines[0]?.net).toBe(10_000);
  });
});

describe('the lines of a tax', () => {
  it('are no lines that are not taxable', () => {
    const lines = [line({ taxRates: [vat('7')] }), line({ id: 'line-2', rate: 1000, taxable: false })];
    const { totals, lines: result } = totalsOf(lines, [{ name: 'Fee', amount: 11 }]);
    expect(totals.taxAmount).toBe(326);
    expect(result.map((one) => one.tax)).toEqual([326, 0]);
  });

  it('pay the organization’s default rate where they are taxable and say nothing else', () => {
    const by = { ...policy, defaultTaxRate: { name: 'Default', rate: '10' } };
    const lines = [
      line({ rate: 1000 }),
      line({ id: 'line-2', rate: 1000, taxRates: [] }),
      line({ id: 'line-3', rate: 1000, taxRates: [vat('7')] }),
      line({ id: 'line-4', rate: 1000, taxable: false }),
    ];
    const { totals, lines: result } = reckoned(draft({ lines, fixedTaxes: [] }), by);
    expect(result.map((one) => one.tax)).toEqual([100, 0, 70, 0]);
    expect(totals.taxes.map((one) => one.name)).toEqual(['Default', 'VAT']);
  });

  it('leave a fixed tax to the first taxable one where all of them are zero', () => {
    const lines = [
      line({ taxable: false, rate: 0 }),
      line({ id: 'line-2', rate: 0 }),
      line({ id: 'line-3', rate: 0 }),
    ];
    expect(totalsOf(lines, [{ name: 'Stamp', amount: 7 }]).lines.map((one) => one.tax)).toEqual([0, 7, 0]);
  });
});

describe('a document', () => {
  it('whose amount is given takes it instead of quantity × rate', () => {
    expect(totalsOf([line({ quantity: '3', rate: 100, amountGiven: 250 })]).totals.total).toBe(250);
    expect(totalsOf([line({ quantity: '3', rate: 100, amountGiven: 0 })]).totals.total).toBe(0);
  });

  it('with inclusive and exclusive rates on one line is refused at that line', () => {
    const lines = [line(), line({ id: 'line-2', taxRates: [vat('7'), vat('5', true)] })];
    expect(reckon(draft({ lines }), policy)).toMatchObject({
      rejected: 'mixed_tax_inclusion',
      pointer: '/line_items_attributes/1/tax_rates',
    });
  });

  it('may have inclusive rates on one line and exclusive ones on another', () => {
    const lines = [
      line({ taxRates: [vat('7', true)] }),
      line({ id: 'line-2', rate: 1000, taxRates: [vat('7')] }),
    ];
    expect(totalsOf(lines).totals).toMatchObject({ total: 5570, taxAmount: 294 + 70, subtotal: 5206 });
  });

  it('with a fixed tax and no taxable line is refused', () => {
    expect(reckon(draft({ lines: [line({ taxable: false })] }), policy)).toMatchObject({
      rejected: 'tax_without_base',
      pointer: '/taxes',
    });
  });

  it('takes a line and a total of exactly the cap', () => {
    expect(totalsOf([line({ rate: AMOUNT_MAX })]).totals.total).toBe(AMOUNT_MAX);
    expect(totalsOf(priced([AMOUNT_MAX - 1, 1])).totals.total).toBe(AMOUNT_MAX);
  });

  it.each([
    [
      'a line one above the cap',
      [line({ quantity: '2', rate: AMOUNT_MAX / 2 + 0.5 })],
      [],
      '/line_items_attributes/0',
    ],
    [
      'the largest quantity at the largest rate',
      [line({ quantity: '1000000000', rate: AMOUNT_MAX })],
      [],
      '/line_items_attributes/0',
    ],
    ['lines that sum to one above', priced([AMOUNT_MAX, 1]), [], '/line_items_attributes'],
    ['a tax that goes above', priced([AMOUNT_MAX], [vat('0.0001')]), [], '/line_items_attributes'],
    [
      'a fixed tax that goes above',
      priced([AMOUNT_MAX]),
      [{ name: 'x', amount: 1 }],
      '/line_items_attributes',
    ],
  ] as const)('refuses %s', (_, lines, fixedTaxes, pointer) => {
    expect(reckon(draft({ lines, fixedTaxes }), policy)).toMatchObject({
      rejected: 'amount_too_large',
      pointer,
    });
  });
});

// --- whatever is asked for (what it comes to, the oracle says: test/domain/oracle) ----------------------------

const decimalText = (max: number, decimals: number) =>
  fc
    .tuple(fc.nat(max), fc.integer({ min: 0, max: decimals }), fc.nat(999_999))
    .map(([whole, places, rest]) =>
      places === 0 ? String(whole) : `${whole}.${String(rest).padStart(6, '0').slice(0, places)}`,
    );
const rates = (inclusive: boolean) =>
  fc.array(
    fc.record({
      name: fc.constantFrom('VAT', 'City'),
      rate: fc.oneof(fc.constantFrom('5', '7', '7.0', '9.975', '100', '33.3333'), decimalText(99, 4)),
      inclusive: fc.constant(inclusive),
    }),
    { maxLength: 3 },
  );
const discounts = fc.array(
  fc.oneof(
    fc.record({
      type: fc.constant('percentage' as const),
      value: decimalText(99, 4),
      productIds: fc.constantFrom(null, ['a']),
    }),
    fc.record({ type: fc.constant('fixed' as const), value: fc.nat(5000), productIds: fc.constant(null) }),
  ),
  { maxLength: 2 },
);
const lineArbitrary = fc
  .record({
    productId: fc.constantFrom(null, 'a'),
    quantity: fc.oneof(fc.constant('1'), decimalText(50, 6)),
    rate: fc.oneof(fc.nat(20), fc.nat(1_000_000)),
    taxable: fc.oneof(
      { weight: 4, arbitrary: fc.constant(true) },
      { weight: 1, arbitrary: fc.constant(false) },
    ),
    taxRates: fc.oneof(fc.constant(null), fc.boolean().chain(rates)),
    discountable: fc.boolean(),
    discounts,
  })
  .map((change) => line(change));
const linesArbitrary = fc.array(lineArbitrary, { minLength: 1, maxLength: 9 });
const fixedArbitrary = fc.array(fc.record({ name: fc.constantFrom('Stamp', 'Levy'), amount: fc.nat(1000) }), {
  maxLength: 2,
});

describe('any document', () => {
  it('has parts that sum to the whole: lines, discounts, taxes and what the lines earn', () => {
    fc.assert(
      fc.property(linesArbitrary, fixedArbitrary, discounts, (lines, fixedTaxes, onInvoice) => {
        const fixed = lines.some((one) => one.taxable) ? fixedTaxes : [];
        const document = draft({ lines, fixedTaxes: fixed, discounts: onInvoice });
        const { totals, lines: result } = reckoned(document);
        expect(totals.subtotal - totals.discountTotal + totals.taxAmount).toBe(totals.total);
        expect(sum(result.map((one) => one.discount))).toBe(totals.discountTotal);
        expect(sum(totals.taxes.map((one) => one.amount))).toBe(totals.taxAmount);
        expect(sum(result.map((one) => one.net)) + totals.taxAmount).toBe(totals.total);
        totals.taxes.forEach((tax, which) => {
          expect(sum(result.map((one) => one.taxParts[which] ?? Number.NaN))).toBe(tax.amount);
        });
        for (const one of result) {
          expect(one.tax).toBe(sum(one.taxParts));
          expect(one.discount).toBeGreaterThanOrEqual(0);
          expect(one.discount).toBeLessThanOrEqual(one.amount);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('is not moved by inclusive taxes', () => {
    fc.assert(
      fc.property(linesArbitrary, rates(true), (lines, inside) => {
        const bare = lines.map((one) => ({ ...one, taxRates: [] }));
        const taxed = lines.map((one) => ({ ...one, taxRates: inside }));
        expect(totalsOf(taxed).totals.total).toBe(totalsOf(bare).totals.total);
      }),
    );
  });

  it('comes to exactly nothing at a discount of 100 %, whatever the taxes', () => {
    fc.assert(
      fc.property(linesArbitrary, (lines) => {
        const all = lines.map((one) => ({ ...one, discountable: true }));
        const free = [{ type: 'percentage' as const, value: '100', productIds: null }];
        const { totals, lines: result } = reckoned(draft({ lines: all, fixedTaxes: [], discounts: free }));
        expect(totals).toMatchObject({ total: 0, taxAmount: 0 });
        expect(result.map((one) => one.net)).toEqual(result.map(() => 0));
      }),
    );
  });
});
