// What discounts leave of each line: first a line's own, then the invoice's, spread over the lines they are for.
// Each is taken off what those before it have left, so no line ever falls below zero.
import { allocate, type Currency, percentOf, sum } from '../money.ts';
import type { Discount, Draft, LineInput } from './invoice.ts';

/** What the discount takes off a base: a percentage rounded half up, or the amount, but never more than there is. */
function taken(discount: Discount, base: number, currency: Currency): number {
  return discount.type === 'percentage'
    ? percentOf(base, String(discount.value), currency)
    : Math.min(Number(discount.value), base);
}

function isFor(discount: Discount, line: LineInput): boolean {
  if (!line.discountable) return false;
  return (
    discount.productIds === null || (line.productId !== null && discount.productIds.includes(line.productId))
  );
}

/** What is left of the amounts of the draft's lines. */
export function discounted(draft: Draft, amounts: readonly number[]): number[] {
  const { lines, currency } = draft;
  let left = lines.map((line, index) =>
    line.discounts.reduce((rest, one) => rest - taken(one, rest, currency), amounts[index] ?? 0),
  );
  for (const discount of draft.discounts) {
    const bases = left.map((rest, index) => {
      const line = lines[index];
      return line !== undefined && isFor(discount, line) ? rest : 0;
    });
    const parts = allocate(taken(discount, sum(bases), currency), bases);
    left = left.map((rest, index) => rest - (parts[index] ?? 0));
  }
  return left;
}
