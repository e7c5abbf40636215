// After an outage: what is late goes out spread over a window, never at night, never later than the tolerance.
import fc from 'fast-check';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import type { Invoice, Policy } from '../../../src/domain/invoice/invoice.ts';
import { quietRules, whyQuiet } from '../../../src/domain/invoice/quiet.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { openStory, policy, priced, start, step, terms, wake } from '../given.ts';
import { policyArbitrary } from './random.ts';

const window = 15 * 60_000;
const by: Policy = { ...policy, burstWindowMinutes: 15, quietHours: { from: '20:00', to: '08:00' } };
const due = '2026-04-01T09:00:00.000Z';
const document = priced(5115, {
  dueDate: '2026-04-01',
  reminderSteps: [step(), step({ id: 'after', offsetDays: 3 })],
  lateFeeTerms: terms({ interval: 'day', cap: 9000 }),
});
const named = (id: string, of: Policy = by): Invoice => ({ ...openStory(document, start, of).invoice, id });
const later = (at: string, milliseconds: number) => new Date(Date.parse(at) + milliseconds).toISOString();
const woken = (invoice: Invoice, now: string) =>
  turnOfTime(invoice, now).events.reduce<Invoice>(evolve, invoice);
const movedTo = (invoice: Invoice, now: string) => woken(invoice, now).reminders[0]?.moved?.to ?? null;

describe('a reminder that is late', () => {
  const back = '2026-04-02T12:00:00.000Z';

  it('goes out inside the window, at an instant of its invoice’s own', () => {
    const instants = Array.from({ length: 400 }, (_, index) => movedTo(named(`invoice-${index}`), back));
    const offsets = instants.map((at) => Date.parse(at ?? '') - Date.parse(back));
    expect(Math.min(...offsets)).toBeGreaterThan(0);
    expect(Math.max(...offsets)).toBeLessThan(window);
    // Spread evenly: no minute of the fifteen has more than a few times its part.
    const minutes = Array.from(
      { length: 15 },
      (_, minute) => offsets.filter((offset) => Math.floor(offset / 60_000) === minute).length,
    );
    expect(Math.min(...minutes)).toBeGreaterThan(0);
    expect(Math.max(...minutes)).toBeLessThan(60);
    expect(movedTo(named('invoice-7'), back)).toBe(instants[7]);
  });

  it('is put off once, says why, and is sent then', () => {
    const story = wake({ invoice: named('invoice-1'), entries: [] }, back);
    const [row] = story.invoice.reminders;
    expect(row).toMatchObject({ status: 'PLANNED', plannedAt: due, moved: { reason: 'burst' } });
    const to = row?.moved?.to ?? '';
    const told = timeline(story.invoice, back).entries.filter(({ stepId }) => stepId === 'due');
    expect(told.map(({ at, status, reason }) => [at, status, reason])).toEqual([
      [due, 'cancelled', 'burst'],
      [to, 'planned', 'burst'],
    ]);
    expect(woken(story.invoice, later(to, -1)).messages).toEqual([]);
    expect(woken(story.invoice, to).messages.map((message) => message.queuedAt)).toEqual([to]);
  });

  it('is on time within a minute', () => {
    expect(movedTo(named('invoice-1'), later(due, 60_000))).toBeNull();
    expect(woken(named('invoice-1'), later(due, 60_000)).messages).toHaveLength(1);
    expect(movedTo(named('invoice-1'), later(due, 60_001))).not.toBeNull();
  });

  it('goes out at once where the organization wants no window', () => {
    expect(woken(named('invoice-1', { ...by, burstWindowMinutes: 0 }), back).messages).toHaveLength(1);
  });

  it('never moves a fee', () => {
    const charged = woken(named('invoice-1'), back);
    expect(charged.lateFees.map(({ at, date }) => [at, date])).toEqual([
      ['2026-04-02T00:00:00.000Z', '2026-04-02'],
    ]);
  });

  it('that the end of an outage at night puts off is spread in the morning', () => {
    const offsets = Array.from({ length: 50 }, (_, index) =>
      movedTo(named(`invoice-${index}`), '2026-04-01T22:00:00.000Z'),
    ).map((at) => Date.parse(at ?? '') - Date.parse('2026-04-02T08:00:00.000Z'));
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...offsets)).toBeLessThan(window);
    expect(new Set(offsets).size).toBeGreaterThan(45);
  });

  it('stays inside the evening and inside the tolerance', () => {
    for (const id of Array.from({ length: 50 }, (_, index) => `invoice-${index}`)) {
      // Three minutes are left of the day, two of the 48 hours.
      expect((movedTo(named(id), '2026-04-02T19:57:00.000Z') ?? '') < '2026-04-02T20:00:00.000Z').toBe(true);
      expect((movedTo(named(id), '2026-04-03T08:58:00.000Z') ?? '') <= '2026-04-03T09:00:00.000Z').toBe(true);
    }
  });

  it('gives way to a step that comes inside the window', () => {
    const near = priced(5115, {
      dueDate: '2026-04-01',
      reminderSteps: [step(), step({ id: 'next', offsetDays: 1, localTime: '12:00' })],
    });
    const story = wake(openStory(near, start, by), '2026-04-02T11:59:59.999Z');
    expect(story.invoice.reminders.map(({ stepId, status, reason }) => [stepId, status, reason])).toEqual([
      ['due', 'SKIPPED', 'superseded'],
      ['next', 'PLANNED', null],
    ]);
  });
});

describe('whenever the clock is looked at', () => {
  it('nothing goes out while the recipient sleeps, later than the tolerance, or twice at once', () => {
    fc.assert(
      fc.property(
        policyArbitrary,
        fc.constantFrom(null, 'Asia/Tokyo', 'America/Los_Angeles', 'Australia/Lord_Howe'),
        fc.uuid(),
        fc.array(fc.integer({ min: 0, max: 60 * 24 * 60 }), { minLength: 1, maxLength: 12 }),
        (of, recipientTimeZone, id, minutes) => {
          const asked = priced(5115, {
            timeZone: 'Europe/Berlin',
            recipientTimeZone,
            dueDate: '2026-03-29',
            reminderSteps: defaultReminderSteps,
          });
          let state: Invoice = { ...openStory(asked, start, of).invoice, id };
          const rules = quietRules(state);
          for (const minute of minutes.toSorted((a, b) => a - b)) {
            const now = later(start, minute * 60_000);
            const { events } = turnOfTime(state, now);
            const sent = events.filter((event) => event.type === 'invoice.message_queued');
            expect(sent.length).toBeLessThanOrEqual(1);
            for (const { message } of sent) {
              expect(whyQuiet(now, rules)).toBeNull();
              const row = state.reminders.find(({ stepId }) => stepId === message.stepId);
              expect(Date.parse(now) - Date.parse(row?.plannedAt ?? '')).toBeLessThanOrEqual(48 * 3_600_000);
            }
            state = events.reduce<Invoice>(evolve, state);
            // Whatever was due has been dealt with: sent, skipped, or put off to an instant that is still to come.
            expect(turnOfTime(state, now).events).toEqual([]);
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
