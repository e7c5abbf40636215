// Reminder steps from a policy: how they are named, what the invoice keeps, and what another version would change.
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { changesUnder } from '../../../src/domain/invoice/policy-preview.ts';
import {
  checkArguments,
  policyAsked,
  readCommand,
  withTerms,
} from '../../../src/domain/invoice/arguments.ts';
import { restore } from '../../../src/domain/invoice/restore.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import type { Invoice, ReminderStep } from '../../../src/domain/invoice/invoice.ts';
import { after, create, draft, openStory, step, when } from '../given.ts';

const gentle = { id: 'p1', version: 1, name: 'Gentle' };
const now = '2026-03-20T10:00:00.000Z';

const set = (
  steps: readonly ReminderStep[],
  policy: typeof gentle | null = gentle,
  followersOnly = false,
): CommandOn => ({ name: 'setReminders', steps, policy, followersOnly });

const first = [step({ id: 'a', offsetDays: 3 }), step({ id: 'b', offsetDays: 7 })];
const follower = () =>
  openStory(draft({ dueDate: '2026-03-31', reminderSteps: first, reminderPolicy: { id: 'p1', version: 1 } }));
const rows = ({ reminders }: Invoice) =>
  reminders.map((row) => [row.stepId, row.occurrence, row.plannedAt.slice(0, 10), row.status]);

describe('a policy in the arguments', () => {
  const { invoice } = follower();
  const asked = [{ policyId: 'p1' }, { reminders: { policyId: 'p1' } }];

  test.each(asked)('%j is looked up before the command is read', (args) => {
    expect(policyAsked('setReminders', args, 'reminders')).toBe('p1');
    expect(checkArguments('setReminders', args)).toBeNull();
    const known = withTerms('setReminders', args, 'reminders', { steps: first, policy: gentle });
    expect(readCommand('setReminders', known, invoice, () => 'new')).toEqual(set(first));
  });

  test('that nobody has looked up is refused, and plans nothing', () => {
    expect(readCommand('setReminders', asked[1] ?? {}, invoice, () => 'new')).toMatchObject({
      rejected: expect.any(String),
    });
  });

  test.each([
    [
      'steps beside it',
      { reminders: { policyId: 'p1', steps: [] } },
      'unknown_field',
      '/reminders/policy_id',
    ],
    ['no text', { reminders: { policyId: 5 } }, 'invalid_value', '/reminders/steps'],
    [
      'a policy without a version',
      { reminders: { steps: [], policy: { id: 'p', name: 'x' } } },
      'invalid_value',
      '/reminders/policy/version',
    ],
  ])('with %s is refused', (_what, args, rejected, pointer) => {
    expect(policyAsked('setReminders', args, 'reminders')).toBeNull();
    expect(checkArguments('setReminders', args)).toMatchObject({ rejected, pointer });
  });

  test('in an update changes steps and policy together, and steps of one’s own end it', () => {
    const args = withTerms('update', { reminders: { policyId: 'p2' } }, 'reminders', {
      steps: [step({ id: 'x' })],
      policy: { id: 'p2', version: 4, name: 'Firm' },
    });
    expect(readCommand('update', args, invoice, () => 'new')).toMatchObject({
      draft: { reminderSteps: [{ id: 'x' }], reminderPolicy: { id: 'p2', version: 4 } },
    });
    expect(readCommand('update', { memo: 'x' }, invoice, () => 'new')).toMatchObject({
      draft: { reminderPolicy: { id: 'p1', version: 1 } },
    });
    expect(readCommand('update', { reminders: [{ offsetDays: 1 }] }, invoice, () => 'new')).toMatchObject({
      draft: { reminderPolicy: null },
    });
  });
});

describe('a version of the policy', () => {
  const second = { ...gentle, version: 2 };
  const other = [step({ id: 'a', offsetDays: 4 }), step({ id: 'c', offsetDays: 9 })];

  test('is kept by the invoice with its steps, and told on its timeline', () => {
    const { invoice } = after(follower(), set(other, second), now);
    expect(invoice.reminderPolicy).toEqual({ id: 'p1', version: 2 });
    expect(invoice.reminderSteps).toEqual(other);
    expect(rows(invoice)).toEqual([
      ['a', 1, '2026-04-04', 'PLANNED'],
      ['c', 1, '2026-04-09', 'PLANNED'],
    ]);
    expect(
      timeline(invoice, now).entries.find(({ reason }) => reason === 'policy Gentle version 2'),
    ).toMatchObject({ at: now, kind: 'command', status: 'done' });
    expect(when(invoice, set(other, second), now)).toMatchObject({ events: [] });
  });

  test('is taken note of although it has the same steps', () => {
    const { invoice } = after(follower(), set(first, second), now);
    expect(invoice.reminderPolicy?.version).toBe(2);
    expect(rows(invoice)).toEqual(rows(follower().invoice));
  });

  test.each([
    ['follows another', { id: 'p2', version: 1 }],
    ['has steps of its own', null],
    ['has it already', { id: 'p1', version: 2 }],
    ['has a later one', { id: 'p1', version: 3 }],
  ])('for followers leaves an invoice alone that %s', (_what, reminderPolicy) => {
    const story = openStory(draft({ dueDate: '2026-03-31', reminderSteps: first, reminderPolicy }));
    expect(when(story.invoice, set(other, second, true), now)).toMatchObject({ events: [] });
    expect(changesUnder(story.invoice, second, other, now)).toEqual({ added: [], removed: [], moved: [] });
  });

  test('is previewed as it then happens', () => {
    const { invoice } = follower();
    const told = changesUnder(invoice, second, other, now);
    expect(told.added.map(({ stepId }) => stepId)).toEqual(['c']);
    expect(told.removed.map(({ stepId }) => stepId)).toEqual(['b']);
    expect(told.moved.map(({ from, to }) => [from.stepId, from.plannedAt, to.plannedAt])).toEqual([
      ['a', '2026-04-03T09:00:00.000Z', '2026-04-04T09:00:00.000Z'],
    ]);
    const done = after(follower(), set(other, second, true), now).invoice.reminders;
    const kept = invoice.reminders.filter(
      (row) => !told.removed.includes(row) && !told.moved.some(({ from }) => from === row),
    );
    expect(done.toSorted((a, b) => a.stepId.localeCompare(b.stepId))).toEqual(
      [...kept, ...told.added, ...told.moved.map(({ to }) => to)].toSorted((a, b) =>
        a.stepId.localeCompare(b.stepId),
      ),
    );
  });

  test('reaches a draft before anything is planned', () => {
    const story = after(
      null,
      create({ draft: draft({ reminderSteps: first, reminderPolicy: { id: 'p1', version: 1 } }) }),
    );
    const { invoice } = after(story, set(other, second, true), now);
    expect([invoice.reminderPolicy, invoice.reminders]).toEqual([{ id: 'p1', version: 2 }, []]);
  });
});

test('an invoice of an earlier release follows no policy', () => {
  const { reminderPolicy: _none, ...stored } = follower().invoice;
  expect(restore(stored).reminderPolicy).toBeNull();
});
