// Sending at a local date and time that is still to come.
import { atLocalTime, isLocalDate, isTimeZone } from '../calendar.ts';
import { reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { Invoice } from './invoice.ts';

export function schedule(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'schedule' }>,
  at: Circumstances,
): Decision | Rejection {
  const timeZone = command.timeZone ?? invoice.timeZone;
  if (!isTimeZone(timeZone)) return reject('invalid_time_zone', undefined, '/time_zone');
  const [date = '', time = ''] = command.sendAt.split('T');
  if (!isLocalDate(date) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    return reject('invalid_date', undefined, '/send_at');
  }
  const sendsAt = atLocalTime(date, time, timeZone);
  if (sendsAt <= at.now) return reject('date_in_past', undefined, '/send_at');
  return {
    ...nothing,
    events: [
      { type: 'invoice.scheduled', scheduledSend: { localTime: command.sendAt, timeZone, at: sendsAt } },
    ],
  };
}

export function unschedule(_invoice: Invoice): Decision | Rejection {
  return { ...nothing, events: [{ type: 'invoice.unscheduled', code: null }] };
}
