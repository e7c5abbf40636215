// What the invoice is after an event. Pure, total over the event union, and never in doubt: it decides nothing.
import { later } from '../calendar.ts';
import type { InvoiceEvent, Reckoned, Recorded } from './events.ts';
import { applyMoney, closed } from './evolve-money.ts';
import { applyMessages } from './evolve-messages.ts';
import { applyPlan } from './evolve-plan.ts';
import { withFinalAction } from './final-action.ts';
import { withFormerTerms, withoutMissedFees } from './late-fee.ts';
import { withMoment } from './moments.ts';
import type { Invoice } from './invoice.ts';

type Created = Extract<Recorded, { type: 'invoice.created' }>;

function document(reckoned: Reckoned) {
  return { ...reckoned.draft, lines: reckoned.lines, totals: reckoned.totals };
}

function created(event: Created): Invoice {
  return {
    ...document(event.reckoned),
    schemaVersion: 1,
    id: event.id,
    organizationId: event.organizationId,
    liveMode: event.liveMode,
    version: 0,
    sequence: event.sequence,
    entrySequence: 0,
    status: 'draft',
    number: event.reckoned.draft.requestedNumber,
    policy: event.policy,
    recurringScheduleId: event.recurringScheduleId ?? null,
    createdAt: event.at,
    updatedAt: event.at,
    issuedAt: null,
    dueAt: null,
    overdueNoticedAt: null,
    sentAt: null,
    firstViewedAt: null,
    paidAt: null,
    voidedAt: null,
    voidReason: null,
    closedAt: null,
    entryHash: null,
    scheduledSend: null,
    holds: [],
    voiding: null,
    refunding: null,
    payments: [],
    refunds: [],
    creditApplications: [],
    creditNotes: [],
    creditedBack: 0,
    leftUnapplied: 0,
    writtenOff: 0,
    recovered: 0,
    lateFees: [],
    skippedFees: [],
    nextFeeOccurrence: 1,
    feeOccurrenceOffset: 0,
    formerFeeTerms: [],
    reminders: [],
    finalActionAt: null,
    dunned: null,
    messages: [],
    moments: [],
  };
}

function issued(invoice: Invoice, event: Extract<Recorded, { type: 'invoice.issued' }>): Invoice {
  return {
    ...invoice,
    status: 'open',
    scheduledSend: null,
    number: event.number,
    issueDate: event.issueDate,
    dueDate: event.dueDate,
    dueAt: event.dueAt,
    issuedAt: event.at,
    reminders: event.reminders,
    finalActionAt: event.finalActionAt,
    nextFeeOccurrence: event.firstFeeOccurrence,
  };
}

function apply(invoice: Invoice, event: Exclude<Recorded, Created>): Invoice {
  switch (event.type) {
    case 'invoice.updated': {
      const number = event.revision === null ? event.reckoned.draft.requestedNumber : invoice.number;
      return applyPlan({ ...invoice, ...document(event.reckoned), number }, event);
    }
    case 'invoice.issued':
      return issued(invoice, event);
    case 'invoice.viewed':
      return { ...invoice, firstViewedAt: invoice.firstViewedAt ?? event.at };
    case 'invoice.dunned':
      return { ...invoice, dunned: event.dunned };
    case 'invoice.overdue':
      return { ...invoice, overdueNoticedAt: event.at };
    case 'invoice.final_action':
      return { ...invoice, finalActionAt: null };
    case 'invoice.deleted':
      return closed(invoice, 'deleted', event.at);
    case 'invoice.message_queued':
    case 'invoice.sent':
    case 'invoice.message_accepted':
    case 'invoice.message_delivered':
    case 'invoice.message_failed':
    case 'invoice.reminder_sent':
    case 'invoice.reminder_skipped':
    case 'invoice.reminder_moved':
    case 'invoice.reminder_switched':
      return applyMessages(invoice, event);
    case 'invoice.scheduled':
    case 'invoice.unscheduled':
    case 'invoice.attached':
    case 'invoice.late_fees_set':
    case 'invoice.reminders_set':
    case 'invoice.late_fee_skipped':
    case 'invoice.hold_started':
    case 'invoice.hold_ended':
      return applyPlan(invoice, event);
    case 'invoice.late_fee_assessed':
    case 'invoice.late_fee_waived':
    case 'invoice.late_fee_reversed':
    case 'invoice.payment_recorded':
    case 'invoice.recovered':
    case 'payment.refunded':
    case 'payment.refund_started':
    case 'payment.refund_made':
    case 'payment.refund_abandoned':
    case 'payment.reversed':
    case 'invoice.reopened':
    case 'invoice.credit_applied':
    case 'credit_note.issued':
    case 'credit_note.reversed':
    case 'invoice.written_off':
    case 'invoice.void_started':
    case 'invoice.void_refunded':
    case 'invoice.void_abandoned':
    case 'invoice.partially_paid':
    case 'invoice.paid':
    case 'invoice.voided':
      return applyMoney(invoice, event);
  }
}

/** The invoice after the event. `invoice` is null only before `invoice.created`. */
export function evolve(invoice: Invoice | null, event: Recorded<InvoiceEvent>): Invoice {
  if (event.type === 'invoice.created') return created(event);
  if (invoice === null) throw new Error(`${event.type} before invoice.created`);
  // After a downtime a fee is dated when it was due, which may lie before the event that went ahead of it.
  const updatedAt = later(invoice.updatedAt, event.at);
  const applied = withFormerTerms(invoice, apply(invoice, event));
  const planned = withFinalAction(invoice, withoutMissedFees(invoice, applied, event.at), event);
  const next = withMoment(planned, event);
  return { ...next, sequence: event.sequence, updatedAt };
}
