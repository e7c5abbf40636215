// Revising an invoice that was issued: what it says and comes to changes, and every timer is reckoned again.
import { AMOUNT_MAX } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { isSame } from '../same.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { after, type Decision, nothing, recorded } from './decision.ts';
import { checkDraft, draftOf } from './draft.ts';
import { dueDateFrom } from './due-date.ts';
import type { InvoiceEvent, Reckoned } from './events.ts';
import {
  amountDue,
  creditNoteTotal,
  type Draft,
  type Invoice,
  type LateFee,
  lateFeeTotal,
} from './invoice.ts';
import { feesNotYetDue } from './late-fee.ts';
import type { Dates } from './reminder.ts';
import { lateFeesSet, replanRevised } from './replan.ts';
import { settle } from './settle.ts';
import { reckon } from './totals.ts';

type Update = Extract<CommandOn, { name: 'update' }>;

function frozen(invoice: Invoice, asked: Draft): Rejection | null {
  if (asked.customerId !== invoice.customerId) return reject('field_frozen', undefined, '/customer_id');
  if (asked.currency !== invoice.currency) return reject('field_frozen', undefined, '/currency');
  const { requestedNumber } = asked;
  if (requestedNumber !== invoice.requestedNumber && requestedNumber !== invoice.number) {
    return reject('field_frozen', undefined, '/invoice_number');
  }
  return null;
}

/** A due date that followed from terms or instalments follows new ones too, unless the change names one. */
function dates(invoice: Invoice, { draft, changed }: Update): Dates {
  const issueDate = draft.issueDate ?? invoice.issueDate;
  if (issueDate === null || invoice.issueDate === null) throw new Error('Open without an issue date');
  const { dueDate, timeZone, recipientTimeZone } = draft;
  const following = dueDateFrom(draft, invoice.policy, issueDate);
  if (dueDate === null) return { issueDate, timeZone, recipientTimeZone, dueDate: following };
  const isNamed = changed.includes('dueDate') || dueDate !== invoice.dueDate;
  const followed = dueDate === dueDateFrom(invoice, invoice.policy, invoice.issueDate);
  const chosen = !isNamed && followed ? following : dueDate;
  return { issueDate, timeZone, recipientTimeZone, dueDate: chosen };
}

/** What is paid and credited stays, and so do the fees until their dates are looked at: it has to fit in. */
function checkMoney(invoice: Invoice, { totals: { total } }: Reckoned): Rejection | null {
  const notes = creditNoteTotal(invoice);
  const due = amountDue(invoice) - invoice.totals.total + total;
  if (due < 0 || total < notes) {
    return reject('below_paid', { paid: Math.max(notes, total - due) }, '/line_items_attributes');
  }
  return total + lateFeeTotal(invoice) > AMOUNT_MAX
    ? reject('amount_too_large', undefined, '/line_items_attributes')
    : null;
}

/** What of the fee had been paid is the customer's credit then. */
function reversal(state: Invoice, { occurrence, amount }: LateFee): InvoiceEvent {
  const credited = Math.max(0, amount - amountDue(state));
  return { type: 'invoice.late_fee_reversed', occurrence, amount, credited, reason: 'not_due_yet' };
}

/** Number, currency and customer are frozen; what was paid, credited and noted stays. */
export function revise(invoice: Invoice, command: Update, at: Circumstances): Decision | Rejection {
  const fault = frozen(invoice, command.draft);
  if (fault !== null) return fault;
  const anchor = dates(invoice, command);
  const draft: Draft = { ...command.draft, ...anchor, requestedNumber: invoice.requestedNumber };
  if (isSame(draft, draftOf(invoice))) return nothing;
  const misfit = checkDraft(draft, invoice.policy);
  if (misfit !== null) return misfit;
  const reckoned = reckon(draft, invoice.policy);
  if (isRejection(reckoned)) return reckoned;
  const shortfall = checkMoney(invoice, reckoned);
  if (shortfall !== null) return shortfall;

  const revision = replanRevised(invoice, anchor, draft.reminderSteps, at.now);
  const events: InvoiceEvent[] = [];
  let state = invoice;
  const add = (event: InvoiceEvent) => {
    state = after(state, recorded(state, [event], at.now));
    events.push(event);
  };
  add({ type: 'invoice.updated', reckoned, changed: command.changed, revision });
  const isMoved = revision.dueAt !== invoice.dueAt;
  for (const fee of isMoved ? feesNotYetDue(invoice, anchor, at.now) : []) add(reversal(state, fee));
  const hasOtherTerms = !isSame(draft.lateFeeTerms, invoice.lateFeeTerms);
  if (hasOtherTerms) add(lateFeesSet(state, draft.lateFeeTerms, at.now));
  return { ...nothing, events: settle(invoice, events, at) };
}
