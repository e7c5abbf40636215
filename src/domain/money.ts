// Money: integer minor units of one currency. The only file that knows the money library.
// Amounts are safe integers (what crosses Temporal is plain JSON), products are computed in bigint.
import { dinero, halfAwayFromZero, multiply, toDecimal, toSnapshot, transformScale } from 'dinero.js/bigint';
import * as table from 'dinero.js/bigint/currencies';

/** ISO 4217 code, upper case. */
export type Currency = string;

/** The largest amount a line or a total may have, in minor units. Far below 2^53. */
export const AMOUNT_MAX = 10 ** 13 - 1;

/** Decimals a quantity may have. */
export const QUANTITY_DECIMALS = 6;

/** Decimals a percentage may have (10 = 10 %). */
export const PERCENT_DECIMALS = 4;

type CurrencyEntry = {
  readonly code: string;
  readonly base: bigint | readonly bigint[];
  readonly exponent: bigint;
};
const currencies = table as unknown as Record<string, CurrencyEntry>;

function entry(currency: Currency): CurrencyEntry {
  const found = currencies[currency];
  if (found === undefined || found.base !== 10n) throw new Error(`Unknown currency ${currency}`);
  return found;
}

/** Whether the code is a currency that Duewell can count in (decimal subunits only: not MGA, MRU). */
export function isCurrency(code: string): boolean {
  return /^[A-Z]{3}$/.test(code) && currencies[code]?.base === 10n;
}

/** How many decimals the currency has: JPY 0, USD 2, KWD 3. */
export function currencyDecimals(currency: Currency): number {
  return Number(entry(currency).exponent);
}

/** A decimal number as scaled integer. "1.5" at 6 decimals is 1500000. Refuses what needs more decimals. */
export function scaled(decimal: string, decimals: number): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(decimal);
  const fraction = (match?.[2] ?? '').replace(/0+$/, '');
  if (match === null || fraction.length > decimals) {
    throw new Error(`Not a decimal number with at most ${decimals} decimals: ${decimal}`);
  }
  return BigInt((match[1] ?? '') + fraction.padEnd(decimals, '0'));
}

function product(amount: number, factor: bigint, scale: number, currency: Currency): number {
  const exact = multiply(dinero({ amount: BigInt(amount), currency: entry(currency) }), {
    amount: factor,
    scale: BigInt(scale),
  });
  return Number(toSnapshot(transformScale(exact, entry(currency).exponent, halfAwayFromZero)).amount);
}

/** quantity × rate, rounded half up once. Quantity is a decimal text with at most 6 decimals. */
export function lineAmount(quantity: string, rate: number, currency: Currency): number {
  return product(rate, scaled(quantity, QUANTITY_DECIMALS), QUANTITY_DECIMALS, currency);
}

/** percent of amount, rounded half up. Percent is a decimal text in percent ("7.75"). */
export function percentOf(amount: number, percent: string, currency: Currency): number {
  return product(amount, scaled(percent, PERCENT_DECIMALS), PERCENT_DECIMALS + 2, currency);
}

/** Fits between zero and the cap on amounts. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= AMOUNT_MAX;
}

export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

/**
 * Splits an amount in proportion to weights so that the parts add up to it: every part is rounded down and
 * the units left over go to the largest remainders, ties to the earlier part. The library's own `allocate`
 * hands them out in another order, so this is ours. Weights that are all zero get nothing.
 */
export function allocate(amount: number, weights: readonly (number | bigint)[]): number[] {
  const exactWeights = weights.map(BigInt);
  const whole = exactWeights.reduce((total, weight) => total + weight, 0n);
  if (whole === 0n) return weights.map(() => 0);
  const shares = exactWeights.map((weight, index) => {
    const exact = BigInt(amount) * weight;
    return { index, part: exact / whole, remainder: exact % whole };
  });
  let left = BigInt(amount) - shares.reduce((total, share) => total + share.part, 0n);
  const byRemainder = [...shares].sort((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  for (const share of byRemainder) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return shares.map((share) => Number(share.part));
}

/** A quotient rounded half up; both are not negative. */
export function roundedQuotient(numerator: bigint, denominator: bigint): number {
  return Number((2n * numerator + denominator) / (2n * denominator));
}

/** "51.15" for 5115 USD, "100" for 100 JPY. For people and dialects; the core never reads it back. */
export function decimal(amount: number, currency: Currency): string {
  if (currencyDecimals(currency) === 0) return String(amount);
  return toDecimal(dinero({ amount: BigInt(amount), currency: entry(currency) }));
}

/** "$51.15", "¥100", "KWD 5.115": always with an explicit locale and the currency table's own decimals. */
export function format(amount: number, currency: Currency, locale: string): string {
  const decimals = currencyDecimals(currency);
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(decimal(amount, currency) as unknown as number);
}
