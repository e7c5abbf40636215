import { nextAction } from '../../../src/domain/invoice/agenda.ts';
import { amountDue } from '../../../src/domain/invoice/invoice.ts';
import { reading } from '../../../src/domain/invoice/reading.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import {
  after,
  created,
  draft,
  given,
  happens,
  openStory,
  pay,
  priced,
  refusal,
  remind,
  start,
  step,
  type Story,
  terms,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { voidWith, writeOff } from '../money-commands.ts';
import { dispute, promise, resume } from '../plan-commands.ts';

const document = priced(10_000, {
  dueDate: '2026-04-01',
  lateFeeTerms: terms({ interval: 'day' }),
  reminderSteps: [step({ id: 'third', offsetDays: 2 }), step({ id: 'tenth', offsetDays: 9 })],
});
const story = openStory(document);
/** Overdue, and one fee charged. */
const late = wake(story, '2026-04-02T09:00:00.000Z');
const now = '2026-04-02T10:00:00.000Z';

const kinds = ({ invoice }: Story) => invoice.holds.map((hold) => hold.kind);
const fees = ({ invoice }: Story) => invoice.lateFees.map((fee) => [fee.occurrence, fee.date]);
const skipped = ({ invoice }: Story) =>
  invoice.skippedFees.map(({ occurrence, at, reason }) => [occurrence, at.slice(0, 10), reason]);
const rows = ({ invoice }: Story) => invoice.reminders.map((row) => [row.stepId, row.status, row.reason]);

describe('a hold', () => {
  it('lists its kind, until when, the note and since when', () => {
    expect(after(late, dispute('2026-04-20', 'wrong goods'), now).invoice.holds).toEqual([
      {
        kind: 'dispute',
        until: '2026-04-20',
        endsAt: '2026-04-21T00:00:00.000Z',
        note: 'wrong goods',
        since: now,
      },
    ]);
  });

  it.each([
    // until, zone, ends at
    ['2026-04-20', 'UTC', '2026-04-21T00:00:00.000Z'],
    ['2026-10-24', 'Europe/Paris', '2026-10-24T22:00:00.000Z'], // the day before the clocks go back
    ['2026-10-25', 'Europe/Paris', '2026-10-25T23:00:00.000Z'], // 25 hours later
    ['2026-04-30', 'Pacific/Kiritimati', '2026-04-30T10:00:00.000Z'],
    ['2026-04-20T12:30:00.000Z', 'Europe/Paris', '2026-04-20T12:30:00.000Z'], // an instant is that instant
  ])('until %s in %s ends at %s', (until, timeZone, endsAt) => {
    const zoned = openStory({ ...document, timeZone });
    expect(after(zoned, promise(until), now).invoice.holds[0]?.endsAt).toBe(endsAt);
  });

  it('of a kind that stands replaces until and note, and stands since it began', () => {
    const first = after(late, promise('2026-04-10'), now);
    const second = after(first, promise('2026-04-20', 'asked again'), '2026-04-05T10:00:00.000Z');
    expect(second.invoice.holds).toMatchObject([{ until: '2026-04-20', note: 'asked again', since: now }]);
    expect(kinds(after(second, dispute(), now))).toEqual(['promise', 'dispute']);
  });

  it('asked for again as it stands changes nothing', () => {
    expect(when(after(late, dispute(), now).invoice, dispute(), now)).toMatchObject({ events: [] });
  });

  it.each([
    [promise(null), 'invalid_value'],
    [promise('2026-04-01'), 'date_in_past'],
    [dispute('2026-04-01'), 'date_in_past'],
    [promise(now), 'date_in_past'],
  ])('%j is refused with %s', (command, rejected) => {
    expect(refusal(late.invoice, command, now)).toMatchObject({ rejected, pointer: '/until' });
  });

  it('until today is through the end of today', () => {
    expect(after(late, promise('2026-04-02'), now).invoice.holds[0]?.endsAt).toBe('2026-04-03T00:00:00.000Z');
  });

  it.each([
    ['a draft', given(created(draft())), 'wrong_status'],
    ['a paid invoice', after(late, pay(), now).invoice, 'already_paid'],
    ['a void', after(story, voidIt, now).invoice, 'already_void'],
  ])('of %s is refused', (_, invoice, rejected) => {
    expect(refusal(invoice, dispute(), now).rejected).toBe(rejected);
  });

  it('may begin and end while money is on its way', () => {
    const paid = after(late, pay(500, { provider: 'sandbox', providerPaymentId: 'pi' }), now);
    const voiding = after(paid, voidWith({ refund: 500 }), now);
    expect(kinds(after(voiding, dispute(), now))).toEqual(['dispute']);
  });

  it('is told in the panel of the operator without the note', () => {
    const read = reading(after(late, dispute(null, 'secret words'), now).invoice, now);
    expect(read.holds).toEqual([{ kind: 'dispute', until: null, since: now }]);
    expect(JSON.stringify(read)).not.toContain('secret words');
  });
});

describe('while a hold stands', () => {
  it('fees that fall due are passed over for good, each of them listed', () => {
    const held = after(late, dispute(), now);
    const later = wake(held, '2026-04-05T12:00:00.000Z');
    expect(skipped(later)).toEqual([
      [2, '2026-04-03', 'suspended'],
      [3, '2026-04-04', 'suspended'],
      [4, '2026-04-05', 'suspended'],
    ]);
    const resumed = after(later, resume(), '2026-04-05T12:00:00.000Z');
    expect(turnOfTime(resumed.invoice, '2026-04-05T23:59:59.999Z').events).toEqual([]);
    expect(fees(wake(resumed, '2026-04-06T00:00:00.000Z'))).toEqual([
      [1, '2026-04-02'],
      [5, '2026-04-06'],
    ]);
    expect(amountDue(wake(resumed, '2026-04-06T00:00:00.000Z').invoice)).toBe(12_000);
  });

  it('a fee that comes once is never charged', () => {
    const once = openStory({ ...document, lateFeeTerms: terms() });
    const held = after(once, dispute(), start);
    const resumed = after(wake(held, now), resume(), now);
    expect(skipped(resumed)).toEqual([[1, '2026-04-02', 'suspended']]);
    expect(fees(wake(resumed, '2027-01-01T00:00:00.000Z'))).toEqual([]);
  });

  it('reminders are skipped with the reason and do not come later', () => {
    const held = wake(after(late, dispute(), now), '2026-04-05T00:00:00.000Z');
    expect(rows(held)).toEqual([
      ['third', 'SKIPPED', 'suspended'],
      ['tenth', 'PLANNED', null],
    ]);
    const resumed = after(held, resume(), '2026-04-05T00:00:00.000Z');
    expect(wake(resumed, '2026-04-05T00:00:00.000Z').invoice.messages).toEqual([]);
    expect(wake(resumed, '2026-04-10T09:00:00.000Z').invoice.messages).toHaveLength(1);
  });

  it('a reminder by hand goes out', () => {
    expect(after(after(late, dispute(), now), remind, now).invoice.messages).toHaveLength(1);
  });

  it('the invoice becomes overdue all the same', () => {
    const held = wake(after(story, dispute(), start), '2026-04-02T00:00:00.000Z');
    expect(held.invoice.overdueNoticedAt).toBe('2026-04-02T00:00:00.000Z');
  });

  it('nothing else is passed over than what falls due in it, however late anybody looks', () => {
    const held = after(late, promise('2026-04-04'), now);
    // The end of 4 April is the first instant of the 5th: the hold is over, and the fee of that instant is charged.
    expect(fees(wake(held, '2026-04-06T12:00:00.000Z'))).toEqual([
      [1, '2026-04-02'],
      [4, '2026-04-05'],
      [5, '2026-04-06'],
    ]);
    expect(skipped(wake(held, '2026-04-06T12:00:00.000Z'))).toEqual([
      [2, '2026-04-03', 'suspended'],
      [3, '2026-04-04', 'suspended'],
    ]);
  });

  it('two holds: only the end of the last one lets the plan go on', () => {
    let held = after(late, promise('2026-04-04'), now);
    held = after(held, dispute('2026-04-06'), now);
    held = wake(held, '2026-04-07T12:00:00.000Z');
    expect(kinds(held)).toEqual([]);
    expect(fees(held)).toEqual([
      [1, '2026-04-02'],
      [6, '2026-04-07'],
    ]);
  });

  it('refunds that a void waits for suspend the plan like a hold', () => {
    const paid = after(late, pay(500, { provider: 'sandbox', providerPaymentId: 'pi' }), now);
    const voiding = after(paid, voidWith({ refund: 500 }), now);
    const later = wake(voiding, '2026-04-03T12:00:00.000Z');
    expect(skipped(later)).toEqual([[2, '2026-04-03', 'suspended']]);
    expect(rows(later)[0]).toEqual(['third', 'SKIPPED', 'suspended']);
    expect(later.invoice.messages).toEqual([]);
  });

  it('the state remembers the last hundred fees that were passed over', () => {
    const often = openStory({ ...document, lateFeeTerms: terms({ interval: 'hour' }), reminderSteps: [] });
    let held = after(often, dispute(), start);
    for (let turns = 0; turns < 3; turns += 1) held = wake(held, '2026-04-09T00:00:00.000Z');
    expect(held.invoice.skippedFees).toHaveLength(100);
    expect(held.invoice.nextFeeOccurrence).toBe(7 * 24 + 2);
    expect(held.invoice.skippedFees.at(-1)?.occurrence).toBe(7 * 24 + 1);
  });
});

describe('the end of a hold', () => {
  it('comes by itself, to the instant, and before anything it kept from happening', () => {
    const held = after(story, promise('2026-04-03'), start);
    expect(turnOfTime(held.invoice, '2026-04-03T23:59:59.999Z').events.map((one) => one.type)).toEqual([
      'invoice.overdue',
      'invoice.late_fee_skipped',
      'invoice.late_fee_skipped',
      'invoice.reminder_skipped',
    ]);
    const woken = wake(held, '2026-04-03T23:59:59.999Z');
    expect(nextAction(woken.invoice)).toEqual({
      kind: 'hold_ends',
      at: '2026-04-04T00:00:00.000Z',
      hold: 'promise',
    });
    expect(turnOfTime(woken.invoice, '2026-04-04T00:00:00.000Z').events).toMatchObject([
      {
        type: 'invoice.hold_ended',
        kind: 'promise',
        reason: 'promise_broken',
        at: '2026-04-04T00:00:00.000Z',
      },
      { type: 'invoice.late_fee_assessed', fee: { occurrence: 3 } },
    ]);
  });

  it('of a dispute with a date is no broken promise', () => {
    const held = after(late, dispute('2026-04-03'), now);
    expect(turnOfTime(held.invoice, '2026-04-04T00:00:00.000Z').events).toContainEqual(
      expect.objectContaining({ type: 'invoice.hold_ended', kind: 'dispute', reason: 'expired' }),
    );
  });

  it('never comes by itself without a date', () => {
    const held = wake(after(late, dispute(), now), '2026-06-30T00:00:00.000Z');
    expect(kinds(held)).toEqual(['dispute']);
  });

  it('by hand ends one kind, or all of them', () => {
    const held = after(after(late, dispute(), now), promise('2026-04-20'), now);
    expect(kinds(after(held, resume('promise'), now))).toEqual(['dispute']);
    expect(kinds(after(held, resume(), now))).toEqual([]);
    expect(refusal(after(held, resume('promise'), now).invoice, resume('promise'), now).rejected).toBe(
      'not_on_hold',
    );
    expect(refusal(late.invoice, resume(), now).rejected).toBe('not_on_hold');
  });

  it.each([
    ['paid', pay()],
    ['void', voidIt],
    ['uncollectible', writeOff],
  ] as const)('comes with %s, and nobody breaks a promise then', (status, command) => {
    const closed = after(after(story, promise('2026-04-20'), start), command, start);
    expect(closed.invoice).toMatchObject({ status, holds: [] });
    expect(turnOfTime(closed.invoice, '2026-05-20T00:00:00.000Z').events).toEqual([]);
  });

  it('keeps nothing of the hold in what comes after', () => {
    const ended = happens(
      after(late, dispute(), now),
      [{ type: 'invoice.hold_ended', kind: 'dispute', reason: 'resumed' }],
      now,
    );
    expect({ ...ended.invoice, moments: [], sequence: 0, updatedAt: '' }).toEqual({
      ...late.invoice,
      moments: [],
      sequence: 0,
      updatedAt: '',
    });
  });
});
