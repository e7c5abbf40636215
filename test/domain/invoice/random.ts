// Random documents and random lives, for the properties.
import fc from 'fast-check';
import type { Draft, LateFeeTerms, LineInput, ReminderStep } from '../../../src/domain/invoice/invoice.ts';
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { draft, line, pay, step, terms, voidIt } from '../given.ts';

/** As JSON has them; the generator's own records have no prototype. */
const record = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T>(shape, { noNullPrototype: true });

const taxRates = fc.boolean().chain((inclusive) =>
  fc.array(
    record({
      name: fc.constantFrom('VAT', 'City'),
      rate: fc.constantFrom('5', '9.975', '19', '100'),
      inclusive: fc.constant(inclusive),
    }),
    { maxLength: 3 },
  ),
);

const lineArbitrary: fc.Arbitrary<LineInput> = record({
  quantity: fc.constantFrom('1', '0.333333', '12', '2.5'),
  rate: fc.oneof(fc.nat(3), fc.nat(20_000)),
  accountId: fc.constantFrom(null, null, 'account-1', 'account-2'),
  taxRates: fc.oneof(fc.constant(null), taxRates),
  taxable: fc.constantFrom(true, true, true, false),
}).map((change) => line(change));

/** Tiny amounts with taxes inside: rounding takes more out of a line than is in it. */
const tiny = record({
  rate: fc.constantFrom(1, 2),
  taxRates: fc.constant([
    { name: 'VAT', rate: '100', inclusive: true },
    { name: 'City', rate: '100', inclusive: true },
  ]),
  accountId: fc.constantFrom(null, 'account-1', 'account-2'),
}).map((change) => line(change));

const lines = fc
  .array(fc.oneof({ weight: 3, arbitrary: lineArbitrary }, { weight: 1, arbitrary: tiny }), {
    minLength: 1,
    maxLength: 5,
  })
  .map((all) => all.map((one, index) => ({ ...one, id: `line-${index + 1}` })));

/** Fees a few to a few hundred: no plan here takes more than some turns of time. */
export const feeTerms: fc.Arbitrary<LateFeeTerms> = record({
  percentage: fc.boolean(),
  value: fc.integer({ min: 1, max: 2000 }),
  every: fc.constantFrom(
    ['one_time', 1] as const,
    ['day', 3] as const,
    ['day', 10] as const,
    ['week', 1] as const,
    ['month', 1] as const,
    ['hour', 30] as const,
    ['minute', 1000] as const,
  ),
  graceDays: fc.nat(5),
  cap: fc.oneof(fc.constant(null), fc.nat(5000)),
  percentageCap: fc.constantFrom(null, null, '25', '7.5'),
  base: fc.constantFrom('outstanding_principal' as const, 'original_total' as const),
  compounding: fc.boolean(),
}).map(({ percentage, value, every, ...rest }) =>
  terms({
    ...rest,
    type: percentage ? 'percentage' : 'fixed',
    value: percentage ? String(value / 100) : value,
    interval: every[0],
    intervalCount: every[1],
  }),
);

const reminderSteps: fc.Arbitrary<readonly ReminderStep[]> = fc.oneof(
  fc.constant(defaultReminderSteps),
  fc
    .array(
      record({
        anchor: fc.constantFrom('due_date' as const, 'issue_date' as const),
        offsetDays: fc.integer({ min: -10, max: 40 }),
        localTime: fc.constantFrom('00:00', '02:30', '09:00', '23:59'),
        channel: fc.constantFrom('email' as const, 'sms' as const),
      }),
      { maxLength: 4 },
    )
    .map((all) => all.map((change, index) => step({ ...change, id: `step-${index + 1}` }))),
);

export const documentArbitrary: fc.Arbitrary<Draft> = record({
  lines,
  fixedTaxes: fc.array(record({ name: fc.constant('Stamp'), amount: fc.nat(100) }), { maxLength: 1 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  timeZone: fc.constantFrom('UTC', 'Europe/Paris', 'Pacific/Kiritimati', 'Pacific/Niue', 'Africa/Cairo'),
  dates: fc.constantFrom(
    { issueDate: null, dueDate: null },
    { issueDate: null, dueDate: '2026-03-03' },
    { issueDate: null, dueDate: '2026-03-31' },
    { issueDate: '2026-02-01', dueDate: null },
    { issueDate: '2026-02-01', dueDate: '2026-02-20' },
  ),
  terms: fc.constantFrom(null, 'NET 14', 'due on receipt'),
  lateFeeTerms: fc.oneof(fc.constant(null), feeTerms),
  reminderSteps,
}).map(({ fixedTaxes, dates, ...change }) =>
  draft({ ...change, ...dates, fixedTaxes: change.lines.some((one) => one.taxable) ? fixedTaxes : [] }),
);

/** What happens to an invoice from outside: a command, or how a delivery ended. */
export type Move =
  | { readonly kind: 'command'; readonly command: CommandOn }
  | {
      readonly kind: 'outcome';
      readonly which: number;
      readonly outcome: 'accepted' | 'failed' | 'unknown' | 'suppressed';
    }
  | { readonly kind: 'report'; readonly which: number; readonly state: 'delivered' | 'bounced' }
  | { readonly kind: 'time' };

const paymentArbitrary: fc.Arbitrary<CommandOn> = record({
  amount: fc.oneof(
    fc.constant(null),
    fc.nat(3000),
    fc.constantFrom(0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 50_000_000),
  ),
  date: fc.constantFrom(null, null, '2026-03-01', '1999-12-31', '2031-01-01'),
  overpayment: fc.constantFrom(null, 'credit' as const, 'refuse' as const),
  depositToAccountId: fc.constantFrom(null, 'bank-1'),
}).map(({ amount, ...change }) => pay(amount, change));

const command: fc.Arbitrary<CommandOn> = fc.oneof(
  { weight: 3, arbitrary: fc.boolean().map((deliver) => ({ name: 'send' as const, deliver })) },
  { weight: 6, arbitrary: paymentArbitrary },
  { weight: 1, arbitrary: fc.constant(voidIt) },
  { weight: 1, arbitrary: fc.constant({ name: 'delete' as const }) },
  { weight: 1, arbitrary: fc.constant({ name: 'markViewed' as const }) },
  { weight: 1, arbitrary: fc.constant({ name: 'text2pay' as const }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('email' as const, 'sms' as const)
      .map((channel) => ({ name: 'remind' as const, channel })),
  },
  {
    weight: 1,
    arbitrary: documentArbitrary.map((document) => ({
      name: 'update' as const,
      draft: document,
      changed: ['x'],
    })),
  },
);

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: command.map((one) => ({ kind: 'command' as const, command: one })) },
  {
    weight: 3,
    arbitrary: record({
      kind: fc.constant('outcome' as const),
      which: fc.nat(5),
      outcome: fc.constantFrom(
        'accepted' as const,
        'accepted' as const,
        'failed' as const,
        'unknown' as const,
        'suppressed' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      kind: fc.constant('report' as const),
      which: fc.nat(5),
      state: fc.constantFrom('delivered' as const, 'bounced' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'time' as const }) },
);

/** Moves with the hours that pass before each; a few of them are weeks. */
export const lifeArbitrary = fc.array(
  fc.tuple(fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(1000) }), move),
  { minLength: 1, maxLength: 18 },
);
