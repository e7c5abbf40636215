// The noun. What an invoice is, in plain JSON: it crosses Temporal and lies in the database as it is.
// Amounts are integers in the currency's minor unit, rates are decimal texts in percent, instants RFC 3339.
import type { Instant, LocalDate, LocalTime, TimeZone } from '../calendar.ts';
import { type Currency, sum } from '../money.ts';

export const statuses = ['draft', 'scheduled', 'open', 'paid', 'void', 'uncollectible', 'deleted'] as const;
/** The document status: stored, one function of the facts. */
export type Status = (typeof statuses)[number];

/** Whether a status ends the workflow after its grace period. A column of data, so nothing can forget it. */
export const closes: Readonly<Record<Status, boolean>> = {
  draft: false,
  scheduled: false,
  open: false,
  paid: true,
  void: true,
  uncollectible: true,
  deleted: true,
};

export const channels = ['email', 'sms'] as const;
export type Channel = (typeof channels)[number];

export const paymentMethods = [
  'cash',
  'check',
  'card',
  'bank_transfer',
  'ach',
  'direct_debit',
  'wire_transfer',
  'paypal',
  'eft',
  'other',
] as const;
export type PaymentMethod = (typeof paymentMethods)[number];
/** Words that other systems use for the same method. */
export const paymentMethodAliases: Readonly<Record<string, PaymentMethod>> = {
  transfer: 'bank_transfer',
  cheque: 'check',
  credit_card: 'card',
};

export type TaxRate = { readonly name: string; readonly rate: string; readonly inclusive: boolean };
export type FixedTax = { readonly name: string; readonly amount: number };

/** A line as it was asked for. */
export type LineInput = {
  readonly id: string;
  readonly productId: string | null;
  readonly accountId: string | null;
  readonly description: string;
  /** Decimal text, > 0, at most 6 decimals. */
  readonly quantity: string;
  readonly rate: number;
  /** Overrides quantity × rate when given. */
  readonly amountGiven: number | null;
  readonly taxable: boolean;
  /** null: the organization's default rate where the line is taxable. */
  readonly taxRates: readonly TaxRate[] | null;
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * A line as it is reckoned. `amount` is quantity × rate or as given; `tax` all taxes on the line, inclusive ones
 * too; `net` what the line earns: the amount without the taxes inside it.
 */
export type Line = LineInput & { readonly amount: number; readonly tax: number; readonly net: number };

export const feeIntervals = ['minute', 'hour', 'day', 'week', 'month', 'one_time'] as const;
export type FeeInterval = (typeof feeIntervals)[number];
export const feeBases = ['outstanding_principal', 'original_total', 'outstanding_balance'] as const;
export type FeeBase = (typeof feeBases)[number];

export type LateFeeTerms = {
  readonly type: 'fixed' | 'percentage';
  /** Minor units when fixed, decimal text in percent when a percentage. */
  readonly value: number | string;
  readonly interval: FeeInterval;
  readonly intervalCount: number;
  readonly graceDays: number;
  readonly cap: number | null;
  readonly percentageCap: string | null;
  readonly base: FeeBase;
  readonly compounding: boolean;
};

export type ReminderStep = {
  readonly id: string;
  readonly anchor: 'due_date' | 'issue_date';
  readonly offsetDays: number;
  readonly localTime: LocalTime;
  readonly channel: Channel;
  readonly template: string;
};

/** What the organization had set when the invoice was made: frozen, later changes never reach it. */
export type Policy = {
  readonly numbering: { readonly prefix: string; readonly padding: number };
  readonly defaultTaxRate: { readonly name: string; readonly rate: string } | null;
  readonly defaultNetDays: number;
  readonly overpayment: 'credit' | 'refuse';
  readonly reminderCap: { readonly messages: number; readonly days: number };
  readonly lateReminderToleranceHours: number;
  readonly graceAfterCloseDays: number;
};

/** The document as it was asked for: what `create` takes and `update` replaces. */
export type Draft = {
  readonly customerId: string;
  readonly currency: Currency;
  readonly timeZone: TimeZone;
  /** Given by the caller; otherwise the series gives one at issue. */
  readonly requestedNumber: string | null;
  readonly issueDate: LocalDate | null;
  readonly dueDate: LocalDate | null;
  readonly terms: string | null;
  readonly memo: string | null;
  readonly noteToCustomer: string | null;
  readonly purchaseOrder: string | null;
  /** Reference to personal data kept outside the workflow. */
  readonly shipToRef: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly lines: readonly LineInput[];
  readonly fixedTaxes: readonly FixedTax[];
  readonly lateFeeTerms: LateFeeTerms | null;
  readonly reminderSteps: readonly ReminderStep[];
};

export type TaxTotal = { readonly name: string; readonly rate: string | null; readonly amount: number };

/** total = subtotal − discountTotal + taxAmount, always. */
export type Totals = {
  readonly subtotal: number;
  readonly discountTotal: number;
  readonly taxAmount: number;
  readonly total: number;
  readonly taxes: readonly TaxTotal[];
};

export type Payment = {
  readonly id: string;
  /** What came in. applied + unapplied = amount. */
  readonly amount: number;
  readonly applied: number;
  readonly unapplied: number;
  readonly refunded: number;
  readonly date: LocalDate;
  readonly method: PaymentMethod;
  readonly depositToAccountId: string | null;
  readonly reference: string | null;
  readonly note: string | null;
  readonly status: 'succeeded' | 'pending' | 'failed' | 'reversed' | 'refunded';
  readonly createdAt: Instant;
};

export type LateFee = {
  readonly occurrence: number;
  readonly amount: number;
  /** When it fell due, which is its date in the books; not when it was posted. */
  readonly at: Instant;
  readonly date: LocalDate;
  readonly waived: boolean;
  readonly reversed: boolean;
  readonly reason: string | null;
};

export type ReminderStatus = 'PLANNED' | 'SENT' | 'SKIPPED' | 'SUPPRESSED' | 'FAILED';
export type ReminderRow = {
  readonly stepId: string;
  readonly occurrence: number;
  readonly channel: Channel;
  readonly template: string;
  readonly plannedAt: Instant;
  readonly actualAt: Instant | null;
  readonly status: ReminderStatus;
  readonly reason: string | null;
  readonly messageId: string | null;
};

export const messageKinds = ['invoice', 'receipt', 'text2pay', 'reminder'] as const;
export type MessageKind = (typeof messageKinds)[number];
export type MessageState =
  'queued' | 'accepted' | 'delivered' | 'bounced' | 'failed' | 'unknown' | 'suppressed';

/** A message that the invoice asked for. Its identity is that of the business: invoice, command or step, channel. */
export type Message = {
  readonly id: string;
  readonly channel: Channel;
  readonly kind: MessageKind;
  readonly template: string;
  readonly commandId: string;
  readonly stepId: string | null;
  readonly occurrence: number | null;
  readonly queuedAt: Instant;
  readonly state: MessageState;
  /** When the provider accepted it, or when it was given up. */
  readonly settledAt: Instant | null;
  readonly code: string | null;
};

/** An invoice. Everything that decides, and nothing that could be read off it. */
export type Invoice = Omit<Draft, 'lines'> & {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly organizationId: string;
  readonly liveMode: boolean;
  /** Commits: goes up by one with every command or turn of time that changed something. */
  readonly version: number;
  /** Events so far. */
  readonly sequence: number;
  /** Journal entries so far. */
  readonly entrySequence: number;
  readonly status: Status;
  readonly number: string | null;
  readonly policy: Policy;
  readonly lines: readonly Line[];
  readonly totals: Totals;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  readonly issuedAt: Instant | null;
  /** First instant of the day after the due date: overdue begins here. */
  readonly dueAt: Instant | null;
  /** When the turn of time that says so ran; `isOverdue` itself is derived. */
  readonly overdueNoticedAt: Instant | null;
  /** First acceptance by a mail server or SMS provider. */
  readonly sentAt: Instant | null;
  readonly firstViewedAt: Instant | null;
  readonly paidAt: Instant | null;
  readonly voidedAt: Instant | null;
  readonly voidReason: string | null;
  readonly closedAt: Instant | null;
  readonly payments: readonly Payment[];
  readonly lateFees: readonly LateFee[];
  /** The next late-fee occurrence to look at, from 1. Occurrences behind it are settled, posted or not. */
  readonly nextFeeOccurrence: number;
  readonly reminders: readonly ReminderRow[];
  /** The last messages, oldest first. */
  readonly messages: readonly Message[];
};

/** How many messages the state remembers; the database keeps all of them. */
export const messagesKept = 50;

/** Late fees that stand, waived and reversed ones left out. */
export function lateFeeTotal(invoice: Invoice): number {
  return sum(invoice.lateFees.filter((fee) => !fee.waived && !fee.reversed).map((fee) => fee.amount));
}

/** What payments have settled on this invoice; what went to the customer's credit is not in it. */
export function amountPaid(invoice: Invoice): number {
  return sum(invoice.payments.filter((payment) => payment.status === 'succeeded').map((p) => p.applied));
}

/** What the customer still owes, fees included. Zero where nothing can be owed. */
export function amountDue(invoice: Invoice): number {
  if (invoice.status === 'void' || invoice.status === 'deleted') return 0;
  return invoice.totals.total + lateFeeTotal(invoice) - amountPaid(invoice);
}

/** What is left of the total itself: payments cover principal before fees. */
export function outstandingPrincipal(invoice: Invoice): number {
  return Math.max(0, invoice.totals.total - amountPaid(invoice));
}

export function isOverdue(invoice: Invoice, now: Instant): boolean {
  return (
    invoice.status === 'open' && invoice.dueAt !== null && now >= invoice.dueAt && amountDue(invoice) > 0
  );
}

export function isPartiallyPaid(invoice: Invoice): boolean {
  return invoice.status === 'open' && amountPaid(invoice) > 0;
}

export function findLine(invoice: Invoice, id: string): Line | undefined {
  return invoice.lines.find((line) => line.id === id);
}
