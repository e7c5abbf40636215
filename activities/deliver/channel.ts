// What a channel is to the delivery: something that tries once and says what it saw. It never decides.
import type { Instant } from '../../src/domain/calendar.ts';
import type { Sighting } from './classify.ts';

type Outgoing = {
  readonly messageId: string;
  /** null: it is about all open invoices of a customer. */
  readonly invoiceId: string | null;
  readonly commandId: string;
};

export type OutgoingEmail = Outgoing & {
  readonly fromName: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The Date of the mail: fixed with the message, so that a second copy is the same mail. */
  readonly date: Instant;
};

export type OutgoingSms = Outgoing & {
  readonly to: string;
  readonly body: string;
  readonly statusCallback: string;
};

/** One try. Details carry neither addresses nor secrets: they are shown. */
export type Tried =
  | {
      readonly outcome: 'accepted';
      readonly providerId: string;
      readonly segments: number | null;
      readonly detail: string | null;
    }
  | {
      readonly outcome: 'fault';
      readonly seen: Sighting;
      /** Milliseconds that the provider asked to wait. */
      readonly retryAfter: number | null;
      readonly detail: string;
    }
  /** Not handed to the provider, because it could be read as something else than it is. */
  | { readonly outcome: 'unsafe'; readonly detail: string };

export type Send<M> = (message: M, cancelled: AbortSignal) => Promise<Tried>;

type ChannelSet = { readonly email: Send<OutgoingEmail>; readonly sms: Send<OutgoingSms> };

/** Test messages never reach anything but the sandboxes. */
export type Channels = { readonly live: ChannelSet; readonly test: ChannelSet };

/** Milliseconds. Each must be shorter than the lease of a claim, and that than the activity's start-to-close. */
export type Deadlines = {
  readonly connection: number;
  readonly greeting: number;
  readonly socket: number;
  readonly email: number;
  readonly sms: number;
};

export const defaultDeadlines: Deadlines = {
  connection: 10_000,
  greeting: 10_000,
  socket: 20_000,
  email: 30_000,
  sms: 15_000,
};
