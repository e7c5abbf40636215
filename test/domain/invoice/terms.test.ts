import { readDraft } from '../../../src/domain/invoice/draft.ts';
import { netDays } from '../../../src/domain/invoice/terms.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { must } from '../given.ts';

const read = (change: Record<string, unknown>) =>
  readDraft(
    { customerId: 'c1', lineItemsAttributes: [{ rate: 100 }], ...change },
    { currency: 'USD', timeZone: 'UTC', newId: () => 'line' },
  );
const weekly = { type: 'fixed', value: 500, frequency: { interval: 'week' } };
const fees = (change: Record<string, unknown>) => read({ lateFees: { ...weekly, ...change } });
const fault = (answer: ReturnType<typeof read>) =>
  isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted', undefined];

describe('payment terms in words', () => {
  it.each([
    ['NET 14', 14],
    ['Net30', 30],
    ['net 0', 0],
    ['2% 10 NET 45', 45],
    ['Due on receipt', 0],
    ['due upon receipt', 0],
    ['internet 30', null],
    ['NET 1000', null],
    ['on delivery', null],
    ['', null],
    [null, null],
  ])('%p are %p days', (words, days) => {
    expect(netDays(words)).toBe(days);
  });
});

describe('late-fee terms', () => {
  it('have defaults for what S003 leaves out', () => {
    expect(must(fees({})).lateFeeTerms).toEqual({
      type: 'fixed',
      value: 500,
      interval: 'week',
      intervalCount: 1,
      graceDays: 0,
      cap: null,
      percentageCap: null,
      base: 'outstanding_principal',
      compounding: false,
    });
  });

  it('take a percentage as number or text, and keep it exactly', () => {
    expect(must(fees({ type: 'percentage', value: 1.5, percentageCap: '25.0' })).lateFeeTerms).toMatchObject({
      value: '1.5',
      percentageCap: '25',
    });
  });

  it('may have a cap below one fee: the fee is cut', () => {
    expect(must(fees({ cap: 499 })).lateFeeTerms).toMatchObject({ value: 500, cap: 499 });
  });

  it('are none where they are null', () => {
    expect(must(read({ lateFees: null })).lateFeeTerms).toBeNull();
  });

  it.each([
    [{ type: 'flat' }, 'invalid_value', 'type'],
    [{ type: undefined }, 'invalid_value', 'type'],
    [{ value: 0 }, 'invalid_value', 'value'],
    [{ value: -5 }, 'invalid_value', 'value'],
    [{ value: 1.5 }, 'invalid_value', 'value'],
    [{ value: undefined }, 'invalid_value', 'value'],
    [{ value: 1e308 }, 'invalid_value', 'value'],
    [{ type: 'percentage', value: 0 }, 'invalid_value', 'value'],
    [{ type: 'percentage', value: 101 }, 'invalid_value', 'value'],
    [{ type: 'percentage', value: 1.23456 }, 'too_many_decimals', 'value'],
    [{ frequency: undefined }, 'invalid_value', 'frequency'],
    [{ frequency: 'week' }, 'invalid_value', 'frequency'],
    [{ frequency: {} }, 'invalid_value', 'frequency/interval'],
    [{ frequency: { interval: 'year' } }, 'invalid_value', 'frequency/interval'],
    [{ frequency: { interval: 'week', intervalCount: 0 } }, 'invalid_value', 'frequency/interval_count'],
    [{ frequency: { interval: 'week', intervalCount: 1.5 } }, 'invalid_value', 'frequency/interval_count'],
    [{ frequency: { interval: 'week', every: 2 } }, 'unknown_field', 'frequency/every'],
    [{ graceDays: -1 }, 'invalid_value', 'grace_days'],
    [{ graceDays: 366 }, 'invalid_value', 'grace_days'],
    [{ cap: -1 }, 'invalid_amount', 'cap_cents'],
    [{ percentageCap: 101 }, 'invalid_value', 'percentage_cap'],
    [{ base: 'total' }, 'invalid_value', 'base'],
    [{ compounding: 'yes' }, 'invalid_value', 'compounding'],
    [{ base: 'outstanding_balance' }, 'invalid_late_fee_terms', 'compounding'],
    [{ maxFees: 3 }, 'unknown_field', 'max_fees'],
  ])('with %j are refused', (change, code, pointer) => {
    expect(fault(fees(change))).toEqual([code, `/late_fees/${pointer}`]);
  });

  it.each([['weekly'], [[]], [5], [true]])('that are %j are refused', (lateFees) => {
    expect(fault(read({ lateFees }))).toEqual(['invalid_value', '/late_fees']);
  });
});

describe('reminder steps', () => {
  it.each([
    ['a bare list', [{ offsetDays: 3 }]],
    ['an object with steps', { steps: [{ offsetDays: 3 }] }],
  ])('may be %s, with defaults', (_, reminders) => {
    expect(must(read({ reminders })).reminderSteps).toEqual([
      {
        id: 'step_1',
        anchor: 'due_date',
        offsetDays: 3,
        localTime: '09:00',
        channel: 'email',
        template: 'reminder_overdue',
        condition: null,
      },
    ]);
  });

  it('are none where the list is empty', () => {
    expect(must(read({ reminders: { steps: [] } })).reminderSteps).toEqual([]);
    expect(must(read({ reminders: [] })).reminderSteps).toEqual([]);
  });

  it.each([
    [{}, 'invalid_value', '/reminders/steps'],
    ['daily', 'invalid_value', '/reminders'],
    [[{}], 'invalid_value', '/reminders/steps/0/offset_days'],
    [[{ offsetDays: 366 }], 'invalid_value', '/reminders/steps/0/offset_days'],
    [[{ offsetDays: 1.5 }], 'invalid_value', '/reminders/steps/0/offset_days'],
    [[{ offsetDays: 0, localTime: '24:00' }], 'invalid_value', '/reminders/steps/0/local_time'],
    [[{ offsetDays: 0, localTime: '9:00' }], 'invalid_value', '/reminders/steps/0/local_time'],
    [[{ offsetDays: 0, channel: 'fax' }], 'invalid_value', '/reminders/steps/0/channel'],
    [[{ offsetDays: 0, anchor: 'paid_date' }], 'invalid_value', '/reminders/steps/0/anchor'],
    [[{ offsetDays: 0, template: 'rude' }], 'invalid_value', '/reminders/steps/0/template'],
    [[{ offsetDays: 0, id: 'x'.repeat(101) }], 'invalid_value', '/reminders/steps/0/id'],
    [[{ offsetDays: 0 }, { offsetDays: 0, when: 1 }], 'unknown_field', '/reminders/steps/1/when'],
    [[null], 'invalid_value', '/reminders/steps/0'],
    [Array.from({ length: 51 }, (_, index) => ({ offsetDays: index })), 'invalid_value', '/reminders/steps'],
    [
      [
        { offsetDays: 0, id: 'a' },
        { offsetDays: 1, id: 'a' },
      ],
      'invalid_reminder_terms',
      '/reminders',
    ],
    [[{ offsetDays: 0 }, { offsetDays: 0 }], 'invalid_reminder_terms', '/reminders'],
  ])('%j are refused', (reminders, code, pointer) => {
    expect(fault(read({ reminders }))).toEqual([code, pointer]);
  });
});
