// One random document through the product and through the oracle; what differs, in words. null: nothing does.
import { isDeepStrictEqual } from 'node:util';
import { checkDraft, readDraft } from '../../../src/domain/invoice/draft.ts';
import { earlyPayment } from '../../../src/domain/invoice/early-payment.ts';
import { installmentRows } from '../../../src/domain/invoice/installments.ts';
import type { Draft, Invoice, Policy } from '../../../src/domain/invoice/invoice.ts';
import { issuePostings } from '../../../src/domain/invoice/journal.ts';
import { reckon } from '../../../src/domain/invoice/totals.ts';
import { isRejection, type Rejection } from '../../../src/domain/rejection.ts';
import { created, given, issued, payment, policy as anyPolicy } from '../given.ts';
import type { Asked } from './asked.ts';
import { type Dice, diceAt, document, installments } from './generate.ts';
import { early, fits, parts } from './paying.ts';
import { type Expected, expected, type Refused } from './reckoning.ts';

type Sample = { readonly asked: Asked; readonly policy: Policy; readonly expected: Expected | Refused };

function isRefused(answer: Expected | Refused): answer is Refused {
  return 'refused' in answer;
}

function sampleOf(roll: Dice): Sample {
  const { asked, standard } = document(roll);
  const answer = expected(asked, standard);
  const policy = { ...anyPolicy, defaultTaxRate: standard };
  if (isRefused(answer) || answer.total === 0 || !roll.chance(30)) return { asked, policy, expected: answer };
  const scheduled = { ...asked, installments: installments(roll, answer.total) };
  const fit = fits(scheduled.installments, answer.total);
  return { asked: scheduled, policy, expected: fit ? answer : { refused: 'invalid_installments' } };
}

/** What the product makes of the body: the same path that create goes. */
function drafted(asked: Asked, policy: Policy): Draft | Rejection {
  const body = JSON.parse(JSON.stringify(asked)) as Record<string, unknown>;
  let made = 0;
  const draft = readDraft(body, { currency: 'USD', timeZone: 'UTC', newId: () => `line-${(made += 1)}` });
  if (isRejection(draft)) return draft;
  return checkDraft(draft, policy) ?? draft;
}

function totalsOf(draft: Draft, policy: Policy): Expected | Refused {
  const reckoned = reckon(draft, policy);
  if (isRejection(reckoned)) return { refused: reckoned.rejected };
  const { taxes, subtotal, discountTotal, taxAmount, total } = reckoned.totals;
  return {
    lines: reckoned.lines.map(({ amount, discount, tax, taxParts, net }) => ({
      amount,
      discount,
      tax,
      taxParts,
      net,
    })),
    taxes,
    subtotal,
    discountTotal,
    taxAmount,
    total,
  };
}

/** What the issue posts: to each account, credits less debits, in the books' own words. */
function postedBy(invoice: Invoice): Record<string, number> {
  const posted: Record<string, number> = {};
  const add = (name: string, amount: number) => {
    posted[name] = (posted[name] ?? 0) + amount;
  };
  for (const { debit, credit, amount } of issuePostings(invoice)) {
    add('id' in debit ? debit.id : debit.role, -amount);
    add('id' in credit ? credit.id : credit.role, amount);
  }
  return Object.fromEntries(Object.entries(posted).filter(([, amount]) => amount !== 0));
}

function booksOf(asked: Asked, { lines, taxAmount, total }: Expected): Record<string, number> {
  const books: Record<string, number> = { accounts_receivable: -total, tax_payable: taxAmount };
  lines.forEach(({ net }, index) => {
    const account = asked.lineItemsAttributes[index]?.accountId ?? 'sales';
    books[account] = (books[account] ?? 0) + net;
  });
  return Object.fromEntries(Object.entries(books).filter(([, amount]) => amount !== 0));
}

type Pair = readonly [what: string, product: unknown, oracle: unknown];

/** The issued invoice with some of it paid, on some day. */
function lifeOf(roll: Dice, { asked, policy, expected: answer }: Sample, draft: Draft): Pair[] {
  if (isRefused(answer)) return [];
  const { total } = answer;
  const paid = roll.chance(20) ? total : roll.chance(20) ? 0 : roll.number(0, total);
  const dueBy = { ...issued, issueDate: asked.issueDate };
  const invoice = given(created(draft, policy), dueBy, ...(paid === 0 ? [] : [payment(paid)]));
  // As often as not on the last day of the early payment, or the day after.
  const lastDay = asked.earlyPayment?.days ?? 30;
  const day = roll.chance(50) ? lastDay + roll.number(0, 1) : roll.number(0, 50);
  const today = new Date(Date.UTC(2026, 2, 2 + day)).toISOString();
  const { installments: parted, earlyPayment: offer } = asked;
  return [
    ['books', postedBy(invoice), booksOf(asked, answer)],
    [
      'instalments',
      installmentRows(invoice, today),
      parted === undefined ? [] : parts(parted, total, paid, today.slice(0, 10)),
    ],
    [
      'early payment',
      (({ discount, amount } = { discount: 0, amount: 0, until: null }) => ({ discount, amount }))(
        earlyPayment(invoice, today) ?? undefined,
      ),
      offer === undefined ? { discount: 0, amount: 0 } : early(offer, total, paid, day <= offer.days),
    ],
  ];
}

type Compared = { readonly sample: Sample; readonly difference: string | null };

/** Product and oracle over the document at a place of a seed. */
function compared(seed: number, place: number): Compared {
  const roll = diceAt(seed, place);
  const sample = sampleOf(roll);
  const draft = drafted(sample.asked, sample.policy);
  const answer = isRejection(draft) ? { refused: draft.rejected } : totalsOf(draft, sample.policy);
  const pairs: Pair[] = [['totals', answer, sample.expected]];
  if (!isRejection(draft) && isDeepStrictEqual(answer, sample.expected)) {
    pairs.push(...lifeOf(roll, sample, draft));
  }
  const wrong = pairs.find(([, product, oracle]) => !isDeepStrictEqual(product, oracle));
  if (wrong === undefined) return { sample, difference: null };
  const [what, product, oracle] = wrong;
  const said = { asked: sample.asked, defaultTaxRate: sample.policy.defaultTaxRate, product, oracle };
  const difference = `${what} differ at place ${place} of seed ${seed}: ${JSON.stringify(said)}`;
  return { sample, difference };
}

/** What a document is an example of: a run tells how many it had of each. */
function traits({ asked, expected: answer }: Sample): string[] {
  if (isRefused(answer)) return [`refused: ${answer.refused}`];
  const lines = asked.lineItemsAttributes;
  const has: readonly (readonly [string, boolean])[] = [
    ['discounts', answer.discountTotal > 0],
    ['several discounts in order', (asked.discounts?.length ?? 0) > 1],
    ['discounted to nothing', answer.discountTotal > 0 && answer.total === 0],
    ['rates', answer.taxes.some((tax) => tax.rate !== null && tax.amount > 0)],
    ['several taxes', answer.taxes.length > 1],
    [
      'inclusive rates',
      lines.some((line) => line.taxRates?.some((rate) => rate.inclusive === true) === true),
    ],
    ['fixed taxes', answer.taxes.some((tax) => tax.rate === null && tax.amount > 0)],
    ['instalments', asked.installments !== undefined],
    ['early payment', asked.earlyPayment !== undefined],
    ['amounts above 2^31', answer.total > 2 ** 31],
  ];
  return has.filter(([, holds]) => holds).map(([name]) => name);
}

export type Run = {
  readonly seed: number;
  readonly count: number;
  /** How many documents had what, or were refused alike by both. */
  readonly traits: ReadonlyMap<string, number>;
  /** The first few. */
  readonly differences: readonly string[];
};

const differencesMax = 3;

/** So many documents of a seed. */
export function run(seed: number, count: number): Run {
  const differences: string[] = [];
  const seen = new Map<string, number>();
  for (let place = 0; place < count && differences.length < differencesMax; place += 1) {
    const { sample, difference } = compared(seed, place);
    for (const trait of traits(sample)) seen.set(trait, (seen.get(trait) ?? 0) + 1);
    if (difference !== null) differences.push(difference);
  }
  return { seed, count, traits: new Map([...seen].sort(([a], [b]) => a.localeCompare(b))), differences };
}
