// When a schedule makes an invoice: no date ever drifts from the start, and what is announced is what is made.
import fc from 'fast-check';
import { atLocalTime, plusDays } from '../../../src/domain/calendar.ts';
import { dueOccurrence, settle } from '../../../src/domain/recurring/decide.ts';
import {
  dateOf,
  firstFrom,
  instantOf,
  nextAt,
  occurrenceOn,
  upcoming,
} from '../../../src/domain/recurring/occurrences.ts';
import type { RecurringSchedule } from '../../../src/domain/recurring/schedule.ts';
import { aPlan, aSchedule } from './given.ts';

const dates = (change: Parameters<typeof aPlan>[0], count: number) =>
  Array.from({ length: count }, (_, index) => dateOf(aPlan(change), index + 1));

describe('the dates of a plan', () => {
  it('are the month’s last day where a month is too short, and never drift from the start', () => {
    expect(dates({ startDate: '2027-01-31' }, 6)).toEqual([
      '2027-01-31',
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
      '2027-06-30',
    ]);
    expect(dates({ startDate: '2027-11-30', intervalCount: 3 }, 4)).toEqual([
      '2027-11-30',
      '2028-02-29',
      '2028-05-30',
      '2028-08-30',
    ]);
  });

  it('are 28 February from 29 February in years without one', () => {
    expect(dates({ startDate: '2028-02-29', interval: 'year' }, 5)).toEqual([
      '2028-02-29',
      '2029-02-28',
      '2030-02-28',
      '2031-02-28',
      '2032-02-29',
    ]);
    expect(dates({ startDate: '2096-02-29', interval: 'year', intervalCount: 4 }, 3)).toEqual([
      '2096-02-29',
      '2100-02-28',
      '2104-02-29',
    ]);
  });

  it('are so many days or weeks apart', () => {
    expect(dates({ interval: 'week', intervalCount: 2, startDate: '2027-12-20' }, 3)).toEqual([
      '2027-12-20',
      '2028-01-03',
      '2028-01-17',
    ]);
    expect(dates({ interval: 'day', intervalCount: 10, startDate: '2028-02-20' }, 3)).toEqual([
      '2028-02-20',
      '2028-03-01',
      '2028-03-11',
    ]);
  });

  it('end after so many, on the last date, or in the year 2999', () => {
    expect(dates({ occurrences: 2 }, 3)).toEqual(['2027-01-31', '2027-02-28', null]);
    expect(dates({ endDate: '2027-03-31' }, 4)).toEqual(['2027-01-31', '2027-02-28', '2027-03-31', null]);
    expect(dates({ endDate: '2027-03-30' }, 3)).toEqual(['2027-01-31', '2027-02-28', null]);
    expect(dates({ startDate: '2999-11-30' }, 3)).toEqual(['2999-11-30', '2999-12-30', null]);
    expect(dateOf(aPlan({ interval: 'day', intervalCount: 1000 }), 10_000_000)).toBeNull();
  });

  it('are met at the local time on both sides of a change of clocks', () => {
    const plan = aPlan({
      startDate: '2027-03-26',
      interval: 'day',
      timeZone: 'Europe/Berlin',
      localTime: '02:30',
    });
    expect([1, 2, 3, 4].map((occurrence) => instantOf(plan, occurrence))).toEqual([
      '2027-03-26T01:30:00.000Z',
      '2027-03-27T01:30:00.000Z',
      // 02:30 is none of the wall clock on that day: it moves forward.
      '2027-03-28T01:30:00.000Z',
      '2027-03-29T00:30:00.000Z',
    ]);
  });
});

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'Pacific/Apia',
];
const plans = fc.record({
  startDate: fc.integer({ min: 0, max: 20_000 }).map((days) => plusDays('2000-01-01', days)),
  interval: fc.constantFrom('day', 'week', 'month', 'year' as const),
  intervalCount: fc.integer({ min: 1, max: 30 }),
  timeZone: fc.constantFrom(...zones),
  localTime: fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':')),
  end: fc.oneof(
    fc.constant({}),
    fc.integer({ min: 1, max: 40 }).map((occurrences) => ({ occurrences })),
    fc.integer({ min: 0, max: 4_000 }).map((days) => ({ days })),
  ),
});
const schedules = plans.map(({ end, ...plan }): RecurringSchedule => {
  const days = 'days' in end ? end.days : null;
  return aSchedule({
    ...plan,
    occurrences: 'occurrences' in end ? end.occurrences : null,
    endDate: days === null ? null : plusDays(plan.startDate, days),
  });
});

/** Days of a month, by plain arithmetic. */
function lastOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The date by counting months and days, without the library that the product counts by. */
function reckoned({ startDate, interval, intervalCount }: RecurringSchedule, occurrence: number): string {
  const steps = (occurrence - 1) * intervalCount;
  if (interval === 'day' || interval === 'week') {
    const days = interval === 'day' ? steps : 7 * steps;
    return new Date(Date.parse(startDate) + days * 86_400_000).toISOString().slice(0, 10);
  }
  const [year = 0, month = 0, day = 0] = startDate.split('-').map(Number);
  const months = month - 1 + (interval === 'month' ? steps : 12 * steps);
  const [inYear, inMonth] = [year + Math.floor(months / 12), (months % 12) + 1];
  const inside = Math.min(day, lastOf(inYear, inMonth));
  return [inYear, inMonth, inside].map((part) => String(part).padStart(2, '0')).join('-');
}

it('keeps every date where plain counting from the start has it', () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 1, max: 300 }), (schedule, occurrence) => {
      const date = dateOf(schedule, occurrence);
      const wanted = reckoned(schedule, occurrence);
      const { occurrences, endDate } = schedule;
      const isIn =
        (occurrences === null || occurrence <= occurrences) && (endDate === null || wanted <= endDate);
      const isNear = wanted.length === 10 && wanted <= '2999-12-31';
      expect(date).toBe(isIn && isNear ? wanted : null);
      expect(date === null ? occurrence : occurrenceOn(schedule, 1, date)).toBe(occurrence);
    }),
    { numRuns: 500 },
  );
});

it('finds the first occurrence that is not behind an instant', () => {
  fc.assert(
    fc.property(schedules, fc.integer({ min: 0, max: 8_000 }), (schedule, days) => {
      const now = atLocalTime(plusDays(schedule.startDate, days), '13:00', 'UTC');
      const found = firstFrom(schedule, 1, now);
      const at = instantOf(schedule, found);
      expect(at === null || at >= now).toBe(true);
      expect(found === 1 || String(instantOf(schedule, found - 1)) < now).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('makes what was announced, whenever it is looked at', () => {
  fc.assert(
    fc.property(
      schedules,
      fc.array(fc.integer({ min: 0, max: 11 }), { maxLength: 4 }),
      fc.integer({ min: 1, max: 5 }),
      (fresh, places, lateness) => {
        const skips = places.flatMap((place) => dateOf(fresh, place + 1) ?? []);
        let schedule: RecurringSchedule = { ...fresh, skips: [...new Set(skips)].toSorted() };
        const announced = upcoming(schedule, schedule.createdAt, 12);
        const made: string[] = [];
        // The worker looks only now and then: what it has missed it makes up for.
        while (schedule.status === 'active' && made.length < 12) {
          let now = '';
          for (let turn = 0; turn < lateness; turn += 1) {
            now = instantOf(schedule, schedule.nextOccurrence + turn) ?? now;
          }
          for (let due = dueOccurrence(schedule, now); due !== null; due = dueOccurrence(schedule, now)) {
            const { occurrence, date: issueDate, isSkipped } = due;
            if (!isSkipped) made.push(issueDate);
            const outcome = isSkipped ? 'skipped' : 'made';
            schedule = settle(
              schedule,
              { occurrence, issueDate, outcome, invoiceId: null, reason: null },
              now,
            );
          }
        }
        expect(made.slice(0, announced.length)).toEqual(announced.map(({ date }) => date));
        const isOver = schedule.status === 'ended' && nextAt(schedule) === null;
        expect(announced.length === 12 || isOver).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});
