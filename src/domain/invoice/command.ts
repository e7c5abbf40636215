// What may be asked of an invoice, and in which status: the union, and the one table that says so.
import type { Instant } from '../calendar.ts';
import { type Rejection, type RejectionCode, reject } from '../rejection.ts';
import {
  type Attachment,
  type Channel,
  type Disposition,
  type Draft,
  type HoldKind,
  type Invoice,
  isProcessing,
  type LateFeeTerms,
  type PaymentMethod,
  type Policy,
  type RefundMode,
  type ReminderStep,
  type Status,
  statuses,
} from './invoice.ts';
import type { NamedPolicy } from './reminder-policy.ts';

export type Command =
  | {
      readonly name: 'create';
      readonly id: string;
      readonly organizationId: string;
      readonly liveMode: boolean;
      readonly draft: Draft;
      readonly policy: Policy;
      readonly action: 'draft' | 'issue' | 'send' | 'text2pay';
      /** Instead of the action: scheduled for this local date and time, in the invoice's zone. */
      readonly sendAt?: string;
      readonly recurringScheduleId?: string;
    }
  | { readonly name: 'update'; readonly draft: Draft; readonly changed: readonly string[] }
  | { readonly name: 'send'; readonly deliver: boolean }
  | { readonly name: 'text2pay' }
  | { readonly name: 'remind'; readonly channel: Channel }
  | {
      readonly name: 'recordPayment';
      /** null: all that is due. */
      readonly amount: number | null;
      /** null: today in the invoice's zone. */
      readonly date: string | null;
      readonly method: PaymentMethod;
      readonly depositToAccountId: string | null;
      readonly reference: string | null;
      readonly note: string | null;
      readonly overpayment: 'credit' | 'refuse' | null;
      /** On top of the amount. */
      readonly tip: number;
      readonly provider: string | null;
      readonly providerPaymentId: string | null;
    }
  /** `sendAt` is a local date and time, YYYY-MM-DDTHH:MM; no zone: the invoice's. */
  | { readonly name: 'schedule'; readonly sendAt: string; readonly timeZone: string | null }
  | { readonly name: 'unschedule' }
  | { readonly name: 'reversePayment'; readonly paymentId: string | null; readonly reason: string | null }
  | {
      readonly name: 'refundPayment';
      /** null: the newest first. */
      readonly paymentId: string | null;
      /** null: all that can be. */
      readonly amount: number | null;
      readonly mode: RefundMode;
      readonly reason: string | null;
    }
  | {
      readonly name: 'void';
      readonly reason: string | null;
      /** null: none was given, which is right where no money lies on the invoice. */
      readonly disposition: readonly Disposition[] | null;
    }
  | { readonly name: 'writeOff'; readonly reason: string | null }
  | {
      readonly name: 'hold';
      readonly kind: HoldKind;
      /** A date or an instant. A promise needs one. */
      readonly until: string | null;
      readonly note: string | null;
    }
  | { readonly name: 'resume'; readonly kind: HoldKind | null }
  | { readonly name: 'waiveLateFee'; readonly occurrence: number | null; readonly reason: string | null }
  /** null: as much as is due and as the customer has. */
  | { readonly name: 'applyCredit'; readonly amount: number | null }
  | {
      readonly name: 'issueCreditNote';
      /** Of the whole invoice, taxes included; null with lines, or for all of it. */
      readonly amount: number | null;
      readonly lines: readonly { readonly id: string; readonly amount: number | null }[] | null;
      readonly reason: string | null;
    }
  | { readonly name: 'attach'; readonly attachments: readonly Attachment[] }
  | {
      readonly name: 'setLateFees';
      readonly terms: LateFeeTerms | null;
      readonly policy: NamedPolicy | null;
    }
  | {
      readonly name: 'setReminders';
      readonly steps: readonly ReminderStep[];
      /** Where the steps are from; null: from nowhere but here. */
      readonly policy: NamedPolicy | null;
      /** A change of the policy: for an invoice that follows it and has not had this version yet. */
      readonly followersOnly: boolean;
    }
  | { readonly name: 'delete' }
  | { readonly name: 'markViewed' };

export type CommandOn = Exclude<Command, { name: 'create' }>;
export type CommandOnName = CommandOn['name'];

/** What a decision may lean on besides the invoice: the time and an id, both given. */
export type Circumstances = {
  /** By the invoice's clock. */
  readonly now: Instant;
  readonly commandId: string;
  /** A fresh UUID for what the command makes. */
  readonly newId: string;
  /** How much credit the customer has, where a refused write has told. Left out, what is due counts as there. */
  readonly creditAvailable?: number;
  /** false only where an earlier release decided so: a payment dated before late fees left them as they were. */
  readonly correctsFees?: boolean;
};

type Answer = 'accepted' | RejectionCode;
type Row = Readonly<Record<Status, Answer>>;

function row(...answers: readonly [Answer, Answer, Answer, Answer, Answer, Answer, Answer]): Row {
  const [draft, scheduled, open, paid, void_, uncollectible, deleted] = answers;
  return { draft, scheduled, open, paid, void: void_, uncollectible, deleted };
}

const yes = 'accepted';
const no = 'wrong_status';
const paid = 'already_paid';
const voided = 'already_void';
const gone = 'already_deleted';
const issued = 'issued_delete';
const none = 'unknown_payment';

/**
 * Command × status: draft, scheduled, open, paid, void, uncollectible, deleted. A refusal code says why not;
 * nothing else in the code asks about statuses of commands.
 */
export const commandTable: Readonly<Record<CommandOnName, Row>> = {
  update: row(yes, yes, yes, paid, voided, no, gone),
  send: row(yes, yes, yes, yes, voided, no, gone),
  schedule: row(yes, yes, no, no, voided, no, gone),
  unschedule: row(no, yes, no, no, voided, no, gone),
  text2pay: row(yes, no, yes, paid, voided, no, gone),
  remind: row(no, no, yes, paid, voided, no, gone),
  recordPayment: row(no, no, yes, paid, voided, yes, gone),
  reversePayment: row(none, none, yes, yes, yes, yes, gone),
  refundPayment: row(none, none, yes, yes, yes, yes, gone),
  void: row('draft_void', no, yes, paid, voided, no, gone),
  writeOff: row(no, no, yes, paid, voided, no, gone),
  hold: row(no, no, yes, paid, voided, no, gone),
  resume: row(no, no, yes, paid, voided, no, gone),
  waiveLateFee: row(no, no, yes, yes, voided, no, gone),
  applyCredit: row(no, no, yes, paid, voided, no, gone),
  issueCreditNote: row(no, no, yes, yes, voided, no, gone),
  attach: row(yes, yes, yes, yes, yes, yes, gone),
  setLateFees: row(yes, yes, yes, paid, voided, no, gone),
  setReminders: row(yes, yes, yes, paid, voided, no, gone),
  delete: row(yes, no, issued, issued, issued, issued, gone),
  markViewed: row(no, no, yes, yes, yes, yes, gone),
};

/** Commands that move money, or the total that money is for: they wait while some is on its way. */
const waiting: ReadonlySet<CommandOnName> = new Set([
  'update',
  'recordPayment',
  'reversePayment',
  'refundPayment',
  'void',
  'writeOff',
  'waiveLateFee',
  'applyCredit',
  'issueCreditNote',
]);

/** record_payment for recordPayment: what people and the canonical API call it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The refusal that the invoice's status alone gives to a command, or money on its way; null when neither does. */
export function statusRefusal(name: CommandOnName, invoice: Invoice): Rejection | null {
  const answers = commandTable[name];
  const answer = answers[invoice.status];
  const command = snakeCase(name);
  if (answer !== 'accepted') {
    const accepted = statuses.filter((status) => answers[status] === 'accepted');
    return reject(answer, { status: invoice.status, command, accepted: accepted.join(', ') });
  }
  return isProcessing(invoice) && waiting.has(name) ? reject('payment_in_flight', { command }) : null;
}
