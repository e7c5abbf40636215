// What the books say: the journal entry of each event that moves money. One entry an event, at most.
import { type Instant, localDate } from '../calendar.ts';
import {
  type AccountRef,
  type EntryType,
  type JournalEntry,
  type Posting,
  reversed,
} from '../ledger/entry.ts';
import { sum } from '../money.ts';
import type { Recorded } from './events.ts';
import { evolve } from './evolve.ts';
import { amountDue, type Invoice } from './invoice.ts';
import { backdated } from './late-fee.ts';
import {
  feeGonePostings,
  feePosting,
  issuePostings,
  notePostings,
  paymentPostings,
  posting,
  refundPostings,
  reversalPostings,
  role,
  voidPostings,
} from './journal-postings.ts';

export { issuePostings } from './journal-postings.ts';

type Posted = {
  readonly type: EntryType;
  readonly date: string;
  readonly reverses: string | null;
  readonly postings: readonly Posting[];
};

function entryId(invoice: Invoice, sequence: number): string {
  return `${invoice.id}:${sequence}`;
}

function posted(type: EntryType, date: string, postings: readonly Posting[]): Posted {
  return { type, date, reverses: null, postings };
}

function today(invoice: Invoice, at: Instant): string {
  return localDate(at, invoice.timeZone);
}

/** The entry of the issue, which a revise and a void take back. */
function firstEntry(invoice: Invoice): string | null {
  return invoice.entrySequence === 0 ? null : entryId(invoice, 1);
}

/** The old entry reversed, then the new one; nothing where the books would say the same again. */
function revised(before: Invoice, event: Extract<Recorded, { type: 'invoice.updated' }>): Posted | null {
  if (event.revision === null) return null;
  const old = issuePostings(before);
  const next = issuePostings(event.reckoned);
  if (JSON.stringify(old) === JSON.stringify(next)) return null;
  const entry = posted('revised', today(before, event.at), [...reversed(old), ...next]);
  return { ...entry, reverses: firstEntry(before) };
}

type FeeGone = Extract<Recorded, { type: 'invoice.late_fee_waived' | 'invoice.late_fee_reversed' }>;

/** A fee that a payment made wrong was wrong from its own day on; any other is taken back when that is decided. */
function feeGone(before: Invoice, event: FeeGone): Posted {
  const fee = before.lateFees.find((one) => one.occurrence === event.occurrence);
  const wasWrong = event.type === 'invoice.late_fee_reversed' && event.reason === backdated;
  const date = wasWrong && fee !== undefined ? fee.date : today(before, event.at);
  const type = event.type === 'invoice.late_fee_waived' ? 'late_fee_waived' : 'late_fee_reversed';
  return posted(type, date, feeGonePostings(event));
}

/** Only the discount of an early payment is ever taken back. */
function noted(event: Extract<Recorded, { type: 'credit_note.issued' | 'credit_note.reversed' }>): Posted {
  const { note } = event;
  const postings = notePostings(note);
  if (event.type === 'credit_note.reversed') {
    return posted('early_payment_discount', event.date, reversed(postings));
  }
  const type = note.kind === 'early_payment' ? 'early_payment_discount' : 'credit_note_issued';
  return posted(type, note.date, postings);
}

function creditUsed({ application }: Extract<Recorded, { type: 'invoice.credit_applied' }>): Posted {
  const { amount, date } = application;
  const postings = [posting(role('customer_credit'), role('accounts_receivable'), amount)];
  return posted('credit_applied', date, postings);
}

function post(before: Invoice, event: Recorded): Posted | null {
  switch (event.type) {
    case 'invoice.issued':
      return posted('issued', event.issueDate, issuePostings(before));
    case 'invoice.updated':
      return revised(before, event);
    case 'invoice.payment_recorded':
      return posted('payment_recorded', event.payment.date, paymentPostings(event.payment));
    case 'invoice.recovered': {
      const postings = [posting(role('accounts_receivable'), role('bad_debt'), event.amount)];
      return posted('recovered', event.date, postings);
    }
    case 'payment.refunded':
      return posted('payment_refunded', event.refund.date, refundPostings(before, event.refund));
    case 'payment.reversed':
      return posted('payment_reversed', event.date, reversalPostings(before, event));
    case 'invoice.credit_applied':
      return creditUsed(event);
    case 'credit_note.issued':
    case 'credit_note.reversed':
      return noted(event);
    case 'invoice.late_fee_assessed':
      return posted('late_fee_assessed', event.fee.date, [feePosting(event.fee)]);
    case 'invoice.late_fee_waived':
    case 'invoice.late_fee_reversed':
      return feeGone(before, event);
    case 'invoice.written_off':
      return posted('written_off', today(before, event.at), [
        posting(role('bad_debt'), role('accounts_receivable'), event.amount),
      ]);
    case 'invoice.voided': {
      const entry = posted('voided', today(before, event.at), voidPostings(before, event));
      return { ...entry, reverses: firstEntry(before) };
    }
    case 'invoice.created':
    case 'invoice.scheduled':
    case 'invoice.unscheduled':
    case 'invoice.attached':
    case 'invoice.late_fees_set':
    case 'invoice.reminders_set':
    case 'invoice.message_queued':
    case 'invoice.sent':
    case 'invoice.message_accepted':
    case 'invoice.message_delivered':
    case 'invoice.message_failed':
    case 'invoice.viewed':
    case 'invoice.overdue':
    case 'invoice.dunned':
    case 'invoice.late_fee_skipped':
    case 'invoice.reminder_sent':
    case 'invoice.reminder_skipped':
    case 'invoice.reminder_moved':
    case 'invoice.reminder_switched':
    case 'invoice.final_action':
    case 'invoice.reopened':
    case 'invoice.hold_started':
    case 'invoice.hold_ended':
    case 'invoice.void_started':
    case 'invoice.void_refunded':
    case 'invoice.void_abandoned':
    case 'payment.refund_started':
    case 'payment.refund_made':
    case 'payment.refund_abandoned':
    case 'invoice.partially_paid':
    case 'invoice.paid':
    case 'invoice.deleted':
      return null;
  }
}

function isReceivable(account: AccountRef): boolean {
  return 'role' in account && account.role === 'accounts_receivable';
}

function owed(invoice: Invoice | null): number {
  return invoice === null || invoice.issuedAt === null ? 0 : amountDue(invoice);
}

/** What is due and the receivable move together with every event. Where they do not, nothing is written. */
function checkReceivable(
  before: Invoice | null,
  after: Invoice,
  event: Recorded,
  postings: readonly Posting[],
) {
  const booked = sum(
    postings.map(({ debit, credit, amount }) => {
      if (isReceivable(debit) === isReceivable(credit)) return 0;
      return isReceivable(debit) ? amount : -amount;
    }),
  );
  const change = owed(after) - owed(before);
  if (booked !== change) {
    throw new Error(`${event.type} changes what is due by ${change}, but the receivable by ${booked}`);
  }
}

/** The invoice after the events and the entries they post, in order. An entry without amounts is not written. */
export function keepBooks(
  invoice: Invoice | null,
  events: readonly Recorded[],
): { readonly invoice: Invoice; readonly entries: readonly JournalEntry[] } {
  let state = invoice;
  const entries: JournalEntry[] = [];
  for (const event of events) {
    const before = state;
    const entry = before === null ? null : post(before, event);
    state = evolve(before, event);
    checkReceivable(before, state, event, entry?.postings ?? []);
    if (entry === null || sum(entry.postings.map((one) => one.amount)) === 0) continue;
    const sequence = state.entrySequence + 1;
    entries.push({
      ...entry,
      id: entryId(state, sequence),
      invoiceId: state.id,
      sequence,
      eventSequence: event.sequence,
      currency: state.currency,
    });
    state = { ...state, entrySequence: sequence };
  }
  if (state === null) throw new Error('No invoice: nothing was created');
  return { invoice: state, entries };
}
