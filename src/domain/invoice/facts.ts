// What has become of an invoice: money that moved, holds, fees, reminders and messages.
import type { Instant, LocalDate, TimeZone } from '../calendar.ts';
import type { Channel, LateFeeTerms, PaymentMethod, StepChannel } from './document.ts';

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

/** What one payment gives back. by_hand: no processor holds its money, and nobody is asked for it. */
export type RefundPart = Omit<PendingRefund, 'state'> & {
  readonly state: PendingRefund['state'] | 'by_hand';
};

/** A refund whose parts a processor is asked for, one after the other. Nothing is booked before its end. */
export type Refunding = {
  readonly commandId: string;
  readonly mode: RefundMode;
  readonly reason: string | null;
  /** In the order in which they are asked for and booked: those of the newest payment first. */
  readonly refunds: readonly RefundPart[];
  readonly since: Instant;
};

/** How many of them the state remembers; the database keeps all of them. */
export const skippedFeesKept = 100;

/** A late-fee occurrence that passed without a fee. */
export type SkippedFee = { readonly occurrence: number; readonly at: Instant; readonly reason: string };

/** What a fee was reckoned from, as things stood at its instant. */
export type FeeGround = {
  /** Of the document. */
  readonly total: number;
  /** All that had settled the invoice by then. */
  readonly settled: number;
  /** What the fee came to before a cap cut it. */
  readonly uncut: number;
};

export type LateFee = {
  readonly occurrence: number;
  readonly amount: number;
  /** When it fell due, which is its date in the books; not when it was posted. */
  readonly at: Instant;
  readonly date: LocalDate;
  /** Its place in the schedule of the terms; null since others took their place. */
  readonly place: number | null;
  /** null: posted by a release that did not keep it. */
  readonly ground: FeeGround | null;
  /** The occurrence that this one took the place of, when a payment dated before it came to light. */
  readonly replaces: number | null;
  readonly waived: boolean;
  readonly reversed: boolean;
  /** Until when it stood; null: it stands, or a release that did not keep it took it back. */
  readonly endedAt: Instant | null;
  readonly reason: string | null;
};

/** Terms that others took the place of; fees that were charged under them are still reckoned by them. */
export type FormerFeeTerms = {
  /** Of occurrences below this one, and not below that of the terms before. */
  readonly below: number;
  /** null: nobody knows them any more. */
  readonly terms: LateFeeTerms | null;
};

export type ReminderStatus = 'PLANNED' | 'SENT' | 'SKIPPED' | 'SUPPRESSED' | 'FAILED';
/** Why nothing goes out to somebody at an instant. */
export type QuietReason = 'quiet_hours' | 'weekend' | 'holiday';

/**
 * Why a reminder goes out later than it was planned: also one of many that an outage has made late, or again because
 * it could not arrive by the channel it was planned for.
 */
export type MoveReason = QuietReason | 'burst' | 'second_channel';

export type ReminderRow = {
  readonly stepId: string;
  readonly occurrence: number;
  readonly channel: StepChannel;
  readonly template: string;
  /** The first instant from the step's own on at which the recipient may be written to. */
  readonly plannedAt: Instant;
  /** The step's own instant where it is another, and why nothing goes out then. */
  readonly nominal: { readonly at: Instant; readonly reason: QuietReason } | null;
  /** Where a late turn of time has put it since, and why. */
  readonly moved: { readonly to: Instant; readonly reason: MoveReason } | null;
  /** The channel it could not arrive by, with the message that was tried and why that failed. */
  readonly switched: { readonly channel: Channel; readonly messageId: string; readonly code: string } | null;
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
  /** The message on the other channel that could not arrive, and that this one stands in for. */
  readonly switchedFrom: string | null;
};

/** The last message to the customer over all open invoices. */
export type Dunned = {
  /** Days overdue from which the stage counts. */
  readonly stage: number;
  readonly messageId: string;
  readonly at: Instant;
};

/** How many moments the state remembers; the database keeps the events themselves. */
export const momentsKept = 50;

/** What somebody did, or a hold did, that is told in the timeline and can be read off nothing else. */
export type Moment = {
  readonly at: Instant;
  readonly kind: 'command' | 'hold' | 'resume' | 'promise_broken' | 'send' | 'message' | 'final_action';
  /** The command in snake_case, the kind of the hold, the code that kept a send from happening, or what was sent. */
  readonly what: string;
  readonly amount: number | null;
};
