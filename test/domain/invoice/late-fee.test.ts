import { nextAction } from '../../../src/domain/invoice/agenda.ts';
import type { Draft, LateFeeTerms } from '../../../src/domain/invoice/invoice.ts';
import { amountDue } from '../../../src/domain/invoice/invoice.ts';
import { feeInstant, firstPlaceFrom, termsFault } from '../../../src/domain/invoice/late-fee.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { AMOUNT_MAX } from '../../../src/domain/money.ts';
import { after, openStory, pay, priced, start, type Story, terms, voidIt, wake } from '../given.ts';

const due = '2026-04-01';
const anchor = (dueDate: string, timeZone = 'UTC') => ({ dueDate, timeZone });
const overdue = (lateFeeTerms: LateFeeTerms, change: Partial<Draft> = {}, amount = 10_000) =>
  openStory(priced(amount, { dueDate: due, lateFeeTerms, ...change }));
/** [occurrence, amount, date] of each fee. */
const fees = ({ invoice }: Story) => invoice.lateFees.map((fee) => [fee.occurrence, fee.amount, fee.date]);
const amounts = (story: Story) => story.invoice.lateFees.map((fee) => fee.amount);

describe('the instant of the n-th late fee', () => {
  it.each([
    // interval, count, grace, due date, zone, n, instant: the end of the local date
    ['one_time', 1, 0, '2026-04-01', 'UTC', 1, '2026-04-02T00:00:00.000Z'],
    ['one_time', 1, 0, '2026-04-01', 'UTC', 2, null],
    ['one_time', 1, 5, '2026-04-01', 'UTC', 1, '2026-04-07T00:00:00.000Z'],
    ['day', 1, 0, '2026-04-01', 'UTC', 1, '2026-04-02T00:00:00.000Z'],
    ['day', 1, 0, '2026-04-01', 'UTC', 2, '2026-04-03T00:00:00.000Z'],
    ['day', 1, 3, '2026-04-01', 'UTC', 2, '2026-04-06T00:00:00.000Z'],
    ['day', 10, 0, '2026-04-01', 'UTC', 4, '2026-05-02T00:00:00.000Z'],
    ['day', 1, 0, '2026-03-28', 'Europe/Paris', 1, '2026-03-28T23:00:00.000Z'],
    ['day', 1, 0, '2026-03-28', 'Europe/Paris', 2, '2026-03-29T22:00:00.000Z'], // 23 hours later
    ['day', 1, 0, '2018-11-03', 'America/Sao_Paulo', 1, '2018-11-04T03:00:00.000Z'], // the day begins at 01:00
    ['week', 1, 0, '2026-02-23', 'UTC', 2, '2026-03-03T00:00:00.000Z'],
    ['week', 2, 1, '2028-02-20', 'UTC', 2, '2028-03-07T00:00:00.000Z'], // over a leap day
    ['month', 1, 0, '2026-01-31', 'UTC', 1, '2026-02-01T00:00:00.000Z'],
    ['month', 1, 0, '2026-01-31', 'UTC', 2, '2026-03-01T00:00:00.000Z'], // 28 February
    ['month', 1, 0, '2026-01-31', 'UTC', 3, '2026-04-01T00:00:00.000Z'], // 31 March: no drift
    ['month', 1, 0, '2026-01-31', 'UTC', 4, '2026-05-01T00:00:00.000Z'], // 30 April
    ['month', 1, 0, '2028-01-31', 'UTC', 2, '2028-03-01T00:00:00.000Z'], // 29 February
    ['month', 1, 1, '2026-01-30', 'UTC', 2, '2026-03-01T00:00:00.000Z'], // the grace first, then the month
    ['month', 3, 0, '2026-11-30', 'UTC', 2, '2027-03-01T00:00:00.000Z'],
    ['month', 1, 0, '2026-03-31', 'Pacific/Kiritimati', 2, '2026-04-30T10:00:00.000Z'],
    ['minute', 1, 0, '2026-04-01', 'UTC', 2, '2026-04-02T00:01:00.000Z'],
    ['minute', 15, 1, '2026-04-01', 'UTC', 3, '2026-04-03T00:30:00.000Z'],
    ['hour', 1, 0, '2026-03-28', 'Europe/Paris', 4, '2026-03-29T02:00:00.000Z'], // exact over the spring gap
    ['hour', 24, 0, '2026-03-28', 'Europe/Paris', 2, '2026-03-29T23:00:00.000Z'], // 24 hours are no day
  ] as const)(
    'every %s × %i, grace %i, due %s in %s: n = %i at %s',
    (interval, intervalCount, graceDays, date, zone, occurrence, at) => {
      expect(feeInstant(terms({ interval, intervalCount, graceDays }), anchor(date, zone), occurrence)).toBe(
        at,
      );
    },
  );
});

describe('the first occurrence', () => {
  it.each([
    // interval, count, due date, issued at, occurrence
    ['day', 1, '2026-04-01', start, 1],
    ['day', 1, '2026-02-25', '2026-03-02T10:00:00.000Z', 6],
    ['day', 1, '2026-02-25', '2026-03-02T00:00:00.000Z', 5], // exactly at an instant: that one counts
    ['day', 7, '2026-02-01', '2026-03-02T10:00:00.000Z', 6],
    ['week', 1, '2026-02-01', '2026-03-02T10:00:00.000Z', 6],
    ['month', 1, '2025-12-31', '2026-03-02T10:00:00.000Z', 4],
    ['one_time', 1, '2026-02-01', '2026-03-02T10:00:00.000Z', 2], // its only instant has passed
    ['minute', 10, '2026-03-01', '2026-03-02T00:20:00.000Z', 3],
    ['minute', 10, '2026-03-01', '2026-03-02T00:20:00.001Z', 4],
    ['hour', 1, '2026-03-01', '2026-03-01T10:00:00.000Z', 1],
    ['day', 1, '1970-01-01', '2026-03-02T10:00:00.000Z', 20_515],
    ['month', 7, '1970-01-31', '2026-03-02T10:00:00.000Z', 98],
  ] as const)('every %s × %i, due %s, issued %s is %i', (interval, intervalCount, date, at, occurrence) => {
    const plan = terms({ interval, intervalCount });
    expect(firstPlaceFrom(plan, anchor(date), at)).toBe(occurrence);
    const instant = feeInstant(plan, anchor(date), occurrence);
    expect(instant === null || instant >= at).toBe(true);
    expect(occurrence === 1 || String(feeInstant(plan, anchor(date), occurrence - 1)) < at).toBe(true);
  });

  it('is found in a few steps however long ago the due date was', () => {
    let looks = 0;
    const counted = {
      ...terms({ interval: 'day' }),
      get intervalCount() {
        looks += 1;
        return 1;
      },
    };
    expect(firstPlaceFrom(counted, anchor('1970-01-01', 'Europe/Paris'), start)).toBe(20_515);
    expect(looks).toBeLessThan(60);
  });
});

describe('a late fee', () => {
  it('falls due at the end of the due date, after the invoice has become overdue', () => {
    const { events } = turnOfTime(overdue(terms()).invoice, '2026-04-02T00:00:00.000Z');
    expect(events.map((event) => [event.type, event.at])).toEqual([
      ['invoice.overdue', '2026-04-02T00:00:00.000Z'],
      ['invoice.late_fee_assessed', '2026-04-02T00:00:00.000Z'],
    ]);
    expect(turnOfTime(overdue(terms()).invoice, '2026-04-01T23:59:59.999Z').events).toEqual([]);
  });

  it('is posted for each missed occurrence after a downtime, dated when it was due', () => {
    const story = wake(overdue(terms({ interval: 'week', graceDays: 2 })), '2026-04-25T12:34:56.000Z');
    // The date is the day that begins at the instant: the end of 3 April is the first instant of 4 April.
    expect(fees(story)).toEqual([
      [1, 1000, '2026-04-04'],
      [2, 1000, '2026-04-11'],
      [3, 1000, '2026-04-18'],
      [4, 1000, '2026-04-25'],
    ]);
    expect(story.invoice.lateFees.map((fee) => fee.at)).toEqual([
      '2026-04-04T00:00:00.000Z',
      '2026-04-11T00:00:00.000Z',
      '2026-04-18T00:00:00.000Z',
      '2026-04-25T00:00:00.000Z',
    ]);
    expect(story.entries.filter((one) => one.type === 'late_fee_assessed').map((one) => one.date)).toEqual([
      '2026-04-04',
      '2026-04-11',
      '2026-04-18',
      '2026-04-25',
    ]);
  });

  it('is never charged for an instant before the issue', () => {
    const plan = terms({ interval: 'day' });
    const story = openStory(
      priced(10_000, { issueDate: '2026-02-01', dueDate: '2026-02-20', lateFeeTerms: plan }),
    );
    expect(fees(wake(story, '2026-03-03T10:00:00.000Z'))).toEqual([[11, 1000, '2026-03-03']]);
    expect(nextAction(wake(story, start).invoice)).toMatchObject({
      kind: 'late_fee',
      at: '2026-03-03T00:00:00.000Z',
    });
  });

  it('is charged once where it is one_time', () => {
    const story = wake(overdue(terms()), '2027-04-02T00:00:00.000Z');
    expect(amounts(story)).toEqual([1000]);
    expect(nextAction(story.invoice)).toBeNull();
  });

  it.each([
    ['stops when the invoice is paid', pay()],
    ['stops when the invoice is void', voidIt],
  ] as const)('%s', (_, command) => {
    const charged = wake(overdue(terms({ interval: 'day' })), '2026-04-03T00:00:00.000Z');
    expect(amounts(charged)).toEqual([1000, 1000]);
    const closed = after(charged, command, '2026-04-03T09:00:00.000Z');
    expect(amounts(wake(closed, '2027-01-01T00:00:00.000Z'))).toEqual([1000, 1000]);
    expect(nextAction(closed.invoice)?.kind).toBe('close');
  });

  it('goes on after a part payment', () => {
    const charged = wake(overdue(terms({ interval: 'day' })), '2026-04-02T00:00:00.000Z');
    const partly = after(charged, pay(10_999), '2026-04-02T09:00:00.000Z');
    expect(amountDue(partly.invoice)).toBe(1);
    expect(amounts(wake(partly, '2026-04-03T00:00:00.000Z'))).toEqual([1000, 1000]);
  });
});

describe('a percentage', () => {
  const monthly = (change: Partial<LateFeeTerms>) =>
    terms({ type: 'percentage', value: '10', interval: 'month', ...change });

  it.each([
    // base, compounding, three fees on 100.00 of which 40.00 are paid after the first
    ['outstanding_principal', false, [1000, 600, 600]],
    ['outstanding_principal', true, [1000, 700, 770]],
    ['original_total', false, [1000, 1000, 1000]],
    ['original_total', true, [1000, 1100, 1210]],
    ['outstanding_balance', true, [1000, 700, 770]],
  ] as const)('of %s, compounding %s', (base, compounding, expected) => {
    const first = wake(overdue(monthly({ base, compounding })), '2026-04-02T00:00:00.000Z');
    const paid = after(first, pay(4000), '2026-04-10T00:00:00.000Z');
    expect(amounts(wake(paid, '2026-06-02T00:00:00.000Z'))).toEqual(expected);
  });

  it.each([
    // currency, amount, percent, fee: half up
    ['USD', 5115, '1.5', 77], // 76.725
    ['USD', 150, '1', 2],
    ['JPY', 150, '1', 2],
    ['JPY', 5115, '14.6', 747], // 746.79
    ['KWD', 5115, '0.5', 26], // 25.575
  ])('in %s of %i at %s %% is %i', (currency, amount, value, fee) => {
    expect(
      amounts(wake(overdue(monthly({ value }), { currency }, amount), '2026-04-02T00:00:00.000Z')),
    ).toEqual([fee]);
  });

  it('that rounds to zero is never posted and never waited for', () => {
    const story = overdue(monthly({ value: '1' }), {}, 49);
    expect(amounts(wake(story, '2026-12-01T00:00:00.000Z'))).toEqual([]);
    expect(nextAction(wake(story, '2026-12-01T00:00:00.000Z').invoice)).toBeNull();
  });

  it('of a principal that is paid is zero although fees are still due', () => {
    const first = wake(overdue(monthly({})), '2026-04-02T00:00:00.000Z');
    const paid = after(first, pay(10_000), '2026-04-10T00:00:00.000Z');
    expect(amountDue(paid.invoice)).toBe(1000);
    expect(amounts(wake(paid, '2026-12-01T00:00:00.000Z'))).toEqual([1000]);
  });
});

describe('a cap', () => {
  it.each([
    [{ cap: 999 }, true],
    [{ cap: 0 }, true],
    [{ cap: 1000 }, false],
    [{}, false],
    [{ type: 'percentage', value: '10', cap: 1 }, false], // nobody knows yet what one fee will come to
    [{ percentageCap: '0.01' }, false],
  ] as const)('of terms with %j below one fee: %s', (change, isBelow) => {
    const fault = termsFault(terms(change));
    expect(fault?.rejected ?? null).toBe(isBelow ? 'invalid_late_fee_terms' : null);
    expect(fault?.pointer ?? '/late_fees/cap_cents').toBe('/late_fees/cap_cents');
  });

  it.each([
    ['fixed', { cap: 2500 }, [1000, 1000, 500]],
    ['fixed and a whole number of fees', { cap: 2000 }, [1000, 1000]],
    ['fixed and below one fee', { cap: 400 }, [400]],
    ['a percentage of the total', { percentageCap: '25' }, [1000, 1000, 500]],
    ['both, the lower one counts', { cap: 2700, percentageCap: '15' }, [1000, 500]],
    ['of zero', { cap: 0 }, []],
  ])('that is %s cuts the last fee to meet it exactly, and ends the plan', (_, change, expected) => {
    const story = wake(overdue(terms({ interval: 'day', ...change })), '2026-06-01T00:00:00.000Z');
    expect(amounts(story)).toEqual(expected);
    expect(nextAction(story.invoice)).toBeNull();
  });

  it('counts fees, not what was paid of them', () => {
    const first = wake(overdue(terms({ interval: 'day', cap: 1500 })), '2026-04-02T00:00:00.000Z');
    const paid = after(first, pay(10_500), '2026-04-02T12:00:00.000Z');
    expect(amounts(wake(paid, '2026-06-01T00:00:00.000Z'))).toEqual([1000, 500]);
  });

  it('on everything is the largest amount there is, however often a fee doubles what is due', () => {
    const doubling = terms({
      type: 'percentage',
      value: '100',
      interval: 'day',
      base: 'outstanding_balance',
      compounding: true,
    });
    let story = overdue(doubling);
    for (let turns = 0; turns < 30; turns += 1) story = wake(story, '2030-01-01T00:00:00.000Z');
    expect(amountDue(story.invoice)).toBe(AMOUNT_MAX);
    expect(story.invoice.lateFees).toHaveLength(30);
    expect(nextAction(story.invoice)).toBeNull();
    expect(amountDue(after(story, pay(), '2030-01-01T00:00:00.000Z').invoice)).toBe(0);
  });
});
