// Reads the arguments of the commands about time: holds, a send at a later time, terms. Shape only.
import { instant, isLocalDate, isTimeZone, milliseconds } from '../calendar.ts';
import type { Fields, Reader } from '../reader.ts';
import type { CommandOn } from './command.ts';
import { holdKinds } from './invoice.ts';

const textMax = 5_000;

/** An instant with its offset; seconds may be left out. */
function isInstantText(text: string): boolean {
  const written = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  return written && isLocalDate(text.slice(0, 10)) && !Number.isNaN(milliseconds(text));
}

/** A local date and time to the minute, YYYY-MM-DDTHH:MM; seconds of zero may be written. */
function localMinute(text: string): string | null {
  const match = /^(\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d)(:00(\.0+)?)?$/.exec(text);
  const minute = match?.[1] ?? null;
  return minute !== null && isLocalDate(minute.slice(0, 10)) ? minute : null;
}

/** Terms under their name, or the fields of the terms themselves: `{"lateFees": {…}}` and `{…}` mean the same. Neither: none. */
export function under(key: 'lateFees' | 'reminders', args: Fields, envelope: readonly string[]): Fields {
  if (Object.hasOwn(args, key)) return args;
  const fields = Object.entries(args);
  const own = fields.filter(([name]) => !envelope.includes(name));
  const rest = Object.fromEntries(fields.filter(([name]) => envelope.includes(name)));
  return { ...rest, [key]: own.length === 0 ? null : Object.fromEntries(own) };
}

/** A date as it is; an instant in UTC, as instants are compared as texts. */
function readUntil(reader: Reader): string | null {
  const until = reader.text('until', 64);
  if (until === null || isLocalDate(until)) return until;
  return isInstantText(until) ? instant(milliseconds(until)) : reader.blame('until', 'invalid_date');
}

export function readHold(reader: Reader): CommandOn {
  const kind = reader.choice('kind', holdKinds);
  if (kind === null) reader.blame('kind');
  const until = readUntil(reader);
  return { name: 'hold', kind: kind ?? 'dispute', until, note: reader.text('note', textMax) };
}

export function readSchedule(reader: Reader): CommandOn {
  const sendAt = reader.text('sendAt', 40);
  const timeZone = reader.text('timeZone', 255);
  const local = sendAt === null ? null : localMinute(sendAt);
  if (local === null) reader.blame('sendAt', 'invalid_date');
  if (timeZone !== null && !isTimeZone(timeZone)) reader.blame('timeZone', 'invalid_time_zone');
  return { name: 'schedule', sendAt: local ?? '', timeZone };
}
