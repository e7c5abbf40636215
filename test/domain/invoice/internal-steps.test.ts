// Steps that tell the merchant: at any hour, each of several, in nobody's place, and without a message.
import { dunningStage } from '../../../src/domain/invoice/words.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import type { Policy } from '../../../src/domain/invoice/invoice.ts';
import {
  after,
  must,
  openStory,
  policy,
  priced,
  remind,
  start,
  step,
  type Story,
  wake,
  when,
} from '../given.ts';

const by: Policy = {
  ...policy,
  quietHours: { from: '20:00', to: '08:00' },
  sendOnWeekends: false,
  holidays: ['2026-04-01'],
  burstWindowMinutes: 15,
};
const steps = [
  step({ id: 'mail', offsetDays: -1 }),
  step({ id: 'call', channel: 'task', localTime: '23:00', template: 'reminder_due' }),
  step({ id: 'hook', channel: 'webhook', localTime: '23:00' }),
];
const story = () => openStory(priced(5115, { dueDate: '2026-04-01', reminderSteps: steps }), start, by);
const rows = ({ invoice }: Story) =>
  invoice.reminders.map(({ stepId, status, reason }) => [stepId, status, reason]);

describe('a step that tells the merchant', () => {
  it('happens at its own hour, whatever hour that is for the customer', () => {
    expect(story().invoice.reminders.map(({ stepId, plannedAt }) => [stepId, plannedAt])).toEqual([
      ['mail', '2026-03-31T09:00:00.000Z'],
      ['call', '2026-04-01T23:00:00.000Z'],
      ['hook', '2026-04-01T23:00:00.000Z'],
    ]);
    const woken = wake(story(), '2026-03-31T09:00:00.000Z');
    const { events, conditions } = turnOfTime(woken.invoice, '2026-04-01T23:00:00.000Z');
    expect(events.map((event) => [event.type, event.at])).toEqual([
      ['invoice.reminder_sent', '2026-04-01T23:00:00.000Z'],
      ['invoice.reminder_sent', '2026-04-01T23:00:00.000Z'],
    ]);
    expect(events[0]).toMatchObject({ stepId: 'call', occurrence: 1, channel: 'task', messageId: null });
    // Nobody's address, consent or cap is asked for.
    expect(conditions).toEqual([]);
    expect(rows(wake(woken, '2026-04-01T23:00:00.000Z')).slice(1)).toEqual([
      ['call', 'SENT', null],
      ['hook', 'SENT', null],
    ]);
  });

  it('is announced with its channel', () => {
    const told = timeline(story().invoice).entries.filter(({ kind }) => kind === 'reminder');
    expect(told.map(({ stepId, status, channel }) => [stepId, status, channel])).toEqual([
      ['mail', 'planned', 'email'],
      ['call', 'planned', 'task'],
      ['hook', 'planned', 'webhook'],
    ]);
  });

  it('takes no message’s place after an outage, and none takes its', () => {
    // Thursday noon: all three are missed, the mail by 51 hours of which 48 are allowed, the others by 13.
    expect(rows(wake(story(), '2026-04-02T12:00:00.000Z'))).toEqual([
      ['mail', 'SKIPPED', 'too_late'],
      ['call', 'SENT', null],
      ['hook', 'SENT', null],
    ]);
    const early = rows(wake(story(), '2026-04-02T08:30:00.000Z'));
    expect(early).toEqual([
      ['mail', 'PLANNED', null],
      ['call', 'SENT', null],
      ['hook', 'SENT', null],
    ]);
  });

  it('is passed over when it is later than the tolerance, or while the invoice is held', () => {
    expect(rows(wake(story(), '2026-04-03T23:00:00.001Z')).slice(1)).toEqual([
      ['call', 'SKIPPED', 'too_late'],
      ['hook', 'SKIPPED', 'too_late'],
    ]);
    const held = after(story(), { name: 'hold', kind: 'dispute', until: null, note: null });
    expect(rows(wake(held, '2026-04-01T23:00:00.000Z')).map(([, , reason]) => reason)).toEqual(
      Array.from({ length: 3 }, () => 'suspended'),
    );
  });

  it('is not replaced by a reminder by hand', () => {
    const sent = wake(story(), '2026-03-31T09:00:00.000Z');
    expect(must(when(sent.invoice, remind, '2026-04-01T12:00:00.000Z')).told.replaces).toBeNull();
  });

  it('is no stage of collection: the customer has heard nothing', () => {
    const woken = wake(wake(story(), '2026-03-31T09:00:00.000Z'), '2026-04-01T23:00:00.000Z');
    expect(dunningStage(woken.invoice)).toBeNull();
  });
});
