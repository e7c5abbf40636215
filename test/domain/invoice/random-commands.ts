// Random commands. What they aim at (a payment, a fee, a share of what lies there) is settled when their turn comes.
import fc from 'fast-check';
import { plusDays } from '../../../src/domain/calendar.ts';
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { draftOf } from '../../../src/domain/invoice/draft.ts';
import {
  amountDue,
  creditNoteTotal,
  type Disposition,
  dispositionTypes,
  type Draft,
  type Invoice,
  netPaid,
} from '../../../src/domain/invoice/invoice.ts';
import { allocate, sum } from '../../../src/domain/money.ts';
import { pay } from '../given.ts';
import { documentArbitrary, feeTerms, record } from './random-document.ts';

/** A command, and which of the things it may aim at: a place in a list, a share in percent, parts of a whole. */
export type Intent = {
  readonly command: CommandOn;
  readonly which: number;
  /** null: as the command says. */
  readonly share: number | null;
  readonly parts: readonly number[];
};

const wrongAmounts = [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 1e308, 50_000_000];

const paymentArbitrary: fc.Arbitrary<CommandOn> = record({
  amount: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 5, arbitrary: fc.nat(3000) },
    { weight: 1, arbitrary: fc.constantFrom(...wrongAmounts) },
  ),
  date: fc.oneof(
    { weight: 3, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constantFrom('2026-03-01', '1999-12-31', '2031-01-01') },
    { weight: 3, arbitrary: fc.nat(60).map((days) => plusDays('2026-03-01', days)) },
  ),
  overpayment: fc.constantFrom(null, 'credit' as const, 'refuse' as const),
  depositToAccountId: fc.constantFrom(null, 'bank-1'),
  tip: fc.constantFrom(0, 0, 0, 1, 250, -1),
  provider: fc.constantFrom(null, 'sandbox'),
}).map(({ amount, ...change }) =>
  pay(amount, { ...change, providerPaymentId: change.provider === null ? null : 'pi' }),
);

const amount = fc.oneof(fc.constant(null), fc.nat(3000), fc.constantFrom(...wrongAmounts));
const always = <T extends CommandOn>(command: T): fc.Arbitrary<CommandOn> => fc.constant(command);

const schedule: fc.Arbitrary<CommandOn> = record({
  sendAt: fc.constantFrom(
    '2026-03-03T09:00',
    '2026-03-29T02:30',
    '2026-04-01T00:00',
    '2026-05-10T23:59',
    '2020-01-01T09:00',
  ),
  timeZone: fc.constantFrom(null, 'Europe/Paris'),
}).map((when) => ({ name: 'schedule' as const, ...when }));

const hold: fc.Arbitrary<CommandOn> = record({
  kind: fc.constantFrom('promise' as const, 'dispute' as const),
  until: fc.constantFrom(
    null,
    '2026-03-20',
    '2026-04-02T00:00:00.000Z',
    '2026-04-10',
    '2026-05-01',
    '2026-07-15',
    '2020-01-01',
  ),
}).map((one) => ({ name: 'hold' as const, note: null, ...one }));

const resume: fc.Arbitrary<CommandOn> = fc
  .constantFrom(null, 'promise' as const)
  .map((kind) => ({ name: 'resume' as const, kind }));

const setLateFees: fc.Arbitrary<CommandOn> = fc
  .oneof(fc.constant(null), feeTerms)
  .map((terms) => ({ name: 'setLateFees' as const, terms, policy: null }));

const setReminders: fc.Arbitrary<CommandOn> = documentArbitrary.map(({ reminderSteps }) => ({
  name: 'setReminders' as const,
  steps: reminderSteps,
  policy: null,
  followersOnly: false,
}));

const remind: fc.Arbitrary<CommandOn> = fc
  .constantFrom('email' as const, 'sms' as const)
  .map((channel) => ({ name: 'remind' as const, channel }));

const timed: fc.Arbitrary<CommandOn> = fc.oneof(
  always({ name: 'delete' }),
  always({ name: 'markViewed' }),
  always({ name: 'text2pay' }),
  always({ name: 'unschedule' }),
  schedule,
  remind,
  hold,
  resume,
  setLateFees,
  setReminders,
  always({ name: 'attach', attachments: [{ fileId: 'file', name: 'a', type: 'a/b', size: 1 }] }),
);

type Update = Extract<CommandOn, { name: 'update' }>;

const update: fc.Arbitrary<CommandOn> = documentArbitrary.map((document: Draft) => ({
  name: 'update' as const,
  draft: document,
  changed: ['x'],
}));

/** Every command that may come to an invoice, those that move money more often. */
const command: fc.Arbitrary<CommandOn> = fc.oneof(
  { weight: 5, arbitrary: fc.boolean().map((deliver) => ({ name: 'send' as const, deliver })) },
  { weight: 14, arbitrary: paymentArbitrary },
  { weight: 5, arbitrary: always({ name: 'reversePayment', paymentId: null, reason: null }) },
  {
    weight: 7,
    arbitrary: record({ amount, mode: fc.constantFrom('reopen' as const, 'credit' as const) }).map(
      (rest) => ({
        name: 'refundPayment' as const,
        paymentId: null,
        reason: null,
        ...rest,
      }),
    ),
  },
  { weight: 4, arbitrary: always({ name: 'void', reason: null, disposition: null }) },
  { weight: 1, arbitrary: always({ name: 'writeOff', reason: null }) },
  { weight: 4, arbitrary: always({ name: 'waiveLateFee', occurrence: null, reason: null }) },
  { weight: 4, arbitrary: amount.map((value) => ({ name: 'applyCredit' as const, amount: value })) },
  {
    weight: 6,
    arbitrary: amount.map((value) => ({
      name: 'issueCreditNote' as const,
      amount: value,
      lines: null,
      reason: null,
    })),
  },
  { weight: 4, arbitrary: update },
  { weight: 8, arbitrary: timed },
);

/** The commands that time asks about: most of them leave the invoice open. */
const aboutTime: fc.Arbitrary<CommandOn> = fc.oneof(
  { weight: 5, arbitrary: schedule },
  { weight: 1, arbitrary: always({ name: 'unschedule' }) },
  { weight: 1, arbitrary: always({ name: 'send', deliver: true }) },
  { weight: 6, arbitrary: hold },
  { weight: 3, arbitrary: resume },
  { weight: 3, arbitrary: setLateFees },
  { weight: 3, arbitrary: setReminders },
  { weight: 6, arbitrary: update },
  { weight: 2, arbitrary: remind },
  { weight: 3, arbitrary: paymentArbitrary },
  { weight: 2, arbitrary: always({ name: 'reversePayment', paymentId: null, reason: null }) },
  { weight: 2, arbitrary: always({ name: 'waiveLateFee', occurrence: null, reason: null }) },
  { weight: 1, arbitrary: always({ name: 'void', reason: null, disposition: null }) },
);

function intentOf(wanted: fc.Arbitrary<CommandOn>): fc.Arbitrary<Intent> {
  return record({
    command: wanted,
    which: fc.nat(11),
    share: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 100 })),
    parts: fc.array(fc.nat(4), { minLength: 3, maxLength: 3 }),
  });
}

export const intentArbitrary = intentOf(command);
export const timedIntentArbitrary = intentOf(aboutTime);

function shareOf(whole: number, intent: Intent, otherwise: number | null): number | null {
  return intent.share === null ? otherwise : Math.ceil((whole * intent.share) / 100);
}

/** Now and then nothing at all, or one too many or too few: where nothing lies most voids are refused, or lives would be short. */
function dispositionOf(invoice: Invoice, intent: Intent): readonly Disposition[] | null {
  const paid = netPaid(invoice);
  if (sum(intent.parts) === 0 || (paid === 0 && intent.which < 2)) return null;
  const wanted = paid + (intent.which === 11 || paid === 0 ? 1 : intent.which === 10 ? -1 : 0);
  const amounts = allocate(wanted, intent.parts);
  return dispositionTypes
    .map((type, index) => ({ type, amount: amounts[index] ?? 0 }))
    .filter((part) => part.amount > 0);
}

/** The command that the intent comes to on this invoice. */
export function aimed(invoice: Invoice, intent: Intent): CommandOn {
  const { command: wanted, which } = intent;
  const one = <T>(all: readonly T[]): T | undefined => all[which % Math.max(1, all.length)];
  const payment = one(invoice.payments);
  switch (wanted.name) {
    case 'update':
      return revisionOf(invoice, wanted, which);
    case 'recordPayment':
      return {
        ...wanted,
        amount: which < 6 ? shareOf(amountDue(invoice), intent, wanted.amount) : wanted.amount,
      };
    case 'reversePayment':
      return { ...wanted, paymentId: payment?.id ?? null };
    case 'refundPayment': {
      const paymentId = which % 2 === 0 ? null : (payment?.id ?? 'unknown');
      return { ...wanted, paymentId, amount: shareOf(payment?.amount ?? 0, intent, wanted.amount) };
    }
    case 'void':
      return { ...wanted, disposition: dispositionOf(invoice, intent) };
    case 'waiveLateFee':
      return { ...wanted, occurrence: one(invoice.lateFees)?.occurrence ?? null };
    case 'applyCredit':
      return { ...wanted, amount: shareOf(amountDue(invoice), intent, wanted.amount) };
    case 'issueCreditNote': {
      if (which % 3 === 0) {
        const id = one(invoice.lines)?.id ?? 'unknown';
        return { ...wanted, amount: null, lines: [{ id, amount: wanted.amount }] };
      }
      const left = invoice.totals.total - creditNoteTotal(invoice);
      return { ...wanted, amount: shareOf(left, intent, wanted.amount) };
    }
    case 'send':
    case 'text2pay':
    case 'remind':
    case 'schedule':
    case 'unschedule':
    case 'writeOff':
    case 'hold':
    case 'resume':
    case 'attach':
    case 'setLateFees':
    case 'setReminders':
    case 'delete':
    case 'markViewed':
      return wanted;
  }
}

/** As it says; what an open invoice lets go of; or other dates, fees and steps for the same money. */
function revisionOf(invoice: Invoice, wanted: Update, which: number): Update {
  const { customerId, currency, requestedNumber } = invoice;
  const { draft } = wanted;
  if (which % 4 === 0) return wanted;
  if (which % 4 === 1) {
    return { ...wanted, draft: { ...draft, customerId, currency, requestedNumber } };
  }
  const { lateFeeTerms, reminderSteps, timeZone } = draft;
  const dueDate = plusDays('2026-03-01', which * 9);
  const others = which % 4 === 2 ? {} : { lateFeeTerms, reminderSteps, timeZone };
  return { ...wanted, draft: { ...draftOf(invoice), ...others, dueDate }, changed: ['dueDate'] };
}
