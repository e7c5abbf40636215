import { recorded } from '../../../src/domain/invoice/commands.ts';
import { deliveryEvents } from '../../../src/domain/invoice/delivery.ts';
import type { Draft, Invoice, ReminderStep } from '../../../src/domain/invoice/invoice.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import {
  after,
  must,
  open,
  openStory,
  pay,
  priced,
  remind,
  start,
  step,
  type Story,
  voidIt,
  wake,
  when,
} from '../given.ts';

const document = (steps: readonly ReminderStep[], change: Partial<Draft> = {}) =>
  priced(5115, { dueDate: '2026-04-01', reminderSteps: steps, ...change });
const withDefaults = (now: string = start) =>
  openStory(document(defaultReminderSteps, { timeZone: 'Europe/Paris', issueDate: '2026-03-02' }), now);

/** Step, status and reason of each row. */
const rows = ({ invoice }: { readonly invoice: Invoice }) =>
  invoice.reminders.map((row) => [row.stepId, row.status, row.reason]);
/** Rows, and the instants of their messages, after one turn of time. */
const turn = (story: Story, now: string) => ({
  rows: rows(wake(story, now)),
  queued: wake(story, now).invoice.messages.map((message) => [message.stepId, message.queuedAt]),
});

describe('the default policy', () => {
  it('is 3 days before, on, 3, 7 and 14 days after the due date, at nine in the invoice’s zone, by e-mail', () => {
    expect(
      withDefaults().invoice.reminders.map((row) => [row.stepId, row.plannedAt, row.channel, row.template]),
    ).toEqual([
      ['before_3', '2026-03-29T07:00:00.000Z', 'email', 'reminder_before'], // the day summer time begins
      ['due', '2026-04-01T07:00:00.000Z', 'email', 'reminder_due'],
      ['after_3', '2026-04-04T07:00:00.000Z', 'email', 'reminder_overdue'],
      ['after_7', '2026-04-08T07:00:00.000Z', 'email', 'reminder_overdue'],
      ['after_14', '2026-04-15T07:00:00.000Z', 'email', 'final_notice'],
    ]);
  });

  it('sends each step at its instant and not a moment earlier', () => {
    let story = withDefaults();
    for (const { plannedAt } of story.invoice.reminders) {
      const early = new Date(Date.parse(plannedAt) - 1).toISOString();
      expect(turnOfTime(story.invoice, early).events.map((event) => event.type)).not.toContain(
        'invoice.message_queued',
      );
      story = wake(story, plannedAt);
      expect(story.invoice.messages.at(-1)).toMatchObject({
        queuedAt: plannedAt,
        kind: 'reminder',
        state: 'queued',
      });
    }
    expect(story.invoice.messages).toHaveLength(5);
  });
});

describe('a step', () => {
  it('whose time had passed when the invoice was issued is skipped, with the reason', () => {
    expect(rows(withDefaults('2026-04-05T10:00:00.000Z'))).toEqual([
      ['before_3', 'SKIPPED', 'before_issue'],
      ['due', 'SKIPPED', 'before_issue'],
      ['after_3', 'SKIPPED', 'before_issue'],
      ['after_7', 'PLANNED', null],
      ['after_14', 'PLANNED', null],
    ]);
  });

  it('at the very instant of the issue is sent', () => {
    const story = withDefaults('2026-04-01T07:00:00.000Z');
    expect(rows(story)[1]).toEqual(['due', 'PLANNED', null]);
    expect(turn(story, '2026-04-01T07:00:00.000Z').queued).toEqual([['due', '2026-04-01T07:00:00.000Z']]);
  });

  it.each([
    // anchor, offset, local time, zone, planned at
    ['due_date', 0, '09:00', 'UTC', '2026-04-01T09:00:00.000Z'],
    ['due_date', -30, '23:59', 'UTC', '2026-03-02T23:59:00.000Z'],
    ['issue_date', 5, '00:00', 'Pacific/Kiritimati', '2026-03-06T10:00:00.000Z'],
    ['issue_date', 27, '02:30', 'Europe/Paris', '2026-03-29T01:30:00.000Z'], // in the spring gap: 03:30
    ['due_date', 207, '02:30', 'Europe/Paris', '2026-10-25T00:30:00.000Z'], // doubled in autumn: the first
  ] as const)('on %s %i at %s in %s is planned at %s', (anchor, offsetDays, localTime, timeZone, at) => {
    const story = openStory(
      document([step({ anchor, offsetDays, localTime })], { timeZone, issueDate: '2026-03-02' }),
    );
    expect(story.invoice.reminders[0]?.plannedAt).toBe(at);
  });

  it('has an identity of its own, from which its message takes its id', () => {
    const [queued] = turnOfTime(withDefaults().invoice, '2026-03-29T07:00:00.000Z').events;
    expect(queued).toMatchObject({
      type: 'invoice.message_queued',
      message: {
        id: 'invoice-1:before_3:1:email',
        commandId: 'reminder:before_3:1',
        stepId: 'before_3',
        occurrence: 1,
        template: 'reminder_before',
      },
    });
  });

  it('is written only if the recipient can be reached, no credit covers what is due, and the cap has room', () => {
    expect(turnOfTime(withDefaults().invoice, '2026-03-29T07:00:00.000Z').conditions).toEqual([
      { kind: 'recipient', messageId: 'invoice-1:before_3:1:email', automatic: true },
      { kind: 'creditBelow', messageId: 'invoice-1:before_3:1:email', amount: 5115 },
      {
        kind: 'reminderCap',
        messageId: 'invoice-1:before_3:1:email',
        at: '2026-03-29T07:00:00.000Z',
        messages: 3,
        days: 7,
      },
    ]);
  });
});

describe('missed steps', () => {
  it('collapse into the newest, which is sent late', () => {
    expect(turn(withDefaults(), '2026-04-09T10:00:00.000Z')).toEqual({
      rows: [
        ['before_3', 'SKIPPED', 'superseded'],
        ['due', 'SKIPPED', 'superseded'],
        ['after_3', 'SKIPPED', 'superseded'],
        ['after_7', 'PLANNED', null],
        ['after_14', 'PLANNED', null],
      ],
      queued: [['after_7', '2026-04-09T10:00:00.000Z']],
    });
  });

  it.each([
    ['2026-04-10T07:00:00.000Z', 'PLANNED', null, 1], // 48 hours late
    ['2026-04-10T07:00:00.001Z', 'SKIPPED', 'too_late', 0],
  ])('at %s leave the newest %s', (now, status, reason, messages) => {
    const late = turn(withDefaults(), now);
    expect(late.rows[3]).toEqual(['after_7', status, reason]);
    expect(late.queued).toHaveLength(messages);
  });

  it('are noted once and never come back', () => {
    const story = wake(withDefaults(), '2026-04-12T00:00:00.000Z');
    expect(turnOfTime(story.invoice, '2026-04-14T00:00:00.000Z').events).toEqual([]);
  });

  it('are not missed where they fall on the same instant on two channels: both are sent', () => {
    const steps = [step({ id: 'mail' }), step({ id: 'text', channel: 'sms' })];
    expect(turn(openStory(document(steps)), '2026-04-01T09:00:00.000Z')).toEqual({
      rows: [
        ['mail', 'PLANNED', null],
        ['text', 'PLANNED', null],
      ],
      queued: [
        ['mail', '2026-04-01T09:00:00.000Z'],
        ['text', '2026-04-01T09:00:00.000Z'],
      ],
    });
  });

  it('on one instant and channel are one message', () => {
    const steps = [step({ id: 'a' }), step({ id: 'b', anchor: 'issue_date', offsetDays: 30 })];
    expect(
      turn(openStory(document(steps, { issueDate: '2026-03-02' })), '2026-04-01T09:00:00.000Z').rows,
    ).toEqual([
      ['a', 'SKIPPED', 'superseded'],
      ['b', 'PLANNED', null],
    ]);
  });
});

describe('a step that the write refuses', () => {
  it.each([
    ['opted_out', 'SUPPRESSED'],
    ['sms_not_consented', 'SUPPRESSED'],
    ['reminder_cap', 'SKIPPED'],
    ['covered_by_credit', 'SKIPPED'],
    ['no_email_address', 'SKIPPED'],
    ['no_phone_number', 'SKIPPED'],
  ] as const)('with %s becomes %s', (code, status) => {
    const { invoice } = withDefaults();
    const blocked = { 'invoice-1:before_3:1:email': code };
    const { events, conditions } = turnOfTime(invoice, '2026-03-29T07:00:00.000Z', blocked);
    expect(conditions).toEqual([]);
    const result = events.reduce<Invoice>(evolve, invoice);
    expect(rows({ invoice: result })[0]).toEqual(['before_3', status, code]);
    expect(result.messages).toEqual([]);
  });

  it('does not keep the others from being sent', () => {
    const { invoice } = withDefaults();
    const blocked = { 'invoice-1:before_3:1:email': 'opted_out' } as const;
    const result = turnOfTime(invoice, '2026-03-29T07:00:00.000Z', blocked).events.reduce<Invoice>(
      evolve,
      invoice,
    );
    expect(turnOfTime(result, '2026-04-01T07:00:00.000Z', blocked).events.map((event) => event.type)).toEqual(
      ['invoice.message_queued'],
    );
  });
});

describe('a reminder by hand', () => {
  it('takes the place of the step that would follow within a day', () => {
    const story = withDefaults();
    const now = '2026-03-28T07:00:00.000Z';
    expect(must(when(story.invoice, remind, now)).told.replaces).toEqual({
      stepId: 'before_3',
      plannedAt: '2026-03-29T07:00:00.000Z',
    });
    expect(rows(after(story, remind, now))[0]).toEqual(['before_3', 'SKIPPED', 'replaced_by_manual']);
  });

  it('leaves a step alone that is further away', () => {
    const now = '2026-03-28T06:59:59.999Z';
    expect(must(when(withDefaults().invoice, remind, now)).told.replaces).toBeNull();
    expect(rows(after(withDefaults(), remind, now))[0]).toEqual(['before_3', 'PLANNED', null]);
  });

  it.each([
    ['2026-03-31T21:59:59.999Z', 'reminder_before'],
    ['2026-03-31T22:00:00.000Z', 'reminder_due'], // 1 April in Paris
    ['2026-04-01T22:00:00.000Z', 'reminder_overdue'],
  ])('at %s says %s', (now, template) => {
    expect(after(withDefaults(), remind, now).invoice.messages.at(-1)).toMatchObject({
      template,
      stepId: null,
    });
  });
});

describe('what was planned', () => {
  it.each([
    ['paid', pay()],
    ['void', voidIt],
  ] as const)('is cancelled when the invoice is %s', (reason, command) => {
    const story = after(withDefaults(), command, '2026-03-30T00:00:00.000Z');
    expect(rows(story)).toEqual(
      ['before_3', 'due', 'after_3', 'after_7', 'after_14'].map((stepId) => [stepId, 'SKIPPED', reason]),
    );
    expect(turnOfTime(story.invoice, '2027-01-01T00:00:00.000Z').events).toEqual([]);
  });

  it('keeps the row of a message on its way: its outcome decides', () => {
    const queued = wake(withDefaults(), '2026-03-29T07:00:00.000Z');
    const paid = after(queued, pay(), '2026-03-29T07:00:01.000Z');
    expect(rows(paid)[0]).toEqual(['before_3', 'PLANNED', null]);
    const outcome = deliveryEvents(paid.invoice, 'invoice-1:before_3:1:email', {
      outcome: 'suppressed',
      code: 'nothing_due',
    });
    const settled = recorded(paid.invoice, outcome, '2026-03-29T07:00:02.000Z').reduce<Invoice>(
      evolve,
      paid.invoice,
    );
    expect(rows({ invoice: settled })[0]).toEqual(['before_3', 'SUPPRESSED', 'nothing_due']);
  });

  it('is nothing where the document asks for no reminders', () => {
    expect(open(document([])).reminders).toEqual([]);
  });
});
