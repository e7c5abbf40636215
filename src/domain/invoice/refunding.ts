// Refunds that a processor is asked for, one after the other: those of a void, or refunds by themselves. Nothing is
// booked until the last was made or one was refused; then all that was made is.
import { abandonVoid, completeVoid, voidRefunded } from './closing.ts';
import type { Circumstances } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import type { Invoice, Refunding } from './invoice.ts';
import { refundEvents, toldRefunds } from './refunds.ts';
import { settle } from './settle.ts';

function refundingOf(invoice: Invoice): Refunding {
  if (invoice.refunding === null) throw new Error('No refund is under way');
  return invoice.refunding;
}

function partMade(invoice: Invoice, refundId: string): Decision {
  const known = refundingOf(invoice).refunds.find((part) => part.id === refundId);
  if (known === undefined) throw new Error(`No refund ${refundId} is under way`);
  if (known.state === 'succeeded') return nothing;
  return { ...nothing, events: [{ type: 'payment.refund_made', refundId }] };
}

function completeRefund(invoice: Invoice, at: Circumstances): Decision {
  const refunding = refundingOf(invoice);
  const open = refunding.refunds.find(({ state }) => state === 'pending');
  if (open !== undefined) throw new Error(`Refund ${open.id} was not made yet`);
  const events = refundEvents(invoice, refunding.refunds, refunding, at);
  return { ...nothing, events: settle(invoice, events, at), told: toldRefunds(events) };
}

/** What is by hand was to go with the rest, and nobody has handed it over yet. */
function abandonRefund(invoice: Invoice, at: Circumstances, code: string): Decision {
  const refunding = refundingOf(invoice);
  const made = refunding.refunds.filter(({ state }) => state === 'succeeded');
  const events: InvoiceEvent[] = [
    ...refundEvents(invoice, made, refunding, at),
    { type: 'payment.refund_abandoned', code },
  ];
  return { ...nothing, events: settle(invoice, events, at), told: toldRefunds(events) };
}

/** The processor made one of the refunds under way. */
export function refundMade(invoice: Invoice, refundId: string): Decision {
  return invoice.voiding === null ? partMade(invoice, refundId) : voidRefunded(invoice, refundId);
}

/** Every one was made. */
export function completeRefunds(invoice: Invoice, at: Circumstances): Decision {
  return invoice.voiding === null ? completeRefund(invoice, at) : completeVoid(invoice, at);
}

/** The processor refused one: those it had made before stay made, the rest does not happen. */
export function abandonRefunds(invoice: Invoice, at: Circumstances, code: string): Decision {
  return invoice.voiding === null ? abandonRefund(invoice, at, code) : abandonVoid(invoice, at, code);
}
