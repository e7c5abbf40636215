// Quiet hours, weekends and holidays by the recipient's clock: what is planned then, and what an outage makes of it.
import { changeDraft, readDraft } from '../../../src/domain/invoice/draft.ts';
import type { Draft, Invoice, Policy } from '../../../src/domain/invoice/invoice.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import {
  after,
  create,
  must,
  openStory,
  pay,
  policy,
  priced,
  refusal,
  remind,
  start,
  step,
  wake,
  when,
} from '../given.ts';

const nights = { from: '20:00', to: '08:00' };
const planned = ({ reminders }: Invoice) =>
  reminders.map(({ stepId, plannedAt, nominal }) => [stepId, plannedAt, nominal?.reason ?? null]);

// Made in Berlin on a Friday, for a customer in Tokyo, due on a Sunday that is a holiday in Germany (3 October 2027).
const made = '2027-09-03T10:00:00.000Z';
const berlin: Partial<Draft> = {
  timeZone: 'Europe/Berlin',
  recipientTimeZone: 'Asia/Tokyo',
  issueDate: '2027-09-03',
  dueDate: '2027-10-03',
  reminderSteps: defaultReminderSteps,
};
const careful: Policy = { ...policy, quietHours: nights, sendOnWeekends: false, holidays: ['2027-10-03'] };
const story = () => openStory(priced(5115, berlin), made, careful);
const status = ({ reminders }: Invoice) => reminders.map((row) => [row.stepId, row.status, row.reason]);

describe('an invoice in Berlin for a customer in Tokyo, due on a holiday', () => {
  it('is reminded of at the step’s hour in Berlin, or when Tokyo wakes up after it', () => {
    expect(planned(story().invoice)).toEqual([
      ['before_3', '2027-09-30T07:00:00.000Z', null], // nine in Berlin, four in the afternoon in Tokyo
      ['due', '2027-10-03T23:00:00.000Z', 'holiday'], // Monday at eight in Tokyo
      ['after_3', '2027-10-06T07:00:00.000Z', null],
      ['after_7', '2027-10-10T23:00:00.000Z', 'weekend'],
      ['after_14', '2027-10-17T23:00:00.000Z', 'weekend'],
    ]);
    expect(story().invoice.reminders[1]?.nominal).toEqual({
      at: '2027-10-03T07:00:00.000Z',
      reason: 'holiday',
    });
  });

  it('announces it with the reason', () => {
    const entry = timeline(story().invoice).entries.find(({ stepId }) => stepId === 'due');
    expect(entry).toMatchObject({
      at: '2027-10-03T23:00:00.000Z',
      localTime: '2027-10-04T01:00:00+02:00',
      status: 'planned',
      reason: 'holiday',
    });
  });

  it('keeps a reminder that an outage has made late for the morning in Tokyo, up to the tolerance', () => {
    // Three days without a worker, until half past eight in the evening in Tokyo: 36.5 hours late.
    const woken = wake(wake(story(), '2027-09-30T07:00:00.000Z'), '2027-10-05T11:30:00.000Z');
    expect(woken.invoice.reminders[1]).toMatchObject({
      plannedAt: '2027-10-03T23:00:00.000Z',
      moved: { to: '2027-10-05T23:00:00.000Z', reason: 'quiet_hours' },
      status: 'PLANNED',
      messageId: null,
    });
    const told = timeline(woken.invoice, '2027-10-05T11:30:00.000Z').entries.filter(
      ({ stepId }) => stepId === 'due',
    );
    expect(told.map(({ at, status: how, reason }) => [at, how, reason])).toEqual([
      ['2027-10-03T23:00:00.000Z', 'cancelled', 'quiet_hours'],
      ['2027-10-05T23:00:00.000Z', 'planned', 'quiet_hours'],
    ]);
    // Exactly 48 hours late.
    const sent = wake(woken, '2027-10-05T23:00:00.000Z').invoice;
    expect(sent.messages.at(-1)).toMatchObject({ stepId: 'due', queuedAt: '2027-10-05T23:00:00.000Z' });
  });

  it('gives up one that would be later than the tolerance by the morning', () => {
    const by = { ...careful, lateReminderToleranceHours: 47 };
    const woken = wake(openStory(priced(5115, berlin), made, by), '2027-10-05T11:30:00.000Z');
    expect(status(woken.invoice)[1]).toEqual(['due', 'SKIPPED', 'too_late']);
  });

  it('sends one that is late by day at once', () => {
    const woken = wake(story(), '2027-10-05T10:00:00.000Z').invoice;
    expect(woken.messages.map((message) => [message.stepId, message.queuedAt])).toEqual([
      ['due', '2027-10-05T10:00:00.000Z'],
    ]);
  });

  it('does not send one in the morning that a newer one will have overtaken by then', () => {
    const steps = [step({ id: 'first' }), step({ id: 'second', offsetDays: 1, localTime: '00:30' })];
    const change = { ...berlin, dueDate: '2027-10-05', reminderSteps: steps };
    // Two on Wednesday morning in Tokyo: the first is late in the evening before.
    const woken = wake(openStory(priced(5115, change), made, careful), '2027-10-05T11:00:00.000Z').invoice;
    expect(status(woken)).toEqual([
      ['first', 'SKIPPED', 'superseded'],
      ['second', 'PLANNED', null],
    ]);
  });

  it('sends by hand at any hour, and such a reminder takes the place of one that was put off', () => {
    const late = wake(wake(story(), '2027-09-30T07:00:00.000Z'), '2027-10-05T11:30:00.000Z');
    const { events, told } = must(when(late.invoice, remind, '2027-10-05T12:00:00.000Z'));
    expect(events.map(({ type }) => type)).toEqual(['invoice.message_queued', 'invoice.reminder_skipped']);
    expect(told.replaces).toEqual({ stepId: 'due', plannedAt: '2027-10-05T23:00:00.000Z' });
  });

  it('is told of nothing more once it is paid', () => {
    const late = wake(story(), '2027-10-05T11:30:00.000Z');
    const paid = after(late, pay(), '2027-10-05T12:00:00.000Z').invoice;
    expect(turnOfTime(paid, '2027-10-30T00:00:00.000Z').events).toEqual([]);
  });
});

describe('steps that a weekend puts on one morning', () => {
  const steps = [
    step({ id: 'saturday', offsetDays: 3 }),
    step({ id: 'monday', offsetDays: 5 }),
    step({ id: 'sunday', offsetDays: 4 }),
  ];
  const by: Policy = { ...policy, sendOnWeekends: false, quietHours: { from: '20:00', to: '09:00' } };
  const document = (reminderSteps = steps) => priced(5115, { dueDate: '2026-04-01', reminderSteps });
  const monday = '2026-04-06T09:00:00.000Z';

  it('are one message: the newest step’s', () => {
    const begun = openStory(document(), start, by);
    const announced = timeline(begun.invoice).entries.filter(({ kind }) => kind === 'reminder');
    expect(announced.map(({ at, stepId, status: how, reason }) => [at, stepId, how, reason])).toEqual([
      [monday, 'saturday', 'skipped', 'superseded'],
      [monday, 'sunday', 'skipped', 'superseded'],
      [monday, 'monday', 'planned', null],
    ]);
    expect(wake(begun, monday).invoice.messages.map(({ stepId }) => stepId)).toEqual(['monday']);
  });

  it('on two channels at one time are two messages still', () => {
    const both = [step({ id: 'mail', offsetDays: 3 }), step({ id: 'text', offsetDays: 3, channel: 'sms' })];
    const woken = wake(openStory(document(both), start, by), monday).invoice;
    expect(woken.messages.map(({ stepId }) => stepId)).toEqual(['mail', 'text']);
  });
});

describe('the place of the recipient', () => {
  const asked = (fields: Fields, recipientTimeZone: string | null = 'Asia/Tokyo') =>
    must(
      readDraft(
        { customerId: 'tokyo', lineItemsAttributes: [{ rate: 100 }], ...fields },
        { currency: 'USD', timeZone: 'UTC', recipientTimeZone, newId: () => 'line-1' },
      ),
    );
  const changed = (fields: Fields) =>
    must(changeDraft(openStory(asked({})).invoice, fields, () => 'line-2')).draft.recipientTimeZone;

  it('is the customer’s, unless the document names one', () => {
    expect(asked({}).recipientTimeZone).toBe('Asia/Tokyo');
    expect(asked({}, null).recipientTimeZone).toBeNull();
    expect(asked({ recipientTimeZone: 'Asia/Seoul' }).recipientTimeZone).toBe('Asia/Seoul');
  });

  it('stays while the customer does: of another one nothing is known but what is given', () => {
    expect(changed({ memo: 'x' })).toBe('Asia/Tokyo');
    expect(changed({ customerId: 'tokyo' })).toBe('Asia/Tokyo');
    expect(changed({ customerId: 'another' })).toBeNull();
    expect(changed({ customerId: 'another', recipientTimeZone: 'Asia/Seoul' })).toBe('Asia/Seoul');
  });

  it('is a place', () => {
    const command = create({ draft: asked({ recipientTimeZone: 'Mars/Olympus' }) });
    expect(refusal(null, command)).toMatchObject({
      rejected: 'invalid_time_zone',
      pointer: '/recipient_time_zone',
    });
  });

  it('is that of the invoice where the customer has none', () => {
    const { invoice } = openStory(priced(5115, { ...berlin, recipientTimeZone: null }), made, careful);
    expect(planned(invoice)[1]).toEqual(['due', '2027-10-04T06:00:00.000Z', 'holiday']);
  });
});
