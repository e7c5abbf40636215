// What an invoice comes to. Pure arithmetic on what was asked for, in this order: line amounts, discounts,
// taxes on what they leave, total. docs/money.md has an example of every rule.
import { AMOUNT_MAX, lineAmount, sum } from '../money.ts';
import { isRejection, type Rejection, reject } from '../rejection.ts';
import { discounted } from './discounts.ts';
import type { Reckoned } from './events.ts';
import type { Draft, Line, Policy } from './invoice.ts';
import { checkTaxes, type Tax, taxesOn } from './taxes.ts';

const linesPointer = '/line_items_attributes';

function tooLarge(pointer: string): Rejection {
  return reject('amount_too_large', undefined, pointer);
}

function linesOf(
  draft: Draft,
  amounts: readonly number[],
  left: readonly number[],
  taxes: readonly Tax[],
): Line[] {
  return draft.lines.map((line, index) => {
    const amount = amounts[index] ?? 0;
    const rest = left[index] ?? 0;
    const taxParts = taxes.map((tax) => tax.parts[index] ?? 0);
    const inside = sum(taxParts.filter((_, which) => taxes[which]?.inclusive === true));
    return { ...line, amount, discount: amount - rest, tax: sum(taxParts), taxParts, net: rest - inside };
  });
}

/** Lines with their amounts, discounts and taxes, and the totals: total = subtotal − discounts + taxes, always. */
export function reckon(draft: Draft, policy: Policy): Reckoned | Rejection {
  const amounts = draft.lines.map(
    (line) => line.amountGiven ?? lineAmount(line.quantity, line.rate, draft.currency),
  );
  const above = amounts.findIndex((amount) => amount > AMOUNT_MAX);
  if (above >= 0) return tooLarge(`${linesPointer}/${above}`);
  if (sum(amounts) > AMOUNT_MAX) return tooLarge(linesPointer);
  const fault = checkTaxes(draft, policy);
  if (fault !== null) return fault;
  const left = discounted(draft, amounts);
  const taxes = taxesOn(draft, policy, left);
  if (isRejection(taxes)) return taxes;

  const total = sum(left) + sum(taxes.filter((tax) => !tax.inclusive).map((tax) => tax.amount));
  if (total > AMOUNT_MAX) return tooLarge(linesPointer);
  const discountTotal = sum(amounts) - sum(left);
  const taxAmount = sum(taxes.map((tax) => tax.amount));
  return {
    draft,
    lines: linesOf(draft, amounts, left, taxes),
    totals: {
      // With exclusive taxes the sum of the lines; with inclusive ones what makes the sentence true.
      subtotal: total + discountTotal - taxAmount,
      discountTotal,
      taxAmount,
      total,
      taxes: taxes.map(({ name, rate, amount }) => ({ name, rate, amount })),
    },
  };
}
