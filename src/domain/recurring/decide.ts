// What may be asked of a schedule and what it is then; what becomes of an occurrence.
import type { Instant, LocalDate } from '../calendar.ts';
import { reject, type Rejection } from '../rejection.ts';
import { dateOf, firstFrom, lastDate, nextAt, occurrenceOn } from './occurrences.ts';
import {
  commandsKept,
  type Plan,
  type RanCommand,
  type RecurringSchedule,
  type ScheduleStatus,
  type Settled,
  settledKept,
} from './schedule.ts';

/** What may be changed; what is not named stays. */
export type Change = Partial<Plan & Pick<RecurringSchedule, 'name' | 'netDays' | 'action'>>;

export type RecurringCommand =
  | { readonly name: 'pause' }
  | { readonly name: 'resume' }
  | { readonly name: 'update'; readonly change: Change }
  | { readonly name: 'skip'; readonly date: LocalDate }
  | { readonly name: 'delete' };

const accepted: Readonly<Record<RecurringCommand['name'], readonly ScheduleStatus[]>> = {
  pause: ['active'],
  resume: ['paused'],
  update: ['active', 'paused'],
  skip: ['active', 'paused'],
  delete: ['active', 'paused', 'ended'],
};

/** They say where every occurrence lies: once one of them is settled they stay. */
const anchors = ['startDate', 'interval', 'intervalCount', 'timeZone'] as const;
const pointers = {
  startDate: '/start_date',
  interval: '/interval',
  intervalCount: '/interval_count',
  timeZone: '/time_zone',
} as const;

/** A schedule that begins in the past makes what lies behind at once: at most so many. */
export const behindMax = 12;

/** Whether the plan fits together; null when it does. */
export function checkPlan(plan: Plan): Rejection | null {
  const { startDate, endDate, occurrences } = plan;
  if (startDate > lastDate) return reject('invalid_date', undefined, '/start_date');
  if (endDate === null) return null;
  if (occurrences !== null) {
    return reject('conflicting_fields', { one: 'occurrences', other: 'end_date' }, '/end_date');
  }
  return endDate < startDate ? reject('end_before_start', undefined, '/end_date') : null;
}

function checkStart(plan: Plan, now: Instant): Rejection | null {
  const behind = firstFrom(plan, 1, now) - 1;
  return behind > behindMax ? reject('starts_too_early', { behind, limit: behindMax }, '/start_date') : null;
}

type Wanted = Plan &
  Pick<
    RecurringSchedule,
    'id' | 'organizationId' | 'liveMode' | 'customerId' | 'name' | 'netDays' | 'action'
  >;

/** What a schedule of this plan would be, also one that began long ago; or why there can be none. */
export function imagine(wanted: Wanted, now: Instant): RecurringSchedule | Rejection {
  const fault = checkPlan(wanted);
  if (fault !== null) return fault;
  return {
    ...wanted,
    schemaVersion: 1,
    version: 1,
    status: 'active',
    nextOccurrence: 1,
    skips: [],
    settled: [],
    commands: [],
    createdAt: now,
    updatedAt: now,
  };
}

/** A new schedule, or why there can be none. */
export function begin(wanted: Wanted, now: Instant): RecurringSchedule | Rejection {
  return checkPlan(wanted) ?? checkStart(wanted, now) ?? imagine(wanted, now);
}

/** Ended once its plan has nothing left. Dates that lie behind, or that the plan no longer has, need no skipping. */
function tidied(schedule: RecurringSchedule): RecurringSchedule {
  const { nextOccurrence, status } = schedule;
  const next = dateOf(schedule, nextOccurrence);
  if (next === null) return { ...schedule, skips: [], status: status === 'deleted' ? status : 'ended' };
  const skips = schedule.skips.filter(
    (date) => date >= next && occurrenceOn(schedule, nextOccurrence, date) !== null,
  );
  return { ...schedule, skips };
}

/** One way of ending gives way to the other, unless both are asked for. */
function changedPlan(schedule: RecurringSchedule, change: Change): RecurringSchedule {
  const { occurrences, endDate } = change;
  return {
    ...schedule,
    ...change,
    occurrences: occurrences !== undefined ? occurrences : endDate ? null : schedule.occurrences,
    endDate: endDate !== undefined ? endDate : occurrences ? null : schedule.endDate,
  };
}

function update(schedule: RecurringSchedule, change: Change, now: Instant): RecurringSchedule | Rejection {
  const next = changedPlan(schedule, change);
  const moved = anchors.find((key) => next[key] !== schedule[key]);
  if (moved !== undefined && schedule.nextOccurrence > 1) {
    return reject('field_frozen', undefined, pointers[moved]);
  }
  const fault = checkPlan(next) ?? (moved === undefined ? null : checkStart(next, now));
  return fault ?? next;
}

function decideOn(
  schedule: RecurringSchedule,
  command: RecurringCommand,
  now: Instant,
): RecurringSchedule | Rejection {
  switch (command.name) {
    case 'pause':
      return { ...schedule, status: 'paused' };
    case 'resume': {
      // At its old anchors, and nothing is made up for.
      const nextOccurrence = firstFrom(schedule, schedule.nextOccurrence, now);
      return { ...schedule, status: 'active', nextOccurrence };
    }
    case 'update':
      return update(schedule, command.change, now);
    case 'skip': {
      const { date } = command;
      if (occurrenceOn(schedule, schedule.nextOccurrence, date) === null) {
        return reject('no_such_occurrence', undefined, '/date');
      }
      return { ...schedule, skips: [...new Set([...schedule.skips, date])].toSorted() };
    }
    case 'delete':
      return { ...schedule, status: 'deleted' };
  }
}

function written(
  before: RecurringSchedule,
  next: RecurringSchedule,
  now: Instant,
  ran: RanCommand | null,
): RecurringSchedule {
  const commands = ran === null ? before.commands : [...before.commands, ran].slice(-commandsKept);
  return tidied({ ...next, commands, version: before.version + 1, updatedAt: now });
}

/** The schedule after the command, or why it may not be. What is due has to be settled before. */
export function decideRecurring(
  schedule: RecurringSchedule,
  command: RecurringCommand,
  at: { readonly now: Instant; readonly ran: RanCommand },
): RecurringSchedule | Rejection {
  const { name } = command;
  if (!accepted[name].includes(schedule.status)) {
    const { status } = schedule;
    return reject('wrong_schedule_status', { status, command: name, accepted: accepted[name].join(', ') });
  }
  const next = decideOn(schedule, command, at.now);
  return 'rejected' in next ? next : written(schedule, next, at.now, at.ran);
}

export type Due = { readonly occurrence: number; readonly date: LocalDate; readonly isSkipped: boolean };

/** The next occurrence, once its instant has come. */
export function dueOccurrence(schedule: RecurringSchedule, now: Instant): Due | null {
  const at = nextAt(schedule);
  const { nextOccurrence: occurrence } = schedule;
  const date = dateOf(schedule, occurrence);
  if (at === null || date === null || at > now) return null;
  return { occurrence, date, isSkipped: schedule.skips.includes(date) };
}

/** The schedule after something became of its next occurrence. */
export function settle(schedule: RecurringSchedule, settled: Settled, now: Instant): RecurringSchedule {
  const next = {
    ...schedule,
    nextOccurrence: settled.occurrence + 1,
    settled: [...schedule.settled, settled].slice(-settledKept),
  };
  return written(schedule, next, now, null);
}
