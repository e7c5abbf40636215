// What dunning will do next to a customer, as long as nobody pays and nothing else changes.
import { type Instant, later, type LocalDate, plusDays, type TimeZone } from '../calendar.ts';
import { notBefore, type ReminderCap } from './decide.ts';
import { type DunningRules, runAfter, runFrom, runOf, type Stage } from './rules.ts';

export type Announced = { readonly stage: number; readonly template: string; readonly at: Instant };

export type Outlook = {
  readonly zone: TimeZone;
  readonly now: Instant;
  /** The open invoice that the customer is asked for and is due first; null: there is none. */
  readonly oldest: { readonly dueDate: LocalDate; readonly dueAt: Instant } | null;
  readonly stagesSent: readonly number[];
  readonly remindedAt: Instant | null;
};

/** The first run at which the stage is reached, after now and after the last reminder has had its days. */
function reachedAt(rules: DunningRules, { daysOverdue }: Stage, outlook: Outlook, from: Instant): Instant {
  const { zone, oldest } = outlook;
  if (oldest === null) throw new Error('Nothing is due, so no stage is ever reached');
  const counted = runOf(rules, plusDays(oldest.dueDate, daysOverdue), zone);
  return later(later(counted, runFrom(rules, oldest.dueAt, zone)), from);
}

export function announce(rules: DunningRules, cap: ReminderCap, outlook: Outlook): Announced | null {
  const { zone, now, oldest, stagesSent, remindedAt } = outlook;
  if (!rules.enabled || oldest === null) return null;
  const next = runAfter(rules, now, zone);
  const from = remindedAt === null ? next : later(next, runFrom(rules, notBefore(remindedAt, cap), zone));
  const passed = Math.max(0, ...stagesSent);
  const ahead = rules.stages
    .filter(({ daysOverdue }) => daysOverdue > passed)
    .map((stage) => ({ stage, at: reachedAt(rules, stage, outlook, from) }));
  const at = ahead.map((one) => one.at).sort()[0];
  // Of those that the same run finds reached the worst is sent.
  const first = ahead.findLast((one) => one.at === at);
  if (first === undefined) return null;
  const { daysOverdue, template } = first.stage;
  return { stage: daysOverdue, template, at: first.at };
}
