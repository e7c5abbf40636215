import {
  allocate,
  AMOUNT_MAX,
  currencyDecimals,
  decimal,
  format,
  isAmount,
  isCurrency,
  lineAmount,
  percentOf,
  roundedQuotient,
  scaled,
} from '../../src/domain/money.ts';

describe('currencies', () => {
  it.each([
    ['JPY', 0],
    ['KRW', 0],
    ['USD', 2],
    ['EUR', 2],
    ['KWD', 3],
    ['BHD', 3],
  ])('%s has %i decimals', (currency, decimals) => {
    expect(isCurrency(currency)).toBe(true);
    expect(currencyDecimals(currency)).toBe(decimals);
  });

  it.each(['usd', 'US', 'USDX', 'XYZ', '', '__proto__', 'constructor', 'MGA', 'MRU'])(
    '%j is not one that can be counted in',
    (code) => {
      expect(isCurrency(code)).toBe(false);
    },
  );
});

describe('a line', () => {
  it.each([
    // quantity, rate, currency, amount
    ['1', 4500, 'USD', 4500],
    ['3', 333, 'USD', 999],
    ['0.5', 1, 'USD', 1], // half a cent goes up
    ['0.499999', 1, 'USD', 0],
    ['1.5', 3, 'USD', 5], // 4.5 up, not to the even 4
    ['2.5', 1, 'USD', 3], // 2.5 up, not to the even 2
    ['0.000001', 1, 'USD', 0],
    ['0.000001', 500_000, 'USD', 1],
    ['1.234567', 1_000_000, 'USD', 1_234_567],
    ['0.1', 3, 'JPY', 0],
    ['1.5', 101, 'JPY', 152], // 151.5
    ['2.675', 1000, 'KWD', 2675],
    ['1.0005', 1000, 'KWD', 1001], // 1000.5
    ['1000000000', 9999, 'USD', 9_999_000_000_000],
    ['33.333333', 0, 'USD', 0],
  ])('of %s × %i %s comes to %i', (quantity, rate, currency, amount) => {
    expect(lineAmount(quantity, rate, currency)).toBe(amount);
  });
});

describe('a percentage', () => {
  it.each([
    // percent, of, currency, amount
    ['7', 5500, 'USD', 385],
    ['7.75', 10_000, 'USD', 775],
    ['0.0001', 500_000, 'USD', 1], // half a cent
    ['0.0001', 499_999, 'USD', 0],
    ['1.5', 100, 'JPY', 2], // 1.5
    ['2.5', 100, 'JPY', 3], // 2.5, not to the even 2
    ['10', 5, 'KWD', 1], // 0.5
    ['100', 12_345, 'KWD', 12_345],
    ['0', 12_345, 'USD', 0],
    ['33.3333', AMOUNT_MAX, 'USD', 3_333_330_000_000],
  ])('%s %% of %i %s is %i', (percent, amount, currency, result) => {
    expect(percentOf(amount, percent, currency)).toBe(result);
  });
});

describe('a decimal text as a scaled integer', () => {
  it('keeps every digit', () => {
    expect(scaled('1.5', 6)).toBe(1_500_000n);
    expect(scaled('0.1000000000', 1)).toBe(1n);
    expect(scaled('999999999999.999999', 6)).toBe(999_999_999_999_999_999n);
  });

  it('refuses what needs more decimals or is no number', () => {
    for (const text of ['0.0000001', '-1', '1e3', '', '.5', 'NaN', '1.2.3']) {
      expect(() => scaled(text, 6)).toThrow('Not a decimal number');
    }
  });
});

describe('an amount', () => {
  it.each([
    [0, true],
    [1, true],
    [AMOUNT_MAX, true],
    [AMOUNT_MAX + 1, false],
    [-1, false],
    [0.5, false],
    [Number.NaN, false],
    [Number.POSITIVE_INFINITY, false],
    [1e308, false],
    ['1', false],
    [null, false],
    [{}, false],
  ])('%p: %p', (value, fits) => {
    expect(isAmount(value)).toBe(fits);
  });

  it('has a cap of 10^13 − 1, far below what a number holds exactly', () => {
    expect(AMOUNT_MAX).toBe(9_999_999_999_999);
    expect(AMOUNT_MAX * 500).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});

describe('allocate', () => {
  it.each([
    ['equal parts, ties to the earlier', 100, [1, 1, 1], [34, 33, 33]],
    ['two units left of three', 101, [1, 1, 1], [34, 34, 33]],
    ['the largest remainder first', 5, [10, 30, 60], [1, 1, 3]],
    ['by weight', 385, [4500, 1000], [315, 70]],
    ['nothing to weightless parts', 10, [0, 1, 0], [0, 10, 0]],
    ['nothing where all are weightless', 10, [0, 0], [0, 0]],
    ['nothing of nothing', 0, [3, 2], [0, 0]],
    ['fewer units than parts', 1, [1, 1, 1], [1, 0, 0]],
    ['no parts', 10, [], []],
  ])('gives %s', (_, amount, weights, parts) => {
    expect(allocate(amount, weights)).toEqual(parts);
  });
});

describe('a rounded quotient', () => {
  it.each([
    [1n, 2n, 1],
    [1n, 3n, 0],
    [2n, 3n, 1],
    [5n, 2n, 3],
    [0n, 7n, 0],
  ])('%p / %p is %p', (numerator, denominator, result) => {
    expect(roundedQuotient(numerator, denominator)).toBe(result);
  });
});

describe('an amount for people', () => {
  it.each([
    [5115, 'USD', '51.15', '$51.15'],
    [5, 'USD', '0.05', '$0.05'],
    [100, 'JPY', '100', '¥100'],
    [5115, 'KWD', '5.115', 'KWD 5.115'],
    [AMOUNT_MAX, 'USD', '99999999999.99', '$99,999,999,999.99'],
  ])('%i %s is %s and %s', (amount, currency, plain, shown) => {
    expect(decimal(amount, currency)).toBe(plain);
    expect(format(amount, currency, 'en-US').replaceAll('\u00a0', ' ')).toBe(shown);
  });
});
