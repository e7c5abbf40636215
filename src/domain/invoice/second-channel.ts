// A message that cannot arrive goes by the customer's other channel, once.
import type { Instant } from '../calendar.ts';
import { type Decision, nothing } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import type { Channel, Invoice, Message } from './invoice.ts';
import { messageIsMoot } from './moot.ts';
import { firstAllowed, quietRules } from './quiet.ts';
import { rowOf } from './reminder.ts';

type Failure = Extract<InvoiceEvent, { type: 'invoice.message_failed' }>;

const otherChannel: Readonly<Record<Channel, Channel>> = { email: 'sms', sms: 'email' };

/** Refused for good by the recipient's server. The four replies among the 500s are about our own login. */
const mailRefused = /^(smtp_5(?!30|34|35|38)\d\d|smtp_refused)$/;
/** Numbers that no text reaches: not one, not a mobile, switched off, unknown, a landline. */
const numberUnreachable = /^(twilio_)?(21211|21614|30003|30005|30006)$/;

function cannotArrive({ channel }: Message, { state, code }: Failure): boolean {
  if (state !== 'failed' && state !== 'bounced') return false;
  if (channel === 'sms') return numberUnreachable.test(code);
  return state === 'bounced' || mailRefused.test(code);
}

/** Dates or steps have changed meanwhile, and the same step comes again by them. */
function comesAgain({ reminders }: Invoice, { stepId }: Message): boolean {
  return reminders.some((row) => row.stepId === stepId && row.status === 'PLANNED' && row.messageId === null);
}

/** The message that goes by the other channel instead; null where none does. */
function standIn(invoice: Invoice, message: Message, failure: Failure, now: Instant): Message | null {
  const isWanted = message.kind === 'invoice' || message.kind === 'reminder';
  if (!isWanted || message.switchedFrom !== null || !cannotArrive(message, failure)) return null;
  const isAutomatic = message.stepId !== null;
  if (invoice.status !== 'open' || messageIsMoot(message.kind, invoice, isAutomatic) !== null) return null;
  if (isAutomatic && comesAgain(invoice, message)) return null;
  const channel = otherChannel[message.channel];
  const id = `${message.id.slice(0, -message.channel.length)}${channel}`;
  if (invoice.messages.some((one) => one.id === id)) return null;
  return {
    ...message,
    id,
    channel,
    queuedAt: now,
    state: 'queued',
    settledAt: null,
    code: null,
    switchedFrom: message.id,
  };
}

/** A step is planned once more: its turn of time asks everything again that it asks of any step. */
function switched(
  invoice: Invoice,
  message: Message,
  instead: Message,
  code: string,
  now: Instant,
): InvoiceEvent | null {
  const row = rowOf(invoice, message);
  if (row === null) return null;
  const { stepId, occurrence } = row;
  const to = firstAllowed(now, quietRules(invoice));
  const from = { channel: message.channel, messageId: message.id, code };
  return { type: 'invoice.reminder_switched', stepId, occurrence, channel: instead.channel, to, from };
}

/** What follows from how a message ended, with what goes by the other channel now. */
export function withSecondChannel(invoice: Invoice, events: readonly InvoiceEvent[], now: Instant): Decision {
  const failure = events.find((event) => event.type === 'invoice.message_failed');
  const message = invoice.messages.find(({ id }) => id === failure?.messageId);
  if (!invoice.policy.secondChannel || failure === undefined || message === undefined)
    return { ...nothing, events };
  const instead = standIn(invoice, message, failure, now);
  if (instead === null) return { ...nothing, events };
  const again = switched(invoice, message, instead, failure.code, now);
  if (again !== null) return { ...nothing, events: [...events, again] };
  const messageId = instead.id;
  const cap = { kind: 'reminderCap', messageId, at: now, ...invoice.policy.reminderCap } as const;
  return {
    ...nothing,
    events: [...events, { type: 'invoice.message_queued', message: instead }],
    conditions: [
      { kind: 'recipient', messageId, automatic: false },
      ...(instead.kind === 'reminder' ? [cap] : []),
    ],
  };
}
