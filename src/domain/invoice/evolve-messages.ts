// What an invoice's messages and reminders are after an event.
import type { Recorded } from './events.ts';
import { type Invoice, type Message, messagesKept, type ReminderRow } from './invoice.ts';

type MessageEvent = Extract<
  Recorded,
  {
    type:
      | 'invoice.message_queued'
      | 'invoice.sent'
      | 'invoice.message_accepted'
      | 'invoice.message_delivered'
      | 'invoice.message_failed'
      | 'invoice.reminder_sent'
      | 'invoice.reminder_skipped'
      | 'invoice.reminder_moved'
      | 'invoice.reminder_switched';
  }
>;

function withMessage(invoice: Invoice, id: string, change: Partial<Message>): Invoice {
  return {
    ...invoice,
    messages: invoice.messages.map((message) => (message.id === id ? { ...message, ...change } : message)),
  };
}

/** Forgets the oldest settled messages; the database keeps them all. A queued one is never forgotten. */
function remember(messages: readonly Message[]): Message[] {
  let surplus = messages.length - messagesKept;
  return messages.filter((message) => {
    const forget = surplus > 0 && message.state !== 'queued';
    if (forget) surplus -= 1;
    return !forget;
  });
}

function withReminder(
  invoice: Invoice,
  key: { readonly stepId: string | null; readonly occurrence: number | null },
  change: Partial<ReminderRow>,
): Invoice {
  const same = (row: ReminderRow) => row.stepId === key.stepId && row.occurrence === key.occurrence;
  return {
    ...invoice,
    reminders: invoice.reminders.map((row) => (same(row) ? { ...row, ...change } : row)),
  };
}

/** A reminder's row follows its message: moot is SUPPRESSED; refused, bounced or without an answer is FAILED. */
function messageEnded(
  invoice: Invoice,
  event: Extract<Recorded, { type: 'invoice.message_failed' }>,
): Invoice {
  const settled = withMessage(invoice, event.messageId, {
    state: event.state,
    settledAt: event.at,
    code: event.code,
  });
  const message = settled.messages.find((one) => one.id === event.messageId);
  if (message === undefined) return settled;
  const status = event.state === 'suppressed' ? 'SUPPRESSED' : 'FAILED';
  return withReminder(settled, message, { status, reason: event.code, actualAt: event.at });
}

export function applyMessages(invoice: Invoice, event: MessageEvent): Invoice {
  switch (event.type) {
    case 'invoice.message_queued':
      return withReminder(
        { ...invoice, messages: remember([...invoice.messages, event.message]) },
        event.message,
        { messageId: event.message.id },
      );
    case 'invoice.sent':
      return { ...invoice, sentAt: invoice.sentAt ?? event.at };
    case 'invoice.message_accepted':
      return withMessage(invoice, event.messageId, { state: 'accepted', settledAt: event.at, code: null });
    case 'invoice.message_delivered':
      return withMessage(invoice, event.messageId, { state: 'delivered' });
    case 'invoice.message_failed':
      return messageEnded(invoice, event);
    case 'invoice.reminder_sent':
      return withReminder(invoice, event, { status: 'SENT', actualAt: event.at, reason: null });
    case 'invoice.reminder_skipped':
      return withReminder(invoice, event, { status: event.status, actualAt: event.at, reason: event.reason });
    case 'invoice.reminder_moved':
      return withReminder(invoice, event, { moved: { to: event.to, reason: event.reason } });
    case 'invoice.reminder_switched':
      return withReminder(invoice, event, {
        channel: event.channel,
        moved: { to: event.to, reason: 'second_channel' },
        switched: event.from,
        status: 'PLANNED',
        reason: null,
        actualAt: null,
        messageId: null,
      });
  }
}
