// Which stage a customer is at: tables for the words of the rules, properties for what must hold however it goes.
import fc from 'fast-check';
import { instant, localDate, milliseconds, plusDays } from '../../../src/domain/calendar.ts';
import { announce } from '../../../src/domain/dunning/announce.ts';
import {
  asked,
  decideDunning,
  type DunningFacts,
  mootReason,
  type OverdueGroup,
  stageAt,
} from '../../../src/domain/dunning/decide.ts';
import { unbroken } from '../../../src/domain/dunning/episode.ts';
import {
  defaultDunning,
  type DunningRules,
  runAfter,
  runFrom,
  runOf,
  sweepsOf,
} from '../../../src/domain/dunning/rules.ts';

const rules: DunningRules = { ...defaultDunning, enabled: true };
const cap = { messages: 3, days: 7 };
const dueDate = '2026-03-01';

function group(change: Partial<OverdueGroup> = {}): OverdueGroup {
  return { currency: 'USD', standing: 'open', due: 1_000, oldestDueDate: dueDate, ...change };
}

function facts(change: Partial<DunningFacts> = {}): DunningFacts {
  return {
    customerId: 'customer-1',
    overdue: [group()],
    credit: {},
    stagesSent: [],
    lastAt: null,
    remindedAt: null,
    unreachable: null,
    waiting: null,
    ...change,
  };
}

function sweepOn(days: number) {
  const date = plusDays(dueDate, days);
  return { liveMode: true, date, at: runOf(rules, date, 'UTC') };
}

function on(days: number, change: Partial<DunningFacts> = {}): string {
  const decision = decideDunning(rules, cap, sweepOn(days), facts(change));
  if (decision.kind === 'nothing') return 'nothing';
  if (decision.kind === 'go_on') return decision.messageId;
  const { stage } = decision;
  return decision.kind === 'send'
    ? String(stage.daysOverdue)
    : `${stage.daysOverdue} skipped, ${decision.reason}`;
}

it.each([
  ['before the first stage nothing is said', on(6), 'nothing'],
  ['on its day the first stage is', on(7), '7'],
  ['the same stage is not said again', on(8, { stagesSent: [7] }), 'nothing'],
  ['the second comes at its day', on(21, { stagesSent: [7] }), '21'],
  ['after an outage the worst stage that is reached is said', on(50), '45'],
  ['what it has passed over is never said', on(60, { stagesSent: [45] }), 'nothing'],
  ['a stage that was missed is said late', on(9), '7'],
  [
    'a reminder of the last days is in the way',
    on(7, { remindedAt: '2026-03-02T09:00:00.000Z' }),
    '7 skipped, reminder_cap',
  ],
  ['one of just those days ago is not', on(7, { remindedAt: '2026-03-01T10:00:00.000Z' }), '7'],
  ['who opted out is skipped', on(7, { unreachable: 'opted_out' }), '7 skipped, opted_out'],
  ['an opted-out customer before any stage is no row at all', on(6, { unreachable: 'opted_out' }), 'nothing'],
  ['everything held', on(7, { overdue: [group({ standing: 'held' })] }), '7 skipped, on_hold'],
  [
    'everything in the hands of a processor',
    on(7, { overdue: [group({ standing: 'processing' })] }),
    '7 skipped, payment_processing',
  ],
  ['credit that covers it', on(7, { credit: { USD: 1_000 } }), '7 skipped, covered_by_credit'],
  ['credit that does not quite cover it', on(7, { credit: { USD: 999 } }), '7'],
  ['credit in another currency', on(7, { credit: { EUR: 5_000 } }), '7'],
  [
    'an older invoice that is held decides nothing',
    on(21, { overdue: [group({ standing: 'held' }), group({ oldestDueDate: plusDays(dueDate, 10) })] }),
    '7',
  ],
  [
    'a covered currency decides nothing',
    on(21, {
      overdue: [group({ currency: 'EUR' }), group({ oldestDueDate: plusDays(dueDate, 10) })],
      credit: { EUR: 1_000 },
    }),
    '7',
  ],
  [
    'a message that an earlier run has written goes first',
    on(7, { waiting: 'dunning:c:live:2026-03-07:7' }),
    'dunning:c:live:2026-03-07:7',
  ],
])('%s', (_name, said, wanted) => {
  expect(said).toBe(wanted);
});

const stageDays = fc.uniqueArray(fc.integer({ min: 1, max: 365 }), { minLength: 1, maxLength: 10 });
const anyRules = stageDays.map((days): DunningRules => ({
  ...rules,
  stages: days.toSorted((a, b) => a - b).map((daysOverdue) => ({ daysOverdue, template: 'dunning' })),
}));
const gaps = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 });

it('says each stage at most once, in rising order and never before its day, on whatever days the runs are', () => {
  fc.assert(
    fc.property(anyRules, gaps, (some, between) => {
      let day = 0;
      const sent: number[] = [];
      for (const gap of between) {
        day += gap;
        const stage = stageAt(some, day, sent);
        if (stage === null) continue;
        expect(stage.daysOverdue).toBeLessThanOrEqual(day);
        expect(stage.daysOverdue).toBeGreaterThan(Math.max(0, ...sent));
        sent.push(stage.daysOverdue);
        // Nothing worse was reached, and nothing is left to say today.
        expect(some.stages.filter(({ daysOverdue: d }) => d > stage.daysOverdue && d <= day)).toEqual([]);
        expect(stageAt(some, day, sent)).toBeNull();
      }
      expect(new Set(sent).size).toBe(sent.length);
    }),
  );
});

it('daily runs say every stage on its very day', () => {
  fc.assert(
    fc.property(anyRules, (some) => {
      const said: [number, number][] = [];
      for (let day = 1; day <= 366; day += 1) {
        const stage = stageAt(
          some,
          day,
          said.map(([one]) => one),
        );
        if (stage !== null) said.push([stage.daysOverdue, day]);
      }
      expect(said).toEqual(some.stages.map(({ daysOverdue: days }) => [days, days]));
    }),
  );
});

const anyGroup = fc.record({
  currency: fc.constantFrom('USD', 'EUR', 'JPY'),
  standing: fc.constantFrom('open', 'held', 'processing'),
  due: fc.integer({ min: 1, max: 5_000 }),
  oldestDueDate: fc.integer({ min: 0, max: 60 }).map((days) => plusDays(dueDate, days)),
});
const anyCredit = fc.dictionary(fc.constantFrom('USD', 'EUR', 'JPY'), fc.integer({ min: -100, max: 6_000 }));

it('there is a reason exactly where nobody is asked for anything', () => {
  fc.assert(
    fc.property(fc.array(anyGroup as fc.Arbitrary<OverdueGroup>), anyCredit, (groups, credit) => {
      const left = asked(groups, credit);
      expect(mootReason(groups, credit) === null).toBe(left.length > 0);
      for (const one of left) {
        expect(one.standing).toBe('open');
        expect(one.due).toBeGreaterThan(credit[one.currency] ?? 0);
      }
    }),
  );
});

const zones = fc.constantFrom(
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Pacific/Auckland',
  'Asia/Kolkata',
  'America/Santiago',
);
const anyInstant = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2028, 0) }).map(instant);
const anyTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));

it('the next run is the first after the instant, at its local time', () => {
  fc.assert(
    fc.property(zones, anyInstant, anyTime, (zone, at, localTime) => {
      const some = { ...rules, localTime };
      const next = runAfter(some, at, zone);
      expect(next > at).toBe(true);
      expect(runOf(some, localDate(next, zone), zone)).toBe(next);
      expect(milliseconds(next) - milliseconds(at)).toBeLessThanOrEqual(25 * 3_600_000);
      expect(runFrom(some, next, zone)).toBe(next);
      expect(runAfter(some, instant(milliseconds(next) - 1), zone)).toBe(next);
    }),
  );
});

it('what is announced is what daily runs do', () => {
  fc.assert(
    fc.property(
      anyRules,
      zones,
      fc.integer({ min: -20, max: 120 }),
      fc.option(fc.integer({ min: 0, max: 40 })),
      fc.integer({ min: 0, max: 10 }),
      (some, zone, daysAgo, reminded, sentCount) => {
        const now = '2026-06-15T13:00:00.000Z';
        const oldest = plusDays(localDate(now, zone), -daysAgo);
        const dueAt = runOf({ ...some, localTime: '00:00' }, plusDays(oldest, 1), zone);
        const stagesSent = some.stages.slice(0, sentCount).map(({ daysOverdue }) => daysOverdue);
        const remindedAt = reminded === null ? null : instant(milliseconds(now) - reminded * 86_400_000);
        const outlook = { zone, now, oldest: { dueDate: oldest, dueAt }, stagesSent, remindedAt };
        const said = announce(some, cap, outlook);
        const coming = { at: runAfter(some, now, zone) };
        const decideAt = (at: string) => {
          const sweep = { liveMode: true, at, date: localDate(at, zone) };
          const overdue = dueAt <= at ? [group({ oldestDueDate: oldest })] : [];
          return decideDunning(some, cap, sweep, facts({ overdue, stagesSent, remindedAt }));
        };
        let done: { stage: number; template: string; at: string } | null = null;
        for (let day = 0; day < 500 && done === null; day += 1) {
          const { at } = coming;
          const decision = decideAt(at);
          if (decision.kind === 'send') {
            done = { stage: decision.stage.daysOverdue, template: decision.stage.template, at };
          }
          coming.at = runAfter(some, at, zone);
        }
        expect(said).toEqual(done);
      },
    ),
  );
});

it('announces nothing while it is off, and nothing where nothing is open', () => {
  const outlook = { zone: 'UTC', now: '2026-06-15T13:00:00.000Z', stagesSent: [], remindedAt: null };
  const oldest = { dueDate, dueAt: '2026-03-02T00:00:00.000Z' };
  expect(announce(defaultDunning, cap, { ...outlook, oldest })).toBeNull();
  expect(announce(rules, cap, { ...outlook, oldest: null })).toBeNull();
  expect(announce(rules, cap, { ...outlook, oldest })?.stage).toBe(45);
});

describe('a time with something overdue', () => {
  const day = (days: number) => instant(Date.UTC(2026, 2, 1) + days * 86_400_000);
  const span = (from: number, to: number | null) => ({ from: day(from), to: to === null ? null : day(to) });
  it.each([
    ['goes on with the invoice that it began with', [span(0, null)], true],
    ['goes on from one invoice to another that was overdue by then', [span(0, 12), span(10, null)], true],
    ['goes on where one ends as the next begins', [span(0, 12), span(12, null)], true],
    ['goes on over a chain', [span(14, null), span(0, 12), span(11, 15)], true],
    ['ends once nothing is overdue', [span(0, 12), span(13, null)], false],
    ['ends where only the middle of a chain is missing', [span(0, 12), span(13, 14), span(14, null)], false],
    [
      'ends where nothing was overdue for a second',
      [span(0, 12), { from: instant(Date.UTC(2026, 2, 13, 0, 0, 1)), to: null }],
      false,
    ],
    ['is over where everything was paid', [span(0, 12)], false],
    ['is over where there is nothing', [], false],
  ])('%s', (_name, spans, goesOn) => {
    expect(unbroken(spans, day(10), day(20))).toBe(goesOn);
  });
});

describe('a start of the run', () => {
  const start = {
    startedAt: '2026-06-15T08:00:03.000Z',
    testNow: '2027-01-01T05:00:00.000Z',
    clockOffset: 5,
  };
  const zone = 'Europe/Berlin';
  it('by its time is for live mode, dated by the time it was meant for', () => {
    const late = { ...start, scheduledAt: '2026-06-14T08:00:00.000Z' };
    expect(sweepsOf(rules, zone, late)).toEqual([
      { liveMode: true, at: '2026-06-14T08:00:00.000Z', date: '2026-06-14' },
    ]);
  });
  it('by its time is for test mode too where the test clock was never moved', () => {
    const both = sweepsOf(rules, zone, { ...start, clockOffset: 0, scheduledAt: '2026-06-15T08:00:00.000Z' });
    expect(both.map(({ liveMode, at }) => [liveMode, at])).toEqual([
      [true, '2026-06-15T08:00:00.000Z'],
      [false, '2026-06-15T08:00:00.000Z'],
    ]);
  });
  it.each([null, '2026-06-15T08:00:01.000Z', '2026-06-15T11:22:33.000Z'])(
    'by hand (%s) is for both modes, each by its own now',
    (scheduledAt) => {
      expect(sweepsOf(rules, zone, { ...start, scheduledAt })).toEqual([
        { liveMode: true, at: start.startedAt, date: '2026-06-15' },
        { liveMode: false, at: start.testNow, date: '2027-01-01' },
      ]);
    },
  );
});
