// What has happened: the event union, and evolve, which says what the invoice is then.
import type { Instant, LocalDate } from '../calendar.ts';
import type {
  Attachment,
  Channel,
  CreditApplication,
  CreditNote,
  Disposition,
  Draft,
  FinalAction,
  Dunned,
  Hold,
  HoldKind,
  LateFee,
  LateFeeTerms,
  Line,
  Message,
  MessageState,
  MoveReason,
  Payment,
  Policy,
  Refund,
  Refunding,
  ReminderRow,
  ReminderStep,
  ScheduledSend,
  SkippedFee,
  StepChannel,
  Totals,
  Voiding,
} from './invoice.ts';
import type { NamedPolicy } from './reminder-policy.ts';

export type Reckoned = { readonly draft: Draft; readonly lines: readonly Line[]; readonly totals: Totals };

/** What time has to go by from now on. */
export type Replan = {
  readonly dueAt: Instant;
  readonly overdueNoticedAt: Instant | null;
  readonly reminders: readonly ReminderRow[];
  readonly finalActionAt: Instant | null;
  readonly nextFeeOccurrence: number;
  readonly feeOccurrenceOffset: number;
};

export type InvoiceEvent =
  | {
      readonly type: 'invoice.created';
      readonly id: string;
      readonly organizationId: string;
      readonly liveMode: boolean;
      readonly policy: Policy;
      readonly reckoned: Reckoned;
      readonly recurringScheduleId?: string;
    }
  | {
      readonly type: 'invoice.updated';
      readonly reckoned: Reckoned;
      readonly changed: readonly string[];
      /** An open invoice was revised: the books are posted anew and every timer is reckoned again. */
      readonly revision: Replan | null;
    }
  | { readonly type: 'invoice.scheduled'; readonly scheduledSend: ScheduledSend }
  /** Taken back by hand, or because it could not be sent when the time came: then `code` says why. */
  | { readonly type: 'invoice.unscheduled'; readonly code: string | null }
  | { readonly type: 'invoice.attached'; readonly attachments: readonly Attachment[] }
  | {
      readonly type: 'invoice.late_fees_set';
      readonly terms: LateFeeTerms | null;
      /** Left out where a revision brought them, which has said so itself, and by earlier releases. */
      readonly policy?: NamedPolicy | null;
      readonly nextFeeOccurrence: number;
      readonly feeOccurrenceOffset: number;
    }
  | {
      readonly type: 'invoice.reminders_set';
      readonly steps: readonly ReminderStep[];
      readonly policy: NamedPolicy | null;
      readonly reminders: readonly ReminderRow[];
      readonly finalActionAt: Instant | null;
    }
  | {
      readonly type: 'invoice.issued';
      /** null until the series gave one: the number comes back from the write as data. */
      readonly number: string | null;
      readonly issueDate: LocalDate;
      readonly dueDate: LocalDate;
      readonly dueAt: Instant;
      readonly reminders: readonly ReminderRow[];
      readonly finalActionAt: Instant | null;
      readonly firstFeeOccurrence: number;
    }
  | { readonly type: 'invoice.message_queued'; readonly message: Message }
  | { readonly type: 'invoice.sent'; readonly messageId: string }
  | { readonly type: 'invoice.message_accepted'; readonly messageId: string }
  | { readonly type: 'invoice.message_delivered'; readonly messageId: string }
  | {
      readonly type: 'invoice.message_failed';
      readonly messageId: string;
      readonly state: Extract<MessageState, 'failed' | 'unknown' | 'suppressed' | 'bounced'>;
      readonly code: string;
    }
  | { readonly type: 'invoice.viewed' }
  | { readonly type: 'invoice.overdue' }
  /** The customer was written to over all open invoices, this one among them. */
  | { readonly type: 'invoice.dunned'; readonly dunned: Dunned }
  | { readonly type: 'invoice.late_fee_assessed'; readonly fee: LateFee }
  | { readonly type: 'invoice.late_fee_skipped'; readonly skipped: SkippedFee }
  | {
      /** The fee no longer stands. `credited` is what of it had been paid, and is the customer's credit now. */
      readonly type: 'invoice.late_fee_waived' | 'invoice.late_fee_reversed';
      readonly occurrence: number;
      readonly amount: number;
      readonly credited: number;
      readonly reason: string | null;
    }
  | {
      /**
       * The reminder was accepted; step and occurrence are null when a person asked for it. One that tells the
       * merchant has no message.
       */
      readonly type: 'invoice.reminder_sent';
      readonly stepId: string | null;
      readonly occurrence: number | null;
      readonly channel: StepChannel;
      readonly messageId: string | null;
    }
  | {
      readonly type: 'invoice.reminder_skipped';
      readonly stepId: string;
      readonly occurrence: number;
      readonly status: Extract<ReminderRow['status'], 'SKIPPED' | 'SUPPRESSED'>;
      readonly reason: string;
    }
  | {
      /** Its time came late: nothing goes out to the recipient then, or too much does. */
      readonly type: 'invoice.reminder_moved';
      readonly stepId: string;
      readonly occurrence: number;
      readonly to: Instant;
      readonly reason: MoveReason;
    }
  | {
      /** The step's message cannot arrive: it is planned once more, by the customer's other channel. */
      readonly type: 'invoice.reminder_switched';
      readonly stepId: string;
      readonly occurrence: number;
      readonly channel: Channel;
      readonly to: Instant;
      readonly from: { readonly channel: Channel; readonly messageId: string; readonly code: string };
    }
  /** Every step has passed and something is still due: what the organization had chosen for that. */
  | { readonly type: 'invoice.final_action'; readonly action: FinalAction['action'] }
  | { readonly type: 'invoice.payment_recorded'; readonly payment: Payment }
  /** Ahead of a payment on what had been written off: so much of it is owed again. */
  | { readonly type: 'invoice.recovered'; readonly amount: number; readonly date: LocalDate }
  | { readonly type: 'payment.refunded'; readonly refund: Refund }
  /** A processor is asked for it. It has ended when every part of it is booked as refunded. */
  | { readonly type: 'payment.refund_started'; readonly refunding: Refunding }
  | { readonly type: 'payment.refund_made'; readonly refundId: string }
  /** A processor refused a part: the lock is lifted. What it had refunded before is booked as refunded. */
  | { readonly type: 'payment.refund_abandoned'; readonly code: string }
  | {
      /** The money never came, or was taken back: the whole payment, its tip too. */
      readonly type: 'payment.reversed';
      readonly paymentId: string;
      readonly reason: string | null;
      /** What it settled here, and no longer does. */
      readonly reopened: number;
      readonly fromCredit: number;
      readonly fromUnapplied: number;
      readonly tip: number;
      readonly date: LocalDate;
    }
  /** Something is due again on an invoice that was paid: it is open, and its timers run from now. */
  | { readonly type: 'invoice.reopened'; readonly plan: Replan }
  | { readonly type: 'invoice.credit_applied'; readonly application: CreditApplication }
  | { readonly type: 'credit_note.issued'; readonly note: CreditNote }
  /** The discount of an early payment that was none: it is due again. */
  | { readonly type: 'credit_note.reversed'; readonly note: CreditNote; readonly date: LocalDate }
  | { readonly type: 'invoice.written_off'; readonly amount: number; readonly reason: string | null }
  | { readonly type: 'invoice.hold_started'; readonly hold: Hold }
  | {
      readonly type: 'invoice.hold_ended';
      readonly kind: HoldKind;
      readonly reason: 'resumed' | 'expired' | 'promise_broken';
    }
  | { readonly type: 'invoice.void_started'; readonly voiding: Voiding }
  | { readonly type: 'invoice.void_refunded'; readonly refundId: string }
  /** A processor refused a refund: the lock is lifted. What had been refunded before is booked as refunded. */
  | { readonly type: 'invoice.void_abandoned'; readonly code: string }
  | { readonly type: 'invoice.partially_paid'; readonly amountDue: number }
  | { readonly type: 'invoice.paid' }
  | {
      readonly type: 'invoice.voided';
      readonly reason: string | null;
      /** What became of the money that lay here, refunds apart: those are events of their own, ahead of this one. */
      readonly disposition: readonly Disposition[];
    }
  | { readonly type: 'invoice.deleted' };

/** An event with where and when it happened. `at` is its instant by the invoice's clock (test invoices: virtual). */
export type Recorded<E = InvoiceEvent> = E & { readonly sequence: number; readonly at: Instant };
