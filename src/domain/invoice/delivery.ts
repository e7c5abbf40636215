// What becomes of a message: how the outcome of a delivery turns into events. Late and repeated outcomes change nothing.
import type { InvoiceEvent } from './events.ts';
import type { Invoice, Message } from './invoice.ts';

export type Outcome =
  | { readonly outcome: 'accepted' }
  | { readonly outcome: 'failed' | 'unknown' | 'suppressed'; readonly code: string };

/** Messages that a delivery still has to be attempted for, oldest first: the outbox. */
export function outbox(invoice: Invoice): readonly Message[] {
  return invoice.messages.filter((message) => message.state === 'queued');
}

function accepted(invoice: Invoice, message: Message): InvoiceEvent[] {
  const messageId = message.id;
  const events: InvoiceEvent[] = [{ type: 'invoice.message_accepted', messageId }];
  const first = invoice.sentAt === null && (message.kind === 'invoice' || message.kind === 'text2pay');
  if (first) events.push({ type: 'invoice.sent', messageId });
  if (message.kind === 'reminder') {
    const { stepId, occurrence, channel } = message;
    events.push({ type: 'invoice.reminder_sent', stepId, occurrence, channel, messageId });
  }
  return events;
}

/** `sentAt` and SENT are claimed here and nowhere else: after a server took the message. */
export function deliveryEvents(invoice: Invoice, messageId: string, outcome: Outcome): InvoiceEvent[] {
  const message = outbox(invoice).find((one) => one.id === messageId);
  if (message === undefined) return [];
  if (outcome.outcome === 'accepted') return accepted(invoice, message);
  return [{ type: 'invoice.message_failed', messageId, state: outcome.outcome, code: outcome.code }];
}

/** What a provider reports. It may come before the answer to the send itself; a bounce stays a bounce. */
export function reportEvents(
  invoice: Invoice,
  report: {
    readonly messageId: string;
    readonly state: 'delivered' | 'bounced';
    readonly code: string | null;
  },
): InvoiceEvent[] {
  const { messageId } = report;
  const message = invoice.messages.find((one) => one.id === messageId);
  if (message === undefined) return [];
  // Whoever reports on a message has taken it, whatever became of the answer to the send.
  const unheard = message.state === 'queued' || message.state === 'unknown';
  const first = unheard ? accepted(invoice, message) : [];
  const unsettled = unheard || message.state === 'accepted';
  if (report.state === 'delivered') {
    return unsettled ? [...first, { type: 'invoice.message_delivered', messageId }] : [];
  }
  if (!unsettled && message.state !== 'delivered') return [];
  const code = report.code ?? 'bounced';
  return [...first, { type: 'invoice.message_failed', messageId, state: 'bounced', code }];
}
