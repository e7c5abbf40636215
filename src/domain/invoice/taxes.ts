// Taxes on the discounted lines: grouped by what people see as one tax, each group rounded once, and the
// group's amount handed to its lines by largest remainder.
import { allocate, PERCENT_DECIMALS, roundedQuotient, scaled, sum } from '../money.ts';
import { type Rejection, reject } from '../rejection.ts';
import type { Draft, LineInput, Policy, TaxRate } from './invoice.ts';

/** How many different taxes a document may have: every line carries its part of each. */
const taxesMax = 50;
const hundred = scaled('100', PERCENT_DECIMALS);

/** One tax of the document. `parts` has an entry for each line. `rate` is null for a fixed amount. */
export type Tax = {
  readonly name: string;
  readonly rate: string | null;
  readonly inclusive: boolean;
  readonly amount: number;
  readonly parts: readonly number[];
};

type Share = { readonly line: number; readonly numerator: bigint; readonly denominator: bigint };
type RateGroup = { readonly rate: TaxRate; readonly shares: Share[] };

/** The rates on a line: its own, else the document's, else the organization's default. None where it is not taxable. */
function ratesOf(line: LineInput, draft: Draft, policy: Policy): readonly TaxRate[] {
  if (!line.taxable) return [];
  if (line.taxRates !== null) return line.taxRates;
  if (draft.taxRates !== null) return draft.taxRates;
  return policy.defaultTaxRate === null ? [] : [{ ...policy.defaultTaxRate, inclusive: false }];
}

function isMixed(rates: readonly TaxRate[]): boolean {
  return rates.some((rate) => rate.inclusive) && rates.some((rate) => !rate.inclusive);
}

/** What keeps the taxes from being reckoned; null when nothing does. */
export function checkTaxes(draft: Draft, policy: Policy): Rejection | null {
  for (const [index, line] of draft.lines.entries()) {
    if (isMixed(ratesOf(line, draft, policy))) {
      const isOwn = line.taxRates !== null;
      const pointer = isOwn ? `/line_items_attributes/${index}/tax_rates` : '/tax_rate_ids';
      return reject('mixed_tax_inclusion', undefined, pointer);
    }
  }
  const hasTaxable = draft.lines.some((line) => line.taxable);
  if (draft.fixedTaxes.length > 0 && !hasTaxable) return reject('tax_without_base', undefined, '/taxes');
  return null;
}

/** Exact tax of each rate on each line. An inclusive rate shares its line with all other inclusive ones there. */
function rateGroups(draft: Draft, policy: Policy, bases: readonly number[]): RateGroup[] {
  const groups = new Map<string, RateGroup>();
  draft.lines.forEach((line, index) => {
    const rates = ratesOf(line, draft, policy);
    const all = rates.reduce((total, { rate }) => total + scaled(rate, PERCENT_DECIMALS), 0n);
    for (const { name, rate, inclusive } of rates) {
      const percent = scaled(rate, PERCENT_DECIMALS);
      const key = `${inclusive} ${percent} ${name}`;
      const group = groups.get(key) ?? { rate: { name, rate, inclusive }, shares: [] };
      group.shares.push({
        line: index,
        numerator: BigInt(bases[index] ?? 0) * percent,
        denominator: inclusive ? hundred + all : hundred,
      });
      groups.set(key, group);
    }
  });
  return [...groups.values()];
}

/** The group's tax, rounded once, and what of it each line carries. */
function settled({ rate, shares }: RateGroup, lineCount: number): Tax {
  const denominators = new Set(shares.map((share) => share.denominator));
  const common = [...denominators].reduce((product, denominator) => product * denominator, 1n);
  const weights = shares.map((share) => (share.numerator * common) / share.denominator);
  const exact = weights.reduce((total, weight) => total + weight, 0n);
  const amount = roundedQuotient(exact, common);
  const parts = Array.from({ length: lineCount }, () => 0);
  allocate(amount, weights).forEach((part, index) => {
    const line = shares[index]?.line ?? 0;
    parts[line] = (parts[line] ?? 0) + part;
  });
  return { ...rate, amount, parts };
}

/** In proportion to what is left of the taxable lines; all on the first of them where nothing is left of any. */
function spread(amount: number, lines: readonly LineInput[], bases: readonly number[]): number[] {
  const weights = lines.map((line, index) => (line.taxable ? (bases[index] ?? 0) : 0));
  if (sum(weights) > 0) return allocate(amount, weights);
  const first = lines.findIndex((line) => line.taxable);
  return lines.map((_, index) => (index === first ? amount : 0));
}

function fixedTax(name: string, parts: readonly number[]): Tax {
  return { name, rate: null, inclusive: false, amount: sum(parts), parts };
}

/** Taxes that are amounts: those of the lines, one for each name, then the document's own as they were given. */
function fixedTaxes(draft: Draft, bases: readonly number[]): Tax[] {
  const onLines = new Map<string, number[]>();
  draft.lines.forEach((line, index) => {
    if (!line.taxable) return;
    for (const { name, amount } of line.fixedTaxes) {
      const parts = onLines.get(name) ?? draft.lines.map(() => 0);
      parts[index] = (parts[index] ?? 0) + amount;
      onLines.set(name, parts);
    }
  });
  return [
    ...[...onLines].map(([name, parts]) => fixedTax(name, parts)),
    ...draft.fixedTaxes.map(({ name, amount }) => fixedTax(name, spread(amount, draft.lines, bases))),
  ];
}

/** All taxes of the document on what discounts have left of its lines: rates first, then amounts. */
export function taxesOn(draft: Draft, policy: Policy, bases: readonly number[]): Tax[] | Rejection {
  const groups = rateGroups(draft, policy, bases);
  const fixed = fixedTaxes(draft, bases);
  if (groups.length + fixed.length > taxesMax) {
    return reject('too_many_taxes', { limit: taxesMax }, '/line_items_attributes');
  }
  return [...groups.map((group) => settled(group, draft.lines.length)), ...fixed];
}
