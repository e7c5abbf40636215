// What one payment over many invoices is asked for and answers: between its workflow, its activities and the gateway.
// Plain JSON throughout.
import type { Instant, LocalDate } from '../domain/calendar.ts';
import type { PaymentMethod, Status } from '../domain/invoice/invoice.ts';
import type { Currency } from '../domain/money.ts';
import type { RejectionCode, RejectionData } from '../domain/rejection.ts';

/** How much of the payment settles which invoice, in minor units. */
export type Allocation = { readonly invoiceId: string; readonly amount: number };

export type RecordAllocationsRequest = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  /** Given by the caller, so that a repetition meets the payment that it has made already. */
  readonly paymentId: string;
  readonly commandId: string;
  readonly actor: string;
  readonly customerId: string;
  readonly currency: Currency;
  readonly amount: number;
  /** null: today. */
  readonly date: LocalDate | null;
  readonly method: PaymentMethod;
  /** null: Undeposited funds. */
  readonly depositToAccountId: string | null;
  readonly reference: string | null;
  readonly note: string | null;
  /** May be empty; what is not allocated becomes the customer's credit. */
  readonly allocations: readonly Allocation[];
  /** Test mode: virtual minus real time in milliseconds. */
  readonly clockOffset: number;
};

/** Takes the whole payment back, from every invoice at once. */
export type ReverseAllocationsRequest = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly paymentId: string;
  readonly commandId: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly clockOffset: number;
};

/** The argument of the workflow of one payment: it is recorded, or taken back again. */
export type PaymentInput = {
  /** Real time after which it refuses itself (`command_expired`) before any effect. */
  readonly notAfter?: Instant;
} & (
  | { readonly kind: 'record'; readonly request: RecordAllocationsRequest }
  | { readonly kind: 'reverse'; readonly request: ReverseAllocationsRequest }
);

/** An invoice that the payment has moved on: its workflow is behind it and wants a `refresh`. */
export type TouchedInvoice = {
  readonly invoiceId: string;
  readonly version: number;
  readonly status: Status;
};

export type PaymentResult = {
  readonly paymentId: string;
  readonly status: 'succeeded' | 'reversed';
  readonly amount: number;
  /** What became the customer's credit; after a reversal what was taken out of it again. */
  readonly unapplied: number;
  readonly invoices: readonly TouchedInvoice[];
};

export type PaymentRefused = {
  readonly outcome: 'refused';
  readonly code: RejectionCode;
  readonly data: RejectionData;
  /** JSON pointer to the field at fault, in the canonical API's names. */
  readonly pointer: string | null;
};

/** `duplicate`: it had been written before, and this is what it answered then. */
export type PaymentAnswer =
  { readonly outcome: 'recorded' | 'duplicate'; readonly result: PaymentResult } | PaymentRefused;

/**
 * The activities behind a payment over many invoices. Both are idempotent by payment and command id. They throw
 * only where the database is away or neighbours kept writing first: then nothing is written, and a retry is right.
 */
export type PaymentActivities = {
  recordAllocations(request: RecordAllocationsRequest): Promise<PaymentAnswer>;
  reverseAllocations(request: ReverseAllocationsRequest): Promise<PaymentAnswer>;
};
