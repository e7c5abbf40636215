// What is done when every step of the reminders has passed and something is still due.
import { atLocalTime, type Instant, later, plusDays, plusMilliseconds } from '../calendar.ts';
import type { Recorded } from './events.ts';
import {
  amountDue,
  type Invoice,
  isSuspended,
  type Policy,
  type ReminderRow,
  type ReminderStep,
} from './invoice.ts';
import { type Dates, rowOf } from './reminder.ts';

const dayLength = 86_400_000;

function daysAfter(at: Instant, { finalAction }: Policy): Instant {
  return plusMilliseconds(at, finalAction.afterDays * dayLength);
}

/**
 * So many days after the last step's date, at that step's local time; after a step that was put off so many times 24
 * hours. null: there is none, or its time has passed already.
 */
export function finalActionFrom(
  steps: readonly ReminderStep[],
  rows: readonly ReminderRow[],
  dates: Dates,
  policy: Policy,
  now: Instant,
): Instant | null {
  const { action, afterDays } = policy.finalAction;
  if (action === 'none' || steps.length === 0) return null;
  const ends = steps.map(({ anchor, offsetDays, localTime }) => {
    const date = anchor === 'due_date' ? dates.dueDate : dates.issueDate;
    return atLocalTime(plusDays(date, offsetDays + afterDays), localTime, dates.timeZone);
  });
  const putOff = rows
    .filter(({ status, nominal }) => status === 'PLANNED' && nominal !== null)
    .map(({ plannedAt }) => daysAfter(plannedAt, policy));
  const last = [...ends, ...putOff].reduce(later);
  return last < now ? null : last;
}

/** While the invoice is suspended it waits. */
export function nextFinalActionAt(invoice: Invoice): Instant | null {
  if (invoice.status !== 'open' || isSuspended(invoice) || amountDue(invoice) <= 0) return null;
  return invoice.finalActionAt;
}

/** A step that goes out later than this after it was planned is late. */
const onTime = 60_000;

/** When a step that is late goes out with this event; null where none does. */
function lateStepAt(invoice: Invoice, event: Recorded): Instant | null {
  const isMoved = event.type === 'invoice.reminder_moved' || event.type === 'invoice.reminder_switched';
  if (!isMoved && event.type !== 'invoice.message_queued') return null;
  const row = rowOf(invoice, isMoved ? event : event.message);
  const at = isMoved ? event.to : event.at;
  return row !== null && at > plusMilliseconds(row.plannedAt, onTime) ? at : null;
}

/** It does not come in the time of a hold, nor on the heels of a reminder that an outage has made late. */
export function withFinalAction(before: Invoice, after: Invoice, event: Recorded): Invoice {
  const { finalActionAt, policy } = after;
  if (finalActionAt === null) return after;
  const isFree = isSuspended(before) && !isSuspended(after);
  const late = lateStepAt(before, event);
  const earliest = [...(isFree ? [event.at] : []), ...(late === null ? [] : [daysAfter(late, policy)])];
  const at = earliest.reduce(later, finalActionAt);
  return at === finalActionAt ? after : { ...after, finalActionAt: at };
}
