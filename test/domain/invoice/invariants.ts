// What is true of every invoice and its books whatever happened to it. Throws with what is not.
import { isDeepStrictEqual } from 'node:util';
import {
  amountDue,
  closes,
  type CreditNote,
  creditNoteTotal,
  type Invoice,
  lateFeeTotal,
  netPaid,
  type Payment,
  unrecovered,
} from '../../../src/domain/invoice/invoice.ts';
import { entryLines, type JournalEntry } from '../../../src/domain/ledger/entry.ts';
import { sum } from '../../../src/domain/money.ts';

function must(holds: boolean, sentence: string, ...facts: readonly unknown[]): void {
  if (!holds) throw new Error(`${sentence} ${facts.map((fact) => JSON.stringify(fact)).join(' ')}`);
}

function same(actual: unknown, expected: unknown, sentence: string): void {
  must(isDeepStrictEqual(actual, expected), sentence, actual, expected);
}

/** Debits less credits of each account; `account|label` for what is kept apart by labels. */
export type Balances = ReadonlyMap<string, number>;

const roles = [
  'accounts_receivable',
  'customer_credit',
  'unapplied_payments',
  'tax_payable',
  'tips_payable',
  'late_fee_income',
  'bad_debt',
  'undeposited_funds',
  'sales',
];

export function balances(entries: readonly JournalEntry[], withLabels = false): Balances {
  const result = new Map<string, number>();
  for (const { account, label, debit, credit } of entries.flatMap((entry) => entryLines(entry.postings))) {
    const name = 'role' in account ? account.role : account.id;
    const key = withLabels ? `${name}|${label}` : name;
    result.set(key, (result.get(key) ?? 0) + debit - credit);
  }
  return result;
}

function checkEntries(entries: readonly JournalEntry[]): void {
  for (const [index, entry] of entries.entries()) {
    const lines = entryLines(entry.postings);
    must(lines.length >= 2, 'An entry has two sides', entry);
    same(sum(lines.map((line) => line.debit - line.credit)), 0, `Entry ${entry.id} is out of balance`);
    const amounts = entry.postings.map((one) => one.amount);
    must(
      amounts.every((amount) => Number.isSafeInteger(amount) && amount > 0),
      'An amount is a whole number above zero',
      entry,
    );
    same(entry.sequence, index + 1, 'Entries are numbered without a gap');
  }
  const booked = entries.map((entry) => entry.eventSequence);
  must(new Set(booked).size === booked.length, 'One entry an event, at most', booked);
}

/** The receivable in the books is what the customer owes, after every single event. */
export function checkReceivable(invoice: Invoice, entries: readonly JournalEntry[]): void {
  const posted = balances(entries).get('accounts_receivable') ?? 0;
  same(posted, invoice.issuedAt === null ? 0 : amountDue(invoice), 'The receivable is what is due');
}

const live = (payment: Payment) => payment.status === 'succeeded' || payment.status === 'refunded';

/** Every account by what the invoice says; the customer's credit is what then is left. */
function checkAccounts(invoice: Invoice, entries: readonly JournalEntry[]): void {
  const booked = balances(entries);
  const of = (account: string) => booked.get(account) ?? 0;
  const payments = invoice.payments.filter(live);
  const tips = sum(payments.map((payment) => payment.tip));
  const deposits = of('undeposited_funds') + of('bank-1');
  const held = sum(payments.map((payment) => payment.amount - payment.refunded)) + tips;
  same(deposits, held, 'The deposit accounts hold what came in and did not go back');
  same(0 - of('tips_payable'), tips, 'Tips are what was given on top');
  same(0 - of('unapplied_payments'), invoice.leftUnapplied, 'What a void left is in Unapplied payments');
  same(of('bad_debt'), unrecovered(invoice), 'Bad debt is what was written off and did not come in');
  const standing = invoice.issuedAt !== null && invoice.status !== 'void';
  const fees = standing ? lateFeeTotal(invoice) : 0;
  same(0 - of('late_fee_income'), fees, 'Late-fee income is the fees that stand');
  const earned = [...booked].filter(([name]) => !roles.includes(name) && name !== 'bank-1');
  const revenue = of('sales') + of('tax_payable') + sum(earned.map(([, amount]) => amount));
  const document = standing ? invoice.totals.total - creditNoteTotal(invoice) : 0;
  same(0 - revenue, document, 'Revenue and taxes are the total less credit notes');
  same(sum([...booked.values()]), 0, 'The trial balance is zero');
}

/** A void, or notes over everything, leave nothing in any account of revenue, tax or fee. */
function checkNothingEarned(invoice: Invoice, entries: readonly JournalEntry[]): void {
  const isRevised = entries.some((entry) => entry.type === 'revised');
  const all = invoice.totals.total > 0 && creditNoteTotal(invoice) === invoice.totals.total;
  if (invoice.status !== 'void' && !(all && !isRevised)) return;
  const kept = ['accounts_receivable', 'customer_credit', 'unapplied_payments', 'undeposited_funds'];
  const others = [...kept, 'tips_payable', 'bad_debt', 'bank-1'];
  if (invoice.status !== 'void') others.push('late_fee_income');
  const left = [...balances(entries, true)].filter(
    ([key, amount]) => amount !== 0 && !others.some((name) => key.startsWith(`${name}|`)),
  );
  same(left, [], 'Nothing is left of what was posted');
}

function checkAmounts(invoice: Invoice): void {
  for (const { applied, unapplied, amount, refunded, status } of invoice.payments) {
    must(
      applied >= 0 && unapplied >= 0 && applied + unapplied <= amount,
      'A payment is cut',
      invoice.payments,
    );
    must(refunded >= 0 && refunded <= amount, 'No more goes back than came in', invoice.payments);
    must(status !== 'reversed' || applied === 0, 'A reversed payment settles nothing', invoice.payments);
    must((status === 'refunded') === (refunded === amount) || status === 'reversed', 'Refunded is all of it');
  }
  const amounts = [
    amountDue(invoice),
    netPaid(invoice),
    invoice.creditedBack,
    invoice.leftUnapplied,
    unrecovered(invoice),
    invoice.totals.total - creditNoteTotal(invoice),
  ];
  must(
    amounts.every((amount) => amount >= 0),
    'Nothing is below zero',
    amounts,
  );
  for (const note of invoice.creditNotes) {
    const parts = sum(note.revenue.map((one) => one.amount)) + sum(note.taxes);
    same(parts, note.amount, 'A note is what accounts and taxes give up');
    same(note.applied + note.credited, note.amount, 'A note reduces what is due or becomes credit');
    same(sum(note.lines.map((one) => one.amount)), note.amount, 'A note is what its lines give up');
    must(
      note.applied >= 0 && note.credited >= 0 && note.lines.every((one) => one.amount > 0),
      'Above zero',
      note,
    );
  }
  must(
    invoice.creditApplications.every((one) => one.amount > 0),
    'Credit used is above zero',
  );
}

function checkStatus(invoice: Invoice): void {
  const { status } = invoice;
  const due = amountDue(invoice);
  if (status === 'paid') same([due, unrecovered(invoice)], [0, 0], 'Paid means that nothing is due');
  if (status === 'open') must(due > 0 && unrecovered(invoice) === 0, 'Open means that something is due');
  if (status === 'uncollectible') must(due === 0 && unrecovered(invoice) > 0, 'Bad debt is not due', due);
  if (status === 'void') same([due, netPaid(invoice)], [0, 0], 'On a void lies nothing');
  same(invoice.closedAt !== null, closes[status], 'A closed invoice says since when');
  same(invoice.paidAt !== null && status === 'open', false, 'What is due again was not paid');
  must(!closes[status] || invoice.holds.length === 0, 'Closing ends the holds');
  must(invoice.voiding === null || status === 'open', 'A void is under way on open invoices only');
  must(invoice.voiding === null || invoice.refunding === null, 'A void or a refund is under way, not both');
}

const refundable: readonly Invoice['status'][] = ['open', 'paid', 'void', 'uncollectible'];

/** What a refund under way has promised is still there to be given back, and none of it is booked yet. */
function checkRefunding({ refunding, payments, refunds, status }: Invoice): void {
  if (refunding === null) return;
  must(refundable.includes(status), 'A refund is under way where one is accepted', status);
  must(
    refunding.refunds.some(({ state }) => state !== 'by_hand'),
    'Only a processor is waited for',
  );
  for (const { id, paymentId, amount, state } of refunding.refunds) {
    const payment = payments.find((one) => one.id === paymentId);
    const left = payment?.status === 'succeeded' ? payment.amount - payment.refunded : 0;
    must(amount > 0 && amount <= left, 'A refund under way is of money that is there', refunding, payments);
    same(state === 'by_hand', payment?.provider === null, 'A processor is asked for what it holds');
    must(
      refunds.every((refund) => refund.id !== id),
      'A refund under way is not booked yet',
      id,
    );
  }
}

/** What of a payment is never changed: the rest is reckoned from what happened to it. */
function fact(payment: Payment) {
  return { ...payment, applied: 0, refunded: 0, status: 'succeeded' };
}

function written(note: CreditNote) {
  return { ...note, reversedBehind: note.kind === 'early_payment' ? null : note.reversedBehind };
}

/** What was written once stays as it was: payments, refunds and entries are only added. */
function checkHistory(before: Invoice, after: Invoice): void {
  const payments = after.payments.slice(0, before.payments.length);
  same(payments.map(fact), before.payments.map(fact), 'Payments are never changed');
  same(after.refunds.slice(0, before.refunds.length), before.refunds, 'Refunds are only added');
  const notes = after.creditNotes.slice(0, before.creditNotes.length);
  same(notes.map(written), before.creditNotes.map(written), 'Notes are only added');
  must(
    before.creditNotes.every((note, index) => {
      const isBack = note.reversedBehind !== null;
      return !isBack || notes[index]?.reversedBehind === note.reversedBehind;
    }),
    'What was taken back stays so',
  );
  must(after.sequence >= before.sequence && after.entrySequence >= before.entrySequence, 'Numbers go up');
  must(after.number === before.number || before.issuedAt === null, 'A number stays', before.number);
}

/** `entries` are all of the invoice so far; `before` is the invoice before the last command, null at its birth. */
export function checkInvariants(
  before: Invoice | null,
  after: Invoice,
  entries: readonly JournalEntry[],
): void {
  checkEntries(entries);
  same(after.entrySequence, entries.length, 'The invoice counts its entries');
  checkReceivable(after, entries);
  checkAccounts(after, entries);
  checkNothingEarned(after, entries);
  checkAmounts(after);
  checkStatus(after);
  checkRefunding(after);
  if (before !== null) checkHistory(before, after);
}
