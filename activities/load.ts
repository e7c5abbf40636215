// Reads for the workflow: the stored invoice, and the test clock's offset.
import type { InvoiceActivities } from '../src/contract/invoice.ts';
import type { Store } from '../src/store/store.ts';

export function createLoad(store: Store): InvoiceActivities['load'] {
  return async ({ organizationId, invoiceId }) => {
    const row = await store.invoices.findOne({ _id: invoiceId, organization_id: organizationId });
    return row?.state ?? null;
  };
}

export function createReadClock(store: Store): InvoiceActivities['readClock'] {
  return async ({ organizationId }) => {
    const organization = await store.organizations.findOne(
      { _id: organizationId },
      { projection: { clock_offset_ms: 1 } },
    );
    if (organization === null) throw new Error(`There is no organization ${organizationId}`);
    return organization.clock_offset_ms;
  };
}
