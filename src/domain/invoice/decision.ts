// What a decision is made of, shared by every command: events in order, conditions, and what the answer tells.
import type { Instant } from '../calendar.ts';
import type { Circumstances } from './command.ts';
import type { Condition } from './condition.ts';
import type { InvoiceEvent, Recorded } from './events.ts';
import { evolve } from './evolve.ts';
import type { Channel, Invoice, Message, MessageKind } from './invoice.ts';

/** What happens if it is written: the events in order, on what condition, and what the answer tells. */
export type Decision = {
  readonly events: readonly InvoiceEvent[];
  readonly conditions: readonly Condition[];
  readonly told: {
    readonly messageIds?: readonly string[];
    readonly paymentId?: string;
    readonly refundIds?: readonly string[];
    readonly creditNoteId?: string;
    readonly processing?: boolean;
    readonly replaces?: { readonly stepId: string; readonly plannedAt: Instant } | null;
  };
};

export const nothing: Decision = { events: [], conditions: [], told: {} };

export function recorded(invoice: Invoice | null, events: readonly InvoiceEvent[], at: Instant): Recorded[] {
  const from = invoice?.sequence ?? 0;
  return events.map((event, index) => ({ ...event, sequence: from + index + 1, at }));
}

export function after(invoice: Invoice | null, events: readonly Recorded[]): Invoice {
  const result = events.reduce<Invoice | null>(evolve, invoice);
  if (result === null) throw new Error('No invoice: nothing was created');
  return result;
}

/** A message that a command asks for: one a channel and command. */
export function message(
  invoice: Invoice,
  at: Circumstances,
  what: { readonly channel: Channel; readonly kind: MessageKind; readonly template: string },
): Message {
  return {
    ...what,
    id: `${invoice.id}:${at.commandId}:${what.channel}`,
    commandId: at.commandId,
    stepId: null,
    occurrence: null,
    queuedAt: at.now,
    state: 'queued',
    settledAt: null,
    code: null,
    switchedFrom: null,
  };
}
