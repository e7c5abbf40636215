// What the built-in mailbox and the sandboxes keep, in the same database.
import type { Instant } from '../domain/calendar.ts';
import type { Channel } from '../domain/invoice/invoice.ts';

/** What the mailbox and the SMS sandbox took. */
export type SandboxMessageDocument = {
  _id: string;
  /** null: the message does not name one of ours. */
  organization_id: string | null;
  live_mode: boolean;
  invoice_id: string | null;
  message_id: string | null;
  channel: Channel;
  to: string[];
  cc: string[];
  bcc: string[];
  from: string;
  subject: string | null;
  text: string;
  html: string | null;
  attachments: { name: string; type: string; size: number }[];
  /** Message-ID of a mail, SID of a text. */
  provider_message_id: string | null;
  /** The resource as the SMS provider answers it; null for mail. */
  resource: Record<string, unknown> | null;
  /** By the clock of the message's invoice. */
  at: Instant;
};

/** Money that the sandbox processor was asked to give back, and what it said. */
export type SandboxRefundDocument = {
  /** Of the refund, as the request named it: asked again it says the same. */
  _id: string;
  organization_id: string;
  invoice_id: string;
  provider_payment_id: string;
  amount_cents: number;
  currency: string;
  /** null: given back. */
  refused: string | null;
  created_at: Instant;
};

/** A scripted failure of a sandbox. The oldest that fits is used first. */
export type SandboxFailureDocument = {
  _id: string;
  organization_id: string;
  channel: string;
  match: { to?: string; amount_cents?: number };
  fail: string;
  /** How many times it will still be used; -1 always. */
  left: number;
  created_at: Instant;
};
