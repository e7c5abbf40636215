import type { Discount, Draft, LineInput, TaxRate } from '../../../src/domain/invoice/invoice.ts';
import { reckon } from '../../../src/domain/invoice/totals.ts';
import { AMOUNT_MAX } from '../../../src/domain/money.ts';
import { draft, line, policy, reckoned } from '../given.ts';

const percent = (value: string, productIds: readonly string[] | null = null): Discount => ({
  type: 'percentage',
  value,
  productIds,
});
const fixed = (value: number, productIds: readonly string[] | null = null): Discount => ({
  type: 'fixed',
  value,
  productIds,
});

/** Lines of these amounts with what else they have. */
const lines = (...all: readonly (readonly [rate: number, change?: Partial<LineInput>])[]) =>
  all.map(([rate, change], index) => line({ id: `line-${index + 1}`, rate, ...change }));
const reckonedWith = (change: Partial<Draft>) => reckoned(draft({ fixedTaxes: [], ...change }));
const taken = (change: Partial<Draft>) => reckonedWith(change).lines.map((one) => one.discount);

describe("a line's own discount", () => {
  it.each([
    // rate, discounts, what is taken off
    [10_000, [percent('10')], 1000],
    [10_000, [fixed(1500)], 1500],
    [10_000, [percent('10'), fixed(500)], 1500],
    [10_000, [fixed(500), percent('10')], 1450], // 10 % of 95.00
    [10_000, [percent('50'), percent('50')], 7500],
    [1000, [fixed(1500)], 1000], // never more than there is
    [1000, [fixed(700), fixed(700)], 1000],
    [1000, [percent('100'), fixed(5)], 1000],
    [1, [percent('50')], 1], // half up
    [25, [percent('10')], 3], // 2.5
    [24, [percent('10')], 2], // 2.4
    [10_000, [percent('0.0001')], 0],
    [10_000, [percent('0'), fixed(0)], 0],
    [0, [percent('10'), fixed(5)], 0],
  ])('on %i: %j takes %i off', (rate, discounts, amount) => {
    expect(taken({ lines: lines([rate, { discounts }]) })).toEqual([amount]);
  });

  it('is taken off an amount that was given, too', () => {
    const given = lines([100, { amountGiven: 250, discounts: [percent('10')] }]);
    expect(reckonedWith({ lines: given }).totals).toMatchObject({
      subtotal: 250,
      discountTotal: 25,
      total: 225,
    });
  });

  it('is taken off a line that the discounts of the invoice pass by', () => {
    const one = lines([1000, { discountable: false, discounts: [percent('10')] }], [1000]);
    expect(taken({ lines: one, discounts: [percent('10')] })).toEqual([100, 100]);
  });

  it.each([
    ['JPY', 105, 11], // 10.5
    ['KWD', 10_005, 1001], // 1000.5
  ])('is rounded in %s to its own unit', (currency, rate, amount) => {
    expect(taken({ currency, lines: lines([rate, { discounts: [percent('10')] }]) })).toEqual([amount]);
  });
});

describe('a discount of the invoice', () => {
  it('is rounded once on all lines together, and spread by largest remainder, ties to the earlier line', () => {
    expect(taken({ lines: lines([5], [5], [5]), discounts: [percent('10')] })).toEqual([1, 1, 0]); // 1.5 → 2
    expect(taken({ lines: lines([1], [1], [2]), discounts: [fixed(3)] })).toEqual([1, 1, 1]); // .75 .75 1.5
  });

  it.each([
    ['passes by what is not discountable', [fixed(300)], [0, 100, 200]],
    ['is for the products it lists', [fixed(300, ['b'])], [0, 0, 300]],
    ['is for no line where nobody has the product', [fixed(300, ['c'])], [0, 0, 0]],
    ['is never above what it is for', [fixed(1_000_000)], [0, 1000, 2000]],
    ['is of what it is for', [percent('10')], [0, 100, 200]],
    ['is of what the one before has left', [fixed(1500), percent('10')], [0, 550, 1100]],
    ['finds nothing after 100 %', [percent('100'), fixed(5)], [0, 1000, 2000]],
    ['is off the rest of its product', [percent('50', ['b']), fixed(1000)], [0, 500, 1500]],
  ] as const)('%s', (_, discounts, parts) => {
    const three = lines([5000, { productId: 'b', discountable: false }], [1000], [2000, { productId: 'b' }]);
    expect(taken({ lines: three, discounts })).toEqual(parts);
  });

  it('comes after those of the lines', () => {
    const two = lines([10_000, { discounts: [percent('50')] }], [5000]);
    expect(taken({ lines: two, discounts: [fixed(1000)] })).toEqual([5500, 500]);
  });
});

describe('taxes', () => {
  const vat = (inclusive: boolean): TaxRate => ({ name: 'VAT', rate: '20', inclusive });

  it('are on what discounts leave', () => {
    const taxed = lines([10_000, { taxRates: [vat(false)] }]);
    expect(reckonedWith({ lines: taxed, discounts: [percent('10')] }).totals).toMatchObject({
      subtotal: 10_000,
      discountTotal: 1000,
      taxAmount: 1800,
      total: 10_800,
    });
  });

  it('inside a discounted price never move it, and the subtotal makes the sentence true', () => {
    const taxed = lines([12_000, { taxRates: [vat(true)] }]);
    const { totals, lines: result } = reckonedWith({ lines: taxed, discounts: [percent('10')] });
    expect(totals).toMatchObject({ subtotal: 10_200, discountTotal: 1200, taxAmount: 1800, total: 10_800 });
    expect(result[0]).toMatchObject({
      amount: 12_000,
      discount: 1200,
      tax: 1800,
      taxParts: [1800],
      net: 9000,
    });
  });

  it('of a fixed amount follow what discounts have left of the lines', () => {
    const two = lines([1000, { discounts: [percent('100')] }], [1000]);
    const { lines: result } = reckonedWith({ lines: two, fixedTaxes: [{ name: 'Stamp', amount: 10 }] });
    expect(result.map((one) => one.tax)).toEqual([0, 10]);
  });

  it('of a line are its own, else those of the invoice, else the default where it is taxable', () => {
    const all = lines(
      [1000],
      [1000, { taxRates: [] }],
      [1000, { taxRates: [vat(false)] }],
      [1000, { taxable: false }],
    );
    const by = { ...policy, defaultTaxRate: { name: 'Default', rate: '1' } };
    const taxRates = [{ id: 'rate-1', name: 'City', rate: '5', inclusive: false }];
    const taxes = (change: Partial<Draft>) =>
      reckoned(draft({ fixedTaxes: [], lines: all, ...change }), by).lines.map((one) => one.tax);
    expect(taxes({ taxRates })).toEqual([50, 0, 200, 0]);
    expect(taxes({ taxRates: [] })).toEqual([0, 0, 200, 0]);
    expect(taxes({ taxRates: null })).toEqual([10, 0, 200, 0]);
  });

  it('of a fixed amount on a line stay there: one tax a name', () => {
    const stamp = { name: 'Stamp', amount: 7 };
    const all = lines(
      [1000, { fixedTaxes: [stamp, { name: 'Levy', amount: 1 }] }],
      [1000, { fixedTaxes: [stamp] }],
      [1000, { fixedTaxes: [stamp], taxable: false }],
    );
    const { totals, lines: result } = reckonedWith({ lines: all });
    expect(totals.taxes).toEqual([
      { name: 'Stamp', rate: null, amount: 14 },
      { name: 'Levy', rate: null, amount: 1 },
    ]);
    expect(result.map((one) => one.taxParts)).toEqual([
      [7, 1],
      [7, 0],
      [0, 0],
    ]);
    expect(totals.total).toBe(3015);
  });

  it('of both kinds from the invoice’s rates are refused there', () => {
    const mixed = [vat(true), { ...vat(false), name: 'City' }].map((rate) => ({ ...rate, id: null }));
    expect(reckon(draft({ taxRates: mixed }), policy)).toMatchObject({
      rejected: 'mixed_tax_inclusion',
      pointer: '/tax_rate_ids',
    });
  });

  it('are fifty at most, since every line carries its part of each', () => {
    const rates = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ name: `Tax ${index}`, rate: '1', inclusive: false }));
    const three = (count: number) =>
      draft({
        fixedTaxes: [],
        lines: lines([100, { taxRates: rates(20) }], [100, { taxRates: rates(count) }]),
      });
    expect(reckoned(three(50)).totals.taxes).toHaveLength(50);
    expect(reckon(three(51), policy)).toMatchObject({ rejected: 'too_many_taxes' });
  });
});

describe('the cap on amounts', () => {
  it('holds for what the lines come to before discounts', () => {
    const free = lines([AMOUNT_MAX, { discounts: [percent('100')] }], [1]);
    expect(reckon(draft({ fixedTaxes: [], lines: free }), policy)).toMatchObject({
      rejected: 'amount_too_large',
      pointer: '/line_items_attributes',
    });
    expect(taken({ lines: lines([AMOUNT_MAX, { discounts: [percent('99.9999')] }]) })).toEqual([
      9_999_990_000_000 - 1, // 9,999,989,999,999.000001
    ]);
  });
});
