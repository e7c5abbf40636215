// Writes a payment over many invoices: all of them, the payment and what nothing was allocated of, or nothing.
import type { PaymentRefused, TouchedInvoice } from '../../src/contract/payment.ts';
import type { RejectionCode, RejectionData } from '../../src/domain/rejection.ts';
import type { InvoiceChange } from '../../src/domain/payment/change.ts';
import { clashOf } from '../../src/store/clash.ts';
import type { Store } from '../../src/store/store.ts';
import type { ChartOf } from '../persist/accounts.ts';
import { prepare } from '../persist/member.ts';
import { type Beside, type Fault, write, type Written } from '../persist/write.ts';
import { type Asking, persistRequest } from './persist-request.ts';

export type Context = { readonly store: Store; readonly chartOf: ChartOf };

export function refused(code: RejectionCode, data: RejectionData = {}, pointer?: string): PaymentRefused {
  return { outcome: 'refused', code, data, pointer: pointer ?? null };
}

export function touched(changes: readonly InvoiceChange[]): TouchedInvoice[] {
  return changes.map(({ invoice: { id, version, status } }) => ({ invoiceId: id, version, status }));
}

export type Writing = {
  readonly changes: readonly InvoiceChange[];
  readonly asking: Asking;
  readonly beside: Beside;
};

/** Answers whether it is written; null where an invoice or the payment is no longer as it was read. */
export async function writeAll(
  { store, chartOf }: Context,
  { changes, asking, beside }: Writing,
): Promise<'written' | PaymentRefused | null> {
  const prepared = await Promise.all(
    changes.map((change) => prepare(store, chartOf, persistRequest(change, asking))),
  );
  // The payment is one row, written beside: none of the invoices has one of its own.
  const members = prepared.map((member) => ({ ...member, payments: [] }));
  let written: Written;
  try {
    written = await write(store, members, null, false, beside);
  } catch (error) {
    if (clashOf(error) === null) throw error;
    return null;
  }
  if (written.kind === 'stored') return 'written';
  if (written.kind === 'number_taken') throw new Error('A payment takes no number');
  return stopped([...written.faults.values()]);
}

function stopped(faults: readonly Fault[]): PaymentRefused | null {
  for (const { refusal, error } of faults) {
    if (refusal !== null) return refused(refusal.code, refusal.data);
    // One of the invoices has had another command under this id.
    if (clashOf(error)?.index === 'command') return refused('idempotency_mismatch');
  }
  return null;
}
