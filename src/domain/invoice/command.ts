// What may be asked of an invoice, and in which status: the union, and the one table that says so.
import type { Instant } from '../calendar.ts';
import { type Rejection, type RejectionCode, reject } from '../rejection.ts';
import type {
  Attachment,
  Channel,
  Disposition,
  Draft,
  HoldKind,
  Invoice,
  LateFeeTerms,
  PaymentMethod,
  Policy,
  RefundMode,
  ReminderStep,
  Status,
} from './invoice.ts';

export type Command =
  | {
      readonly name: 'create';
      readonly id: string;
      readonly organizationId: string;
      readonly liveMode: boolean;
      readonly draft: Draft;
      readonly policy: Policy;
      readonly action: 'draft' | 'issue' | 'send' | 'text2pay';
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
  /** null: all that is due. */
  | { readonly name: 'applyCredit'; readonly amount: number | null }
  | {
      readonly name: 'issueCreditNote';
      /** Of the whole invoice, taxes included; null with lines, or for all of it. */
      readonly amount: number | null;
      readonly lines: readonly { readonly id: string; readonly amount: number | null }[] | null;
      readonly reason: string | null;
    }
  | { readonly name: 'attach'; readonly attachments: readonly Attachment[] }
  | { readonly name: 'setLateFees'; readonly terms: LateFeeTerms | null }
  | { readonly name: 'setReminders'; readonly steps: readonly ReminderStep[] }
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
};

type Answer = 'accepted' | RejectionCode;

/** Command × status. A refusal code says why not; nothing else in the code asks about statuses of commands. */
export const commandTable: Readonly<Record<CommandOnName, Readonly<Record<Status, Answer>>>> = {
  update: {
    draft: 'accepted',
    scheduled: 'accepted',
    open: 'wrong_status',
    paid: 'already_paid',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  send: {
    draft: 'accepted',
    scheduled: 'accepted',
    open: 'accepted',
    paid: 'accepted',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  text2pay: {
    draft: 'accepted',
    scheduled: 'wrong_status',
    open: 'accepted',
    paid: 'already_paid',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  remind: {
    draft: 'wrong_status',
    scheduled: 'wrong_status',
    open: 'accepted',
    paid: 'already_paid',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  recordPayment: {
    draft: 'wrong_status',
    scheduled: 'wrong_status',
    open: 'accepted',
    paid: 'already_paid',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  void: {
    draft: 'draft_void',
    scheduled: 'wrong_status',
    open: 'accepted',
    paid: 'already_paid',
    void: 'already_void',
    uncollectible: 'wrong_status',
    deleted: 'already_deleted',
  },
  delete: {
    draft: 'accepted',
    scheduled: 'wrong_status',
    open: 'issued_delete',
    paid: 'issued_delete',
    void: 'issued_delete',
    uncollectible: 'issued_delete',
    deleted: 'already_deleted',
  },
  markViewed: {
    draft: 'wrong_status',
    scheduled: 'wrong_status',
    open: 'accepted',
    paid: 'accepted',
    void: 'accepted',
    uncollectible: 'accepted',
    deleted: 'already_deleted',
  },
};

/** record_payment for recordPayment: what people and the canonical API call it. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The refusal that the invoice's status alone gives to a command; null when the table accepts it. */
export function statusRefusal(name: CommandOnName, invoice: Invoice): Rejection | null {
  const row = commandTable[name];
  const answer = row[invoice.status];
  if (answer === 'accepted') return null;
  const accepted = Object.entries(row)
    .filter(([, value]) => value === 'accepted')
    .map(([status]) => status);
  return reject(answer, {
    status: invoice.status,
    command: snakeCase(name),
    accepted: accepted.join(', '),
  });
}
