// One payment over many invoices: what becomes of each when all of it happens, or why none of it may.
// Pure: each invoice is asked by its own rules, so a part of this payment is what a payment on it alone would be.
import { isLocalDate, type Instant, localDate, type LocalDate, type TimeZone } from '../calendar.ts';
import type { Circumstances, CommandOn } from '../invoice/command.ts';
import { decide } from '../invoice/commands.ts';
import type { Invoice, PaymentMethod } from '../invoice/invoice.ts';
import { type Currency, isAmount, sum } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { change, type InvoiceChange } from './change.ts';

export type Allocation = { readonly invoiceId: string; readonly amount: number };

export type Allocate = {
  readonly paymentId: string;
  readonly commandId: string;
  readonly customerId: string;
  readonly currency: Currency;
  readonly amount: number;
  /** null: today, wherever that is earliest. */
  readonly date: LocalDate | null;
  readonly method: PaymentMethod;
  readonly depositToAccountId: string | null;
  readonly reference: string | null;
  readonly note: string | null;
  readonly allocations: readonly Allocation[];
};

/** What a payment leans on besides its invoices. */
export type Surroundings = {
  /** By the mode's clock. */
  readonly now: Instant;
  /** The organization's, for what no invoice is part of. */
  readonly timeZone: TimeZone;
  /** null: there is none with that id. A customer may have a currency or none. */
  readonly customer: { readonly currency: Currency | null } | null;
  /** Whether the account that the payment names takes deposits; true where it names none. */
  readonly takesDeposits: boolean;
};

type Moment = Pick<Surroundings, 'now' | 'timeZone'>;

export type Allocated = {
  /** One an allocation, in order. */
  readonly changes: readonly InvoiceChange[];
  /** What is not allocated and becomes the customer's credit. */
  readonly unapplied: number;
  readonly date: LocalDate;
};

const allocationsMax = 100;

export function allocate(
  invoices: ReadonlyMap<string, Invoice>,
  command: Allocate,
  moment: Surroundings,
): Allocated | Rejection {
  const fault =
    checkAmounts(command) ??
    checkNamed(command, moment) ??
    checkInvoices(invoices, command) ??
    checkDate(command, moment);
  if (fault !== null) return fault;
  const chosen = command.allocations.flatMap(({ invoiceId }) => invoices.get(invoiceId) ?? []);
  const date = command.date ?? earliestToday(chosen, moment);
  const changes: InvoiceChange[] = [];
  for (const [index, invoice] of chosen.entries()) {
    const amount = command.allocations[index]?.amount ?? 0;
    const decision = decide(invoice, part(command, amount, date), circumstances(command, moment.now));
    if (isRejection(decision)) return placed(decision, invoice, index);
    changes.push(change(invoice, decision, moment.now));
  }
  return { changes, unapplied: command.amount - allocatedIn(command), date };
}

function allocatedIn({ allocations }: Allocate): number {
  return sum(allocations.map(({ amount }) => amount));
}

function isWrong(amount: number): boolean {
  return !isAmount(amount) || amount === 0;
}

function checkAmounts(command: Allocate): Rejection | null {
  const { amount, allocations } = command;
  if (isWrong(amount)) return reject('invalid_amount', undefined, '/amount_cents');
  if (allocations.length > allocationsMax) return reject('invalid_value', undefined, '/allocations');
  const wrong = allocations.findIndex((one) => isWrong(one.amount));
  if (wrong >= 0) return reject('invalid_amount', undefined, `/allocations/${wrong}/amount_cents`);
  const ids = allocations.map(({ invoiceId }) => invoiceId);
  const again = ids.findIndex((id, index) => ids.indexOf(id) < index);
  if (again >= 0) return reject('duplicate_invoice', undefined, `/allocations/${again}/invoice_id`);
  const allocated = allocatedIn(command);
  if (allocated <= amount) return null;
  return reject('allocations_exceed_amount', { allocated, amount }, '/allocations');
}

function checkNamed({ currency }: Allocate, { customer, takesDeposits }: Surroundings): Rejection | null {
  if (customer === null) return reject('unknown_customer', undefined, '/customer_id');
  if (customer.currency !== null && customer.currency !== currency) {
    return reject('currency_mismatch', { currency: customer.currency }, '/currency');
  }
  return takesDeposits ? null : reject('unknown_account', undefined, '/deposit_to_account_id');
}

function checkInvoices(
  invoices: ReadonlyMap<string, Invoice>,
  { allocations, customerId, currency }: Allocate,
): Rejection | null {
  for (const [index, { invoiceId }] of allocations.entries()) {
    const pointer = `/allocations/${index}/invoice_id`;
    const invoice = invoices.get(invoiceId);
    if (invoice === undefined) return reject('unknown_invoice', { invoice_id: invoiceId }, pointer);
    if (invoice.customerId !== customerId) {
      return reject('wrong_customer', { invoice_id: invoiceId }, pointer);
    }
    if (invoice.currency !== currency) {
      return reject('currency_mismatch', { invoice_id: invoiceId, currency: invoice.currency }, pointer);
    }
  }
  return null;
}

/** A date that no allocation looks at is looked at here; the invoices look for themselves. */
function checkDate({ date, allocations }: Allocate, { now, timeZone }: Moment): Rejection | null {
  if (date === null) return null;
  if (!isLocalDate(date)) return reject('invalid_date', undefined, '/date');
  const isAhead = allocations.length === 0 && date > localDate(now, timeZone);
  return isAhead ? reject('date_in_future', undefined, '/date') : null;
}

/** Today is not the same day in every zone, and a payment has one date that is in nobody's future. */
function earliestToday(invoices: readonly Invoice[], { now, timeZone }: Moment): LocalDate {
  const zones = [timeZone, ...invoices.map((invoice) => invoice.timeZone)];
  return zones.map((zone) => localDate(now, zone)).reduce((a, b) => (a < b ? a : b));
}

function part(command: Allocate, amount: number, date: LocalDate): CommandOn {
  const { method, depositToAccountId, reference, note } = command;
  return {
    name: 'recordPayment',
    amount,
    date,
    method,
    depositToAccountId,
    reference,
    note,
    // What is above the due of one invoice was meant for it, and is a mistake.
    overpayment: 'refuse',
    tip: 0,
    provider: null,
    providerPaymentId: null,
  };
}

function circumstances(command: { paymentId: string; commandId: string }, now: Instant): Circumstances {
  return { now, commandId: command.commandId, newId: command.paymentId };
}

/** What one invoice refused, said about its place in the whole. */
function placed(refusal: Rejection, invoice: Invoice, index: number): Rejection {
  const at = `/allocations/${index}`;
  const own = refusal.pointer ?? '';
  const pointer =
    own === '/date' || own === '/deposit_to_account_id'
      ? own
      : `${at}${own === '/amount_cents' ? own : '/invoice_id'}`;
  return reject(refusal.rejected, { ...refusal.data, invoice_id: invoice.id }, pointer);
}

export type TakeBack = {
  readonly paymentId: string;
  readonly commandId: string;
  readonly reason: string | null;
};

/**
 * The whole payment taken back from every invoice that it still lies on. One from which its part was reversed or
 * refunded before is left as it is. A reversal is a fact, so nothing else refuses it.
 */
export function takeBack(
  invoices: readonly Invoice[],
  command: TakeBack,
  now: Instant,
): readonly InvoiceChange[] | Rejection {
  const { paymentId, reason } = command;
  const changes: InvoiceChange[] = [];
  for (const invoice of invoices) {
    const decision = decide(
      invoice,
      { name: 'reversePayment', paymentId, reason },
      circumstances(command, now),
    );
    if (!isRejection(decision)) changes.push(change(invoice, decision, now));
    else if (decision.rejected !== 'already_reversed' && decision.rejected !== 'already_refunded') {
      return reject(decision.rejected, { ...decision.data, invoice_id: invoice.id });
    }
  }
  return changes;
}
