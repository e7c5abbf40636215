// Messages that leave: each is a row before it is sent, and its place under the recipient's cap.
import type { Instant } from '../domain/calendar.ts';
import type { Channel, MessageKind, MessageState } from '../domain/invoice/invoice.ts';

export type MessageAttempt = {
  at: Instant;
  outcome: 'accepted' | 'failed' | 'retry' | 'unknown' | 'suppressed';
  code: string | null;
  detail: string | null;
};

/** queued → claimed → accepted | failed | unknown | suppressed; claimed → queued again when it may be retried. */
export type MessageDocument = {
  /** The message's business identity. */
  _id: string;
  organization_id: string;
  live_mode: boolean;
  /** null: over all open invoices of the customer. */
  invoice_id: string | null;
  customer_id: string;
  channel: Channel;
  kind: MessageKind | 'dunning';
  template: string;
  command_id: string;
  to: string[];
  cc: string[];
  bcc: string[];
  subject: string | null;
  message: string | null;
  state: MessageState | 'claimed';
  /** While claimed: after this instant the claim counts as lost and its outcome as unknown. */
  lease_until: Instant | null;
  attempts: MessageAttempt[];
  segments: number | null;
  provider_id: string | null;
  /** The cap document's claim, freed when the message definitely failed. */
  cap_key: string | null;
  /** The message on the other channel that could not arrive. Left out by releases that gave it up. */
  switched_from?: string | null;
  queued_at: Instant;
  sent_at: Instant | null;
};

/** One per (organization, mode, channel, normalised address): who has had which reminder when. */
export type MessageCapDocument = {
  _id: string;
  claims: { message_id: string; at: Instant }[];
};
