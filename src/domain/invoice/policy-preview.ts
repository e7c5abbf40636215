// What other reminder steps would change on an invoice: decided as the command itself is, and written nowhere.
import type { Instant } from '../calendar.ts';
import { isRejection } from '../rejection.ts';
import { isSame } from '../same.ts';
import { after, decide, recorded } from './commands.ts';
import type { Invoice, ReminderRow, ReminderStep } from './invoice.ts';
import type { NamedPolicy } from './reminder-policy.ts';

export type ReminderChanges = {
  readonly added: readonly ReminderRow[];
  readonly removed: readonly ReminderRow[];
  /** Rows that stay, and are at another time or say something else. */
  readonly moved: readonly { readonly from: ReminderRow; readonly to: ReminderRow }[];
};

function isSameRow(one: ReminderRow, other: ReminderRow): boolean {
  return one.stepId === other.stepId && one.occurrence === other.occurrence;
}

/** A row is known by its step and occurrence. */
function changesBetween(before: readonly ReminderRow[], next: readonly ReminderRow[]): ReminderChanges {
  return {
    added: next.filter((row) => !before.some((one) => isSameRow(one, row))),
    removed: before.filter((row) => !next.some((one) => isSameRow(one, row))),
    moved: next.flatMap((to) => {
      const from = before.find((one) => isSameRow(one, to));
      return from === undefined || isSame(from, to) ? [] : [{ from, to }];
    }),
  };
}

/** What the policy's version would change now; nothing where the invoice would refuse it. */
export function changesUnder(
  invoice: Invoice,
  policy: NamedPolicy,
  steps: readonly ReminderStep[],
  now: Instant,
): ReminderChanges {
  const command = { name: 'setReminders', steps, policy, followersOnly: true } as const;
  const decision = decide(invoice, command, { now, commandId: '', newId: '' });
  const events = isRejection(decision) ? [] : decision.events;
  const next = after(invoice, recorded(invoice, events, now));
  return changesBetween(invoice.reminders, next.reminders);
}
