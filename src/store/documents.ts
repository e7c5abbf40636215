// The shapes in the database, one type a collection. Keys are snake_case as in the API, money is Int64.
// `_id` is always the business identity, so a repeated insert is a duplicate key and never a second row.
import type { mongo } from 'mongoose';
import type { Instant, LocalDate } from '../domain/calendar.ts';
import type { FinalAction, Invoice, PolicyVersion } from '../domain/invoice/invoice.ts';
import type { AccountRole, AccountType } from '../domain/ledger/account.ts';
import type { DunningSettings } from './dunning-documents.ts';

export type {
  JournalLineDocument,
  JournalEntryDocument,
  CustomerLedgerDocument,
  CreditBalanceDocument,
  LedgerBlockDocument,
  LedgerHeadDocument,
  LedgerTotalDocument,
  LedgerBalanceDocument,
  PaymentDocument,
  RefundDocument,
} from './ledger-documents.ts';
export type { MessageAttempt, MessageDocument, MessageCapDocument } from './message-documents.ts';
export type {
  DunningSettings,
  DunningStateDocument,
  DunningRowDocument,
  ReconciliationDocument,
} from './dunning-documents.ts';
export type { TaskDocument } from './task-documents.ts';
export type { LateFeePolicyDocument, PolicyApply, ReminderPolicyDocument } from './policy-documents.ts';
export type { RecurringScheduleDocument } from './recurring-documents.ts';
export type {
  SandboxFailureDocument,
  SandboxMessageDocument,
  SandboxRefundDocument,
} from './sandbox-documents.ts';

export type Settings = {
  /** Each mode has its own; no `test_padding`: that of live. */
  numbering: { prefix: string; test_prefix: string; padding: number; test_padding?: number };
  default_tax_rate: { name: string; rate: string } | null;
  default_net_days: number;
  overpayment: 'credit' | 'refuse';
  reminder_cap: { messages: number; days: number };
  late_reminder_tolerance_hours: number;
  grace_after_close_days: number;
  apply_credit_automatically: boolean;
  /** By the recipient's clock. */
  quiet_hours: { from: string; to: string } | null;
  send_on_weekends: boolean;
  /** ISO 3166, perhaps with a state behind a hyphen. */
  holiday_country: string | null;
  burst_window_minutes: { live: number; test: number };
  final_action: { action: FinalAction['action']; after_days: number };
  locale: string;
  /** Left out by releases that had none: it is off. */
  dunning?: DunningSettings;
};

export type OrganizationDocument = {
  _id: string;
  name: string;
  time_zone: string;
  currency: string;
  /** As they were stored: one of an earlier release lacks what came later, and `settingsOf` fills it in. */
  settings: Settings;
  /** Test clock: virtual time minus real time. */
  clock_offset_ms: number;
  /** Test mode: the runs of dunning up to and with this instant are done. */
  dunning_ran_at?: Instant;
  /** Its Schedules are not as the settings say. Another value with every change, so that no change is missed. */
  schedules_stale?: string;
  highlevel_location_id: string;
  created_at: Instant;
};

export type TokenDocument = {
  /** The public part of the token. */
  _id: string;
  organization_id: string;
  name: string;
  kind: 'canonical' | 'highlevel' | 'invoiced';
  live: boolean;
  scopes: string[];
  /** SHA-256 of the secret part, hex. The secret itself is never stored. */
  secret_hash: string;
  created_at: Instant;
  expires_at: Instant | null;
  revoked_at: Instant | null;
};

export type CustomerDocument = {
  _id: string;
  organization_id: string;
  display_name: string;
  company_name: string | null;
  email: string | null;
  phone: string | null;
  contacts: { name: string; email: string | null; phone: string | null; roles: string[] }[];
  /** null: a person may text (text2pay, send), machines may not. */
  sms_consent: boolean | null;
  email_opt_out: boolean;
  /** Nothing more is issued to this customer. */
  credit_hold: boolean;
  time_zone: string | null;
  locale: string | null;
  currency: string | null;
  payment_terms: string | null;
  /** Left out by releases that had none. */
  reminder_policy_id?: string | null;
  late_fee_policy_id?: string | null;
  address: Record<string, string> | null;
  metadata: Record<string, string>;
  created_at: Instant;
  updated_at: Instant;
};

export type AccountDocument = {
  _id: string;
  organization_id: string;
  role: AccountRole | null;
  code: string;
  name: string;
  type: AccountType;
  created_at: Instant;
};

export type ItemDocument = {
  _id: string;
  organization_id: string;
  name: string;
  description: string | null;
  rate_cents: number;
  currency: string;
  taxable: boolean;
  account_id: string | null;
  created_at: Instant;
};

export type TaxRateDocument = {
  _id: string;
  organization_id: string;
  name: string;
  /** Decimal text in percent. */
  rate: string;
  inclusive: boolean;
  created_at: Instant;
};

export type FileDocument = {
  _id: string;
  organization_id: string;
  name: string;
  type: string;
  /** Bytes. */
  size: number;
  sha256: string;
  data: mongo.Binary;
  created_at: Instant;
};

/** Personal data and free words that workflows only refer to. */
export type ContentDocument = {
  _id: string;
  organization_id: string;
  kind: 'message' | 'ship_to' | 'recurring';
  data: Record<string, unknown>;
  created_at: Instant;
};

export type InvoiceDocument = {
  _id: string;
  organization_id: string;
  live_mode: boolean;
  version: number;
  customer_id: string;
  status: Invoice['status'];
  /** The word people see, without what only the clock decides: `overdue` is derived when read. */
  display_status: string;
  number: string | null;
  /** Left out by releases that had no schedules. */
  recurring_schedule_id?: string | null;
  currency: string;
  issue_date: LocalDate | null;
  due_date: LocalDate | null;
  /** First instant of the day after the due date. */
  due_at: Instant | null;
  total_cents: number;
  amount_paid_cents: number;
  amount_due_cents: number;
  late_fee_total_cents: number;
  credit_applied_cents: number;
  /** Written off and not recovered since. */
  written_off_cents: number;
  on_hold: boolean;
  /** Money is on its way, and nothing else may move any. */
  is_processing: boolean;
  /** null: it was never issued. */
  issued_at: Instant | null;
  /** Paid, void or uncollectible since. */
  closed_at: Instant | null;
  metadata: Record<string, string>;
  /** The policy that its reminders are from, for changes of it to find the invoice; null once it is closed. */
  reminder_policy?: PolicyVersion | null;
  /** Lower-cased number, memo and customer words that `search` looks through. */
  search: string;
  next_action_at: Instant | null;
  /** The last part of the customer's link, 32 random bytes, given at issue. Not the invoice's id. */
  public_token: string | null;
  created_at: Instant;
  updated_at: Instant;
  state: Invoice;
};

export type EventDocument = {
  /** `<invoice>:<sequence>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  /** Of what no invoice is part of: the payment, or the customer's stream. */
  invoice_id: string;
  sequence: number;
  version: number;
  type: string;
  /** By the invoice's clock. */
  at: Instant;
  recorded_at: Date;
  actor: string;
  reason: string | null;
  command: string;
  command_id: string;
  /** On the first event of a command only: makes (invoice, command_id) unique and answers a repetition. */
  command_key?: string;
  fingerprint?: string;
  result?: unknown;
  data: Record<string, unknown>;
};

/** A command that was refused or changed nothing, for the activity. */
export type RefusalDocument = {
  _id: string;
  organization_id: string;
  invoice_id: string;
  command: string;
  command_id: string;
  actor: string;
  code: string;
  message: string;
  at: Instant;
  recorded_at: Date;
};

/** One per (organization, mode, prefix). */
export type NumberSeriesDocument = {
  _id: string;
  /** The last number given. */
  last: number;
  /** Where the organization began further on: what lies between the number before and the first is no gap. */
  jumps?: { after: number; first: number }[];
  /** First numbers of segments begun under 0.2.0, which did not keep the number before. */
  segments?: number[];
  /**
   * Numbers that the series passed over, because an invoice had been given them by a caller: as they are written. Until
   * 0.2.0 only what they come to.
   */
  skipped?: (string | number)[];
};

export type IdempotencyDocument = {
  /** SHA-256 of organization, mode, method, route and key. */
  _id: string;
  organization_id: string;
  fingerprint: string;
  command_id: string;
  state: 'running' | 'done';
  /** While running: after this instant another request may take over with the same command id. */
  locked_until: Date;
  status: number | null;
  headers: Record<string, string>;
  body: unknown;
  expires_at: Date;
};

/** A worker that is able to run commands says so every five seconds. */
export type WorkerHeartbeatDocument = {
  _id: string;
  task_queue: string;
  at: Date;
};

/** Facts about the database itself, such as which organization is the demo. */
export type MetaDocument = { _id: string; value: string };
