// What it means that a command could not be written: it had been before, the invoice has moved on, or it may not.
import type { CommandResult, PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Store } from '../../src/store/store.ts';
import type { Fault } from './write.ts';
import { exactly } from '../../src/store/exactly.ts';

export async function settle(store: Store, request: PersistRequest, fault: Fault): Promise<PersistResult> {
  const { first, stored, existed } = await readStored(store, request);
  if (first !== null) {
    return {
      outcome: 'duplicate',
      fingerprint: first.fingerprint ?? '',
      result: first.result as CommandResult,
      invoice: stored ?? request.invoice,
    };
  }
  if ((stored?.version ?? 0) !== request.expectedVersion) return { outcome: 'conflict', invoice: stored };
  if (fault.refusal !== null) return { outcome: 'refused', ...fault.refusal };
  // The id belonged to an invoice that was deleted; it is not given again.
  if (stored === null && existed) return { outcome: 'conflict', invoice: null };
  throw fault.error;
}

/**
 * A transaction although it only reads: what stood in the way of the write was committed here, but perhaps not yet
 * by a majority, and committing waits for that.
 */
function readStored(store: Store, request: PersistRequest) {
  const { invoiceId, organizationId, commandId } = request;
  return store.transaction(async (session) => {
    const first = await store.events.findOne(
      { invoice_id: invoiceId, command_key: exactly(commandId) },
      { session },
    );
    const row = await store.invoices.findOne(
      { _id: invoiceId, organization_id: organizationId },
      { session },
    );
    const any = row ?? (await store.events.findOne({ invoice_id: invoiceId, sequence: 1 }, { session }));
    return { first, stored: row?.state ?? null, existed: any !== null };
  });
}
