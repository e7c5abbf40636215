// The commands that send: the first one issues, every one queues a message.
import { isRejection, type Rejection } from '../rejection.ts';
import type { Circumstances } from './command.ts';
import { type Decision, message, nothing } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import type { Channel, Invoice, Message } from './invoice.ts';
import { issue } from './issue.ts';
import { replacedBy, sendsAt, templateToday } from './reminder.ts';

/** Issues first where that has not happened, then queues the message. Nothing due at issue is paid at once. */
function deliver(invoice: Invoice, at: Circumstances, queued: Message | null): Decision | Rejection {
  const issued = invoice.issuedAt === null ? issue(invoice, at.now) : nothing;
  if (isRejection(issued)) return issued;
  const events: InvoiceEvent[] = [...issued.events];
  if (queued !== null) events.push({ type: 'invoice.message_queued', message: queued });
  if (invoice.issuedAt === null && invoice.totals.total === 0) events.push({ type: 'invoice.paid' });
  if (queued === null) return { ...issued, events };
  return {
    events,
    conditions: [...issued.conditions, { kind: 'recipient', messageId: queued.id, automatic: false }],
    told: { messageIds: [queued.id] },
  };
}

export function send(invoice: Invoice, at: Circumstances, wanted: boolean): Decision | Rejection {
  const kind = invoice.status === 'paid' ? 'receipt' : 'invoice';
  return deliver(
    invoice,
    at,
    wanted ? message(invoice, at, { channel: 'email', kind, template: kind }) : null,
  );
}

export function text2pay(invoice: Invoice, at: Circumstances): Decision | Rejection {
  return deliver(
    invoice,
    at,
    message(invoice, at, { channel: 'sms', kind: 'text2pay', template: 'text2pay' }),
  );
}

export function remind(invoice: Invoice, at: Circumstances, channel: Channel): Decision {
  const template = templateToday(invoice, at.now);
  const queued = message(invoice, at, { channel, kind: 'reminder', template });
  const replaced = replacedBy(invoice, at.now);
  const skip: InvoiceEvent[] =
    replaced === null
      ? []
      : [
          {
            type: 'invoice.reminder_skipped',
            stepId: replaced.stepId,
            occurrence: replaced.occurrence,
            status: 'SKIPPED',
            reason: 'replaced_by_manual',
          },
        ];
  return {
    events: [{ type: 'invoice.message_queued', message: queued }, ...skip],
    conditions: [
      { kind: 'recipient', messageId: queued.id, automatic: false },
      { kind: 'reminderCap', messageId: queued.id, at: at.now, ...invoice.policy.reminderCap },
    ],
    told: {
      messageIds: [queued.id],
      replaces: replaced === null ? null : { stepId: replaced.stepId, plannedAt: sendsAt(replaced) },
    },
  };
}
