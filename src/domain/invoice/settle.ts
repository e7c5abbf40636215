// What follows when money has moved: nothing due is paid, something due again is open, or is written off again.
import type { Circumstances } from './command.ts';
import { after, recorded } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import { amountDue, type Invoice, unrecovered } from './invoice.ts';
import { replan } from './replan.ts';

function consequence(state: Invoice, at: Circumstances): InvoiceEvent[] {
  const due = amountDue(state);
  switch (state.status) {
    case 'open':
      return due === 0 ? [{ type: 'invoice.paid' }] : [];
    case 'paid':
      return due > 0 ? [{ type: 'invoice.reopened', plan: replan(state, at.now) }] : [];
    case 'uncollectible':
      if (due > 0) return [{ type: 'invoice.written_off', amount: due, reason: null }];
      return unrecovered(state) === 0 ? [{ type: 'invoice.paid' }] : [];
    case 'draft':
    case 'scheduled':
    case 'void':
    case 'deleted':
      return [];
  }
}

/** The events and what they lead to. */
export function settle(
  invoice: Invoice,
  events: readonly InvoiceEvent[],
  at: Circumstances,
): readonly InvoiceEvent[] {
  const state = after(invoice, recorded(invoice, events, at.now));
  return [...events, ...consequence(state, at)];
}

/** The same where money came in: what is left to pay is told too. */
export function settleIncoming(
  invoice: Invoice,
  events: readonly InvoiceEvent[],
  at: Circumstances,
): readonly InvoiceEvent[] {
  const settled = settle(invoice, events, at);
  const state = after(invoice, recorded(invoice, settled, at.now));
  if (state.status !== 'open') return settled;
  return [...settled, { type: 'invoice.partially_paid', amountDue: amountDue(state) }];
}
