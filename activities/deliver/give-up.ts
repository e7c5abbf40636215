// The end of a day of retries: the row says that it failed, as the invoice does.
import type { DeliveryOutcome } from '../../src/contract/invoice.ts';
import { instant } from '../../src/domain/calendar.ts';
import type { Store } from '../../src/store/store.ts';
import type { DeliveryRequest } from './deliver.ts';
import { finish, settledOutcome } from './outbox.ts';

/** Settles the message as failed unless an attempt settled it meanwhile: then that is how it ended. */
export function createGiveUp(
  store: Store,
): (request: DeliveryRequest & { readonly code: string }) => Promise<DeliveryOutcome> {
  return async ({ organizationId, invoiceId, messageId, code }) => {
    const row = await store.messages.findOne({
      _id: messageId,
      organization_id: organizationId,
      invoice_id: invoiceId,
    });
    if (row === null) return { outcome: 'failed', code };
    const settled = settledOutcome(row);
    if (settled !== null) return settled;
    // A claim whose attempt never came back leaves it unknown whether the message went out.
    const outcome = row.state === 'claimed' ? 'unknown' : 'failed';
    const attempt = { at: instant(Date.now()), outcome, code, detail: 'given up after a day' } as const;
    const from =
      row.state === 'claimed'
        ? ({ state: 'claimed', leaseUntil: row.lease_until } as const)
        : ({ state: 'queued' } as const);
    const ended = await finish(store, row, from, { attempt, optedOut: [] });
    if (!ended) throw new Error('The message moved while it was being given up');
    return { outcome, code };
  };
}
