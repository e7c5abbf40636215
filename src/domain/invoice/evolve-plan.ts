// What the plan of an invoice is after an event: when it is sent, what it holds, what time will do to it.
import { isSame } from '../same.ts';
import type { Recorded } from './events.ts';
import { type Invoice, skippedFeesKept } from './invoice.ts';
import { versionOf } from './reminder-policy.ts';

export type PlanEvent = Extract<
  Recorded,
  {
    type:
      | 'invoice.scheduled'
      | 'invoice.unscheduled'
      | 'invoice.attached'
      | 'invoice.late_fees_set'
      | 'invoice.reminders_set'
      | 'invoice.late_fee_skipped'
      | 'invoice.hold_started'
      | 'invoice.hold_ended'
      | 'invoice.updated';
  }
>;

function withLateFees(
  invoice: Invoice,
  event: Extract<PlanEvent, { type: 'invoice.late_fees_set' }>,
): Invoice {
  const { terms, policy } = event;
  const isThere = isSame(terms, invoice.lateFeeTerms);
  // The same terms, said to be from elsewhere.
  if (policy !== undefined && isThere) return { ...invoice, lateFeePolicy: versionOf(policy) };
  return {
    ...invoice,
    lateFeeTerms: terms,
    // Terms that a revision brought have said themselves where they are from.
    lateFeePolicy: policy === undefined && isThere ? invoice.lateFeePolicy : versionOf(policy ?? null),
    nextFeeOccurrence: event.nextFeeOccurrence,
    feeOccurrenceOffset: event.feeOccurrenceOffset,
    lateFees: invoice.lateFees.map((fee) => ({ ...fee, place: null })),
  };
}

export function applyPlan(invoice: Invoice, event: PlanEvent): Invoice {
  switch (event.type) {
    case 'invoice.scheduled':
      return { ...invoice, status: 'scheduled', scheduledSend: event.scheduledSend };
    case 'invoice.unscheduled':
      return { ...invoice, status: 'draft', scheduledSend: null };
    case 'invoice.attached':
      return { ...invoice, attachments: [...invoice.attachments, ...event.attachments] };
    case 'invoice.late_fees_set':
      return withLateFees(invoice, event);
    case 'invoice.reminders_set':
      return {
        ...invoice,
        reminderSteps: event.steps,
        reminderPolicy: versionOf(event.policy),
        reminders: event.reminders,
        finalActionAt: event.finalActionAt,
      };
    case 'invoice.late_fee_skipped':
      return {
        ...invoice,
        skippedFees: [...invoice.skippedFees, event.skipped].slice(-skippedFeesKept),
        nextFeeOccurrence: event.skipped.occurrence + 1,
      };
    case 'invoice.hold_started':
      return {
        ...invoice,
        holds: [...invoice.holds.filter((hold) => hold.kind !== event.hold.kind), event.hold],
      };
    case 'invoice.hold_ended':
      return { ...invoice, holds: invoice.holds.filter((hold) => hold.kind !== event.kind) };
    case 'invoice.updated':
      return event.revision === null ? invoice : { ...invoice, ...event.revision };
  }
}
