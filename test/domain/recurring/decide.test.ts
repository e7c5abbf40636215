// What may be asked of a schedule, and what it is then.
import fc from 'fast-check';
import { readRecurring } from '../../../src/domain/recurring/arguments.ts';
import {
  begin,
  behindMax,
  decideRecurring,
  type RecurringCommand,
  settle,
} from '../../../src/domain/recurring/decide.ts';
import { nextAt } from '../../../src/domain/recurring/occurrences.ts';
import { recurringDetails } from '../../../src/domain/recurring/reading.ts';
import { commandsKept, type RecurringSchedule, settledKept } from '../../../src/domain/recurring/schedule.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { aSchedule } from './given.ts';

const now = '2027-02-10T00:00:00.000Z';
const ran = { id: 'command-1', fingerprint: 'print' };

function asked(schedule: RecurringSchedule, command: RecurringCommand, at = now) {
  return decideRecurring(schedule, command, { now: at, ran });
}

function after(schedule: RecurringSchedule, command: RecurringCommand, at = now): RecurringSchedule {
  const next = asked(schedule, command, at);
  if (isRejection(next)) throw new Error(next.message);
  return next;
}

function refusal(schedule: RecurringSchedule, command: RecurringCommand) {
  const next = asked(schedule, command);
  return isRejection(next) ? [next.rejected, next.pointer] : 'accepted';
}

function made(schedule: RecurringSchedule, at = now): RecurringSchedule {
  const { nextOccurrence: occurrence } = schedule;
  const settled = {
    occurrence,
    issueDate: '2027-01-31',
    outcome: 'made',
    invoiceId: 'i',
    reason: null,
  } as const;
  return settle(schedule, settled, at);
}

describe('what is accepted', () => {
  const of = (status: RecurringSchedule['status']) => aSchedule({ status });
  it.each([
    ['active', { pause: true, resume: false, update: true, skip: true, delete: true }],
    ['paused', { pause: false, resume: true, update: true, skip: true, delete: true }],
    ['ended', { pause: false, resume: false, update: false, skip: false, delete: true }],
  ] as const)('of one that is %s', (status, wanted) => {
    const commands: RecurringCommand[] = [
      { name: 'pause' },
      { name: 'resume' },
      { name: 'update', change: { name: 'new' } },
      { name: 'skip', date: '2027-03-31' },
      { name: 'delete' },
    ];
    const seen = commands.map((command) => [command.name, refusal(of(status), command) === 'accepted']);
    expect(Object.fromEntries(seen)).toEqual(wanted);
    expect(refusal(of('ended'), { name: 'pause' })).toEqual(['wrong_schedule_status', undefined]);
  });

  it('goes up by one version and is remembered', () => {
    const paused = after(aSchedule({ version: 4 }), { name: 'pause' });
    expect(paused).toMatchObject({ version: 5, updatedAt: now, commands: [ran] });
    let schedule = aSchedule();
    for (let count = 0; count < commandsKept; count += 1) {
      schedule = after(after(schedule, { name: 'pause' }), { name: 'resume' });
    }
    expect(schedule.commands).toHaveLength(commandsKept);
  });
});

describe('a pause', () => {
  it('is not made up for, and the old dates go on', () => {
    const paused = after(made(aSchedule()), { name: 'pause' });
    expect(nextAt(paused)).toBeNull();
    const resumed = after(paused, { name: 'resume' }, '2027-05-10T00:00:00.000Z');
    expect([resumed.nextOccurrence, nextAt(resumed)]).toEqual([5, '2027-05-31T09:00:00.000Z']);
  });

  it('that outlasts the plan leaves nothing to make', () => {
    const paused = after(aSchedule({ occurrences: 3 }), { name: 'pause' });
    expect(after(paused, { name: 'resume' }, '2028-01-01T00:00:00.000Z').status).toBe('ended');
  });

  it('makes what falls on the instant at which it ends', () => {
    const paused = after(aSchedule(), { name: 'pause' });
    expect(after(paused, { name: 'resume' }, '2027-02-28T09:00:00.000Z').nextOccurrence).toBe(2);
  });
});

describe('a date to skip', () => {
  it('is one to come', () => {
    const schedule = made(aSchedule({ occurrences: 3 }));
    for (const date of ['2027-01-31', '2027-02-27', '2027-04-30']) {
      expect(refusal(schedule, { name: 'skip', date })).toEqual(['no_such_occurrence', '/date']);
    }
    const skipped = after(after(schedule, { name: 'skip', date: '2027-03-31' }), {
      name: 'skip',
      date: '2027-03-31',
    });
    expect(skipped.skips).toEqual(['2027-03-31']);
  });

  it('is forgotten once it lies behind', () => {
    const skipped = after(aSchedule(), { name: 'skip', date: '2027-01-31' });
    expect(made(skipped).skips).toEqual([]);
  });

  it('is forgotten when the plan has it no more', () => {
    const skipped = after(aSchedule(), { name: 'skip', date: '2027-02-28' });
    const change = { startDate: '2027-01-15' };
    expect(after(skipped, { name: 'update', change }).skips).toEqual([]);
  });
});

describe('a change', () => {
  const update = (schedule: RecurringSchedule, change: Parameters<typeof after>[1] & object) =>
    after(schedule, change);

  it('of the end takes the place of another end', () => {
    const counted = update(aSchedule({ occurrences: 5 }), {
      name: 'update',
      change: { endDate: '2027-12-31' },
    });
    expect([counted.occurrences, counted.endDate]).toEqual([null, '2027-12-31']);
    const back = update(counted, { name: 'update', change: { occurrences: 2 } });
    expect([back.occurrences, back.endDate]).toEqual([2, null]);
    const open = update(back, { name: 'update', change: { occurrences: null } });
    expect([open.occurrences, open.endDate]).toEqual([null, null]);
    const both = { name: 'update', change: { occurrences: 2, endDate: '2027-12-31' } } as const;
    expect(refusal(open, both)).toEqual(['conflicting_fields', '/end_date']);
    expect(refusal(open, { name: 'update', change: { endDate: '2027-01-30' } })).toEqual([
      'end_before_start',
      '/end_date',
    ]);
  });

  it('to an end that has passed ends it', () => {
    const schedule = made(made(aSchedule()));
    expect(update(schedule, { name: 'update', change: { occurrences: 2 } })).toMatchObject({
      status: 'ended',
      skips: [],
    });
  });

  it('of the dates is refused once one of them is settled', () => {
    const change = { interval: 'week' } as const;
    expect(update(aSchedule(), { name: 'update', change }).interval).toBe('week');
    expect(refusal(made(aSchedule()), { name: 'update', change })).toEqual(['field_frozen', '/interval']);
    expect(refusal(made(aSchedule()), { name: 'update', change: { interval: 'month' } })).toBe('accepted');
    expect(refusal(aSchedule(), { name: 'update', change: { startDate: '2001-01-01' } })).toEqual([
      'starts_too_early',
      '/start_date',
    ]);
  });
});

describe('a beginning', () => {
  const wanted = { ...aSchedule(), interval: 'day', localTime: '00:00' } as const;

  it('may lie behind, but not far', () => {
    const start = (startDate: string) => begin({ ...wanted, startDate }, now);
    expect(start('2027-01-29')).toMatchObject({ status: 'active', nextOccurrence: 1 });
    expect(start('2027-01-28')).toMatchObject({
      rejected: 'starts_too_early',
      data: { behind: behindMax + 1 },
    });
    expect(start('3000-01-01')).toMatchObject({ rejected: 'invalid_date' });
  });
});

it('remembers the last occurrences', () => {
  let schedule = aSchedule({ interval: 'day' });
  for (let count = 0; count <= settledKept; count += 1) schedule = made(schedule);
  expect([schedule.settled.length, schedule.settled[0]?.occurrence]).toEqual([settledKept, 2]);
  expect(recurringDetails(schedule, ['a remark'])).toContain('- Every day from 2027-01-31');
});

describe('arguments', () => {
  const read = (name: RecurringCommand['name'], value: unknown) => {
    const command = readRecurring(name, value);
    return isRejection(command) ? [command.rejected, command.pointer] : command;
  };

  it('are what the route takes, and what every command may carry', () => {
    expect(read('pause', undefined)).toEqual({ name: 'pause' });
    expect(
      read('skip', { date: '2027-01-31', commandId: 'c', actor: 'a', notAfter: now, clockOffset: 1 }),
    ).toEqual({
      name: 'skip',
      date: '2027-01-31',
    });
    expect(read('update', { endDate: null, netDays: 7, templateRef: 'ref' })).toEqual({
      name: 'update',
      change: { endDate: null, netDays: 7 },
    });
  });

  it.each([
    ['pause', 5, 'invalid_argument', undefined],
    ['pause', { until: 'tomorrow' }, 'unknown_field', '/until'],
    ['skip', {}, 'invalid_date', '/date'],
    ['skip', { date: 'tomorrow' }, 'invalid_date', '/date'],
    ['update', { intervalCount: 0 }, 'invalid_value', '/interval_count'],
    ['update', { localTime: null }, 'invalid_value', '/local_time'],
    ['update', { localTime: '9:00' }, 'invalid_value', '/local_time'],
    ['update', { timeZone: '+02:00' }, 'invalid_time_zone', '/time_zone'],
    ['update', { lineItems: [] }, 'unknown_field', '/line_items'],
  ] as const)('of %s refuse %j', (name, value, code, pointer) => {
    expect(read(name, value)).toEqual([code, pointer]);
  });

  it('never throw, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const name of ['pause', 'update', 'skip'] as const) {
          expect(typeof readRecurring(name, value)).toBe('object');
        }
      }),
    );
  });
});
