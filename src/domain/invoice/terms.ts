// Terms as people write them: payment terms in words, late-fee terms and reminder steps as objects.
import { AMOUNT_MAX, PERCENT_DECIMALS } from '../money.ts';
import { type Reader, reader } from '../reader.ts';
import {
  feeBases,
  feeIntervals,
  type LateFeeTerms,
  type ReminderStep,
  type StepCondition,
  stepChannels,
  stepConditions,
} from './invoice.ts';
import { type NamedPolicy, readNamedPolicy } from './reminder-policy.ts';
import { templateFor } from './reminder.ts';

/** The days of "NET 14", "Net30", "due on receipt"; null when the words name none. */
export function netDays(terms: string | null): number | null {
  if (terms === null) return null;
  if (/\bdue\s+(up)?on\s+receipt\b/i.test(terms)) return 0;
  const match = /\bnet\s*(\d{1,3})\b/i.exec(terms);
  return match === null ? null : Number(match[1]);
}

const templates = ['reminder_before', 'reminder_due', 'reminder_overdue', 'final_notice'] as const;
const stepsMax = 50;
const offsetMax = 365;
const graceMax = 365;
const countMax = 1_000;
const localTimePattern = /^([01]\d|2[0-3]):[0-5]\d$/;

function readFeeValue(reader: Reader, type: LateFeeTerms['type']): number | string {
  if (type === 'percentage') {
    const percent = reader.decimal('value', PERCENT_DECIMALS, 100);
    if (percent === null || Number(percent) === 0) reader.blame('value');
    return percent ?? '0';
  }
  const amount = reader.integer('value', 1, AMOUNT_MAX);
  if (amount === null) reader.blame('value');
  return amount ?? 0;
}

/** The terms in `lateFees`; null when there are none. */
export function readLateFeeTerms(parent: Reader): LateFeeTerms | null {
  const reader = parent.object('lateFees');
  if (reader === null) return null;
  const type = reader.choice('type', ['fixed', 'percentage'] as const);
  if (type === null) reader.blame('type');
  const value = readFeeValue(reader, type ?? 'fixed');
  const frequency = reader.object('frequency');
  const interval = frequency?.choice('interval', feeIntervals) ?? null;
  const intervalCount = frequency?.integer('intervalCount', 1, countMax) ?? 1;
  if (frequency === null) reader.blame('frequency');
  else if (interval === null) frequency.blame('interval');
  if (frequency !== null) {
    frequency.finish();
    reader.adopt(frequency);
  }
  const terms: LateFeeTerms = {
    type: type ?? 'fixed',
    value,
    interval: interval ?? 'one_time',
    intervalCount,
    graceDays: reader.integer('graceDays', 0, graceMax) ?? 0,
    cap: reader.money('cap'),
    percentageCap: reader.decimal('percentageCap', PERCENT_DECIMALS, 100),
    base: reader.choice('base', feeBases) ?? 'outstanding_principal',
    compounding: reader.boolean('compounding') ?? false,
  };
  if (terms.base === 'outstanding_balance' && !terms.compounding) {
    const reason = 'base outstanding_balance includes unpaid fees and needs compounding: true';
    reader.blame('compounding', 'invalid_late_fee_terms', { reason });
  }
  // Where they are from is read beside them.
  readNamedPolicy(reader);
  reader.finish();
  parent.adopt(reader);
  return terms;
}

/** The policy that the terms in `lateFees` say they are from; null when they say nothing of it. */
export function readLateFeePolicy(parent: Reader): NamedPolicy | null {
  const reader = parent.object('lateFees');
  return reader === null ? null : readNamedPolicy(reader);
}

/** One that asks for nothing is none. */
function readCondition(step: Reader): StepCondition | null {
  const reader = step.object('condition');
  if (reader === null) return null;
  const condition = { minDue: reader.money('minDue'), onlyIf: reader.choice('onlyIf', stepConditions) };
  reader.finish();
  step.adopt(reader);
  return condition.minDue === null && condition.onlyIf === null ? null : condition;
}

function readStep(reader: Reader, index: number): ReminderStep | null {
  const offsetDays = reader.integer('offsetDays', -offsetMax, offsetMax);
  if (offsetDays === null) reader.blame('offsetDays');
  const localTime = reader.text('localTime', 5) ?? '09:00';
  if (!localTimePattern.test(localTime)) reader.blame('localTime');
  const step: ReminderStep = {
    id: reader.text('id', 100) ?? `step_${index + 1}`,
    anchor: reader.choice('anchor', ['due_date', 'issue_date'] as const) ?? 'due_date',
    offsetDays: offsetDays ?? 0,
    localTime,
    channel: reader.choice('channel', stepChannels) ?? 'email',
    template: reader.choice('template', templates) ?? templateFor(offsetDays ?? 0),
    condition: readCondition(reader),
  };
  return reader.finish() === null ? step : null;
}

function clashOf(steps: readonly ReminderStep[]): string | null {
  const ids = new Set(steps.map((step) => step.id));
  if (ids.size < steps.length) return 'two steps have the same id';
  const times = new Set(
    steps.map((step) => `${step.anchor} ${step.offsetDays} ${step.localTime} ${step.channel}`),
  );
  return times.size < steps.length ? 'two steps fall on the same time and channel' : null;
}

/** The steps of an object that has them in `steps`. */
export function readSteps(holder: Reader): ReminderStep[] {
  let index = -1;
  const steps = holder.objects('steps', stepsMax, (item) => readStep(item, (index += 1)));
  if (!holder.has('steps')) holder.blame('steps');
  return steps ?? [];
}

/** Steps that do not go together are a fault of the field that holds them. */
export function checkSteps(parent: Reader, field: string, steps: readonly ReminderStep[]): void {
  const reason = clashOf(steps);
  if (reason !== null) parent.blame(field, 'invalid_reminder_terms', { reason });
}

/** `reminders` as it is written: a list of steps, or `{steps: […]}`, which may say what policy they are from. */
export type ReminderTerms = {
  readonly steps: readonly ReminderStep[];
  readonly policy: NamedPolicy | null;
};

/** An empty list means none; null when nothing was given. */
export function readReminderTerms(parent: Reader): ReminderTerms | null {
  const value = parent.raw('reminders');
  if (value === null) return null;
  const holder = Array.isArray(value)
    ? reader({ steps: value }, parent.pointer('reminders'))
    : parent.object('reminders');
  if (holder === null) return null;
  const steps = readSteps(holder);
  const policy = readNamedPolicy(holder);
  holder.finish();
  parent.adopt(holder);
  checkSteps(parent, 'reminders', steps);
  return { steps, policy };
}
