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

/** On a line, or on the invoice and then perhaps for some products only. */
export type Discount = {
  readonly type: 'percentage' | 'fixed';
  /** Decimal text in percent, or minor units when fixed. */
  readonly value: number | string;
  /** Invoice level only: the products it is for; null: every line that may be discounted. */
  readonly productIds: readonly string[] | null;
};

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
  /** null: the invoice's rates, else the organization's default rate where the line is taxable. */
  readonly taxRates: readonly TaxRate[] | null;
  /** Amounts that lie on this line alone. The document's own fixed taxes are spread over the taxable lines. */
  readonly fixedTaxes: readonly FixedTax[];
  /** false: the invoice's discounts pass this line by. Its own are not affected. */
  readonly discountable: boolean;
  readonly discounts: readonly Discount[];
  readonly metadata: Readonly<Record<string, string>>;
};

/**
 * A line as it is reckoned. `amount` is quantity × rate or as given; `discount` all that is taken off it, its
 * share of the invoice's discounts included; `tax` all taxes on the line, inclusive ones too; `taxParts` the same
 * by tax, in the order of the totals' taxes; `net` what the line earns: amount − discount − the taxes inside it.
 */
export type Line = LineInput & {
  readonly amount: number;
  readonly discount: number;
  readonly tax: number;
  readonly taxParts: readonly number[];
  readonly net: number;
};

/** What the customer's page may offer on top. A tip is never part of total, taxes or fee base. */
export type TipTerms = {
  readonly enabled: boolean;
  /** Decimal texts in percent. */
  readonly percentages: readonly string[];
  readonly allowCustom: boolean;
};

export type InstallmentPart = {
  readonly type: 'percentage' | 'fixed';
  /** Decimal text in percent, or minor units when fixed. */
  readonly value: number | string;
  readonly dueDate: LocalDate;
};

/** At most one deposit, of the total; 2 to 12 parts of what the deposit leaves. The last takes the remainder. */
export type InstallmentTerms = {
  readonly deposit: InstallmentPart | null;
  readonly schedule: readonly InstallmentPart[];
};

/** `2% 10 NET 30`: paid within `days` of the issue date, the invoice is settled for so much less. */
export type EarlyPaymentTerms = { readonly percentage: string; readonly days: number };

export type Attachment = {
  readonly fileId: string;
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
};

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
  /** What the customer has in hand pays the invoice as soon as it is issued. */
  readonly applyCreditAutomatically: boolean;
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
  /** For lines without rates of their own; null: the organization's default. */
  readonly taxRates: readonly (TaxRate & { readonly id: string | null })[] | null;
  readonly discounts: readonly Discount[];
  readonly tips: TipTerms | null;
  readonly installments: InstallmentTerms | null;
  readonly earlyPayment: EarlyPaymentTerms | null;
  readonly attachments: readonly Attachment[];
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
  /** What came in for this invoice and the customer's credit, the tip left out. */
  readonly amount: number;
  /** What of it settles this invoice now: less after a refund that reopened, nothing after a reversal. */
  readonly applied: number;
  /** What of it went to the customer's credit when it came in. */
  readonly unapplied: number;
  readonly refunded: number;
  /** On top of the amount. */
  readonly tip: number;
  /** It pays what had been written off. */
  readonly recovery: boolean;
  readonly date: LocalDate;
  readonly method: PaymentMethod;
  readonly depositToAccountId: string | null;
  readonly reference: string | null;
  readonly note: string | null;
  readonly status: 'succeeded' | 'pending' | 'failed' | 'reversed' | 'refunded';
  /** The processor that holds the money, and its own id of the payment; null when it was recorded by hand. */
  readonly provider: string | null;
  readonly providerPaymentId: string | null;
  readonly createdAt: Instant;
};

/** reopen: the balance is due again. credit: the money comes out of the customer's credit. */
export type RefundMode = 'reopen' | 'credit';

/** Money that went back. A payment is never changed by it: this is a row of its own. */
export type Refund = {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  /** How much of it this invoice was settled by, and is no longer. */
  readonly reopened: number;
  /** How much of it came out of the customer's credit. */
  readonly fromCredit: number;
  /** How much of it came out of money that a void had left unapplied. */
  readonly fromUnapplied: number;
  readonly date: LocalDate;
  readonly reason: string | null;
  readonly createdAt: Instant;
};

/** The customer's credit, used on this invoice. */
export type CreditApplication = { readonly id: string; readonly amount: number; readonly date: LocalDate };

/** Takes back part of the total. `amount` = what the accounts and taxes below give up = applied + credited. */
export type CreditNote = {
  readonly id: string;
  readonly kind: 'credit_note' | 'early_payment';
  readonly amount: number;
  /** What of it reduced what was due. */
  readonly applied: number;
  /** What of it became the customer's credit, because that much had been paid already. */
  readonly credited: number;
  /** What each line gives up, taxes included. */
  readonly lines: readonly { readonly lineId: string; readonly amount: number }[];
  /** What each revenue account gives up; null is the default one. */
  readonly revenue: readonly { readonly accountId: string | null; readonly amount: number }[];
  /** What each tax gives up, in the order of the totals' taxes. */
  readonly taxes: readonly number[];
  /** What those taxes are called in the books: a later revise may put others in their places. */
  readonly taxLabels: readonly string[];
  readonly date: LocalDate;
  readonly reason: string | null;
  /** Taken back when so many notes had been issued; null: it stands. */
  readonly reversedBehind: number | null;
};

export const holdKinds = ['promise', 'dispute'] as const;
export type HoldKind = (typeof holdKinds)[number];

/** While it stands no reminder goes out, no fee falls due and nothing is charged. */
export type Hold = {
  readonly kind: HoldKind;
  /** A date means through the end of it in the invoice's zone. As it was given; null: until it is ended. */
  readonly until: string | null;
  readonly endsAt: Instant | null;
  readonly note: string | null;
  readonly since: Instant;
};

/** A send at a local date and time. */
export type ScheduledSend = {
  /** YYYY-MM-DDTHH:MM */
  readonly localTime: string;
  readonly timeZone: TimeZone;
  readonly at: Instant;
};

export const dispositionTypes = ['refund', 'credit', 'leave_unapplied'] as const;
/** What becomes of money that was paid on an invoice that is voided. */
export type Disposition = { readonly type: (typeof dispositionTypes)[number]; readonly amount: number };

export type PendingRefund = {
  readonly id: string;
  readonly paymentId: string;
  readonly amount: number;
  readonly state: 'pending' | 'succeeded';
};

/** A void whose refunds a processor is asked for, one after the other. Nothing else may move money meanwhile. */
export type Voiding = {
  readonly commandId: string;
  readonly reason: string | null;
  readonly disposition: readonly Disposition[];
  readonly refunds: readonly PendingRefund[];
  readonly since: Instant;
};

/** How many of them the state remembers; the database keeps all of them. */
export const skippedFeesKept = 100;

/** A late-fee occurrence that passed without a fee. */
export type SkippedFee = { readonly occurrence: number; readonly at: Instant; readonly reason: string };

export type LateFee = {
  readonly occurrence: number;
  readonly amount: number;
  /** When it fell due, which is its date in the books; not when it was posted. */
  readonly at: Instant;
  readonly date: LocalDate;
  /** Its place in the schedule of the terms; null since others took their place. */
  readonly place: number | null;
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

/** How many moments the state remembers; the database keeps the events themselves. */
export const momentsKept = 50;

/** What somebody did, or a hold did, that is told in the timeline and can be read off nothing else. */
export type Moment = {
  readonly at: Instant;
  readonly kind: 'command' | 'hold' | 'resume' | 'promise_broken' | 'send';
  /** The command in snake_case, the kind of the hold, or the code that kept a send from happening. */
  readonly what: string;
  readonly amount: number | null;
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
  /** The hash of the last journal entry, which the next one is chained to. */
  readonly entryHash: string | null;
  readonly scheduledSend: ScheduledSend | null;
  readonly holds: readonly Hold[];
  readonly voiding: Voiding | null;
  readonly payments: readonly Payment[];
  readonly refunds: readonly Refund[];
  readonly creditApplications: readonly CreditApplication[];
  readonly creditNotes: readonly CreditNote[];
  /** What of the money paid here was turned into the customer's credit or set aside: notes, waivers, dispositions. */
  readonly creditedBack: number;
  /** What a void has left in Unapplied payments, and is still there. */
  readonly leftUnapplied: number;
  readonly writtenOff: number;
  readonly recovered: number;
  readonly lateFees: readonly LateFee[];
  readonly skippedFees: readonly SkippedFee[];
  /** The next late-fee occurrence to look at, from 1. Occurrences behind it are settled, posted or not. */
  readonly nextFeeOccurrence: number;
  /** What is added to a place in the terms' schedule to have the occurrence: other terms go on counting. */
  readonly feeOccurrenceOffset: number;
  readonly reminders: readonly ReminderRow[];
  /** The last messages, oldest first. */
  readonly messages: readonly Message[];
  /** The last moments, oldest first. */
  readonly moments: readonly Moment[];
};

/** How many messages the state remembers; the database keeps all of them. */
export const messagesKept = 50;

/** Late fees that stand, waived and reversed ones left out. */
export function lateFeeTotal(invoice: Invoice): number {
  return sum(invoice.lateFees.filter((fee) => !fee.waived && !fee.reversed).map((fee) => fee.amount));
}

/** What payments settle on this invoice; what went to the customer's credit at once is not in it. */
export function amountPaid(invoice: Invoice): number {
  return sum(invoice.payments.map((payment) => payment.applied));
}

/** Money that lies on this invoice now: paid, and not turned into credit or set aside since. */
export function netPaid(invoice: Invoice): number {
  return amountPaid(invoice) - invoice.creditedBack;
}

export function creditApplied(invoice: Invoice): number {
  return sum(invoice.creditApplications.map((application) => application.amount));
}

export function standingNotes(invoice: Invoice): readonly CreditNote[] {
  return invoice.creditNotes.filter((note) => note.reversedBehind === null);
}

/** What credit notes have taken off the total, early-payment discounts included. */
export function creditNoteTotal(invoice: Invoice): number {
  return sum(standingNotes(invoice).map((note) => note.amount));
}

/** What was written off and has not come in since. */
export function unrecovered(invoice: Invoice): number {
  return invoice.writtenOff - invoice.recovered;
}

/** All that has settled the invoice without being written off: money, credit and notes. */
function settled(invoice: Invoice): number {
  return netPaid(invoice) + creditApplied(invoice) + creditNoteTotal(invoice);
}

/** What the customer still owes, fees included. Zero where nothing can be owed. */
export function amountDue(invoice: Invoice): number {
  if (invoice.status === 'void' || invoice.status === 'deleted') return 0;
  return invoice.totals.total + lateFeeTotal(invoice) - settled(invoice) - unrecovered(invoice);
}

/** What is left of the total itself: payments cover principal before fees. */
export function outstandingPrincipal(invoice: Invoice): number {
  return Math.max(0, invoice.totals.total - settled(invoice) - unrecovered(invoice));
}

export function isOnHold(invoice: Invoice): boolean {
  return invoice.holds.length > 0;
}

/** Money is on its way: nothing else may move any until that has ended. */
export function isProcessing(invoice: Invoice): boolean {
  return invoice.voiding !== null;
}

export function isOverdue(invoice: Invoice, now: Instant): boolean {
  return (
    invoice.status === 'open' && invoice.dueAt !== null && now >= invoice.dueAt && amountDue(invoice) > 0
  );
}

export function isPartiallyPaid(invoice: Invoice): boolean {
  return invoice.status === 'open' && netPaid(invoice) + creditApplied(invoice) > 0;
}

/** Time goes on, but no fee falls due and no reminder goes out by itself. */
export function isSuspended(invoice: Invoice): boolean {
  return isOnHold(invoice) || isProcessing(invoice);
}

export function findLine(invoice: Invoice, id: string): Line | undefined {
  return invoice.lines.find((line) => line.id === id);
}
