// What the invoice keeps of a message that went to its customer over all open invoices.
import type { InvoiceEvent } from './events.ts';
import type { Dunned, Invoice } from './invoice.ts';

/** Nothing where it is known already, was overtaken by a later one, or is about an invoice that is closed by now. */
export function dunnedEvents(invoice: Invoice, dunned: Dunned): InvoiceEvent[] {
  const before = invoice.dunned;
  if (invoice.status !== 'open' || (before !== null && before.at >= dunned.at)) return [];
  return [{ type: 'invoice.dunned', dunned }];
}
