// What a task for the merchant is in the database.
import type { Instant, LocalDate } from '../domain/calendar.ts';

export type TaskDocument = {
  /** Derived from the invoice and the step that made it. */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  invoice_id: string;
  customer_id: string;
  title: string;
  /** In the invoice's zone. */
  due_date: LocalDate;
  done: boolean;
  done_at: Instant | null;
  /** By the invoice's clock. */
  created_at: Instant;
};
