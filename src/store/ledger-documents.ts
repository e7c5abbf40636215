// The shapes of the books in the database: entries and what seals and sums them, payments, credit.
// Money is Int64, and what is written once is never changed.
import type { Instant, LocalDate } from '../domain/calendar.ts';
import type { EntryType } from '../domain/ledger/entry.ts';

export type JournalLineDocument = {
  account_id: string;
  account_code: string;
  account_name: string;
  /** Keeps lines of one account apart, such as tax payable per rate. */
  label: string | null;
  debit_cents: number;
  credit_cents: number;
};

export type JournalEntryDocument = {
  /** `<stream>:<sequence>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  /** One writer: the invoice's id, or `<customer>:live` and `<customer>:test` for what no invoice is part of. */
  stream: string;
  invoice_id: string | null;
  customer_id: string;
  /** From 1, within the stream. */
  sequence: number;
  type: EntryType;
  date: LocalDate;
  currency: string;
  reverses: string | null;
  /** SHA-256 over the hash of the stream's entry before and this entry, hex. */
  hash: string;
  lines: JournalLineDocument[];
  event_id: string | null;
  created_at: Instant;
  /** When it was written, by real time. */
  recorded_at: Date;
};

/** The end of a customer's own stream of entries. */
export type CustomerLedgerDocument = {
  /** `<customer>:live` or `<customer>:test`, which is the stream's name. */
  _id: string;
  organization_id: string;
  sequence: number;
  hash: string | null;
};

/** What a customer has in hand. Changes in the transaction of the entries that change it. */
export type CreditBalanceDocument = {
  /** `<customer>:live:<currency>` or `<customer>:test:<currency>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  currency: string;
  amount_cents: number;
};

/** Seals the entries of one organization and mode that were written since the block before. */
export type LedgerBlockDocument = {
  /** `<organization>:live:<index>` or `<organization>:test:<index>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  /** From 1. */
  index: number;
  previous_hash: string | null;
  /** SHA-256 over previous_hash and the ordered entry hashes, hex. */
  hash: string;
  entries: { id: string; hash: string }[];
  /** `recorded_at` of the newest entry in it. */
  through: Date;
  sealed_at: Date;
};

/** The end of a chain of blocks, by which a last block that disappears is missed. */
export type LedgerHeadDocument = {
  /** `<organization>:live` or `<organization>:test` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  index: number;
  hash: string;
};

/** Sealed entries summed up by account and day, in the transaction that seals them. */
export type LedgerTotalDocument = {
  /** `<organization>:<live|test>:<currency>:<account>:<date>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  currency: string;
  account_id: string;
  date: LocalDate;
  debit_cents: number;
  credit_cents: number;
};

/**
 * Sealed entries summed up by who they are about, in the transaction that seals them: what an invoice has open,
 * what a void has left of it unapplied, what a customer has in hand. Of those three accounts only.
 */
export type LedgerBalanceDocument = {
  /** `<account>:<live|test>:<currency>:<invoice, or customer where it is about the customer>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  currency: string;
  account_id: string;
  customer_id: string;
  invoice_id: string | null;
  /** Of the invoice, when it was last sealed. */
  due_date: LocalDate | null;
  /** Debits less credits. */
  balance_cents: number;
  first_date: LocalDate;
  last_date: LocalDate;
  /** Debits less credits by day, as they were sealed: a day may come more than once. */
  moves: { date: LocalDate; change_cents: number }[];
};

/** One payment: what came in, which never changes, and what has become of it since, which follows its refunds. */
export type PaymentDocument = {
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  currency: string;
  amount_cents: number;
  /** What of it went to the customer's credit when it came in. */
  unapplied_cents: number;
  /** On top of the amount. */
  tip_cents: number;
  date: LocalDate;
  payment_method: string;
  deposit_to_account_id: string | null;
  reference: string | null;
  note: string | null;
  provider: string | null;
  provider_payment_id: string | null;
  /** It was recorded over its allocations as one command of its own, and is reversed by one. */
  by_allocation: boolean;
  created_at: Instant;
  /** From here on what has become of it, written in the transaction of the event that changed it. */
  status: string;
  refunded_cents: number;
  allocations: { invoice_id: string; amount_cents: number }[];
};

/** Money of a payment that went back, or never came. Written once. */
export type RefundDocument = {
  /** Of a refund its id; of a reversal `<payment>:reversal:<invoice>`, without invoice for what none was settled by. */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  payment_id: string;
  invoice_id: string | null;
  kind: 'refund' | 'reversal';
  amount_cents: number;
  /** On top of the amount. */
  tip_cents: number;
  currency: string;
  date: LocalDate;
  reason: string | null;
  created_at: Instant;
};
