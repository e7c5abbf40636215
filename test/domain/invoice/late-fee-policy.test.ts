// Late-fee terms from a policy that a command names: how they are read, what the invoice keeps, what goes on as it was.
import {
  checkArguments,
  policyAsked,
  readCommand,
  withTerms,
} from '../../../src/domain/invoice/arguments.ts';
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { after, openStory, priced, type Story, terms, wake, when } from '../given.ts';

const firm = { id: 'f1', version: 3, name: 'Firm' };
const now = '2026-04-11T12:00:00.000Z';
const weekly = terms({ interval: 'week' });
const open = openStory(priced(10_000, { dueDate: '2026-04-01' }));
const set = (lateFeeTerms: typeof weekly | null, policy: typeof firm | null = firm): CommandOn => ({
  name: 'setLateFees',
  terms: lateFeeTerms,
  policy,
});
const known = {
  type: 'percentage',
  value: '2',
  frequency: { interval: 'month', intervalCount: 1 },
  policy: firm,
};
const facts = ({ invoice }: Story) => ({
  fees: invoice.lateFees,
  next: [invoice.nextFeeOccurrence, invoice.feeOccurrenceOffset],
});

test.each([{ policyId: 'f1' }, { lateFees: { policyId: 'f1' }, commandId: 'c' }])(
  '%j is looked up before the command is read',
  (args) => {
    expect(policyAsked('setLateFees', args, 'lateFees')).toBe('f1');
    expect(policyAsked('setLateFees', args, 'reminders')).toBeNull();
    expect(checkArguments('setLateFees', args)).toBeNull();
    const read = withTerms('setLateFees', args, 'lateFees', known);
    expect(readCommand('setLateFees', read, open.invoice, () => 'new')).toMatchObject({
      name: 'setLateFees',
      terms: { type: 'percentage', value: '2', interval: 'month' },
      policy: firm,
    });
    expect(readCommand('setLateFees', args, open.invoice, () => 'new')).toMatchObject({
      rejected: expect.any(String),
    });
  },
);

test('terms beside it, and an id that is none, are refused as they are read', () => {
  const both = { lateFees: { policyId: 'f1', type: 'fixed', value: 5, frequency: { interval: 'day' } } };
  expect(policyAsked('setLateFees', both, 'lateFees')).toBeNull();
  expect(checkArguments('setLateFees', both)).toMatchObject({
    rejected: 'unknown_field',
    pointer: '/late_fees/policy_id',
  });
  expect(checkArguments('setLateFees', { policyId: 5 })).toMatchObject({ pointer: '/late_fees/type' });
});

test('an update may name one for late fees and one for reminders together', () => {
  const args = { lateFees: { policyId: 'f1' }, reminders: { policyId: 'p1' } };
  expect(['lateFees', 'reminders'].map((field) => policyAsked('update', args, field as 'lateFees'))).toEqual([
    'f1',
    'p1',
  ]);
  const gentle = { steps: [], policy: { id: 'p1', version: 1, name: 'Gentle' } };
  const read = withTerms('update', withTerms('update', args, 'lateFees', known), 'reminders', gentle);
  expect(readCommand('update', read, open.invoice, () => 'new')).toMatchObject({
    draft: { lateFeePolicy: { id: 'f1', version: 3 }, reminderPolicy: { id: 'p1', version: 1 } },
  });
});

test('the invoice keeps which policy its terms are from, and its timeline tells', () => {
  const { invoice } = after(open, set(weekly), now);
  expect(invoice).toMatchObject({ lateFeeTerms: weekly, lateFeePolicy: { id: 'f1', version: 3 } });
  const told = timeline(invoice, now).entries.map(({ reason }) => reason);
  expect(told).toContain('policy Firm version 3');
  expect(when(invoice, set(weekly), now)).toMatchObject({ events: [] });
  expect(after({ ...open, invoice }, set(terms({ interval: 'day' }), null), now).invoice).toMatchObject({
    lateFeePolicy: null,
  });
});

test('the same terms from elsewhere go on: no fee moves, and a payment made before one still corrects it', () => {
  const late = wake(after(open, set(weekly, null), now), '2026-05-01T00:00:00.000Z');
  expect(late.invoice.lateFees.every(({ place }) => place !== null)).toBe(true);
  const named = after(late, set(weekly), '2026-05-01T00:00:00.000Z');
  expect(named.invoice.lateFeePolicy).toEqual({ id: 'f1', version: 3 });
  expect(facts(named)).toEqual(facts(late));
  const own = after(named, set(weekly, null), '2026-05-01T00:00:00.000Z');
  expect([own.invoice.lateFeePolicy, facts(own)]).toEqual([null, facts(late)]);
});
