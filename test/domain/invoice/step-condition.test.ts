// A step's condition is looked at when its time has come: what is due then, who has looked, what was paid.
import type { Invoice, StepCondition } from '../../../src/domain/invoice/invoice.ts';
import { restore, type StoredInvoice } from '../../../src/domain/invoice/restore.ts';
import { readReminderTerms } from '../../../src/domain/invoice/terms.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { reader } from '../../../src/domain/reader.ts';
import { after, markViewed, openStory, pay, priced, step, type Story, wake } from '../given.ts';

const on = '2026-04-01T09:00:00.000Z';
const wanting = (condition: StepCondition | null) =>
  openStory(priced(5000, { dueDate: '2026-04-01', reminderSteps: [step({ condition })] }));
const only = (onlyIf: StepCondition['onlyIf']): StepCondition => ({ minDue: null, onlyIf });
const least = (minDue: number): StepCondition => ({ minDue, onlyIf: null });
const rows = ({ invoice }: Story) =>
  invoice.reminders.map(({ stepId, status, reason }) => [stepId, status, reason]);
const sent = [['due', 'PLANNED', null]];
const passedOver = [['due', 'SKIPPED', 'condition_not_met']];

const viewed = (story: Story) => after(story, markViewed);
const partPaid = (story: Story) => after(story, pay(1000));
const untouched = (story: Story) => story;

describe('a step with a condition', () => {
  it.each([
    ['nothing', null, untouched, sent],
    ['at least what is due', least(5000), untouched, sent],
    ['more than is due', least(5001), untouched, passedOver],
    ['more than is still due', least(4001), partPaid, passedOver],
    ['what is still due', least(4000), partPaid, sent],
    ['nobody to have looked, and nobody has', only('not_viewed'), untouched, sent],
    ['nobody to have looked, and somebody has', only('not_viewed'), viewed, passedOver],
    ['no payment, and there is none', only('no_payment'), untouched, sent],
    ['no payment, and there is one', only('no_payment'), partPaid, passedOver],
    ['a part to be paid, and none is', only('partially_paid'), untouched, passedOver],
    ['a part to be paid, and one is', only('partially_paid'), partPaid, sent],
    ['both of two things', { minDue: 4000, onlyIf: 'partially_paid' }, partPaid, sent],
    ['two things of which one is missing', { minDue: 4001, onlyIf: 'partially_paid' }, partPaid, passedOver],
  ] as const)('that wants %s', (_, condition, before, expected) => {
    const story = wake(before(wanting(condition)), on);
    expect(rows(story)).toEqual(expected);
    expect(story.invoice.messages).toHaveLength(expected === sent ? 1 : 0);
  });

  it('is announced as things stand, and looked at again when its time comes', () => {
    const told = ({ invoice }: Story) =>
      timeline(invoice)
        .entries.filter(({ kind }) => kind === 'reminder')
        .map(({ at, status, channel, reason }) => [at, status, channel, reason]);
    const story = wanting(only('partially_paid'));
    expect(told(story)).toEqual([[on, 'skipped', 'email', 'condition_not_met']]);
    expect(told(partPaid(story))).toEqual([[on, 'planned', 'email', null]]);
    expect(rows(wake(partPaid(story), on))).toEqual(sent);
  });

  it('swallows no older one where it is not wanted itself', () => {
    const steps = [step(), step({ id: 'later', offsetDays: 1, condition: only('partially_paid') })];
    const story = openStory(priced(5000, { dueDate: '2026-04-01', reminderSteps: steps }));
    expect(rows(wake(story, '2026-04-02T12:00:00.000Z'))).toEqual([
      ['due', 'PLANNED', null],
      ['later', 'SKIPPED', 'condition_not_met'],
    ]);
  });
});

describe('reading a condition', () => {
  const read = (condition: unknown) => {
    const parent = reader({ reminders: { steps: [{ offsetDays: 0, condition }] } });
    const terms = readReminderTerms(parent);
    const fault = parent.finish();
    return fault === null ? terms?.steps[0]?.condition : [fault.rejected, fault.pointer];
  };

  it.each([
    [undefined, null],
    [null, null],
    [{}, null],
    [{ minDue: 100 }, least(100)],
    [{ onlyIf: 'not_viewed', minDue: null }, only('not_viewed')],
    [
      { minDue: 0, onlyIf: 'no_payment' },
      { minDue: 0, onlyIf: 'no_payment' },
    ],
    [{ minDue: -1 }, ['invalid_amount', '/reminders/steps/0/condition/min_due_cents']],
    [{ onlyIf: 'viewed' }, ['invalid_value', '/reminders/steps/0/condition/only_if']],
    [{ onlyif: 'no_payment' }, ['unknown_field', '/reminders/steps/0/condition/onlyif']],
    ['not_viewed', ['invalid_value', '/reminders/steps/0/condition']],
  ])('%j gives %j', (condition, expected) => {
    expect(read(condition)).toEqual(expected);
  });
});

describe('a step of a release that had no conditions', () => {
  it('has none', () => {
    const { invoice } = wanting(null);
    const { condition: _condition, ...old } = step();
    const stored = { ...invoice, reminderSteps: [old] } as unknown as StoredInvoice;
    expect(restore(stored)).toEqual<Invoice>(invoice);
    expect(turnOfTime(restore(stored), on).events).toHaveLength(1);
  });
});
