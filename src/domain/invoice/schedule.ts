// Sending at a local date and time that is still to come.
import { atLocalTime, type Instant, isLocalDate, isTimeZone } from '../calendar.ts';
import { isRejection, reject, type Rejection, type RejectionCode } from '../rejection.ts';
import { isSame } from '../same.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { Invoice } from './invoice.ts';
import { issue } from './issue.ts';
import { send } from './sending.ts';

const localTimePattern = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Again moves it. A time in a spring gap moves forward, a doubled one is its first. */
export function schedule(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'schedule' }>,
  at: Circumstances,
): Decision | Rejection {
  const timeZone = command.timeZone ?? invoice.timeZone;
  if (!isTimeZone(timeZone)) return reject('invalid_time_zone', undefined, '/time_zone');
  const [date = '', time = ''] = command.sendAt.split('T');
  if (!isLocalDate(date) || !localTimePattern.test(time)) {
    return reject('invalid_date', undefined, '/send_at');
  }
  const sendsAt = atLocalTime(date, time, timeZone);
  if (sendsAt <= at.now) return reject('date_in_past', undefined, '/send_at');
  const issued = issue(invoice, sendsAt);
  if (isRejection(issued)) return issued;
  const scheduledSend = { localTime: command.sendAt, timeZone, at: sendsAt };
  if (isSame(scheduledSend, invoice.scheduledSend)) return nothing;
  return { ...nothing, events: [{ type: 'invoice.scheduled', scheduledSend }] };
}

export function unschedule(_invoice: Invoice): Decision | Rejection {
  return { ...nothing, events: [{ type: 'invoice.unscheduled', code: null }] };
}

function notSent(code: RejectionCode): Decision {
  return { ...nothing, events: [{ type: 'invoice.unscheduled', code }] };
}

/**
 * The time has come: issued and queued, as if somebody had sent it now. Where that is refused it is a draft again,
 * and says why. `blocked` are refusals of the write, by message id.
 */
export function sendScheduled(
  invoice: Invoice,
  scheduledAt: Instant,
  now: Instant,
  blocked: Readonly<Record<string, RejectionCode>>,
): Decision {
  const commandId = `schedule:${scheduledAt}`;
  const sent = send(invoice, { now, commandId, newId: commandId }, true);
  if (isRejection(sent)) return notSent(sent.rejected);
  const code = (sent.told.messageIds ?? []).map((id) => blocked[id]).find((one) => one !== undefined);
  return code === undefined ? sent : notSent(code);
}
