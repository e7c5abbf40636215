// The turn of time: everything that is due up to an instant, each thing dated when it was due.
import { type Instant, milliseconds } from '../calendar.ts';
import type { RejectionCode } from '../rejection.ts';
import { type AgendaItem, nextAction } from './agenda.ts';
import type { Condition } from './condition.ts';
import { after, type Decision, nothing } from './decision.ts';
import type { InvoiceEvent, Recorded } from './events.ts';
import { holdRunsOut } from './hold.ts';
import { type Invoice, isSuspended, type Message, type ReminderRow } from './invoice.ts';
import { nextFee } from './late-fee.ts';
import { plannedReminders, reminderMessageId } from './reminder.ts';
import { sendScheduled } from './schedule.ts';

/** At most this many things in one write; what is left follows in the next. */
const turnSize = 100;

/** Messages that the write refused, by id: they are not sent, and what had planned them says why. */
export type Blocked = Readonly<Record<string, RejectionCode>>;

/** A decision whose events carry their own instants, because each was due at its own. */
export type Turn = Omit<Decision, 'events'> & { readonly events: readonly Recorded[] };

type Happening = Pick<Decision, 'events' | 'conditions'>;

function skip(row: ReminderRow, status: 'SKIPPED' | 'SUPPRESSED', reason: string): InvoiceEvent {
  const { stepId, occurrence } = row;
  return { type: 'invoice.reminder_skipped', stepId, occurrence, status, reason };
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

/** Why something that a hold, or money on its way, kept from happening did not: it does not happen later either. */
const suspended = 'suspended';

/** Charged, or passed over for good while a hold stands or money is on its way. */
function fallDue(invoice: Invoice, at: Instant): InvoiceEvent {
  if (!isSuspended(invoice)) return { type: 'invoice.late_fee_assessed', fee: nextFee(invoice, at) };
  const skipped = { occurrence: invoice.nextFeeOccurrence, at, reason: suspended };
  return { type: 'invoice.late_fee_skipped', skipped };
}

/**
 * One reminder step whose time has come: sent, or skipped with the reason. Several missed ones collapse into
 * the newest; one that is later than the tolerance is not sent at all.
 */
function remind(
  invoice: Invoice,
  item: Extract<AgendaItem, { kind: 'reminder' }>,
  now: Instant,
  blocked: Blocked,
): Happening {
  const due = plannedReminders(invoice).filter((row) => row.plannedAt <= now);
  const row = due.find((one) => one.stepId === item.stepId && one.occurrence === item.occurrence);
  if (row === undefined) throw new Error(`No planned reminder ${item.stepId}`);
  const only = (event: InvoiceEvent) => ({ events: [event], conditions: [] });
  if (isSuspended(invoice)) return only(skip(row, 'SKIPPED', suspended));
  // One on another channel at the same instant says the same to someone else: neither was missed.
  const newer = due.slice(due.indexOf(row) + 1);
  if (newer.some((one) => one.plannedAt > row.plannedAt || one.channel === row.channel)) {
    return only(skip(row, 'SKIPPED', 'superseded'));
  }
  const late = milliseconds(now) - milliseconds(row.plannedAt);
  if (late > invoice.policy.lateReminderToleranceHours * 3_600_000)
    return only(skip(row, 'SKIPPED', 'too_late'));
  const message = reminderMessage(invoice, row, now);
  const code = blocked[message.id];
  if (code !== undefined) return only(skip(row, blockedStatus(code), code));
  return {
    events: [{ type: 'invoice.message_queued', message }],
    conditions: [
      { kind: 'recipient', messageId: message.id, automatic: true },
      { kind: 'reminderCap', messageId: message.id, at: now, ...invoice.policy.reminderCap },
    ],
  };
}

function happen(invoice: Invoice, item: AgendaItem, now: Instant, blocked: Blocked): Happening {
  const only = (event: InvoiceEvent) => ({ events: [event], conditions: [] });
  switch (item.kind) {
    case 'send':
      return sendScheduled(invoice, item.at, now, blocked);
    case 'hold_ends':
      return only(holdRunsOut(invoice, { kind: item.hold }));
    case 'overdue':
      return only({ type: 'invoice.overdue' });
    case 'late_fee':
      return only(fallDue(invoice, item.at));
    case 'reminder':
      return remind(invoice, item, now, blocked);
    case 'close':
      return nothing;
  }
}

/** What leaves the house leaves it now, however late it is; everything else happened when it was due. */
function isSentNow(item: AgendaItem): boolean {
  return item.kind === 'reminder' || item.kind === 'send';
}

/** All that is due up to `now`, in order. Empty when nothing is. Bounded: call again until it is empty. */
export function turnOfTime(invoice: Invoice, now: Instant, blocked: Blocked = {}): Turn {
  const events: Recorded[] = [];
  const conditions: Condition[] = [];
  let state = invoice;
  for (let count = 0; count < turnSize; count += 1) {
    const item = nextAction(state);
    if (item === null || item.at > now || item.kind === 'close') break;
    const step = happen(state, item, now, blocked);
    const stepEvents = step.events.map((event, index) => ({
      ...event,
      sequence: state.sequence + index + 1,
      at: isSentNow(item) ? now : item.at,
    }));
    events.push(...stepEvents);
    conditions.push(...step.conditions);
    state = after(state, stepEvents);
  }
  return { events, conditions, told: {} };
}
