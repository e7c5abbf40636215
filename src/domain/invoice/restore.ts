// Whatever enters a workflow passes through here: every field added since an earlier release gets its neutral value.
// Adding a field to the invoice means adding its line here, or invoices already running cannot go on.
import type { Invoice } from './invoice.ts';

/** An invoice as some earlier release may have stored it: of the first one nothing is missing. */
export type StoredInvoice = Partial<Invoice> & Pick<Invoice, 'id' | 'organizationId' | 'status'>;

export function restore(stored: StoredInvoice): Invoice {
  const base = stored as Invoice;
  return {
    ...base,
    schemaVersion: 1,
    entrySequence: stored.entrySequence ?? 0,
    voidReason: stored.voidReason ?? null,
    overdueNoticedAt: stored.overdueNoticedAt ?? null,
    nextFeeOccurrence: stored.nextFeeOccurrence ?? 1,
    messages: stored.messages ?? [],
    metadata: stored.metadata ?? {},
    fixedTaxes: stored.fixedTaxes ?? [],
    shipToRef: stored.shipToRef ?? null,
  };
}
