// How the arguments of a schedule's commands are read, whoever gives them.
import { isTimeZone } from '../calendar.ts';
import { isFields, type Reader, reader } from '../reader.ts';
import { reject, type Rejection } from '../rejection.ts';
import type { Change, RecurringCommand } from './decide.ts';
import { recurringActions, recurringIntervals } from './schedule.ts';

export const intervalCountMax = 1_000;
export const occurrencesMax = 10_000;
export const netDaysMax = 3_650;
export const nameMax = 255;
export const localTimePattern = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What every command may carry; read elsewhere. */
const envelope = ['commandId', 'actor', 'reason', 'notAfter', 'clockOffset', 'templateRef'] as const;

export type RecurringName = RecurringCommand['name'];

function readTimeZone(body: Reader): string | null {
  const zone = body.text('timeZone', 255);
  return zone === null || isTimeZone(zone) ? zone : body.blame('timeZone', 'invalid_time_zone');
}

function readLocalTime(body: Reader): string | null {
  const time = body.text('localTime', 5);
  return time === null || localTimePattern.test(time) ? time : body.blame('localTime');
}

/** Fields that cannot be taken away. */
const lasting = ['startDate', 'interval', 'intervalCount', 'timeZone', 'localTime', 'action'] as const;

function readChange(body: Reader): Change {
  const read: Required<{ [K in keyof Change]: Change[K] | null }> = {
    name: body.text('name', nameMax),
    startDate: body.date('startDate'),
    interval: body.choice('interval', recurringIntervals),
    intervalCount: body.integer('intervalCount', 1, intervalCountMax),
    occurrences: body.integer('occurrences', 1, occurrencesMax),
    endDate: body.date('endDate'),
    timeZone: readTimeZone(body),
    localTime: readLocalTime(body),
    netDays: body.integer('netDays', 0, netDaysMax),
    action: body.choice('action', recurringActions),
  };
  for (const key of lasting) if (body.has(key) && read[key] === null) body.blame(key);
  return Object.fromEntries(Object.entries(read).filter(([key]) => body.has(key))) as Change;
}

function readBody(name: RecurringName, body: Reader): RecurringCommand {
  switch (name) {
    case 'pause':
    case 'resume':
    case 'delete':
      return { name };
    case 'update':
      return { name, change: readChange(body) };
    case 'skip': {
      const date = body.date('date');
      if (date === null) body.blame('date', 'invalid_date');
      return { name, date: date ?? '' };
    }
  }
}

/** The command in the argument of an update or a signal; none counts as `{}`. */
export function readRecurring(name: RecurringName, value: unknown): RecurringCommand | Rejection {
  const given = value ?? {};
  if (!isFields(given)) return reject('invalid_argument', { reason: 'write an object, or nothing' });
  const own = Object.entries(given).filter(([key]) => !envelope.some((one) => one === key));
  const body = reader(Object.fromEntries(own));
  const command = readBody(name, body);
  return body.finish() ?? command;
}
