// What the invoice workflow, its activities and its callers say to each other. Plain JSON throughout.
import type { Instant } from '../domain/calendar.ts';
import type { Condition } from '../domain/invoice/condition.ts';
import type { InvoiceEvent, Recorded } from '../domain/invoice/events.ts';
import type { Draft, Invoice, Message, Policy, Status } from '../domain/invoice/invoice.ts';
import type { ReminderTerms } from '../domain/invoice/terms.ts';
import type { JournalEntry } from '../domain/ledger/entry.ts';
import type { Fields } from '../domain/reader.ts';
import type { Currency } from '../domain/money.ts';
import type { RejectionCode, RejectionData } from '../domain/rejection.ts';

/** What a caller may add to the arguments of any command. */
export type Envelope = {
  /** The same id runs once, also across continue-as-new and restarts. */
  readonly commandId?: string;
  readonly actor?: string;
  readonly reason?: string;
  /** Real time after which the command refuses itself (`command_expired`) before any effect. */
  readonly notAfter?: Instant;
  /** From If-Match: refused with `version_mismatch` when the invoice has moved on. */
  readonly expectedVersion?: number;
  /** Test invoices: virtual time minus real time in milliseconds, as the caller read it. */
  readonly clockOffset?: number;
};

/** Arguments of a command: the route's body in camelCase without `_cents`, and the envelope. */
export type CommandArguments = Envelope & Readonly<Record<string, unknown>>;

export type CommandResult = {
  readonly invoiceId: string;
  readonly version: number;
  readonly status: Status;
  readonly number?: string | null;
  readonly messageIds?: readonly string[];
  readonly paymentId?: string;
  readonly refundIds?: readonly string[];
  readonly creditNoteId?: string;
  /** void, refundPayment: a processor is being asked for refunds; the invoice says where that stands. */
  readonly processing?: boolean;
  /** remind: the planned step that this reminder takes the place of. */
  readonly replaces?: { readonly stepId: string; readonly plannedAt: Instant } | null;
  /** Of a write that ends another command: how that command was refused in the end. */
  readonly refused?: { readonly code: RejectionCode; readonly data: RejectionData };
};

export type CreateAction = 'draft' | 'issue' | 'send' | 'text2pay';

/** The argument of a new invoice workflow. */
export type CreateInput = Envelope & {
  readonly kind: 'create';
  readonly invoiceId: string;
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly draft: Draft;
  readonly policy: Policy;
  readonly action: CreateAction;
  /** With action send or text2pay: where recipients and words given by the caller are kept. */
  readonly contentRef: string | null;
  /** Instead of the action: sent at this local date and time, in the invoice's zone. */
  readonly sendAt?: string;
  /** The schedule that makes it. */
  readonly recurringScheduleId?: string;
};

/** The argument after continue-as-new: everything that must outlive the run. */
export type ContinueInput = {
  readonly kind: 'continue';
  readonly invoice: Invoice;
  readonly clockOffset: number;
  readonly processed: readonly ProcessedCommand[];
};

/** The argument when a closed invoice is wanted again: ids only, the run loads its state first. */
export type ReopenInput = {
  readonly kind: 'reopen';
  readonly organizationId: string;
  readonly invoiceId: string;
};

export type InvoiceInput = CreateInput | ContinueInput | ReopenInput;

/** A command that has run, kept to answer its repetition. */
export type ProcessedCommand = {
  readonly id: string;
  readonly fingerprint: string;
  readonly result: CommandResult;
};

/** How many processed commands a run carries; older ones are found in the events. */
export const processedKept = 200;

export type RunDueArguments = {
  readonly now: Instant;
  readonly clockOffset: number;
  /** Of the stored invoice that has something due: a workflow that is behind it reads it first. */
  readonly version?: number;
  /** false: it answers without waiting for the first tries of messages. */
  readonly waits?: boolean;
};
export type RunDueResult = { readonly nextActionAt: Instant | null; readonly version: number };

/** What a provider's callback says about a message it had accepted. */
export type MessageStatusArguments = {
  readonly messageId: string;
  readonly state: 'delivered' | 'bounced';
  readonly code: string | null;
};

/** Recipients and words of one message: a reference to what the gateway stored, or raw from an operator. */
export type MessageContent =
  | { readonly ref: string }
  | {
      readonly to?: readonly string[];
      readonly cc?: readonly string[];
      readonly bcc?: readonly string[];
      readonly subject?: string;
      readonly message?: string;
      readonly phone?: string;
    };

export type PlannedMessage = { readonly message: Message; readonly content: MessageContent | null };

/** One command, one atomic write. */
export type PersistRequest = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly invoiceId: string;
  readonly commandId: string;
  readonly fingerprint: string;
  /** Command name, or `create`, `time`, `outcome`. */
  readonly command: string;
  readonly actor: string;
  readonly reason: string | null;
  /** The version that the stored invoice must have; 0 for a new one. */
  readonly expectedVersion: number;
  /** The invoice after the events. Its `number` and that of an issued event are filled in when `series` is given. */
  readonly invoice: Invoice;
  readonly events: readonly Recorded<InvoiceEvent>[];
  readonly entries: readonly JournalEntry[];
  readonly messages: readonly PlannedMessage[];
  readonly preconditions: readonly Condition[];
  /** By how much the entries change the customer's credit in the invoice's currency; negative: it is used. */
  readonly creditChange: number;
  /** Asks for the next number of the organization's series. */
  readonly series: { readonly prefix: string; readonly padding: number } | null;
  /** When time alone will next do something, by the invoice's clock; null when never. */
  readonly nextActionAt: Instant | null;
  readonly result: CommandResult;
};

export type PersistResult =
  | {
      readonly outcome: 'stored';
      readonly number: string | null;
      /** Of the last journal entry; as before where none was written. */
      readonly entryHash: string | null;
    }
  /** The command had been stored before (a lost reply, a repetition): nothing was written again. */
  | {
      readonly outcome: 'duplicate';
      readonly fingerprint: string;
      readonly result: CommandResult;
      readonly invoice: Invoice;
    }
  /** The stored invoice has another version: load it and decide again. */
  | { readonly outcome: 'conflict'; readonly invoice: Invoice | null }
  | {
      readonly outcome: 'refused';
      readonly code: RejectionCode;
      readonly data: RejectionData;
      /** The message whose precondition failed, where it was one of a message. */
      readonly messageId: string | null;
    };

/** A row of the activity that changes nothing: a refused or ignored command. */
export type NoteRequest = {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly commandId: string;
  readonly command: string;
  readonly actor: string;
  readonly code: string;
  readonly message: string;
  readonly at: Instant;
};

export type DeliverRequest = {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly messageId: string;
};

/** How a delivery ended. What may still succeed later is not an outcome: the activity throws and is retried. */
export type DeliveryOutcome =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'failed'; readonly code: string }
  | { readonly outcome: 'unknown'; readonly code: string }
  | { readonly outcome: 'suppressed'; readonly code: string };

/** Money that a processor is asked to give back: the whole request is the same for every try. */
export type RefundRequest = {
  readonly organizationId: string;
  readonly invoiceId: string;
  /** The processor's key: asked twice under the same id, it gives back once. */
  readonly refundId: string;
  readonly provider: string;
  readonly providerPaymentId: string;
  readonly amount: number;
  readonly currency: Currency;
};

/** What is only wrong for now is not an outcome: the activity throws and is tried again. */
export type RefundOutcome =
  { readonly outcome: 'succeeded' } | { readonly outcome: 'refused'; readonly code: string };

export type CreditBalanceRequest = {
  readonly organizationId: string;
  readonly customerId: string;
  readonly liveMode: boolean;
  readonly currency: Currency;
};

/** The activities that the invoice workflow calls. */
export type InvoiceActivities = {
  /** One atomic write; a repetition writes nothing and answers the same. */
  persist(request: PersistRequest): Promise<PersistResult>;
  note(request: NoteRequest): Promise<void>;
  load(request: { readonly organizationId: string; readonly invoiceId: string }): Promise<Invoice | null>;
  /** What a command that was written before answered; null when it never was. */
  recall(request: {
    readonly organizationId: string;
    readonly invoiceId: string;
    readonly commandId: string;
  }): Promise<ProcessedCommand | null>;
  /** What an invoice takes from a reminder policy as that is now; null where there is none of this id. */
  reminderTerms(request: {
    readonly organizationId: string;
    readonly policyId: string;
  }): Promise<ReminderTerms | null>;
  /** The same of a late-fee policy, as the core reads terms. */
  lateFeeTerms(request: {
    readonly organizationId: string;
    readonly policyId: string;
  }): Promise<Fields | null>;
  /** The organization's test clock: virtual minus real time in milliseconds. */
  readClock(request: { readonly organizationId: string }): Promise<number>;
  deliver(request: DeliverRequest): Promise<DeliveryOutcome>;
  /** Retries are over: the message is settled as failed in the database too, and its cap claim is freed. */
  giveUp(request: DeliverRequest & { readonly code: string }): Promise<DeliveryOutcome>;
  refundAtProcessor(request: RefundRequest): Promise<RefundOutcome>;
  /** What the customer has in hand; below zero where more was taken back than there was. */
  creditBalance(request: CreditBalanceRequest): Promise<number>;
};
