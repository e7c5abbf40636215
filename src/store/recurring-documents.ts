// The shape of a recurring schedule in the database: its state, and the invoice that it makes again and again.
import type { Instant } from '../domain/calendar.ts';
import type { RecurringSchedule } from '../domain/recurring/schedule.ts';

export type RecurringScheduleDocument = {
  _id: string;
  organization_id: string;
  live_mode: boolean;
  customer_id: string;
  version: number;
  status: RecurringSchedule['status'];
  /** When it next does something by itself, by the clock of its mode. */
  next_action_at: Instant | null;
  state: RecurringSchedule;
  /** The invoice as it was asked for, in the API's names. What it refers to is looked up at each occurrence. */
  template: RecurringTemplate;
  created_at: Instant;
  updated_at: Instant;
  /** In real time. */
  recorded_at: Date;
};

export type RecurringTemplate = Record<string, unknown> & { line_items: readonly Record<string, unknown>[] };
