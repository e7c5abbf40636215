// Whether a message that was asked for earlier still makes sense when it is about to leave.
import { amountDue, type Invoice, isSuspended, type MessageKind } from './invoice.ts';

export type MootReason = 'invoice_void' | 'invoice_deleted' | 'not_open' | 'nothing_due' | 'suspended';

/**
 * Why the message is not sent any more; null when it is. A receipt stays true whatever happens later. A reminder
 * that nobody decided on waits while a hold stands or money is on its way, and does not come later.
 */
export function messageIsMoot(kind: MessageKind, invoice: Invoice, automatic = false): MootReason | null {
  if (kind === 'receipt') return null;
  if (invoice.status === 'void') return 'invoice_void';
  if (invoice.status === 'deleted') return 'invoice_deleted';
  if (kind === 'invoice') return null;
  if (amountDue(invoice) <= 0) return 'nothing_due';
  if (invoice.status !== 'open') return 'not_open';
  return automatic && isSuspended(invoice) ? 'suspended' : null;
}
