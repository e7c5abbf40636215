// Random documents, for the properties.
import fc from 'fast-check';
import { plusDays } from '../../../src/domain/calendar.ts';
import type {
  Draft,
  FinalAction,
  LateFeeTerms,
  LineInput,
  Policy,
  ReminderStep,
  StepChannel,
} from '../../../src/domain/invoice/invoice.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { draft, line, policy, step, terms } from '../given.ts';

/** As JSON has them; the generator's own records have no prototype. */
export const record = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
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
  discounts: fc.constantFrom(
    [],
    [],
    [{ type: 'percentage' as const, value: '12.5', productIds: null }],
    [{ type: 'fixed' as const, value: 1500, productIds: null }],
  ),
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
        channel: fc.constantFrom<StepChannel>('email', 'email', 'email', 'sms', 'task', 'webhook'),
        condition: fc.constantFrom(
          null,
          null,
          { minDue: 5000, onlyIf: null },
          { minDue: null, onlyIf: 'partially_paid' as const },
          { minDue: 1, onlyIf: 'not_viewed' as const },
        ),
      }),
      { maxLength: 4 },
    )
    .map((all) => all.map((change, index) => step({ ...change, id: `step-${index + 1}` }))),
);

/** A fortnight without a working day puts many steps on one morning. */
const spring = Array.from({ length: 14 }, (_, day) => plusDays('2026-03-27', day));

/** What an organization had set about the times at which nothing goes out. */
export const policyArbitrary: fc.Arbitrary<Policy> = record({
  quietHours: fc.constantFrom(
    null,
    { from: '20:00', to: '08:00' },
    { from: '00:00', to: '23:59' },
    { from: '12:00', to: '13:30' },
    { from: '23:30', to: '02:30' },
  ),
  sendOnWeekends: fc.constantFrom(true, false, false),
  burstWindowMinutes: fc.constantFrom(0, 15),
  finalAction: fc.constantFrom<FinalAction>(
    { action: 'none', afterDays: 1 },
    { action: 'task', afterDays: 1 },
    { action: 'webhook', afterDays: 3 },
    { action: 'uncollectible', afterDays: 2 },
  ),
  holidays: fc.constantFrom([], ['2026-03-31'], spring),
}).map((change) => ({ ...policy, ...change }));

export const documentArbitrary: fc.Arbitrary<Draft> = record({
  lines,
  fixedTaxes: fc.array(record({ name: fc.constant('Stamp'), amount: fc.nat(100) }), { maxLength: 1 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  timeZone: fc.constantFrom('UTC', 'Europe/Paris', 'Pacific/Kiritimati', 'Pacific/Niue', 'Africa/Cairo'),
  recipientTimeZone: fc.constantFrom(null, null, 'Asia/Tokyo', 'America/Los_Angeles', 'Australia/Lord_Howe'),
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
  earlyPayment: fc.constantFrom(null, null, { percentage: '2', days: 10 }, { percentage: '50', days: 300 }),
}).map(({ fixedTaxes, dates, ...change }) =>
  draft({ ...change, ...dates, fixedTaxes: change.lines.some((one) => one.taxable) ? fixedTaxes : [] }),
);
