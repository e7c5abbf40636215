// What a payment processor is to us. Card data never comes here: its own page takes that.
import type { RefundOutcome, RefundRequest } from '../../src/contract/invoice.ts';

/**
 * Does as it is asked, once for each id. What was refused for good is an outcome; what may still succeed, or of
 * which nobody knows whether it did, is thrown and asked again under the same id.
 */
export type Processor = { refund(request: RefundRequest): Promise<RefundOutcome> };

/** By the name that payments carry as their provider. */
export type Processors = ReadonlyMap<string, Processor>;
