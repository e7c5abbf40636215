// Late fees: when the n-th falls due and what it comes to.
// Day, week and month step *dates* from due date + grace (month ends clamp from the first date and never
// drift) and fall due at the end of that date in the invoice's zone; minute and hour step exactly.
import {
  endOfDay,
  type Instant,
  localDate,
  milliseconds,
  plusDays,
  plusMilliseconds,
  plusMonths,
} from '../calendar.ts';
import { AMOUNT_MAX, type Currency, percentOf } from '../money.ts';
import { reject, type Rejection } from '../rejection.ts';
import { isSame } from '../same.ts';
import type { CommandOn } from './command.ts';
import {
  amountDue,
  type FeeInterval,
  type Invoice,
  lateFeeTotal,
  type LateFee,
  type LateFeeTerms,
  outstandingPrincipal,
} from './invoice.ts';

type DateStep = (from: string, count: number) => string;

const dateSteps: Readonly<Partial<Record<FeeInterval, DateStep>>> = {
  day: plusDays,
  week: (from, count) => plusDays(from, 7 * count),
  month: plusMonths,
};

const exactSteps: Readonly<Partial<Record<FeeInterval, number>>> = { minute: 60_000, hour: 3_600_000 };

/** Why a fee was taken back: a payment dated before it came to light after it. */
export const backdated = 'payment_backdated';

/** What the schedule hangs on: it moves with a revision only. */
export type FeeAnchor = { readonly dueDate: string; readonly timeZone: string };

/** The instant of the n-th place in the schedule, n from 1; null when the terms have no n-th. */
export function feeInstant(terms: LateFeeTerms, anchor: FeeAnchor, place: number): Instant | null {
  const firstDate = plusDays(anchor.dueDate, terms.graceDays);
  const steps = (place - 1) * terms.intervalCount;
  const step = dateSteps[terms.interval];
  if (step !== undefined) return endOfDay(step(firstDate, steps), anchor.timeZone);
  const exact = exactSteps[terms.interval];
  const first = endOfDay(firstDate, anchor.timeZone);
  if (exact !== undefined) return plusMilliseconds(first, steps * exact);
  return place === 1 ? first : null;
}

/** The first place at or after an instant: nothing falls due before the invoice exists. */
export function firstPlaceFrom(terms: LateFeeTerms, anchor: FeeAnchor, from: Instant): number {
  const exact = exactSteps[terms.interval];
  if (exact !== undefined) {
    const first = feeInstant(terms, anchor, 1) ?? from;
    const behind = milliseconds(from) - milliseconds(first);
    return behind <= 0 ? 1 : Math.ceil(behind / (exact * terms.intervalCount)) + 1;
  }
  const reached = (place: number) => (feeInstant(terms, anchor, place) ?? from) >= from;
  let high = 1;
  while (!reached(high)) high *= 2;
  // Halved from here: counted one by one, a due date decades ago would take longer than a workflow task may.
  let low = high === 1 ? 0 : high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (reached(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/** Why terms that can be read are none: a cap that no fee would fit under was meant otherwise. */
export function termsFault(terms: LateFeeTerms | null): Rejection | null {
  if (terms === null || terms.type !== 'fixed' || terms.cap === null) return null;
  if (terms.cap >= Number(terms.value)) return null;
  const reason = `the cap of ${terms.cap} is below one fee of ${terms.value}`;
  return reject('invalid_late_fee_terms', { reason }, '/late_fees/cap_cents');
}

/** The same of terms that a command brings; those that the invoice has already are not looked at again. */
export function broughtTermsFault(invoice: Invoice, command: CommandOn): Rejection | null {
  if (command.name !== 'setLateFees' && command.name !== 'update') return null;
  const terms = command.name === 'update' ? command.draft.lateFeeTerms : command.terms;
  return isSame(terms, invoice.lateFeeTerms) ? null : termsFault(terms);
}

/** What a fee is reckoned from, at one instant. */
export type Reckoning = {
  readonly total: number;
  readonly principal: number;
  /** Fees that stand, paid or not. */
  readonly fees: number;
  readonly due: number;
};

function reckoningOf(invoice: Invoice): Reckoning {
  return {
    total: invoice.totals.total,
    principal: outstandingPrincipal(invoice),
    fees: lateFeeTotal(invoice),
    due: amountDue(invoice),
  };
}

/** The most that all late fees together may come to: what is due stays an amount that one payment can have. */
function feeCap(terms: LateFeeTerms, total: number, currency: Currency): number {
  const caps = [AMOUNT_MAX - total];
  if (terms.cap !== null) caps.push(terms.cap);
  if (terms.percentageCap !== null) caps.push(percentOf(total, terms.percentageCap, currency));
  return Math.min(...caps);
}

function feeBase(terms: LateFeeTerms, { total, principal, due }: Reckoning): number {
  const unpaidFees = terms.compounding ? due - principal : 0;
  switch (terms.base) {
    case 'original_total':
      return total + unpaidFees;
    case 'outstanding_principal':
      return principal + unpaidFees;
    case 'outstanding_balance':
      return due;
  }
}

/** What a fee comes to before any cap. */
export function uncutFee(terms: LateFeeTerms, at: Reckoning, currency: Currency): number {
  if (at.due <= 0) return 0;
  return terms.type === 'fixed'
    ? Number(terms.value)
    : percentOf(feeBase(terms, at), String(terms.value), currency);
}

/** So much of it as the cap leaves room for: the last fee meets it exactly. */
export function cutToCap(uncut: number, terms: LateFeeTerms, at: Reckoning, currency: Currency): number {
  return Math.max(0, Math.min(uncut, feeCap(terms, at.total, currency) - at.fees));
}

/** What the next fee comes to as things stand. */
export function feeAmount(invoice: Invoice): number {
  const { lateFeeTerms: terms, currency } = invoice;
  if (terms === null || amountDue(invoice) <= 0) return 0;
  const at = reckoningOf(invoice);
  return cutToCap(uncutFee(terms, at, currency), terms, at, currency);
}

/**
 * When the next fee falls due; null when none will as things stand: not open, nothing due, capped, or a fee
 * that would round to zero, which is never posted.
 */
export function nextFeeAt(invoice: Invoice): Instant | null {
  const { lateFeeTerms: terms, dueDate } = invoice;
  if (invoice.status !== 'open' || terms === null || dueDate === null || feeAmount(invoice) <= 0) return null;
  return feeInstant(terms, { dueDate, timeZone: invoice.timeZone }, nextPlace(invoice));
}

/** Where the next occurrence stands in the schedule. */
function nextPlace(invoice: Invoice): number {
  return invoice.nextFeeOccurrence - invoice.feeOccurrenceOffset;
}

/**
 * Where no fee was coming and one is coming now, it counts from now on: what passed in between came to nothing,
 * and nothing is charged afterwards. `before` is the invoice ahead of what happened at the instant.
 */
export function withoutMissedFees(before: Invoice, after: Invoice, at: Instant): Invoice {
  const { lateFeeTerms: terms, dueDate, timeZone } = after;
  if (before.status !== 'open' || after.status !== 'open' || terms === null || dueDate === null) return after;
  if (feeAmount(before) > 0 || feeAmount(after) <= 0) return after;
  const first = after.feeOccurrenceOffset + firstPlaceFrom(terms, { dueDate, timeZone }, at);
  return first > after.nextFeeOccurrence ? { ...after, nextFeeOccurrence: first } : after;
}

type FeePlan = Pick<Invoice, 'nextFeeOccurrence' | 'feeOccurrenceOffset'>;

/**
 * The plan from now on, of other terms or dates: what their schedule had before is not made up for. An occurrence
 * is an identity and is never used twice, so it goes on counting; only its place in the schedule is another.
 */
export function feePlanFrom(invoice: Invoice, terms: LateFeeTerms, anchor: FeeAnchor, now: Instant): FeePlan {
  const { nextFeeOccurrence } = invoice;
  const place = firstPlaceFrom(terms, anchor, plusMilliseconds(now, 1));
  return { nextFeeOccurrence, feeOccurrenceOffset: nextFeeOccurrence - place };
}

/** Standing fees that would not have fallen due yet, had the invoice been due at the anchor all along. */
export function feesNotYetDue(invoice: Invoice, anchor: FeeAnchor, now: Instant): readonly LateFee[] {
  const { lateFeeTerms: terms } = invoice;
  const isDue = ({ place }: LateFee) => {
    // Of terms that are no longer known: it stands as long as the invoice is overdue at all.
    if (place === null || terms === null) return endOfDay(anchor.dueDate, anchor.timeZone) <= now;
    const at = feeInstant(terms, anchor, place);
    return at !== null && at <= now;
  };
  return invoice.lateFees.filter((fee) => !fee.waived && !fee.reversed && !isDue(fee));
}

/** The next fee as it is posted: dated when it fell due, whenever that is noticed. */
export function nextFee(invoice: Invoice, at: Instant): LateFee {
  const { lateFeeTerms: terms, currency } = invoice;
  const { total, fees, due, ...rest } = reckoningOf(invoice);
  const uncut = terms === null ? 0 : uncutFee(terms, { total, fees, due, ...rest }, currency);
  return {
    occurrence: invoice.nextFeeOccurrence,
    amount: feeAmount(invoice),
    at,
    date: localDate(at, invoice.timeZone),
    place: nextPlace(invoice),
    ground: { total, settled: total + fees - due, uncut },
    replaces: null,
    waived: false,
    reversed: false,
    endedAt: null,
    reason: null,
  };
}

/** Keeps the terms that fees were charged under, where others take their place. */
export function withFormerTerms(before: Invoice, after: Invoice): Invoice {
  const { lateFees, lateFeeTerms: terms, formerFeeTerms, nextFeeOccurrence: below } = before;
  if (isSame(terms, after.lateFeeTerms)) return after;
  const from = formerFeeTerms.at(-1)?.below ?? 0;
  const wereCharged = lateFees.some((fee) => fee.occurrence >= from && fee.replaces === null);
  return wereCharged ? { ...after, formerFeeTerms: [...formerFeeTerms, { below, terms }] } : after;
}

/** The terms that a fee was charged under; one that took another's place has those of the first. */
export function termsOf(invoice: Invoice, fee: LateFee): LateFeeTerms | null {
  const replaced = invoice.lateFees.find((one) => one.occurrence === fee.replaces);
  if (replaced !== undefined) return termsOf(invoice, replaced);
  const former = invoice.formerFeeTerms.find(({ below }) => fee.occurrence < below);
  return former === undefined ? invoice.lateFeeTerms : former.terms;
}
