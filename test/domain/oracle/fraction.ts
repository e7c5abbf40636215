// Exact fractions of two bigints. The oracle counts in nothing else, and shares no code with the product.
export type Fraction = { readonly top: bigint; readonly bottom: bigint };

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}

function reduced(top: bigint, bottom: bigint): Fraction {
  const common = gcd(top < 0n ? -top : top, bottom);
  return common === 0n ? { top, bottom } : { top: top / common, bottom: bottom / common };
}

export function whole(value: bigint | number): Fraction {
  return { top: BigInt(value), bottom: 1n };
}

export const zero = whole(0);

/** 7.75, "7.75" or 12 as they are written. */
export function written(value: number | string): Fraction {
  const text = typeof value === 'string' ? value : value.toFixed(6);
  const [units = '0', decimals = ''] = text.split('.');
  return reduced(BigInt(units + decimals), 10n ** BigInt(decimals.length));
}

export function plus(a: Fraction, b: Fraction): Fraction {
  return reduced(a.top * b.bottom + b.top * a.bottom, a.bottom * b.bottom);
}

export function times(a: Fraction, b: Fraction): Fraction {
  return reduced(a.top * b.top, a.bottom * b.bottom);
}

export function over(a: Fraction, b: Fraction): Fraction {
  return reduced(a.top * b.bottom, a.bottom * b.top);
}

export function total(values: readonly Fraction[]): Fraction {
  return values.reduce(plus, zero);
}

export function isSame(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom === b.top * a.bottom;
}

export function isLess(a: Fraction, b: Fraction): boolean {
  return a.top * b.bottom < b.top * a.bottom;
}

/** The largest whole number that is not above; of values that are not negative. */
export function floor(value: Fraction): bigint {
  return value.top / value.bottom;
}

/** To the nearest whole number, a half goes up. */
export function halfUp(value: Fraction): bigint {
  return floor(plus(value, { top: 1n, bottom: 2n }));
}

/** So many percent of a whole number, not rounded. */
export function percent(base: bigint, percentage: number | string): Fraction {
  return over(times(whole(base), written(percentage)), whole(100));
}

/**
 * Largest remainder: every share gets the floor of what it should; then, as long as units are left, the share that
 * lacks most gets one more, the earlier of equal ones.
 */
export function apportion(amount: bigint, shares: readonly Fraction[]): bigint[] {
  const all = total(shares);
  if (all.top === 0n) return shares.map(() => 0n);
  const due = shares.map((share) => over(times(whole(amount), share), all));
  const given = due.map(floor);
  const lack = due.map((value, index) => plus(value, whole(-(given[index] ?? 0n))));
  for (let left = amount - given.reduce((a, b) => a + b, 0n); left > 0n; left -= 1n) {
    let most = 0;
    lack.forEach((value, index) => {
      if (isLess(lack[most] ?? zero, value)) most = index;
    });
    given[most] = (given[most] ?? 0n) + 1n;
    lack[most] = plus(lack[most] ?? zero, whole(-1));
  }
  return given;
}
