// Instalments: what each part comes to, whether the parts fit the invoice, and how far payments have filled them.
import { type Instant, type LocalDate, localDate } from '../calendar.ts';
import { PERCENT_DECIMALS, percentOf, scaled, sum } from '../money.ts';
import { type Rejection, reject } from '../rejection.ts';
import {
  creditApplied,
  creditNoteTotal,
  type Draft,
  type InstallmentPart,
  type InstallmentTerms,
  type Invoice,
  netPaid,
} from './invoice.ts';

export type InstallmentRow = {
  readonly kind: 'deposit' | 'installment';
  readonly amount: number;
  readonly paid: number;
  readonly dueDate: LocalDate;
  readonly status: 'paid' | 'partially_paid' | 'due' | 'overdue';
};

type Priced = Pick<InstallmentRow, 'kind' | 'amount' | 'dueDate'>;

const hundred = scaled('100', PERCENT_DECIMALS);

function amountOf(part: InstallmentPart, base: number, currency: string): number {
  return part.type === 'fixed' ? Number(part.value) : percentOf(base, String(part.value), currency);
}

/**
 * The deposit is taken of the total, the parts of what it leaves. Each is rounded half up by itself and never more
 * than what is left, and the last takes all that is left.
 */
function priced(terms: InstallmentTerms, total: number, currency: string): Priced[] {
  const { deposit, schedule } = terms;
  const down = deposit === null ? 0 : Math.min(amountOf(deposit, total, currency), total);
  const base = total - down;
  let left = base;
  const parts = schedule.map((part, index): Priced => {
    const isLast = index === schedule.length - 1;
    const amount = isLast ? left : Math.min(amountOf(part, base, currency), left);
    left -= amount;
    return { kind: 'installment', amount, dueDate: part.dueDate };
  });
  return deposit === null ? parts : [{ kind: 'deposit', amount: down, dueDate: deposit.dueDate }, ...parts];
}

function misfit(reason: string, pointer: string): Rejection {
  return reject('invalid_installments', { reason }, `/installments${pointer}`);
}

/** Dates go up from part to part, the deposit first, and none is before the issue date. */
export function checkInstallmentDates(
  terms: InstallmentTerms | null,
  issueDate: LocalDate | null,
): Rejection | null {
  if (terms === null) return null;
  let before = issueDate;
  let mayBeSame = true;
  const dated = [
    ...(terms.deposit === null ? [] : [{ dueDate: terms.deposit.dueDate, pointer: '/deposit' }]),
    ...terms.schedule.map(({ dueDate }, index) => ({ dueDate, pointer: `/schedule/${index}` })),
  ];
  for (const { dueDate, pointer } of dated) {
    if (before !== null && (dueDate < before || (dueDate === before && !mayBeSame))) {
      const reason = mayBeSame
        ? 'a part is due before the issue date'
        : 'each part is due after the one before';
      return misfit(reason, `${pointer}/due_date`);
    }
    before = dueDate;
    mayBeSame = false;
  }
  return null;
}

/** Whether the amounts add up to the total: percentages to 100, fixed amounts to what the deposit leaves. */
function checkAmounts(terms: InstallmentTerms, total: number, currency: string): Rejection | null {
  const { deposit, schedule } = terms;
  const down = deposit === null ? 0 : amountOf(deposit, total, currency);
  if (down > total) return misfit('the deposit is above the total', '/deposit/value');
  const fixed = schedule.filter((part) => part.type === 'fixed');
  if (fixed.length === 0) {
    const percent = schedule.reduce((all, part) => all + scaled(String(part.value), PERCENT_DECIMALS), 0n);
    return percent === hundred ? null : misfit('the percentages do not sum to 100', '/schedule');
  }
  if (fixed.length < schedule.length) {
    return misfit('all parts are percentages, or all are fixed amounts', '/schedule');
  }
  const difference = total - down - sum(fixed.map((part) => Number(part.value)));
  return difference === 0
    ? null
    : misfit(`the amounts differ by ${difference} from what is to be paid`, '/schedule');
}

/** Whether the instalments of a document fit its total and its dates; null when they do, or there are none. */
export function checkInstallments(draft: Draft, total: number): Rejection | null {
  const { installments: terms, issueDate, currency } = draft;
  if (terms === null) return null;
  return checkAmounts(terms, total, currency) ?? checkInstallmentDates(terms, issueDate);
}

function statusOf(row: Omit<InstallmentRow, 'status'>, isOverdue: boolean): InstallmentRow['status'] {
  if (row.paid === row.amount) return 'paid';
  if (isOverdue) return 'overdue';
  return row.paid > 0 ? 'partially_paid' : 'due';
}

/**
 * The deposit and the parts of the invoice, in the order in which they are due. All that settles the total, money,
 * credit and notes, fills the earliest first. A part is overdue from the day after its date, in the invoice's zone.
 */
export function installmentRows(invoice: Invoice, now: Instant): InstallmentRow[] {
  if (invoice.installments === null) return [];
  const today = localDate(now, invoice.timeZone);
  let left = netPaid(invoice) + creditApplied(invoice) + creditNoteTotal(invoice);
  return priced(invoice.installments, invoice.totals.total, invoice.currency).map((part) => {
    const paid = Math.max(0, Math.min(left, part.amount));
    left -= paid;
    const row = { ...part, paid };
    return { ...row, status: statusOf(row, invoice.status === 'open' && today > part.dueDate) };
  });
}
