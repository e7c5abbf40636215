// A payment that is dated before late fees which were posted, and came to light after them: each of those fees is
// reckoned again as things would have stood at its own instant. What comes out the same is not touched; what does
// not is taken back, and posted again at the right amount where something was still due.
import type { Instant, LocalDate } from '../calendar.ts';
import { sum } from '../money.ts';
import { after, recorded } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import { amountDue, type FeeGround, type Invoice, type LateFee, unrecovered } from './invoice.ts';
import { backdated, cutToCap, termsOf, uncutFee } from './late-fee.ts';

function stands(fee: LateFee): boolean {
  return !fee.waived && !fee.reversed;
}

/** Standing fees of later days than the payment's. One of the same day was due before the payment came. */
export function feesAfter(invoice: Invoice, date: LocalDate): readonly LateFee[] {
  return invoice.lateFees.filter((fee) => stands(fee) && fee.date > date);
}

/** Of a fee posted by a release that kept no ground: what payments, notes and credit still tell. */
function groundThen(invoice: Invoice, fee: LateFee): FeeGround {
  const paid = invoice.payments.filter((payment) => payment.createdAt < fee.at);
  const ids = paid.map((payment) => payment.id);
  const since = invoice.refunds.filter((one) => one.createdAt >= fee.at && ids.includes(one.paymentId));
  const notes = invoice.creditNotes.filter((note) => note.reversedBehind === null && note.date < fee.date);
  const credit = invoice.creditApplications.filter((one) => one.date < fee.date);
  const settled =
    sum(paid.map((payment) => payment.applied)) +
    sum(since.map((refund) => refund.reopened)) +
    sum(notes.map((note) => note.amount)) +
    sum(credit.map((one) => one.amount));
  return { total: invoice.totals.total, settled, uncut: fee.amount };
}

/** Payments that were dated before the fee and not known at its instant. A reversed one never came. */
function paidUnnoticed(invoice: Invoice, fee: LateFee): number {
  const unnoticed = invoice.payments.filter(
    ({ status, date, createdAt }) =>
      (status === 'succeeded' || status === 'refunded') && date < fee.date && createdAt >= fee.at,
  );
  return sum(unnoticed.map((payment) => payment.amount));
}

type Slot = { readonly fee: LateFee; readonly amount: number; readonly uncut: number };

/** Those that were taken back left nothing behind. Waived ones count for as long as they stood. */
function slotsOf(invoice: Invoice): readonly LateFee[] {
  return invoice.lateFees
    .filter((fee) => !fee.reversed)
    .toSorted((one, two) => (one.at === two.at ? 0 : one.at < two.at ? -1 : 1));
}

function stoodAt({ fee }: Slot, at: Instant): boolean {
  return stands(fee) || (fee.endedAt !== null && fee.endedAt >= at);
}

/** The fee as it is right, after those before it. A payment never makes it more than it was before a cap cut it. */
function reckonAgain(invoice: Invoice, fee: LateFee, before: readonly Slot[]): Slot {
  const { total, settled: known, uncut: atMost } = fee.ground ?? groundThen(invoice, fee);
  const settled = known + paidUnnoticed(invoice, fee);
  const fees = sum(before.filter((slot) => stoodAt(slot, fee.at)).map((slot) => slot.amount));
  const due = Math.max(0, total + fees - settled);
  if (due === 0) return { fee, amount: 0, uncut: 0 };
  const terms = termsOf(invoice, fee);
  // By terms that nobody knows any more it stays what it was, as long as something was due.
  if (terms === null) return { fee, amount: fee.amount, uncut: fee.amount };
  const at = { total, principal: Math.max(0, total - settled), fees, due };
  const uncut = Math.min(atMost, uncutFee(terms, at, invoice.currency));
  return { fee, amount: cutToCap(uncut, terms, at, invoice.currency), uncut };
}

/** Every fee in order, those after the date reckoned again. */
function reckoned(invoice: Invoice, date: LocalDate): readonly Slot[] {
  const slots: Slot[] = [];
  for (const fee of slotsOf(invoice)) {
    slots.push(
      fee.date > date ? reckonAgain(invoice, fee, slots) : { fee, amount: fee.amount, uncut: fee.amount },
    );
  }
  return slots;
}

/** In the place of the wrong one and with its date, under a number of its own: an occurrence is used once. */
function replacement(invoice: Invoice, { fee, amount, uncut }: Slot): LateFee {
  const { total, settled } = fee.ground ?? groundThen(invoice, fee);
  return {
    ...fee,
    occurrence: invoice.nextFeeOccurrence,
    amount,
    ground: { total, settled, uncut },
    replaces: fee.occurrence,
  };
}

/**
 * Takes a fee back. What was written off of it is owed no more either; what had been paid of it is the customer's
 * credit then.
 */
function takeBack(invoice: Invoice, { occurrence, amount, date }: LateFee): readonly InvoiceEvent[] {
  const missing = Math.max(0, amount - amountDue(invoice));
  const recovered = invoice.status === 'uncollectible' ? Math.min(missing, unrecovered(invoice)) : 0;
  const reversed: InvoiceEvent = {
    type: 'invoice.late_fee_reversed',
    occurrence,
    amount,
    credited: missing - recovered,
    reason: backdated,
  };
  return recovered === 0 ? [reversed] : [{ type: 'invoice.recovered', amount: recovered, date }, reversed];
}

type Correction = { readonly events: readonly InvoiceEvent[]; readonly invoice: Invoice };

/** The right ones come before the wrong ones go: otherwise what was paid of these would be credit, and due again. */
function corrected(invoice: Invoice, wrong: readonly Slot[], now: Instant): Correction {
  const events: InvoiceEvent[] = [];
  let state = invoice;
  const add = (event: InvoiceEvent) => {
    state = after(state, recorded(state, [event], now));
    events.push(event);
  };
  for (const slot of wrong) {
    if (slot.amount > 0) add({ type: 'invoice.late_fee_assessed', fee: replacement(state, slot) });
  }
  for (const { fee } of wrong) takeBack(state, fee).forEach(add);
  return { events, invoice: state };
}

/** What a payment of the date, which the invoice has just had, makes of the fees after it. */
export function correctFees(invoice: Invoice, date: LocalDate, now: Instant): Correction {
  const wrong = reckoned(invoice, date).filter(({ fee, amount }) => stands(fee) && amount !== fee.amount);
  return corrected(invoice, wrong, now);
}

/** The same where a payment of the date left nothing due from then on. */
export function takeFeesBack(invoice: Invoice, date: LocalDate, now: Instant): Correction {
  const wrong = feesAfter(invoice, date).map((fee) => ({ fee, amount: 0, uncut: 0 }));
  return corrected(invoice, wrong, now);
}
