// The totals a second time, from the specification alone: lines, discounts, taxes, total, in exact fractions.
import type { Asked, AskedDiscount, AskedLine, AskedRate, DefaultRate } from './asked.ts';
import {
  apportion,
  type Fraction,
  halfUp,
  isSame,
  over,
  percent,
  plus,
  times,
  total as totalOf,
  whole,
  written,
} from './fraction.ts';

export type ExpectedTax = { readonly name: string; readonly rate: string | null; readonly amount: number };
export type ExpectedLine = {
  readonly amount: number;
  readonly discount: number;
  readonly tax: number;
  readonly taxParts: readonly number[];
  readonly net: number;
};
export type Expected = {
  readonly lines: readonly ExpectedLine[];
  readonly taxes: readonly ExpectedTax[];
  readonly subtotal: number;
  readonly discountTotal: number;
  readonly taxAmount: number;
  readonly total: number;
};
export type Refused = { readonly refused: string };

/** The largest amount that a line or a total may have. */
const most = 10n ** 13n - 1n;
/** Different taxes of one document. */
const taxesMost = 50;

function sum(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a + b, 0n);
}

function lineAmount(line: AskedLine): bigint {
  if (line.amount !== undefined) return BigInt(line.amount);
  return halfUp(times(written(line.quantity ?? 1), whole(line.rate ?? 0)));
}

function off(discount: AskedDiscount, base: bigint): bigint {
  if (discount.type === 'percentage') return halfUp(percent(base, discount.value));
  const asked = BigInt(discount.value);
  return asked > base ? base : asked;
}

function listed(owner: Pick<Asked, 'discount' | 'discounts'>): readonly AskedDiscount[] {
  return owner.discounts ?? (owner.discount === undefined ? [] : [owner.discount]);
}

/** The lines' own discounts first, each on what the one before has left; then the invoice's over the eligible lines. */
function afterDiscounts(asked: Asked, amounts: readonly bigint[]): bigint[] {
  const lines = asked.lineItemsAttributes;
  const rest = [...amounts];
  for (const [index, line] of lines.entries()) {
    for (const discount of listed(line)) rest[index] = (rest[index] ?? 0n) - off(discount, rest[index] ?? 0n);
  }
  for (const discount of listed(asked)) {
    const { productIds = null } = discount;
    const eligible = [...lines.keys()].filter((index) => {
      const { discountable = true, productId } = lines[index] ?? {};
      return discountable && (productIds === null || productIds.some((id) => id === productId));
    });
    const bases = eligible.map((index) => rest[index] ?? 0n);
    const shares = apportion(off(discount, sum(bases)), bases.map(whole));
    eligible.forEach((index, place) => (rest[index] = (rest[index] ?? 0n) - (shares[place] ?? 0n)));
  }
  return rest;
}

function isInclusive(rate: AskedRate): boolean {
  return rate.inclusive === true;
}

/** The line's rates, else the invoice's, else the default; none on a line that is not taxable. */
function ratesOf(line: AskedLine, asked: Asked, standard: DefaultRate): readonly AskedRate[] {
  if (line.taxable === false) return [];
  return line.taxRates ?? asked.taxRates ?? (standard === null ? [] : [standard]);
}

type Group = {
  readonly like: AskedRate;
  readonly shares: { readonly line: number; readonly tax: Fraction }[];
};

function isLike(a: AskedRate, b: AskedRate): boolean {
  return a.name === b.name && isInclusive(a) === isInclusive(b) && isSame(written(a.rate), written(b.rate));
}

/** Exact tax by group. r % inside an amount that holds R % altogether is amount × r / (100 + R). */
function groupsOf(rates: readonly (readonly AskedRate[])[], bases: readonly bigint[]): Group[] {
  const groups: Group[] = [];
  for (const [line, onLine] of rates.entries()) {
    const inside = totalOf(onLine.map((rate) => written(rate.rate)));
    for (const rate of onLine) {
      const parts = isInclusive(rate) ? plus(whole(100), inside) : whole(100);
      const tax = over(times(whole(bases[line] ?? 0n), written(rate.rate)), parts);
      const group = groups.find((one) => isLike(one.like, rate));
      if (group === undefined) groups.push({ like: rate, shares: [{ line, tax }] });
      else group.shares.push({ line, tax });
    }
  }
  return groups;
}

type Tax = {
  readonly name: string;
  readonly rate: string | null;
  readonly isInside: boolean;
  readonly parts: bigint[];
};

function rateTaxes(rates: readonly (readonly AskedRate[])[], bases: readonly bigint[]): Tax[] {
  return groupsOf(rates, bases).map(({ like, shares }) => {
    const taxes = shares.map((share) => share.tax);
    const amounts = apportion(halfUp(totalOf(taxes)), taxes);
    const parts = bases.map(() => 0n);
    shares.forEach(({ line }, place) => (parts[line] = (parts[line] ?? 0n) + (amounts[place] ?? 0n)));
    const { name, rate } = like;
    return { name, rate: plainRate(rate), isInside: isInclusive(like), parts };
  });
}

/** 7.50 as people write it: 7.5. */
function plainRate(rate: number | string): string {
  const text = String(rate);
  return text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
}

/** Amounts: on a line, one tax a name; the invoice's own over the taxable lines by what is left of them. */
function fixedTaxes(asked: Asked, bases: readonly bigint[]): Tax[] {
  const lines = asked.lineItemsAttributes;
  const taxable = [...lines.keys()].filter((index) => lines[index]?.taxable !== false);
  const own: Tax[] = [];
  for (const index of taxable) {
    for (const { name, amount } of lines[index]?.taxes ?? []) {
      let tax = own.find((one) => one.name === name);
      if (tax === undefined) {
        tax = { name, rate: null, isInside: false, parts: bases.map(() => 0n) };
        own.push(tax);
      }
      tax.parts[index] = (tax.parts[index] ?? 0n) + BigInt(amount);
    }
  }
  const spread = (asked.taxes ?? []).map(({ name, amount }): Tax => {
    const weights = taxable.map((index) => bases[index] ?? 0n);
    const isBare = weights.every((weight) => weight === 0n);
    const shares = apportion(
      BigInt(amount),
      weights.map((weight, place) => whole(isBare ? (place === 0 ? 1n : 0n) : weight)),
    );
    const parts = bases.map(() => 0n);
    taxable.forEach((index, place) => (parts[index] = shares[place] ?? 0n));
    return { name, rate: null, isInside: false, parts };
  });
  return [...own, ...spread];
}

function refusal(asked: Asked, amounts: readonly bigint[], rates: readonly (readonly AskedRate[])[]) {
  if (amounts.some((amount) => amount > most) || sum(amounts) > most) return 'amount_too_large';
  if (rates.some((onLine) => onLine.some(isInclusive) && !onLine.every(isInclusive)))
    return 'mixed_tax_inclusion';
  const isTaxed = asked.lineItemsAttributes.some((line) => line.taxable !== false);
  return (asked.taxes ?? []).length > 0 && !isTaxed ? 'tax_without_base' : null;
}

/** What the document comes to, or the code with which it is refused. */
export function expected(asked: Asked, standard: DefaultRate): Expected | Refused {
  const lines = asked.lineItemsAttributes;
  const amounts = lines.map(lineAmount);
  const rates = lines.map((line) => ratesOf(line, asked, standard));
  const refused = refusal(asked, amounts, rates);
  if (refused !== null) return { refused };
  const rest = afterDiscounts(asked, amounts);
  const taxes = [...rateTaxes(rates, rest), ...fixedTaxes(asked, rest)];
  if (taxes.length > taxesMost) return { refused: 'too_many_taxes' };
  const outside = taxes.filter((tax) => !tax.isInside);
  const total = sum(rest) + sum(outside.map((tax) => sum(tax.parts)));
  if (total > most) return { refused: 'amount_too_large' };
  const discountTotal = sum(amounts) - sum(rest);
  const taxAmount = sum(taxes.map((tax) => sum(tax.parts)));
  const inside = taxes.filter((tax) => tax.isInside);
  return {
    lines: lines.map((_, index) => ({
      amount: Number(amounts[index]),
      discount: Number((amounts[index] ?? 0n) - (rest[index] ?? 0n)),
      tax: Number(sum(taxes.map((tax) => tax.parts[index] ?? 0n))),
      taxParts: taxes.map((tax) => Number(tax.parts[index])),
      net: Number((rest[index] ?? 0n) - sum(inside.map((tax) => tax.parts[index] ?? 0n))),
    })),
    taxes: taxes.map(({ name, rate, parts }) => ({ name, rate, amount: Number(sum(parts)) })),
    subtotal: Number(total + discountTotal - taxAmount),
    discountTotal: Number(discountTotal),
    taxAmount: Number(taxAmount),
    total: Number(total),
  };
}
