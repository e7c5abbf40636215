// The totals a second time, from the specification alone and in exact fractions: shares no code with the product.
import type { FixedTax, LineInput, TaxRate } from '../../../src/domain/invoice/invoice.ts';

type Fraction = { readonly n: bigint; readonly d: bigint };

function fraction(text: string): Fraction {
  const [whole = '0', decimals = ''] = text.split('.');
  return { n: BigInt(whole + decimals), d: 10n ** BigInt(decimals.length) };
}

function plus(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.d + b.n * a.d, d: a.d * b.d };
}

function times(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.n, d: a.d * b.d };
}

function over(a: Fraction, b: Fraction): Fraction {
  return { n: a.n * b.d, d: a.d * b.n };
}

const zero: Fraction = { n: 0n, d: 1n };
const whole = (value: bigint): Fraction => ({ n: value, d: 1n });

/** Floor of the value plus one half. */
function halfUp(value: Fraction): bigint {
  return (2n * value.n + value.d) / (2n * value.d);
}

/** Floors, then one unit each to the largest rests; among equal rests the earlier part. */
function split(amount: bigint, shares: readonly Fraction[]): bigint[] {
  const all = shares.reduce(plus, zero);
  if (all.n === 0n) return shares.map(() => 0n);
  const exact = shares.map((share) => times(whole(amount), over(share, all)));
  const parts = exact.map((value) => value.n / value.d);
  const rests = exact.map((value, index) => ({ index, n: value.n % value.d, d: value.d }));
  rests.sort((a, b) => {
    const difference = b.n * a.d - a.n * b.d;
    return difference === 0n ? a.index - b.index : difference > 0n ? 1 : -1;
  });
  const left = amount - parts.reduce((total, part) => total + part, 0n);
  for (const { index } of rests.slice(0, Number(left))) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts;
}

export type Expected = {
  readonly amounts: readonly number[];
  readonly tax: readonly number[];
  readonly net: readonly number[];
  readonly taxes: readonly { readonly name: string; readonly rate: string | null; readonly amount: number }[];
  readonly taxAmount: number;
  readonly subtotal: number;
  readonly total: number;
};

type Group = { readonly rate: TaxRate; readonly shares: { readonly line: number; readonly tax: Fraction }[] };

function groupsOf(amounts: readonly bigint[], rates: readonly (readonly TaxRate[])[]): Group[] {
  const groups: Group[] = [];
  for (const [line, onLine] of rates.entries()) {
    const sum = onLine.map((rate) => fraction(rate.rate)).reduce(plus, zero);
    for (const rate of onLine) {
      const percent = fraction(rate.rate);
      const divisor = rate.inclusive ? plus(whole(100n), sum) : whole(100n);
      const tax = over(times(whole(amounts[line] ?? 0n), percent), divisor);
      const same = groups.find(
        (group) =>
          group.rate.name === rate.name &&
          fraction(group.rate.rate).n * percent.d === percent.n * fraction(group.rate.rate).d &&
          group.rate.inclusive === rate.inclusive,
      );
      if (same === undefined) groups.push({ rate, shares: [{ line, tax }] });
      else same.shares.push({ line, tax });
    }
  }
  return groups;
}

/** What lines and taxes come to. `defaultRate` is what a taxable line without rates of its own pays. */
export function expectedTotals(
  lines: readonly LineInput[],
  fixedTaxes: readonly FixedTax[],
  defaultRate: TaxRate | null,
): Expected {
  const amounts = lines.map((line) =>
    line.amountGiven === null
      ? halfUp(times(fraction(line.quantity), whole(BigInt(line.rate))))
      : BigInt(line.amountGiven),
  );
  const rates = lines.map((line) =>
    line.taxable ? (line.taxRates ?? (defaultRate === null ? [] : [defaultRate])) : [],
  );
  const tax = lines.map(() => 0n);
  const inside = lines.map(() => 0n);
  const taxes: { name: string; rate: string | null; amount: number }[] = [];
  let outside = 0n;
  for (const group of groupsOf(amounts, rates)) {
    const amount = halfUp(group.shares.map((share) => share.tax).reduce(plus, zero));
    const parts = split(
      amount,
      group.shares.map((share) => share.tax),
    );
    group.shares.forEach(({ line }, index) => {
      tax[line] = (tax[line] ?? 0n) + (parts[index] ?? 0n);
      if (group.rate.inclusive) inside[line] = (inside[line] ?? 0n) + (parts[index] ?? 0n);
    });
    if (!group.rate.inclusive) outside += amount;
    taxes.push({ name: group.rate.name, rate: group.rate.rate, amount: Number(amount) });
  }
  for (const fixed of fixedTaxes) {
    const weights = lines.map((line, index) => whole(line.taxable ? (amounts[index] ?? 0n) : 0n));
    const first = lines.findIndex((line) => line.taxable);
    const parts = weights.every((weight) => weight.n === 0n)
      ? lines.map((_, index) => (index === first ? BigInt(fixed.amount) : 0n))
      : split(BigInt(fixed.amount), weights);
    parts.forEach((part, index) => (tax[index] = (tax[index] ?? 0n) + part));
    outside += BigInt(fixed.amount);
    taxes.push({ name: fixed.name, rate: null, amount: fixed.amount });
  }
  const total = Number(amounts.reduce((sum, amount) => sum + amount, 0n) + outside);
  const taxAmount = taxes.reduce((sum, one) => sum + one.amount, 0);
  return {
    amounts: amounts.map(Number),
    tax: tax.map(Number),
    net: amounts.map((amount, index) => Number(amount - (inside[index] ?? 0n))),
    taxes,
    taxAmount,
    subtotal: total - taxAmount,
    total,
  };
}
