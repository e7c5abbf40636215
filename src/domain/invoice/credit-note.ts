// What a credit note comes to: which lines give up how much, and what of that is revenue and which tax.
import { allocate, roundedQuotient, sum } from '../money.ts';
import { amountDue, type CreditNote, type Invoice, type Line } from './invoice.ts';

/** What a line earns and its part of every tax: first the net, then the taxes in the order of the totals. */
type Parts = readonly number[];

export function taxLabel(tax: Invoice['totals']['taxes'][number]): string {
  return tax.rate === null ? tax.name : `${tax.name} ${tax.rate}%`;
}

/** Lines of an earlier release do not tell their taxes apart. */
function partsOf(line: Line, invoice: Invoice): Parts {
  const known = line.taxParts.length === invoice.totals.taxes.length;
  return [
    line.net,
    ...(known
      ? line.taxParts
      : allocate(
          line.tax,
          invoice.totals.taxes.map((tax) => tax.amount),
        )),
  ];
}

/**
 * Pro rata, by largest remainder. The rounding of taxes inside tiny amounts can leave a net below zero, which has
 * no proportion: there the taxes are rounded first and the net is the rest.
 */
function split(parts: Parts, amount: number): Parts {
  const [net = 0, ...taxes] = parts;
  if (net >= 0) return allocate(amount, parts);
  if (amount === 0) return parts.map(() => 0);
  const inTaxes = roundedQuotient(BigInt(amount) * BigInt(sum(taxes)), BigInt(sum(parts)));
  return [amount - inTaxes, ...allocate(inTaxes, taxes)];
}

/** Part by part: with `sign` -1 what is left without them, with 1 together. */
function combined(left: Parts, parts: Parts, sign: 1 | -1): Parts {
  return left.map((amount, index) => amount + sign * (parts[index] ?? 0));
}

/** The notes so far, played again, those that were taken back too: the last note leaves exactly nothing. */
function playedAgain(invoice: Invoice, line: Line): Parts {
  const taken: Parts[] = [];
  let left = partsOf(line, invoice);
  invoice.creditNotes.forEach((note, index) => {
    const given = note.lines.find((one) => one.lineId === line.id)?.amount ?? 0;
    taken.push(split(left, Math.min(given, sum(left))));
    left = combined(left, taken[index] ?? [], -1);
    invoice.creditNotes.forEach((other, place) => {
      if (other.reversedBehind === index + 1) left = combined(left, taken[place] ?? [], 1);
    });
  });
  return left;
}

function leftOf(invoice: Invoice): Parts[] {
  return invoice.lines.map((line) => playedAgain(invoice, line));
}

/** What each line can still give up, taxes included. */
export function creditableLines(invoice: Invoice): number[] {
  return leftOf(invoice).map(sum);
}

/** An amount for the whole invoice, spread over what its lines can still give up. */
export function spread(invoice: Invoice, amount: number): number[] {
  return allocate(amount, creditableLines(invoice));
}

/** The note over these amounts, one a line. What is due is reduced first, the rest becomes credit. */
export function noteOf(
  invoice: Invoice,
  amounts: readonly number[],
  about: Pick<CreditNote, 'id' | 'kind' | 'date' | 'reason'>,
): CreditNote {
  const left = leftOf(invoice);
  const taken = left.map((parts, index) => split(parts, amounts[index] ?? 0));
  const revenue = new Map<string | null, number>();
  invoice.lines.forEach(({ accountId }, index) => {
    revenue.set(accountId, (revenue.get(accountId) ?? 0) + (taken[index]?.[0] ?? 0));
  });
  const amount = sum(amounts);
  const applied = Math.min(amount, amountDue(invoice));
  return {
    ...about,
    amount,
    applied,
    credited: amount - applied,
    reversedBehind: null,
    lines: invoice.lines
      .map((line, index) => ({ lineId: line.id, amount: amounts[index] ?? 0 }))
      .filter((one) => one.amount > 0),
    revenue: [...revenue]
      .map(([accountId, given]) => ({ accountId, amount: given }))
      .filter((one) => one.amount !== 0),
    taxes: invoice.totals.taxes.map((_, index) => sum(taken.map((parts) => parts[index + 1] ?? 0))),
    taxLabels: invoice.totals.taxes.map(taxLabel),
  };
}
