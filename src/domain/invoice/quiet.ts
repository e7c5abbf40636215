// When nothing goes out to a person by itself: quiet hours, weekends and holidays by the clock where that person lives.
import { endOfDay, type Instant, nextLocalTime, type TimeZone, wallClock } from '../calendar.ts';
import type { Invoice, Policy, QuietHours, QuietReason } from './invoice.ts';

export type QuietRules = Pick<Policy, 'quietHours' | 'sendOnWeekends' | 'holidays'> & {
  readonly timeZone: TimeZone;
};

export function quietRules({
  policy,
  recipientTimeZone,
  timeZone,
}: Pick<Invoice, 'policy' | 'recipientTimeZone' | 'timeZone'>): QuietRules {
  const { quietHours, sendOnWeekends, holidays } = policy;
  return { quietHours, sendOnWeekends, holidays, timeZone: recipientTimeZone ?? timeZone };
}

const saturday = 6;

/** The first of the hours is quiet and the last is not. */
function isWithin({ from, to }: QuietHours, time: string): boolean {
  return from < to ? time >= from && time < to : time >= from || time < to;
}

function hasRules({ quietHours, sendOnWeekends, holidays }: QuietRules): boolean {
  return quietHours !== null || !sendOnWeekends || holidays.length > 0;
}

/** Why nothing goes out at the instant; null when it may. */
export function whyQuiet(at: Instant, rules: QuietRules): QuietReason | null {
  if (!hasRules(rules)) return null;
  const { date, time, weekday } = wallClock(at, rules.timeZone);
  if (rules.holidays.includes(date)) return 'holiday';
  if (!rules.sendOnWeekends && weekday >= saturday) return 'weekend';
  return rules.quietHours !== null && isWithin(rules.quietHours, time) ? 'quiet_hours' : null;
}

/** No row of holidays and weekends is as long as this. */
const stepsMax = 400;

/** The first instant from `at` on at which something may go out. */
export function firstAllowed(at: Instant, rules: QuietRules): Instant {
  let candidate = at;
  for (let count = 0; count < stepsMax; count += 1) {
    const why = whyQuiet(candidate, rules);
    if (why === null) return candidate;
    candidate =
      why === 'quiet_hours' && rules.quietHours !== null
        ? nextLocalTime(candidate, rules.quietHours.to, rules.timeZone)
        : endOfDay(wallClock(candidate, rules.timeZone).date, rules.timeZone);
  }
  return candidate;
}
