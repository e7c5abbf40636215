// The row of the activity that a refused or ignored command leaves.
import type { InvoiceActivities } from '../src/contract/invoice.ts';
import type { RefusalDocument } from '../src/store/documents.ts';
import type { Store } from '../src/store/store.ts';

/** The same refusal of the same command is one row, however often it is noted. */
export function createNote(store: Store): InvoiceActivities['note'] {
  return async (request) => {
    const { _id, ...row }: RefusalDocument = {
      _id: `${request.invoiceId}:${request.commandId}:${request.code}`,
      organization_id: request.organizationId,
      invoice_id: request.invoiceId,
      command: request.command,
      command_id: request.commandId,
      actor: request.actor,
      code: request.code,
      message: request.message,
      at: request.at,
      recorded_at: new Date(),
    };
    await store.refusals.updateOne({ _id }, { $setOnInsert: row }, { upsert: true });
  };
}
