// Which stage a customer is at, and whether the message of it goes out. Everything that it is decided by is handed in.
import { daysBetween, type Instant, type LocalDate, plusMilliseconds } from '../calendar.ts';
import type { Currency } from '../money.ts';
import type { DunningRules, Stage, Sweep } from './rules.ts';

/** held, processing: nobody is asked for it as long as that lasts. */
export type Standing = 'open' | 'held' | 'processing';

/** The overdue invoices of one currency that stand alike. */
export type OverdueGroup = {
  readonly currency: Currency;
  readonly standing: Standing;
  readonly due: number;
  readonly oldestDueDate: LocalDate;
};

export type DunningFacts = {
  readonly customerId: string;
  readonly overdue: readonly OverdueGroup[];
  /** What the customer has in hand, by currency. */
  readonly credit: Readonly<Record<Currency, number>>;
  /** Days of the stages that went out since the customer last had nothing overdue. */
  readonly stagesSent: readonly number[];
  /** The run that sent the last of all, whenever that was. */
  readonly lastAt: Instant | null;
  /** The last reminder of an invoice that the customer got. */
  readonly remindedAt: Instant | null;
  /** Why no message can reach the customer; null where one can. */
  readonly unreachable: string | null;
  /** A message that an earlier run has written, and of which nobody knows yet how it ended. */
  readonly waiting: string | null;
};

export type ReminderCap = { readonly messages: number; readonly days: number };

export type DunningDecision =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'skip'; readonly stage: Stage; readonly reason: string }
  | { readonly kind: 'send'; readonly stage: Stage }
  | { readonly kind: 'go_on'; readonly messageId: string };

const dayLength = 86_400_000;

export function notBefore(remindedAt: Instant, cap: ReminderCap): Instant {
  return plusMilliseconds(remindedAt, cap.days * dayLength);
}

/** The worst stage that is reached and lies beyond those sent; what it passes over is never sent. */
export function stageAt(
  rules: DunningRules,
  daysOverdue: number,
  stagesSent: readonly number[],
): Stage | null {
  const passed = Math.max(0, ...stagesSent);
  const due = ({ daysOverdue: from }: Stage) => from <= daysOverdue && from > passed;
  return rules.stages.findLast(due) ?? null;
}

/** What the customer is asked for: what is not held, in currencies in which credit does not cover it. */
export function asked(
  groups: readonly OverdueGroup[],
  credit: Readonly<Record<Currency, number>>,
): OverdueGroup[] {
  return groups.filter(
    ({ standing, currency, due }) => standing === 'open' && due > Math.max(0, credit[currency] ?? 0),
  );
}

/** Why there is nothing to ask for although something is overdue; null where there is something. */
export function mootReason(
  groups: readonly OverdueGroup[],
  credit: Readonly<Record<Currency, number>>,
): string | null {
  if (asked(groups, credit).length > 0) return null;
  if (groups.length === 0) return 'nothing_overdue';
  if (groups.some(({ standing }) => standing === 'open')) return 'covered_by_credit';
  return groups.some(({ standing }) => standing === 'held') ? 'on_hold' : 'payment_processing';
}

function oldest(groups: readonly OverdueGroup[]): LocalDate | null {
  return groups.map(({ oldestDueDate }) => oldestDueDate).sort()[0] ?? null;
}

/** The stage that the run is at with the customer. Where nothing is asked for, all that is overdue counts. */
function stageOf(rules: DunningRules, sweep: Sweep, facts: DunningFacts, moot: string | null): Stage | null {
  const dueDate = oldest(moot === null ? asked(facts.overdue, facts.credit) : facts.overdue);
  return dueDate === null ? null : stageAt(rules, daysBetween(dueDate, sweep.date), facts.stagesSent);
}

export function decideDunning(
  rules: DunningRules,
  cap: ReminderCap,
  sweep: Sweep,
  facts: DunningFacts,
): DunningDecision {
  if (facts.waiting !== null) return { kind: 'go_on', messageId: facts.waiting };
  const moot = mootReason(facts.overdue, facts.credit);
  const stage = stageOf(rules, sweep, facts, moot);
  if (stage === null) return { kind: 'nothing' };
  const reason = moot ?? facts.unreachable ?? cappedReason(cap, sweep, facts);
  return reason === null ? { kind: 'send', stage } : { kind: 'skip', stage, reason };
}

function cappedReason(cap: ReminderCap, { at }: Sweep, { remindedAt }: DunningFacts): string | null {
  return remindedAt !== null && at < notBefore(remindedAt, cap) ? 'reminder_cap' : null;
}
