// The noun. What a recurring schedule is, in plain JSON: when it makes an invoice, and what became of each occurrence.
// The document that it makes lies beside it in the database and never crosses Temporal.
import type { Instant, LocalDate, LocalTime, TimeZone } from '../calendar.ts';

export const recurringIntervals = ['day', 'week', 'month', 'year'] as const;
export type RecurringInterval = (typeof recurringIntervals)[number];

export const recurringActions = ['draft', 'send'] as const;
export type RecurringAction = (typeof recurringActions)[number];

/** Stored are all but the last. */
export const scheduleStatuses = ['active', 'paused', 'ended', 'deleted'] as const;
export type ScheduleStatus = (typeof scheduleStatuses)[number];

/** From it follows every date. Occurrences are counted from 1, at the start date, whether they are made or not. */
export type Plan = {
  readonly startDate: LocalDate;
  readonly interval: RecurringInterval;
  readonly intervalCount: number;
  /** At most one of the two ends it; neither: it goes on. */
  readonly occurrences: number | null;
  readonly endDate: LocalDate | null;
  readonly timeZone: TimeZone;
  readonly localTime: LocalTime;
};

/** What became of an occurrence. */
export type Settled = {
  readonly occurrence: number;
  readonly issueDate: LocalDate;
  readonly outcome: 'made' | 'skipped';
  readonly invoiceId: string | null;
  /** Of a skipped one: `requested`, or the code with which the invoice was refused. */
  readonly reason: string | null;
};

/** A command that has run, kept to answer its repetition. */
export type RanCommand = { readonly id: string; readonly fingerprint: string };

export type RecurringSchedule = Plan & {
  readonly schemaVersion: 1;
  readonly id: string;
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly customerId: string;
  readonly name: string | null;
  /** From the issue date to the due date; null: what the terms or the organization say. */
  readonly netDays: number | null;
  readonly action: RecurringAction;
  /** Writes: goes up by one with each. */
  readonly version: number;
  readonly status: ScheduleStatus;
  /** The first one that nothing became of yet. */
  readonly nextOccurrence: number;
  /** Dates to come on which nothing is made. */
  readonly skips: readonly LocalDate[];
  /** The last ones, oldest first. */
  readonly settled: readonly Settled[];
  readonly commands: readonly RanCommand[];
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
};

/** How many the state remembers; invoices themselves name their schedule. */
export const settledKept = 50;
export const commandsKept = 50;
