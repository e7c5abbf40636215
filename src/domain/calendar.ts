// Dates, instants and zones. The only file that knows the Temporal (TC39) polyfill.
// Imported by its /implementation path: the package root hands out a native object on newer runtimes,
// and that one reads the real clock inside the workflow sandbox.
import { Temporal } from 'temporal-polyfill/implementation';

/** A calendar date, YYYY-MM-DD. */
export type LocalDate = string;
/** An instant, RFC 3339 in UTC with milliseconds: two of them compare as text. */
export type Instant = string;
/** IANA time zone, e.g. Europe/Paris. */
export type TimeZone = string;
/** HH:MM. */
export type LocalTime = string;

/** 9999-12-31T23:59:59.999Z. A fifth digit of the year would come with a sign and break the order of texts. */
const lastMillisecond = 253_402_300_799_999;

/** What lies beyond the year 9999 is its last millisecond. */
export function instant(milliseconds: number): Instant {
  return new Date(Math.min(milliseconds, lastMillisecond)).toISOString();
}

export function milliseconds(at: Instant): number {
  return Date.parse(at);
}

/** An IANA name. Offsets and whole date-times, out of which the library would read a zone, are none. */
export function isTimeZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone).timeZoneId !== '';
  } catch {
    return false;
  }
}

/** A real date of the calendar between the years 1970 and 9999. */
export function isLocalDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < '1970-01-01') return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

export function plusDays(date: LocalDate, days: number): LocalDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** n months after the date; a day that the month lacks becomes its last (31 January + 1 = 28 February). */
export function plusMonths(date: LocalDate, months: number): LocalDate {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

export function daysBetween(from: LocalDate, to: LocalDate): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
}

/** The date that the wall calendar shows in the zone at the instant. */
export function localDate(at: Instant, zone: TimeZone): LocalDate {
  return Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** Wall-clock time in the zone with its offset: 2026-12-01T09:00:00+01:00. */
export function localTime(at: Instant, zone: TimeZone): string {
  return Temporal.Instant.from(at)
    .toZonedDateTimeISO(zone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** The first instant of the date in the zone (days that begin at 01:00 begin there). */
export function startOfDay(date: LocalDate, zone: TimeZone): Instant {
  return instant(Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds);
}

/** "The end of the date": the first instant of the next local day. */
export function endOfDay(date: LocalDate, zone: TimeZone): Instant {
  return startOfDay(plusDays(date, 1), zone);
}

/** A wall-clock time on a date. A time in a spring gap moves forward, a doubled one is its first. */
export function atLocalTime(date: LocalDate, time: LocalTime, zone: TimeZone): Instant {
  const plainTime = Temporal.PlainTime.from(time);
  return instant(
    Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds,
  );
}

/** What the calendar and the clock on the wall show in the zone at the instant. Monday is 1. */
export function wallClock(
  at: Instant,
  zone: TimeZone,
): { readonly date: LocalDate; readonly time: LocalTime; readonly weekday: number } {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(zone);
  const time = local.toPlainTime().toString({ smallestUnit: 'minute' });
  return { date: local.toPlainDate().toString(), time, weekday: local.dayOfWeek };
}

/** The first instant after this one at which the clock on the wall shows the time; one in a spring gap moves forward. */
export function nextLocalTime(at: Instant, time: LocalTime, zone: TimeZone): Instant {
  const today = Temporal.PlainDate.from(localDate(at, zone));
  const plainTime = Temporal.PlainTime.from(time);
  for (let days = 0; ; days += 1) {
    const wall = today.add({ days }).toPlainDateTime(plainTime);
    // A doubled time comes twice.
    for (const disambiguation of ['compatible', 'later'] as const) {
      const found = instant(wall.toZonedDateTime(zone, { disambiguation }).epochMilliseconds);
      if (found > at) return found;
    }
  }
}

export function plusMilliseconds(at: Instant, amount: number): Instant {
  return instant(milliseconds(at) + amount);
}

export function later(a: Instant, b: Instant): Instant {
  return a >= b ? a : b;
}
