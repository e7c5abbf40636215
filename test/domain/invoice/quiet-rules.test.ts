// When something may go out: quiet hours by any clock, weekends, holidays, and the first instant after them.
import fc from 'fast-check';
import { firstAllowed, type QuietRules, whyQuiet } from '../../../src/domain/invoice/quiet.ts';

const nights = { from: '20:00', to: '08:00' };
const rules = (change: Partial<QuietRules> = {}): QuietRules => ({
  quietHours: nights,
  sendOnWeekends: true,
  holidays: [],
  timeZone: 'UTC',
  ...change,
});
describe('nothing goes out by itself', () => {
  it.each([
    ['2026-03-02T07:59:59.999Z', 'quiet_hours'],
    ['2026-03-02T08:00:00.000Z', null],
    ['2026-03-02T19:59:59.999Z', null],
    ['2026-03-02T20:00:00.000Z', 'quiet_hours'],
    ['2026-03-02T23:59:59.999Z', 'quiet_hours'],
  ])('at %s with quiet hours from 20:00 to 08:00: %s', (at, why) => {
    expect(whyQuiet(at, rules())).toBe(why);
  });

  it.each([
    // Hours within one day, and the clock of another place.
    ['2026-03-02T12:30:00.000Z', { quietHours: { from: '12:00', to: '13:30' } }, 'quiet_hours'],
    ['2026-03-02T13:30:00.000Z', { quietHours: { from: '12:00', to: '13:30' } }, null],
    ['2026-03-02T10:00:00.000Z', { timeZone: 'Asia/Tokyo' }, null],
    ['2026-03-02T11:00:00.000Z', { timeZone: 'Asia/Tokyo' }, 'quiet_hours'],
    // Saturday begins in Tokyo while it is Friday in UTC.
    [
      '2026-03-06T15:00:00.000Z',
      { timeZone: 'Asia/Tokyo', quietHours: null, sendOnWeekends: false },
      'weekend',
    ],
    ['2026-03-06T15:00:00.000Z', { quietHours: null, sendOnWeekends: false }, null],
    ['2026-03-02T12:00:00.000Z', { holidays: ['2026-03-02'] }, 'holiday'],
    ['2026-03-02T12:00:00.000Z', { holidays: ['2026-03-03'] }, null],
    ['2026-03-07T03:00:00.000Z', { quietHours: null }, null],
  ] as const)('at %s with %j: %s', (at, change, why) => {
    expect(whyQuiet(at, rules(change))).toBe(why);
  });

  it.each([
    ['an evening waits for the morning', '2026-03-02T21:00:00.000Z', {}, '2026-03-03T08:00:00.000Z'],
    ['a night waits for its morning', '2026-03-02T03:00:00.000Z', {}, '2026-03-02T08:00:00.000Z'],
    [
      'a Friday evening waits for Monday',
      '2026-03-06T20:30:00.000Z',
      { sendOnWeekends: false },
      '2026-03-09T08:00:00.000Z',
    ],
    [
      'a weekend ahead of holidays waits for the day after them',
      '2026-04-04T12:00:00.000Z',
      { sendOnWeekends: false, holidays: ['2026-04-06', '2026-04-07'] },
      '2026-04-08T08:00:00.000Z',
    ],
    [
      'a weekend without quiet hours ends with its last day',
      '2026-03-07T12:00:00.000Z',
      { sendOnWeekends: false, quietHours: null },
      '2026-03-09T00:00:00.000Z',
    ],
    [
      'hours that end in the spring gap end behind it',
      '2026-03-28T23:00:00.000Z',
      { timeZone: 'Europe/Berlin', quietHours: { from: '22:00', to: '02:30' } },
      '2026-03-29T01:30:00.000Z',
    ],
    [
      'hours that end in the doubled hour end at its first half past, and again at its second',
      '2026-10-25T00:10:00.000Z',
      { timeZone: 'Europe/Berlin', quietHours: { from: '22:00', to: '02:30' } },
      '2026-10-25T00:30:00.000Z',
    ],
    [
      'the clock going back into them begins them once more',
      '2026-10-25T01:10:00.000Z',
      { timeZone: 'Europe/Berlin', quietHours: { from: '22:00', to: '02:30' } },
      '2026-10-25T01:30:00.000Z',
    ],
  ] as const)('%s', (_, at, change, allowed) => {
    expect(firstAllowed(at, rules(change))).toBe(allowed);
  });

  it('and what is put off goes out at the first minute that allows it, in any zone and season', () => {
    const time = fc.integer({ min: 0, max: 47 }).map((half) => {
      const hour = String(Math.floor(half / 2)).padStart(2, '0');
      return `${hour}:${half % 2 === 0 ? '00' : '30'}`;
    });
    fc.assert(
      fc.property(
        fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2027-12-31') }),
        fc.tuple(time, time).filter(([from, to]) => from !== to),
        fc.constantFrom(
          'UTC',
          'Asia/Tokyo',
          'Europe/Berlin',
          'America/St_Johns',
          'Australia/Lord_Howe',
          'Africa/Cairo',
        ),
        fc.boolean(),
        fc.nat(6),
        (milliseconds, [from, to], timeZone, sendOnWeekends, holiday) => {
          const at = new Date(milliseconds).toISOString();
          const day = new Date(milliseconds + holiday * 86_400_000).toISOString().slice(0, 10);
          const all = rules({ quietHours: { from, to }, timeZone, sendOnWeekends, holidays: [day] });
          const allowed = firstAllowed(at, all);
          expect(whyQuiet(allowed, all)).toBeNull();
          expect(allowed >= at).toBe(true);
          // What lies between is quiet; a spring gap alone may be waited out by its length.
          const probes = Array.from({ length: 40 }, (_, n) =>
            new Date(
              milliseconds + ((Date.parse(allowed) - milliseconds - 3_600_000) * n) / 40,
            ).toISOString(),
          );
          const before = probes.filter((probe) => probe >= at && probe < allowed);
          expect(before.filter((probe) => whyQuiet(probe, all) === null)).toEqual([]);
        },
      ),
      { numRuns: 400 },
    );
  });
});
