// What the books say: the journal entry of each event that moves money. One entry an event, at most.
import { localDate } from '../calendar.ts';
import { sum } from '../money.ts';
import type { AccountRole } from '../ledger/account.ts';
import {
  type AccountRef,
  type EntryType,
  type JournalEntry,
  type Posting,
  reversed,
} from '../ledger/entry.ts';
import type { Recorded } from './events.ts';
import { evolve } from './evolve.ts';
import type { Invoice, LateFee, Line, Payment } from './invoice.ts';

type Posted = {
  readonly type: EntryType;
  readonly date: string;
  readonly reverses: string | null;
  readonly postings: readonly Posting[];
};

function role(name: AccountRole): AccountRef {
  return { role: name };
}

function posting(
  debit: AccountRef,
  credit: AccountRef,
  amount: number,
  label: string | null = null,
): Posting {
  return { debit, credit, amount, label };
}

/**
 * What each revenue account earns. The rounding of taxes inside tiny amounts can take a unit more than is there:
 * an account that comes out below zero is debited.
 */
function revenuePostings(lines: readonly Line[]): Posting[] {
  const receivable = role('accounts_receivable');
  const earned = new Map<string | null, number>();
  for (const { accountId, net } of lines) earned.set(accountId, (earned.get(accountId) ?? 0) + net);
  return [...earned].map(([id, amount]) => {
    const account = id === null ? role('sales') : { id };
    return amount < 0 ? posting(account, receivable, -amount) : posting(receivable, account, amount);
  });
}

function taxLabel(tax: Invoice['totals']['taxes'][number]): string {
  return tax.rate === null ? tax.name : `${tax.name} ${tax.rate}%`;
}

/** Debit receivable by the total; credit revenue per line account and tax payable per rate. */
export function issuePostings(invoice: Invoice): Posting[] {
  const receivable = role('accounts_receivable');
  return [
    ...revenuePostings(invoice.lines),
    ...invoice.totals.taxes.map((tax) => posting(receivable, role('tax_payable'), tax.amount, taxLabel(tax))),
  ].filter((one) => one.amount > 0);
}

/** Debit where the money lies; credit the receivable up to what was due, the customer's credit for the rest. */
function paymentPostings(payment: Payment): Posting[] {
  const deposit =
    payment.depositToAccountId === null ? role('undeposited_funds') : { id: payment.depositToAccountId };
  return [
    posting(deposit, role('accounts_receivable'), payment.applied),
    posting(deposit, role('customer_credit'), payment.unapplied),
  ].filter((one) => one.amount > 0);
}

function feePosting(fee: LateFee): Posting {
  return posting(role('accounts_receivable'), role('late_fee_income'), fee.amount);
}

function entryId(invoice: Invoice, sequence: number): string {
  return `${invoice.id}:${sequence}`;
}

/** What a void takes back: the issue and every late fee that still stands, legs swapped. */
function voidPostings(invoice: Invoice): Posting[] {
  const fees = invoice.lateFees.filter((fee) => !fee.waived && !fee.reversed).map(feePosting);
  return reversed([...issuePostings(invoice), ...fees]);
}

function post(before: Invoice, event: Recorded): Posted | null {
  switch (event.type) {
    case 'invoice.issued':
      return { type: 'issued', date: event.issueDate, reverses: null, postings: issuePostings(before) };
    case 'invoice.payment_recorded':
      return {
        type: 'payment_recorded',
        date: event.payment.date,
        reverses: null,
        postings: paymentPostings(event.payment),
      };
    case 'invoice.late_fee_assessed':
      return {
        type: 'late_fee_assessed',
        date: event.fee.date,
        reverses: null,
        postings: [feePosting(event.fee)],
      };
    case 'invoice.voided':
      return {
        type: 'voided',
        date: localDate(event.at, before.timeZone),
        reverses: before.entrySequence === 0 ? null : entryId(before, 1),
        postings: voidPostings(before),
      };
    case 'invoice.created':
    case 'invoice.updated':
    case 'invoice.message_queued':
    case 'invoice.sent':
    case 'invoice.message_accepted':
    case 'invoice.message_delivered':
    case 'invoice.message_failed':
    case 'invoice.viewed':
    case 'invoice.overdue':
    case 'invoice.reminder_sent':
    case 'invoice.reminder_skipped':
    case 'invoice.partially_paid':
    case 'invoice.paid':
    case 'invoice.deleted':
      return null;
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
    const posted = state === null ? null : post(state, event);
    state = evolve(state, event);
    if (posted === null || sum(posted.postings.map((one) => one.amount)) === 0) continue;
    const sequence = state.entrySequence + 1;
    entries.push({
      ...posted,
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
