// Reminders: the default policy, the rows of an issued invoice, and what a manual one replaces.
import {
  atLocalTime,
  daysBetween,
  type Instant,
  localDate,
  plusDays,
  plusMilliseconds,
} from '../calendar.ts';
import {
  type Channel,
  channels,
  type Draft,
  type Invoice,
  type Message,
  type Policy,
  type ReminderRow,
  type ReminderStep,
} from './invoice.ts';
import { firstAllowed, type QuietRules, quietRules, whyQuiet } from './quiet.ts';

const defaultTime = '09:00';

function step(offsetDays: number, template: string): ReminderStep {
  return {
    id: offsetDays === 0 ? 'due' : offsetDays < 0 ? `before_${-offsetDays}` : `after_${offsetDays}`,
    anchor: 'due_date',
    offsetDays,
    localTime: defaultTime,
    channel: 'email',
    template,
    condition: null,
  };
}

/** 3 days before, on, 3, 7 and 14 days after the due date, at nine in the invoice's zone, by e-mail. */
export const defaultReminderSteps: readonly ReminderStep[] = [
  step(-3, 'reminder_before'),
  step(0, 'reminder_due'),
  step(3, 'reminder_overdue'),
  step(7, 'reminder_overdue'),
  step(14, 'final_notice'),
];

/** The template for a step that names none: by where it stands to the due date. */
export function templateFor(offsetDays: number): string {
  if (offsetDays < 0) return 'reminder_before';
  return offsetDays === 0 ? 'reminder_due' : 'reminder_overdue';
}

/** What steps hang on. */
export type Dates = Pick<Draft, 'timeZone' | 'recipientTimeZone'> & {
  readonly issueDate: string;
  readonly dueDate: string;
};

/** A row that writes to the customer. The others tell the merchant, at any hour. */
export type CustomerRow = ReminderRow & { readonly channel: Channel };

export function reachesCustomer(row: ReminderRow): row is CustomerRow {
  return channels.some((channel) => channel === row.channel);
}

/** When the step itself would have it, whoever may be written to then. */
export function ownTime(row: ReminderRow): Instant {
  return row.nominal?.at ?? row.plannedAt;
}

/** When its turn comes. */
export function sendsAt(row: ReminderRow): Instant {
  return row.moved?.to ?? row.plannedAt;
}

/** Later than this it is not sent any more. */
export function latestTime({ policy }: Invoice, row: ReminderRow): Instant {
  return plusMilliseconds(row.plannedAt, policy.lateReminderToleranceHours * 3_600_000);
}

/** The step that a message is of; null where a person asked for it. */
export function rowOf(
  invoice: Invoice,
  { stepId, occurrence }: Pick<Message, 'stepId' | 'occurrence'>,
): ReminderRow | null {
  const same = (row: ReminderRow) => row.stepId === stepId && row.occurrence === occurrence;
  return invoice.reminders.find(same) ?? null;
}

/** What it has become; while nothing has, why it does not go out when the step itself would have it. */
export function reminderReason({ status, reason, moved, nominal }: ReminderRow): string | null {
  return reason ?? (status === 'PLANNED' ? ((moved ?? nominal)?.reason ?? null) : null);
}

function compared(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function inOrder(rows: readonly ReminderRow[]): ReminderRow[] {
  return rows.toSorted((a, b) => compared(a.plannedAt, b.plannedAt) || compared(ownTime(a), ownTime(b)));
}

function planned(
  one: ReminderStep,
  dates: Dates,
  rules: QuietRules,
  from: Instant,
  passedBecause: string,
): ReminderRow {
  const anchor = one.anchor === 'due_date' ? dates.dueDate : dates.issueDate;
  const own = atLocalTime(plusDays(anchor, one.offsetDays), one.localTime, dates.timeZone);
  const row: ReminderRow = {
    stepId: one.id,
    occurrence: 1,
    channel: one.channel,
    template: one.template,
    plannedAt: own,
    nominal: null,
    moved: null,
    switched: null,
    actualAt: null,
    status: 'PLANNED',
    reason: null,
    messageId: null,
  };
  const reason = reachesCustomer(row) ? whyQuiet(own, rules) : null;
  const plannedAt = reason === null ? own : firstAllowed(own, rules);
  const nominal = reason === null ? null : { at: own, reason };
  const passed: Partial<ReminderRow> = plannedAt < from ? { status: 'SKIPPED', reason: passedBecause } : {};
  return { ...row, plannedAt, nominal, ...passed };
}

/** The rows of an invoice issued now. A step whose time had passed before the issue will not be sent. */
export function planReminders(
  steps: readonly ReminderStep[],
  dates: Dates,
  policy: Policy,
  issuedAt: Instant,
): ReminderRow[] {
  const rules = quietRules({ ...dates, policy });
  return inOrder(steps.map((one) => planned(one, dates, rules, issuedAt, 'before_issue')));
}

/** Rows whose time had come before they were planned: nothing was ever tried under their identity. */
const unused: readonly (string | null)[] = ['before_issue', 'before_change'];

function isUnused(row: ReminderRow): boolean {
  return row.status === 'SKIPPED' && unused.includes(row.reason);
}

/**
 * The rows under other steps or dates, from now on. What was settled or is on its way stays. A step whose time has
 * not been dealt with yet is planned, under an occurrence of its own: (step, occurrence) is never used twice.
 */
export function planAgain(
  invoice: Invoice,
  steps: readonly ReminderStep[],
  dates: Dates,
  now: Instant,
): ReminderRow[] {
  const settled = invoice.reminders.filter((row) => row.status !== 'PLANNED' || row.messageId !== null);
  const spent = settled.filter((row) => !isUnused(row));
  const used = (stepId: string) =>
    Math.max(0, ...spent.filter((row) => row.stepId === stepId).map((row) => row.occurrence));
  const rules = quietRules({ ...dates, policy: invoice.policy });
  const again = steps.flatMap((one): ReminderRow[] => {
    const row = planned(one, dates, rules, now, 'before_change');
    const known = settled.find(
      ({ stepId, plannedAt }) => stepId === row.stepId && plannedAt === row.plannedAt,
    );
    if (known !== undefined) return isUnused(known) ? [known] : [];
    return [{ ...row, occurrence: used(row.stepId) + 1 }];
  });
  return inOrder([...spent, ...again]);
}

/** Steps still to come; one whose message is on its way is not planned any more. */
export function plannedReminders(invoice: Invoice): ReminderRow[] {
  if (invoice.status !== 'open') return [];
  return invoice.reminders.filter((row) => row.status === 'PLANNED' && row.messageId === null);
}

/** A manual reminder takes the place of a planned one that would follow within a day. */
const replacesWithin = 24 * 3_600_000;

export function replacedBy(invoice: Invoice, now: Instant): ReminderRow | null {
  const next = plannedReminders(invoice).find(reachesCustomer);
  return next !== undefined && sendsAt(next) <= plusMilliseconds(now, replacesWithin) ? next : null;
}

/** The words of a reminder sent by hand now. */
export function templateToday(invoice: Invoice, now: Instant): string {
  if (invoice.dueDate === null) return 'reminder_before';
  return templateFor(daysBetween(invoice.dueDate, localDate(now, invoice.timeZone)));
}

export function reminderMessageId(invoiceId: string, row: CustomerRow): string {
  return `${invoiceId}:${row.stepId}:${row.occurrence}:${row.channel}`;
}
