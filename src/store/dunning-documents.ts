// Customer-level dunning and the nightly reconciliation: what is set, where a customer stands, what was done.
import type { Instant, LocalDate } from '../domain/calendar.ts';

export type DunningSettings = {
  enabled: boolean;
  local_time: string;
  stages: { days_overdue: number; template: string }[];
};

/** One per (customer, mode). It counts as long as something has been overdue ever since `last_at`. */
export type DunningStateDocument = {
  /** `<customer>:<mode>` */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  /** Days of the stages that went out. */
  stages_sent: number[];
  /** The run with which the stages began. */
  since: Instant;
  /** The last run that sent one. */
  last_at: Instant;
  /** The address that definitely took no message: nothing is sent there again. */
  undeliverable: string | null;
};

/** One per (customer, mode, local day, stage): what a run did with the customer. */
export type DunningRowDocument = {
  /** As its message's. */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  date: LocalDate;
  stage: number;
  template: string;
  status: 'QUEUED' | 'SENT' | 'SKIPPED' | 'SUPPRESSED' | 'FAILED';
  reason: string | null;
  message_id: string | null;
  /** The run's instant. */
  at: Instant;
};

/** The last reconciliation of an organization. */
export type ReconciliationDocument = {
  /** The organization. */
  _id: string;
  at: Instant;
  difference_cents: number;
  books: { live_mode: boolean; currency: string; difference_cents: number; failed: string[] }[];
};
