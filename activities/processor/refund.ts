// Asks the processor that holds the money of a payment to give some of it back.
import type { InvoiceActivities } from '../../src/contract/invoice.ts';
import type { Processors } from './processor.ts';

export function createRefundAtProcessor(processors: Processors): InvoiceActivities['refundAtProcessor'] {
  return async (request) => {
    const processor = processors.get(request.provider);
    return processor === undefined ? { outcome: 'refused', code: 'no_processor' } : processor.refund(request);
  };
}
