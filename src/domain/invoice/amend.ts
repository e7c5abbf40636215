// What is set on an invoice beside its money: attachments, late-fee terms, reminder steps.
import { reject, type Rejection } from '../rejection.ts';
import { isSame } from '../same.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import { attachmentsMax } from './draft-parts.ts';
import { finalActionFrom } from './final-action.ts';
import type { Invoice } from './invoice.ts';
import { planAgain } from './reminder.ts';
import { isBehind, versionOf } from './reminder-policy.ts';
import { lateFeesSet } from './replan.ts';

/** Adds to what is there. */
export function attach(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'attach' }>,
): Decision | Rejection {
  const { attachments } = command;
  if (attachments.length === 0 || invoice.attachments.length + attachments.length > attachmentsMax) {
    return reject('invalid_value', undefined, '/attachments');
  }
  return { ...nothing, events: [{ type: 'invoice.attached', attachments }] };
}

/**
 * On an open invoice nothing is retroactive: the new terms begin now, and fees that stand are left alone.
 * Terms that are there already go on as they were, also where they are now said to be from elsewhere.
 */
export function setLateFees(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'setLateFees' }>,
  at: Circumstances,
): Decision | Rejection {
  const { terms, policy } = command;
  const isThere = isSame(terms, invoice.lateFeeTerms);
  if (isThere && isSame(versionOf(policy), invoice.lateFeePolicy)) return nothing;
  const { nextFeeOccurrence, feeOccurrenceOffset } = invoice;
  const set = isThere
    ? ({ type: 'invoice.late_fees_set', terms, nextFeeOccurrence, feeOccurrenceOffset } as const)
    : lateFeesSet(invoice, terms, at.now);
  return { ...nothing, events: [{ ...set, policy }] };
}

/** Before the issue the steps are terms; afterwards what is still to come is planned anew. */
export function setReminders(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'setReminders' }>,
  at: Circumstances,
): Decision | Rejection {
  const { steps, policy, followersOnly } = command;
  if (followersOnly && (policy === null || !isBehind(invoice, policy))) return nothing;
  const isKnown = isSame(versionOf(policy), invoice.reminderPolicy);
  if (isKnown && isSame(steps, invoice.reminderSteps)) return nothing;
  const { issueDate, dueDate, timeZone, recipientTimeZone } = invoice;
  const set = { type: 'invoice.reminders_set', steps, policy } as const;
  if (invoice.status !== 'open' || issueDate === null || dueDate === null) {
    return { ...nothing, events: [{ ...set, reminders: [], finalActionAt: null }] };
  }
  const dates = { issueDate, dueDate, timeZone, recipientTimeZone };
  const reminders = planAgain(invoice, steps, dates, at.now);
  const finalActionAt = finalActionFrom(steps, reminders, dates, invoice.policy, at.now);
  return { ...nothing, events: [{ ...set, reminders, finalActionAt }] };
}
