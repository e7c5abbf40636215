import { recorded } from '../../../src/domain/invoice/commands.ts';
import { deliveryEvents } from '../../../src/domain/invoice/delivery.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { timeline, type TimelineEntry } from '../../../src/domain/invoice/timeline.ts';
import {
  after,
  given,
  created,
  markViewed,
  open,
  openStory,
  pay,
  priced,
  remind,
  send,
  start,
  step,
  type Story,
  terms,
  text2pay,
  voidIt,
  wake,
} from '../given.ts';

const document = priced(5115, {
  dueDate: '2026-04-01',
  lateFeeTerms: terms({ interval: 'week', cap: 2500 }),
  reminderSteps: [step({ id: 'before', offsetDays: -3 }), step({ id: 'after', offsetDays: 3 })],
});
const brief = (one: TimelineEntry) => [
  one.at,
  one.kind,
  one.status,
  one.stepId ?? one.occurrence ?? one.amount,
  one.reason,
];
const plan = ({ invoice }: { readonly invoice: Invoice }) => timeline(invoice).entries.map(brief);
const settle = (story: Story, code: string | null, now: string): Story => {
  const id = story.invoice.messages.at(-1)?.id ?? '';
  const outcome = code === null ? { outcome: 'accepted' as const } : { outcome: 'failed' as const, code };
  const events = recorded(story.invoice, deliveryEvents(story.invoice, id, outcome), now);
  return { ...story, invoice: events.reduce<Invoice>(evolve, story.invoice) };
};

describe('the timeline of an open invoice', () => {
  it('shows what happened and what will, in order, with what would cancel it', () => {
    const story = openStory(document);
    expect(plan(story)).toEqual([
      [start, 'issue', 'done', 5115, null],
      ['2026-03-29T09:00:00.000Z', 'reminder', 'planned', 'before', null],
      ['2026-04-02T00:00:00.000Z', 'overdue', 'planned', null, null],
      ['2026-04-02T00:00:00.000Z', 'late_fee', 'planned', 1, null],
      ['2026-04-04T09:00:00.000Z', 'reminder', 'planned', 'after', null],
      ['2026-04-09T00:00:00.000Z', 'late_fee', 'planned', 2, null],
      ['2026-04-16T00:00:00.000Z', 'late_fee', 'planned', 3, null],
    ]);
    const { entries, truncated } = timeline(story.invoice);
    expect(truncated).toBe(false);
    expect(entries.filter((one) => one.kind === 'late_fee').map((one) => one.amount)).toEqual([
      1000, 1000, 500,
    ]);
    expect(
      entries.filter((one) => one.status === 'planned').every((one) => one.cancelledBy.includes('void')),
    ).toBe(true);
    expect(entries[0]?.cancelledBy).toEqual([]);
  });

  it('tells each instant in the invoice’s zone too', () => {
    const { entries } = timeline(open({ ...document, timeZone: 'Europe/Paris' }));
    expect(entries[1]).toMatchObject({
      at: '2026-03-29T07:00:00.000Z',
      localTime: '2026-03-29T09:00:00+02:00',
      timeZone: 'Europe/Paris',
      channel: 'email',
    });
  });

  it('lists twelve fees of a plan without an end, and every reminder behind them', () => {
    const endless = priced(5115, {
      dueDate: '2026-04-01',
      lateFeeTerms: terms({ interval: 'day' }),
      reminderSteps: defaultReminderSteps,
    });
    const { entries, truncated } = timeline(open(endless));
    expect(truncated).toBe(true);
    expect(entries.filter((one) => one.kind === 'late_fee').map((one) => one.occurrence)).toEqual(
      Array.from({ length: 12 }, (_, index) => index + 1),
    );
    expect(entries.filter((one) => one.kind === 'reminder').map((one) => one.stepId)).toEqual(
      defaultReminderSteps.map((one) => one.id),
    );
    expect(entries.filter((one) => one.kind === 'reminder').every((one) => one.status === 'planned')).toBe(
      true,
    );
    expect(entries.map((one) => one.at)).toEqual(entries.map((one) => one.at).toSorted());
  });

  it('is not called truncated where the twelfth fee is the last', () => {
    const twelve = (cap: number) =>
      timeline(open({ ...document, lateFeeTerms: terms({ interval: 'day', cap }) }));
    expect(twelve(12_000).truncated).toBe(false);
    expect(twelve(12_001).truncated).toBe(true);
  });
});

describe('the timeline of what is past', () => {
  it('keeps the planned instant of a step and tells when it was really done', () => {
    const woken = wake(openStory(document), '2026-03-29T10:00:00.000Z');
    expect(plan(woken)[1]).toEqual(['2026-03-29T09:00:00.000Z', 'reminder', 'planned', 'before', null]);
    const accepted = settle(woken, null, '2026-03-29T10:00:02.000Z');
    expect(timeline(accepted.invoice).entries[1]).toMatchObject({
      at: '2026-03-29T09:00:00.000Z',
      actualAt: '2026-03-29T10:00:02.000Z',
      status: 'done',
      cancelledBy: [],
    });
  });

  it('says why a step was passed over', () => {
    const refused = settle(
      wake(openStory(document), '2026-03-29T09:00:00.000Z'),
      '550',
      '2026-03-29T09:00:01.000Z',
    );
    expect(plan(refused)[1]).toEqual(['2026-03-29T09:00:00.000Z', 'reminder', 'skipped', 'before', '550']);
    const late = wake(openStory(document), '2026-04-10T00:00:00.000Z');
    expect(plan(late).filter((row) => row[1] === 'reminder')).toEqual([
      ['2026-03-29T09:00:00.000Z', 'reminder', 'skipped', 'before', 'superseded'],
      ['2026-04-04T09:00:00.000Z', 'reminder', 'skipped', 'after', 'too_late'],
    ]);
  });

  it.each([
    ['paid', pay(), ['2026-03-05T10:00:00.000Z', 'payment', 'done', 5115, null]],
    ['void', voidIt, ['2026-03-05T10:00:00.000Z', 'command', 'done', null, 'void']],
  ] as const)('shows the plan of an invoice that became %s as cancelled', (reason, command, entry) => {
    expect(plan(after(openStory(document), command, '2026-03-05T10:00:00.000Z'))).toEqual([
      [start, 'issue', 'done', 5115, null],
      entry,
      ['2026-03-29T09:00:00.000Z', 'reminder', 'cancelled', 'before', reason],
      ['2026-04-04T09:00:00.000Z', 'reminder', 'cancelled', 'after', reason],
    ]);
  });

  it('shows sends, views, payments, fees and messages that failed', () => {
    let story = settle(
      after(openStory(document), send, '2026-03-03T10:00:00.000Z'),
      null,
      '2026-03-03T10:00:01.000Z',
    );
    story = after(story, markViewed, '2026-03-04T10:00:00.000Z');
    story = settle(after(story, text2pay, '2026-03-05T10:00:00.000Z'), '21211', '2026-03-05T10:00:01.000Z');
    story = after(story, pay(100), '2026-03-06T10:00:00.000Z');
    story = after(story, remind, '2026-03-07T10:00:00.000Z');
    expect(plan(story).slice(0, 6)).toEqual([
      [start, 'issue', 'done', 5115, null],
      ['2026-03-03T10:00:01.000Z', 'send', 'done', null, null],
      ['2026-03-04T10:00:00.000Z', 'viewed', 'done', null, null],
      ['2026-03-05T10:00:01.000Z', 'message', 'skipped', null, '21211'],
      ['2026-03-06T10:00:00.000Z', 'payment', 'done', 100, null],
      ['2026-03-07T10:00:00.000Z', 'reminder', 'planned', null, null],
    ]);
    const late = wake(story, '2026-04-03T00:00:00.000Z');
    expect(plan(late).filter((row) => row[1] === 'late_fee' && row[2] === 'done')).toEqual([
      ['2026-04-02T00:00:00.000Z', 'late_fee', 'done', 1, null],
    ]);
    expect(plan(late)).toContainEqual(['2026-04-02T00:00:00.000Z', 'overdue', 'done', null, null]);
  });

  it('of a draft is empty', () => {
    expect(timeline(given(created(document)))).toEqual({ entries: [], truncated: false });
  });
});
