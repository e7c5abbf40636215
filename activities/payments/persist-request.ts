// A change of one invoice as the write that every command makes.
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { InvoiceChange } from '../../src/domain/payment/change.ts';

/** Who changes the invoice, and under which id that is remembered with it. */
export type Asking = Pick<PersistRequest, 'command' | 'commandId' | 'fingerprint' | 'actor' | 'reason'>;

export function persistRequest(change: InvoiceChange, asking: Asking): PersistRequest {
  const { before, invoice, events, entries, conditions, creditChange, nextActionAt, told } = change;
  const { id, version, status } = invoice;
  const needsNumber = events.some((event) => event.type === 'invoice.issued' && event.number === null);
  return {
    ...asking,
    organizationId: invoice.organizationId,
    liveMode: invoice.liveMode,
    invoiceId: id,
    expectedVersion: before.version,
    invoice,
    events,
    entries,
    messages: events.flatMap((event) =>
      event.type === 'invoice.message_queued' ? [{ message: event.message, content: null }] : [],
    ),
    preconditions: conditions,
    creditChange,
    series: needsNumber ? invoice.policy.numbering : null,
    nextActionAt,
    result: { invoiceId: id, version, status, ...told },
  };
}
