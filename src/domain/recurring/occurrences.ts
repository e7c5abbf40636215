// When a schedule makes an invoice: the n-th occurrence is reckoned from the start date, never from the one before it,
// so a day that a month lacks is that month's last and no later one drifts.
import { atLocalTime, type Instant, type LocalDate, plusDays, plusMonths } from '../calendar.ts';
import type { Plan, RecurringInterval, RecurringSchedule } from './schedule.ts';

/** No schedule reaches further. */
export const lastDate = '2999-12-31';

type Step = {
  readonly from: (start: LocalDate, steps: number) => LocalDate;
  /** In years, and never more than it is. */
  readonly length: number;
};

const steps: Readonly<Record<RecurringInterval, Step>> = {
  day: { from: plusDays, length: 1 / 366 },
  week: { from: (start, count) => plusDays(start, 7 * count), length: 7 / 366 },
  month: { from: plusMonths, length: 1 / 12 },
  year: { from: (start, count) => plusMonths(start, 12 * count), length: 1 },
};

/** The date of an occurrence; null where the plan has no such one any more. */
export function dateOf(plan: Plan, occurrence: number): LocalDate | null {
  if (plan.occurrences !== null && occurrence > plan.occurrences) return null;
  const step = steps[plan.interval];
  const count = (occurrence - 1) * plan.intervalCount;
  const last = plan.endDate ?? lastDate;
  // A date far beyond the end is none of the calendar.
  if (count * step.length > Number(last.slice(0, 4)) - Number(plan.startDate.slice(0, 4)) + 1) return null;
  const date = step.from(plan.startDate, count);
  return date <= last && date <= lastDate ? date : null;
}

/** The instant of an occurrence: its local time on its date, in the plan's zone. */
export function instantOf(plan: Plan, occurrence: number): Instant | null {
  const date = dateOf(plan, occurrence);
  return date === null ? null : atLocalTime(date, plan.localTime, plan.timeZone);
}

/** The first occurrence, from a given one on, that is not before the instant. It may lie beyond the end. */
export function firstFrom(plan: Plan, from: number, now: Instant): number {
  const isBehind = (occurrence: number): boolean => {
    const at = instantOf(plan, occurrence);
    return at !== null && at < now;
  };
  if (!isBehind(from)) return from;
  let behind = from;
  let ahead = from + 1;
  while (isBehind(ahead)) {
    const width = 2 * (ahead - behind);
    behind = ahead;
    ahead += width;
  }
  while (ahead - behind > 1) {
    const middle = behind + Math.floor((ahead - behind) / 2);
    if (isBehind(middle)) behind = middle;
    else ahead = middle;
  }
  return ahead;
}

/** When the schedule next does something by itself. */
export function nextAt(schedule: RecurringSchedule): Instant | null {
  return schedule.status === 'active' ? instantOf(schedule, schedule.nextOccurrence) : null;
}

export type Occurrence = { readonly occurrence: number; readonly date: LocalDate };

/** What it will make, as far as nobody changes it; of a paused one what it would make if it went on now. */
export function upcoming(schedule: RecurringSchedule, now: Instant, limit: number): Occurrence[] {
  if (schedule.status !== 'active' && schedule.status !== 'paused') return [];
  const { nextOccurrence, skips } = schedule;
  const first = schedule.status === 'active' ? nextOccurrence : firstFrom(schedule, nextOccurrence, now);
  const found: Occurrence[] = [];
  for (let occurrence = first; found.length < limit; occurrence += 1) {
    const date = dateOf(schedule, occurrence);
    if (date === null) break;
    if (!skips.includes(date)) found.push({ occurrence, date });
  }
  return found;
}

/** The occurrence on a date, from a given one on; null where there is none. */
export function occurrenceOn(plan: Plan, from: number, date: LocalDate): number | null {
  const instant = atLocalTime(date, plan.localTime, plan.timeZone);
  const occurrence = firstFrom(plan, from, instant);
  return dateOf(plan, occurrence) === date ? occurrence : null;
}
