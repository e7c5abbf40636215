// One reminder step whose time has come: sent, put off, or skipped with the reason.
import { type Instant, milliseconds, plusMilliseconds } from '../calendar.ts';
import { fingerprint } from '../fingerprint.ts';
import type { RejectionCode } from '../rejection.ts';
import type { AgendaItem } from './agenda.ts';
import type { Decision } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import {
  amountDue,
  type Invoice,
  isPartiallyPaid,
  isSuspended,
  type Message,
  type MoveReason,
  type ReminderRow,
  type StepCondition,
} from './invoice.ts';
import { firstAllowed, quietRules, whyQuiet } from './quiet.ts';
import {
  type CustomerRow,
  latestTime,
  ownTime,
  plannedReminders,
  reachesCustomer,
  reminderMessageId,
  sendsAt,
} from './reminder.ts';

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

function reminderMessage(invoice: Invoice, row: CustomerRow, now: Instant): Message {
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
    switchedFrom: row.switched?.messageId ?? null,
  };
}

function isMet({ minDue, onlyIf }: StepCondition, invoice: Invoice): boolean {
  if (minDue !== null && amountDue(invoice) < minDue) return false;
  switch (onlyIf) {
    case null:
      return true;
    case 'not_viewed':
      return invoice.firstViewedAt === null;
    case 'no_payment':
      return !isPartiallyPaid(invoice);
    case 'partially_paid':
      return isPartiallyPaid(invoice);
  }
}

/** As things stand now. */
function isWanted(invoice: Invoice, row: ReminderRow): boolean {
  const condition = invoice.reminderSteps.find(({ id }) => id === row.stepId)?.condition ?? null;
  return condition === null || isMet(condition, invoice);
}

/** Whether the other says the same later. One for the same instant on another channel says it to someone else. */
function isNewer(other: CustomerRow, row: CustomerRow): boolean {
  return ownTime(other) > ownTime(row) || other.channel === row.channel;
}

function send(invoice: Invoice, row: CustomerRow, now: Instant, blocked: Blocked): Happening {
  const message = reminderMessage(invoice, row, now);
  const code = blocked[message.id];
  if (code !== undefined) return skip(row, code, blockedStatus(code));
  return {
    events: [{ type: 'invoice.message_queued', message }],
    conditions: [
      { kind: 'recipient', messageId: message.id, automatic: true },
      { kind: 'creditBelow', messageId: message.id, amount: amountDue(invoice) },
      { kind: 'reminderCap', messageId: message.id, at: now, ...invoice.policy.reminderCap },
    ],
  };
}

/** Nobody is woken or reminded twice: at any hour, and each of several. */
function tell(invoice: Invoice, row: ReminderRow, now: Instant): Happening {
  if (now > latestTime(invoice, row)) return skip(row, 'too_late');
  const { stepId, occurrence, channel } = row;
  return only({ type: 'invoice.reminder_sent', stepId, occurrence, channel, messageId: null });
}

/** A turn of time that comes within so many milliseconds comes on time. */
const onTime = 60_000;

/** A number from 0 to below 1 that is the invoice's own. The words behind the id mix its last signs in. */
function share({ id }: Invoice): number {
  return Number.parseInt(fingerprint([id, 'place in the window']).slice(0, 8), 16) / 2 ** 32;
}

/**
 * When a reminder goes out whose time has come: now, or, after an outage, when the recipient may be written to and
 * not all at once. null: by then it would be too late.
 */
function goesOut(
  invoice: Invoice,
  row: CustomerRow,
  now: Instant,
): { to: Instant; reason: MoveReason } | null {
  const { burstWindowMinutes } = invoice.policy;
  const rules = quietRules(invoice);
  const last = latestTime(invoice, row);
  const quiet = whyQuiet(now, rules);
  const from = quiet === null ? now : firstAllowed(now, rules);
  const room = milliseconds(last) - milliseconds(from);
  if (room < 0) return null;
  const isLate = milliseconds(now) - milliseconds(sendsAt(row)) > onTime;
  let offset = isLate ? Math.floor(share(invoice) * Math.min(burstWindowMinutes * 60_000, room)) : 0;
  // The quiet hours may begin inside the window.
  while (offset > 0 && whyQuiet(plusMilliseconds(from, offset), rules) !== null)
    offset = Math.floor(offset / 2);
  return { to: plusMilliseconds(from, offset), reason: quiet ?? 'burst' };
}

function sendOrPutOff(
  invoice: Invoice,
  row: CustomerRow,
  later: readonly CustomerRow[],
  now: Instant,
  blocked: Blocked,
): Happening {
  const out = goesOut(invoice, row, now);
  if (out === null) return skip(row, 'too_late');
  if (out.to === now) return send(invoice, row, now, blocked);
  // By then a newer one will have been sent.
  if (later.some((one) => isNewer(one, row) && sendsAt(one) <= out.to)) return skip(row, 'superseded');
  const { stepId, occurrence } = row;
  return only({ type: 'invoice.reminder_moved', stepId, occurrence, ...out });
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
  if (!isWanted(invoice, row)) return skip(row, 'condition_not_met');
  if (!reachesCustomer(row)) return tell(invoice, row, now);
  const later = planned
    .slice(index + 1)
    .filter(reachesCustomer)
    .filter((one) => isWanted(invoice, one));
  const isMissed = later.some((one) => sendsAt(one) <= now && isNewer(one, row));
  return isMissed ? skip(row, 'superseded') : sendOrPutOff(invoice, row, later, now, blocked);
}
