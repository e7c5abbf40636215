// One reminder step whose time has come: sent, put off, or skipped with the reason.
import { type Instant, plusMilliseconds } from '../calendar.ts';
import type { RejectionCode } from '../rejection.ts';
import type { AgendaItem } from './agenda.ts';
import type { Decision } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import { type Invoice, isSuspended, type Message, type ReminderRow } from './invoice.ts';
import { firstAllowed, quietRules, whyQuiet } from './quiet.ts';
import { ownTime, plannedReminders, reminderMessageId, sendsAt } from './reminder.ts';

/** Messages that the write refused, by id: they are not sent, and what had planned them says why. */
export type Blocked = Readonly<Record<string, RejectionCode>>;

export type Happening = Pick<Decision, 'events' | 'conditions'>;

/** Why something that a hold, or money on its way, kept from happening did not: it does not happen later either. */
export const suspended = 'suspended';

function only(event: InvoiceEvent): Happening {
  return { events: [event], conditions: [] };
}

function skip(row: ReminderRow, reason: string, status: 'SKIPPED' | 'SUPPRESSED' = 'SKIPPED'): Happening {
  const { stepId, occurrence } = row;
  return only({ type: 'invoice.reminder_skipped', stepId, occurrence, status, reason });
}

/** Opt-out and missing consent suppress; everything else that stands in the way skips. */
function blockedStatus(code: RejectionCode): 'SKIPPED' | 'SUPPRESSED' {
  return code === 'opted_out' || code === 'sms_not_consented' ? 'SUPPRESSED' : 'SKIPPED';
}

function reminderMessage(invoice: Invoice, row: ReminderRow, now: Instant): Message {
  return {
    id: reminderMessageId(invoice.id, row),
    channel: row.channel,
    kind: 'reminder',
    template: row.template,
    commandId: `reminder:${row.stepId}:${row.occurrence}`,
    stepId: row.stepId,
    occurrence: row.occurrence,
    queuedAt: now,
    state: 'queued',
    settledAt: null,
    code: null,
  };
}

/** Whether the other says the same later. One for the same instant on another channel says it to someone else. */
function isNewer(other: ReminderRow, row: ReminderRow): boolean {
  return ownTime(other) > ownTime(row) || other.channel === row.channel;
}

function send(invoice: Invoice, row: ReminderRow, now: Instant, blocked: Blocked): Happening {
  const message = reminderMessage(invoice, row, now);
  const code = blocked[message.id];
  if (code !== undefined) return skip(row, code, blockedStatus(code));
  return {
    events: [{ type: 'invoice.message_queued', message }],
    conditions: [
      { kind: 'recipient', messageId: message.id, automatic: true },
      { kind: 'reminderCap', messageId: message.id, at: now, ...invoice.policy.reminderCap },
    ],
  };
}

/** After an outage it may be night where the recipient is: then it waits for the morning, if that is soon enough. */
function sendOrPutOff(
  invoice: Invoice,
  row: ReminderRow,
  later: readonly ReminderRow[],
  now: Instant,
  blocked: Blocked,
): Happening {
  const rules = quietRules(invoice);
  const reason = whyQuiet(now, rules);
  const to = reason === null ? now : firstAllowed(now, rules);
  const last = plusMilliseconds(row.plannedAt, invoice.policy.lateReminderToleranceHours * 3_600_000);
  if (to > last) return skip(row, 'too_late');
  if (reason === null) return send(invoice, row, now, blocked);
  // By then a newer one will have been sent.
  if (later.some((one) => isNewer(one, row) && sendsAt(one) <= to)) return skip(row, 'superseded');
  const { stepId, occurrence } = row;
  return only({ type: 'invoice.reminder_moved', stepId, occurrence, to, reason });
}

/**
 * Several missed ones collapse into the newest; one that is later than the tolerance is not sent at all.
 */
export function remindStep(
  invoice: Invoice,
  item: Extract<AgendaItem, { kind: 'reminder' }>,
  now: Instant,
  blocked: Blocked,
): Happening {
  const planned = plannedReminders(invoice);
  const index = planned.findIndex((one) => one.stepId === item.stepId && one.occurrence === item.occurrence);
  const row = planned[index];
  if (row === undefined) throw new Error(`No planned reminder ${item.stepId}`);
  if (isSuspended(invoice)) return skip(row, suspended);
  const later = planned.slice(index + 1);
  const isMissed = later.some((one) => sendsAt(one) <= now && isNewer(one, row));
  return isMissed ? skip(row, 'superseded') : sendOrPutOff(invoice, row, later, now, blocked);
}
