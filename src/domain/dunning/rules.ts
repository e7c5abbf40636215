// Customer-level dunning: what an organization sets, and when the runs of a day are.
import {
  atLocalTime,
  type Instant,
  type LocalDate,
  localDate,
  type LocalTime,
  plusDays,
} from '../calendar.ts';
import type { TimeZone } from '../calendar.ts';

export const daysOverdueMax = 365;
export const stagesMax = 10;

/** From so many days overdue on, once, until nothing is overdue. */
export type Stage = { readonly daysOverdue: number; readonly template: string };

export type DunningRules = {
  readonly enabled: boolean;
  /** When the run of a day begins, in the organization's zone. */
  readonly localTime: LocalTime;
  /** In the order of their days. */
  readonly stages: readonly Stage[];
};

export const dunningTemplate = 'dunning';

export const defaultDunning: DunningRules = {
  enabled: false,
  localTime: '10:00',
  stages: [7, 21, 45].map((daysOverdue) => ({ daysOverdue, template: dunningTemplate })),
};

/** One run over the customers of one mode. */
export type Sweep = {
  readonly liveMode: boolean;
  /** Its instant: what is overdue, and for how long, is read off it. */
  readonly at: Instant;
  /** Its day in the organization's zone: a customer gets one message a day and stage. */
  readonly date: LocalDate;
};

/** The run of a date. A time in a spring gap moves forward. */
export function runOf(rules: DunningRules, date: LocalDate, zone: TimeZone): Instant {
  return atLocalTime(date, rules.localTime, zone);
}

/** The first run after the instant. */
export function runAfter(rules: DunningRules, at: Instant, zone: TimeZone): Instant {
  const date = localDate(at, zone);
  const today = runOf(rules, date, zone);
  return today > at ? today : runOf(rules, plusDays(date, 1), zone);
}

/** The first run at the instant or after it. */
export function runFrom(rules: DunningRules, at: Instant, zone: TimeZone): Instant {
  const date = localDate(at, zone);
  const today = runOf(rules, date, zone);
  return today >= at ? today : runOf(rules, plusDays(date, 1), zone);
}

export type Start = {
  /** The instant that a Schedule started it for; null: nobody's. */
  readonly scheduledAt: Instant | null;
  readonly startedAt: Instant;
  /** Of the organization's test clock, in milliseconds. */
  readonly clockOffset: number;
  readonly testNow: Instant;
};

/**
 * What a start of the run comes to. By its time it is live mode's; test mode is run by its own clock, unless that
 * has never been moved and tells the same time. Somebody who triggers it means now, and both.
 */
export function sweepsOf(rules: DunningRules, zone: TimeZone, start: Start): Sweep[] {
  const { scheduledAt, startedAt, clockOffset, testNow } = start;
  const sweep = (liveMode: boolean, at: Instant): Sweep => ({ liveMode, at, date: localDate(at, zone) });
  if (scheduledAt !== null && runOf(rules, localDate(scheduledAt, zone), zone) === scheduledAt) {
    return [sweep(true, scheduledAt), ...(clockOffset === 0 ? [sweep(false, scheduledAt)] : [])];
  }
  return [sweep(true, startedAt), sweep(false, testNow)];
}
