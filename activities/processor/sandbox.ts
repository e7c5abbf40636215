// The built-in processor: gives back whatever it is asked to, once for each id, and fails as it is told to.
import { ApplicationFailure } from '@temporalio/common';
import type { RefundOutcome, RefundRequest } from '../../src/contract/invoice.ts';
import { takeFailure } from '../../src/sandbox/failures.ts';
import { clashOf } from '../../src/store/clash.ts';
import type { SandboxRefundDocument } from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';
import type { Store } from '../../src/store/store.ts';
import type { Processor } from './processor.ts';

/** Scripted failures that say no for good. */
const refusals: ReadonlySet<string> = new Set([
  'card_declined',
  'insufficient_funds',
  'expired_card',
  'lost_card',
  'authentication_required',
]);

/** The processor is out of order, or says nothing: worth another try under the same id. */
function notNow(code: string): ApplicationFailure {
  return ApplicationFailure.create({ message: `The sandbox processor answered ${code}`, type: code });
}

function outcomeOf({ refused }: SandboxRefundDocument): RefundOutcome {
  return refused === null ? { outcome: 'succeeded' } : { outcome: 'refused', code: refused };
}

/** What it said the first time it says again, whatever the script says by then. */
async function settle(
  store: Store,
  request: RefundRequest,
  refused: string | null,
): Promise<SandboxRefundDocument> {
  const { refundId, organizationId, invoiceId, providerPaymentId, amount, currency } = request;
  const row = {
    _id: refundId,
    organization_id: organizationId,
    invoice_id: invoiceId,
    provider_payment_id: providerPaymentId,
    amount_cents: int64(amount),
    currency,
    refused,
    created_at: new Date().toISOString(),
  };
  try {
    await store.sandboxRefunds.insertOne(row);
    return row;
  } catch (error) {
    const before = clashOf(error) === null ? null : await store.sandboxRefunds.findOne({ _id: refundId });
    if (before === null) throw error;
    return before;
  }
}

export function createSandboxProcessor(store: Store): Processor {
  return {
    async refund(request) {
      const { refundId, organizationId, amount } = request;
      const before = await store.sandboxRefunds.findOne({ _id: refundId, organization_id: organizationId });
      if (before !== null) return outcomeOf(before);
      const fail = await takeFailure(store, 'payment', { organizationId, amountDue: amount }, []);
      if (fail === 'processing_error') throw notNow(fail);
      const settled = await settle(store, request, fail !== null && refusals.has(fail) ? fail : null);
      // The money went back and the answer was lost.
      if (fail === 'timeout') throw notNow(fail);
      return outcomeOf(settled);
    },
  };
}
