// What has happened: the event union, and evolve, which says what the invoice is then.
import type { Instant, LocalDate } from '../calendar.ts';
import type {
  Draft,
  LateFee,
  Line,
  Message,
  MessageState,
  Payment,
  Policy,
  ReminderRow,
  Totals,
} from './invoice.ts';

export type Reckoned = { readonly draft: Draft; readonly lines: readonly Line[]; readonly totals: Totals };

export type InvoiceEvent =
  | {
      readonly type: 'invoice.created';
      readonly id: string;
      readonly organizationId: string;
      readonly liveMode: boolean;
      readonly policy: Policy;
      readonly reckoned: Reckoned;
    }
  | { readonly type: 'invoice.updated'; readonly reckoned: Reckoned; readonly changed: readonly string[] }
  | {
      readonly type: 'invoice.issued';
      /** null until the series gave one: the number comes back from the write as data. */
      readonly number: string | null;
      readonly issueDate: LocalDate;
      readonly dueDate: LocalDate;
      readonly dueAt: Instant;
      readonly reminders: readonly ReminderRow[];
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
  | { readonly type: 'invoice.late_fee_assessed'; readonly fee: LateFee }
  | {
      /** The reminder was accepted; step and occurrence are null when a person asked for it. */
      readonly type: 'invoice.reminder_sent';
      readonly stepId: string | null;
      readonly occurrence: number | null;
      readonly messageId: string;
    }
  | {
      readonly type: 'invoice.reminder_skipped';
      readonly stepId: string;
      readonly occurrence: number;
      readonly status: Extract<ReminderRow['status'], 'SKIPPED' | 'SUPPRESSED'>;
      readonly reason: string;
    }
  | { readonly type: 'invoice.payment_recorded'; readonly payment: Payment }
  | { readonly type: 'invoice.partially_paid'; readonly amountDue: number }
  | { readonly type: 'invoice.paid' }
  | { readonly type: 'invoice.voided'; readonly reason: string | null }
  | { readonly type: 'invoice.deleted' };

/** An event with where and when it happened. `at` is its instant by the invoice's clock (test invoices: virtual). */
export type Recorded<E = InvoiceEvent> = E & { readonly sequence: number; readonly at: Instant };
