// What an invoice comes to: line amounts, taxes, total. Pure arithmetic on what was asked for.
// Order: line = quantity × rate rounded half up; taxes grouped by name, rate and kind, each group rounded
// once and its remainder handed to the lines. Inclusive taxes never move the total.
import {
  AMOUNT_MAX,
  allocate,
  lineAmount,
  PERCENT_DECIMALS,
  roundedQuotient,
  scaled,
  sum,
} from '../money.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { Draft, Line, LineInput, Policy, TaxRate, TaxTotal } from './invoice.ts';
import type { Reckoned } from './events.ts';

const linesPointer = '/line_items_attributes';
const hundred = scaled('100', PERCENT_DECIMALS);

type Share = { line: number; numerator: bigint; denominator: bigint };
type Group = { rate: TaxRate; shares: Share[] };

/** The rates on a line: its own, else the organization's default where it is taxable. */
function ratesOf(line: LineInput, policy: Policy): readonly TaxRate[] {
  if (!line.taxable) return [];
  if (line.taxRates !== null) return line.taxRates;
  return policy.defaultTaxRate === null ? [] : [{ ...policy.defaultTaxRate, inclusive: false }];
}

function isMixed(rates: readonly TaxRate[]): boolean {
  return rates.some((rate) => rate.inclusive) && rates.some((rate) => !rate.inclusive);
}

/** Exact tax of each rate on each line, grouped by what people see as one tax. */
function taxGroups(amounts: readonly number[], rates: readonly (readonly TaxRate[])[]): Group[] {
  const groups = new Map<string, Group>();
  rates.forEach((onLine, line) => {
    const all = onLine.reduce((total, rate) => total + scaled(rate.rate, PERCENT_DECIMALS), 0n);
    for (const rate of onLine) {
      const key = `${rate.name}|${scaled(rate.rate, PERCENT_DECIMALS)}|${rate.inclusive}`;
      const group = groups.get(key) ?? { rate, shares: [] };
      group.shares.push({
        line,
        numerator: BigInt(amounts[line] ?? 0) * scaled(rate.rate, PERCENT_DECIMALS),
        denominator: rate.inclusive ? hundred + all : hundred,
      });
      groups.set(key, group);
    }
  });
  return [...groups.values()];
}

/** The group's tax, rounded once, and what of it each of its lines carries. */
function settleGroup(group: Group): { amount: number; parts: readonly { line: number; amount: number }[] } {
  const denominators = new Set(group.shares.map((share) => share.denominator));
  const common = [...denominators].reduce((product, denominator) => product * denominator, 1n);
  const weights = group.shares.map((share) => (share.numerator * common) / share.denominator);
  const amount = roundedQuotient(
    weights.reduce((total, weight) => total + weight, 0n),
    common,
  );
  const amounts = allocate(amount, weights);
  return {
    amount,
    parts: group.shares.map((share, index) => ({ line: share.line, amount: amounts[index] ?? 0 })),
  };
}

/** A fixed tax lies on the taxable lines in proportion to their amounts; on the first where all are zero. */
function spreadFixed(amount: number, lines: readonly LineInput[], amounts: readonly number[]): number[] {
  const weights = lines.map((line, index) => (line.taxable ? (amounts[index] ?? 0) : 0));
  if (sum(weights) > 0) return allocate(amount, weights);
  const first = lines.findIndex((line) => line.taxable);
  return lines.map((_, index) => (index === first ? amount : 0));
}

function checkLines(draft: Draft, policy: Policy, amounts: readonly number[]): Rejection | null {
  for (const [index, line] of draft.lines.entries()) {
    const pointer = `${linesPointer}/${index}`;
    if ((amounts[index] ?? 0) > AMOUNT_MAX) return reject('amount_too_large', undefined, pointer);
    if (isMixed(ratesOf(line, policy)))
      return reject('mixed_tax_inclusion', undefined, `${pointer}/tax_rates`);
  }
  const hasTaxable = draft.lines.some((line) => line.taxable);
  if (draft.fixedTaxes.length > 0 && !hasTaxable) return reject('tax_without_base', undefined, '/taxes');
  return null;
}

/** Lines with their amounts and taxes, and the totals: total = subtotal − discounts + taxes, always. */
export function reckon(draft: Draft, policy: Policy): Reckoned | Rejection {
  const amounts = draft.lines.map(
    (line) => line.amountGiven ?? lineAmount(line.quantity, line.rate, draft.currency),
  );
  const fault = checkLines(draft, policy, amounts);
  if (fault !== null) return fault;

  const taxes: TaxTotal[] = [];
  const tax = amounts.map(() => 0);
  const inside = amounts.map(() => 0);
  let outside = 0;
  for (const group of taxGroups(
    amounts,
    draft.lines.map((line) => ratesOf(line, policy)),
  )) {
    const settled = settleGroup(group);
    taxes.push({ name: group.rate.name, rate: group.rate.rate, amount: settled.amount });
    if (!group.rate.inclusive) outside += settled.amount;
    for (const part of settled.parts) {
      tax[part.line] = (tax[part.line] ?? 0) + part.amount;
      if (group.rate.inclusive) inside[part.line] = (inside[part.line] ?? 0) + part.amount;
    }
  }
  for (const fixed of draft.fixedTaxes) {
    taxes.push({ name: fixed.name, rate: null, amount: fixed.amount });
    outside += fixed.amount;
    spreadFixed(fixed.amount, draft.lines, amounts).forEach((part, index) => {
      tax[index] = (tax[index] ?? 0) + part;
    });
  }
  const total = sum(amounts) + outside;
  if (total > AMOUNT_MAX) return reject('amount_too_large', undefined, linesPointer);
  const taxAmount = sum(taxes.map((one) => one.amount));
  const lines: Line[] = draft.lines.map((line, index) => ({
    ...line,
    amount: amounts[index] ?? 0,
    discount: 0,
    tax: tax[index] ?? 0,
    taxParts: [],
    net: (amounts[index] ?? 0) - (inside[index] ?? 0),
  }));
  return {
    draft,
    lines,
    totals: { subtotal: total - taxAmount, discountTotal: 0, taxAmount, total, taxes },
  };
}
