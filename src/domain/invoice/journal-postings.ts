// The postings of each kind of entry: which accounts, which way round.
import type { AccountRole } from '../ledger/account.ts';
import { type AccountRef, type Posting, reversed } from '../ledger/entry.ts';
import { sum } from '../money.ts';
import { taxLabel } from './credit-note.ts';
import type { InvoiceEvent } from './events.ts';
import {
  type CreditNote,
  type Invoice,
  type LateFee,
  type Line,
  type Payment,
  type Refund,
  standingNotes,
} from './invoice.ts';

export function role(name: AccountRole): AccountRef {
  return { role: name };
}

export function posting(
  debit: AccountRef,
  credit: AccountRef,
  amount: number,
  label: string | null = null,
): Posting {
  return { debit, credit, amount, label };
}

const receivable = role('accounts_receivable');
const customerCredit = role('customer_credit');

function revenueAccount(id: string | null): AccountRef {
  return id === null ? role('sales') : { id };
}

function depositAccount(payment: Payment): AccountRef {
  const id = payment.depositToAccountId;
  return id === null ? role('undeposited_funds') : { id };
}

/**
 * What each revenue account earns. The rounding of taxes inside tiny amounts can take a unit more than is there:
 * an account that comes out below zero is debited.
 */
function earning(account: AccountRef, amount: number, label: string | null = null): Posting {
  return amount < 0
    ? posting(account, receivable, -amount, label)
    : posting(receivable, account, amount, label);
}

function written(postings: readonly Posting[]): Posting[] {
  return postings.filter((one) => one.amount > 0);
}

/** Debit receivable by the total; credit revenue per line account and tax payable per rate. */
export function issuePostings(document: {
  readonly lines: readonly Line[];
  readonly totals: Invoice['totals'];
}): Posting[] {
  const earned = new Map<string | null, number>();
  for (const { accountId, net } of document.lines) {
    earned.set(accountId, (earned.get(accountId) ?? 0) + net);
  }
  return written([
    ...[...earned].map(([id, amount]) => earning(revenueAccount(id), amount)),
    ...document.totals.taxes.map((tax) => earning(role('tax_payable'), tax.amount, taxLabel(tax))),
  ]);
}

/** Debit the deposit account; credit receivable up to the amount due, the customer's credit beyond it, tips apart. */
export function paymentPostings(payment: Payment): Posting[] {
  const deposit = depositAccount(payment);
  return written([
    posting(deposit, receivable, payment.applied),
    posting(deposit, customerCredit, payment.unapplied),
    posting(deposit, role('tips_payable'), payment.tip),
  ]);
}

function paymentIn(invoice: Invoice, id: string): Payment {
  const payment = invoice.payments.find((one) => one.id === id);
  if (payment === undefined) throw new Error(`No payment ${id}`);
  return payment;
}

export function refundPostings(invoice: Invoice, refund: Refund): Posting[] {
  const deposit = depositAccount(paymentIn(invoice, refund.paymentId));
  return written([
    posting(receivable, deposit, refund.reopened),
    posting(customerCredit, deposit, refund.fromCredit),
    posting(role('unapplied_payments'), deposit, refund.fromUnapplied),
  ]);
}

/** Where a refund out of the credit had given back what the payment settled, the credit gets that much again. */
export function reversalPostings(
  invoice: Invoice,
  event: Extract<InvoiceEvent, { type: 'payment.reversed' }>,
): Posting[] {
  const deposit = depositAccount(paymentIn(invoice, event.paymentId));
  const restored = Math.max(0, -event.fromCredit);
  return written([
    posting(receivable, deposit, event.reopened - restored),
    posting(receivable, customerCredit, restored),
    posting(customerCredit, deposit, event.fromCredit),
    posting(role('unapplied_payments'), deposit, event.fromUnapplied),
    posting(role('tips_payable'), deposit, event.tip),
  ]);
}

export function feePosting(fee: LateFee): Posting {
  return posting(receivable, role('late_fee_income'), fee.amount);
}

/** What had been paid of the fee is the customer's credit. */
export function feeGonePostings(
  event: Extract<InvoiceEvent, { type: 'invoice.late_fee_waived' | 'invoice.late_fee_reversed' }>,
): Posting[] {
  const income = role('late_fee_income');
  return written([
    posting(income, receivable, event.amount - event.credited),
    posting(income, customerCredit, event.credited),
  ]);
}

type Share = { readonly account: AccountRef; readonly label: string | null; readonly amount: number };

/** Debits each share: the receivable takes it as far as the note reduced what was due, then the customer's credit. */
export function notePostings(note: CreditNote): Posting[] {
  const shares: Share[] = [
    ...note.revenue.map(({ accountId, amount }) => ({
      account: revenueAccount(accountId),
      label: null,
      amount,
    })),
    ...note.taxes.map((amount, index) => ({
      account: role('tax_payable'),
      label: note.taxLabels[index] ?? null,
      amount,
    })),
  ];
  const first = note.applied > 0 ? receivable : customerCredit;
  const below = shares.filter((share) => share.amount < 0);
  const swapped = below.map(({ account, label, amount }) => posting(first, account, -amount, label));
  const extra = sum(swapped.map((one) => one.amount));
  let inReceivable = note.applied > 0 ? note.applied + extra : 0;
  const taken = shares
    .filter((share) => share.amount > 0)
    .flatMap(({ account, label, amount }) => {
      const part = Math.min(amount, inReceivable);
      inReceivable -= part;
      return [
        posting(account, receivable, part, label),
        posting(account, customerCredit, amount - part, label),
      ];
    });
  return written([...swapped, ...taken]);
}

/** Revenue and taxes that are still posted: the issue, less what credit notes took of it. */
function standing(invoice: Invoice): Posting[] {
  const left = new Map<string, Share>();
  const add = (account: AccountRef, label: string | null, amount: number) => {
    const key = JSON.stringify([account, label]);
    left.set(key, { account, label, amount: (left.get(key)?.amount ?? 0) + amount });
  };
  for (const { accountId, net } of invoice.lines) add(revenueAccount(accountId), null, net);
  for (const tax of invoice.totals.taxes) add(role('tax_payable'), taxLabel(tax), tax.amount);
  for (const note of standingNotes(invoice)) {
    for (const { accountId, amount } of note.revenue) add(revenueAccount(accountId), null, -amount);
    note.taxes.forEach((amount, index) => {
      add(role('tax_payable'), note.taxLabels[index] ?? null, -amount);
    });
  }
  return [...left.values()].map(({ account, label, amount }) => earning(account, amount, label));
}

/**
 * What a void posts: money that lies here goes where the disposition says, credit that was used goes back, and
 * everything that is still posted is taken back, legs swapped.
 */
export function voidPostings(
  invoice: Invoice,
  event: Extract<InvoiceEvent, { type: 'invoice.voided' }>,
): Posting[] {
  const part = (type: 'credit' | 'leave_unapplied') =>
    sum(event.disposition.filter((one) => one.type === type).map((one) => one.amount));
  const used = sum(invoice.creditApplications.map((application) => application.amount));
  const fees = invoice.lateFees.filter((fee) => !fee.waived && !fee.reversed).map(feePosting);
  return written([
    ...reversed([...standing(invoice), ...fees]),
    posting(receivable, customerCredit, part('credit')),
    posting(receivable, role('unapplied_payments'), part('leave_unapplied')),
    posting(receivable, customerCredit, used),
  ]);
}
