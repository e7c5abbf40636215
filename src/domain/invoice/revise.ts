// Revising an invoice that was issued: what it says and comes to changes, and every timer is reckoned again.
import { endOfDay, plusDays } from '../calendar.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { after, type Decision, nothing, recorded } from './decision.ts';
import { checkDraft } from './draft.ts';
import type { InvoiceEvent } from './events.ts';
import { amountDue, creditNoteTotal, type Invoice } from './invoice.ts';
import { replan } from './replan.ts';
import { netDays } from './terms.ts';
import { reckon } from './totals.ts';

/** Number, currency and customer are frozen; what was paid, credited and noted stays. */
export function revise(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'update' }>,
  at: Circumstances,
): Decision | Rejection {
  const asked = command.draft;
  if (asked.customerId !== invoice.customerId) return reject('field_frozen', undefined, '/customer_id');
  if (asked.currency !== invoice.currency) return reject('field_frozen', undefined, '/currency');
  if (asked.requestedNumber !== invoice.requestedNumber) {
    return reject('field_frozen', undefined, '/invoice_number');
  }
  const issueDate = asked.issueDate ?? invoice.issueDate;
  if (issueDate === null) throw new Error('Open without an issue date');
  const days = netDays(asked.terms) ?? invoice.policy.defaultNetDays;
  const draft = { ...asked, issueDate, dueDate: asked.dueDate ?? plusDays(issueDate, days) };
  const fault = checkDraft(draft, invoice.policy);
  if (fault !== null) return fault;
  const reckoned = reckon(draft, invoice.policy);
  if (isRejection(reckoned)) return reckoned;
  const { total } = reckoned.totals;
  const due = amountDue(invoice) - invoice.totals.total + total;
  if (due < 0 || total < creditNoteTotal(invoice)) {
    return reject('below_paid', { paid: total - due }, '/line_items_attributes');
  }
  const dueAt = endOfDay(draft.dueDate, draft.timeZone);
  const changed: Invoice = { ...invoice, dueAt, dueDate: draft.dueDate, timeZone: draft.timeZone };
  const revision = replan(changed, at.now);
  const updated: InvoiceEvent = {
    type: 'invoice.updated',
    reckoned,
    changed: command.changed,
    revision: { ...revision, overdueNoticedAt: dueAt <= at.now ? invoice.overdueNoticedAt : null },
  };
  const state = after(invoice, recorded(invoice, [updated], at.now));
  const settled: InvoiceEvent[] = amountDue(state) === 0 ? [{ type: 'invoice.paid' }] : [];
  return { ...nothing, events: [updated, ...settled] };
}
