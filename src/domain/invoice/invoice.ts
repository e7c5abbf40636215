// The noun. What an invoice is, in plain JSON: it crosses Temporal and lies in the database as it is.
// Amounts are integers in the currency's minor unit, rates are decimal texts in percent, instants RFC 3339.
import type { Instant } from '../calendar.ts';
import { sum } from '../money.ts';
import type { Line, Policy, Draft, Totals } from './document.ts';
import type {
  Payment,
  Refund,
  CreditApplication,
  CreditNote,
  Hold,
  ScheduledSend,
  Refunding,
  Voiding,
  SkippedFee,
  Dunned,
  LateFee,
  FormerFeeTerms,
  ReminderRow,
  Message,
  Moment,
} from './facts.ts';

export * from './document.ts';
export * from './facts.ts';

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
  /** The schedule that made it; null where a person did. */
  readonly recurringScheduleId: string | null;
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
  /** At most one of the two is under way. */
  readonly voiding: Voiding | null;
  readonly refunding: Refunding | null;
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
  /** In order of occurrence. */
  readonly formerFeeTerms: readonly FormerFeeTerms[];
  readonly reminders: readonly ReminderRow[];
  /** When the final action comes; null: none will. */
  readonly finalActionAt: Instant | null;
  /** null: the customer never was while this one was overdue. */
  readonly dunned: Dunned | null;
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

/** What waits for the refunds of a processor: a void, or a refund by itself. */
export function refundsUnderWay(invoice: Invoice): Voiding | Refunding | null {
  return invoice.voiding ?? invoice.refunding;
}

/** Money is on its way: nothing else may move any until that has ended. */
export function isProcessing(invoice: Invoice): boolean {
  return refundsUnderWay(invoice) !== null;
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
