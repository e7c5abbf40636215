// The documents that hand-made books are of, with what a test does not care about filled in.
import { plainCustomer } from '../../src/store/customers.ts';
import type {
  CustomerDocument,
  InvoiceDocument,
  PaymentDocument,
  RefundDocument,
} from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';

export type InvoiceFacts = {
  readonly number: string | null;
  readonly customer: string;
  readonly issued: string;
  readonly due: string;
  readonly total: number;
  readonly amountDue: number;
  readonly status?: InvoiceDocument['status'];
  readonly currency?: string;
  readonly leftUnapplied?: number;
};

type Mine = { readonly organization_id: string; readonly live_mode: boolean };

export const made = '2026-01-01T00:00:00.000Z';

export function invoiceDocument(mine: Mine, id: string, facts: InvoiceFacts): InvoiceDocument {
  const { number, customer, issued, due, total, amountDue, status = 'open', currency = 'USD' } = facts;
  const document: Omit<InvoiceDocument, 'state'> & { state: { leftUnapplied: number } } = {
    _id: id,
    ...mine,
    version: 1,
    customer_id: customer,
    status,
    display_status: status,
    number,
    currency,
    issue_date: issued,
    due_date: due,
    due_at: null,
    total_cents: int64(total),
    amount_paid_cents: int64(0),
    amount_due_cents: int64(amountDue),
    late_fee_total_cents: int64(0),
    credit_applied_cents: int64(0),
    written_off_cents: int64(0),
    on_hold: false,
    is_processing: false,
    issued_at: made,
    closed_at: null,
    metadata: {},
    search: '',
    next_action_at: null,
    public_token: null,
    created_at: made,
    updated_at: made,
    state: { leftUnapplied: facts.leftUnapplied ?? 0 },
  };
  return document as unknown as InvoiceDocument;
}

export function customerDocument(
  organizationId: string,
  change: Partial<CustomerDocument> & { _id: string; display_name: string },
): CustomerDocument {
  const { _id, display_name } = change;
  const named = { _id, organization_id: organizationId, display_name };
  return { ...plainCustomer(named, made), ...change };
}

export type PaymentFacts = Partial<PaymentDocument> & { customer_id: string };

export function paymentDocument(mine: Mine, id: string, facts: PaymentFacts): PaymentDocument {
  return {
    _id: id,
    ...mine,
    currency: 'USD',
    amount_cents: int64(0),
    tip_cents: int64(0),
    date: '2026-01-01',
    payment_method: 'check',
    deposit_to_account_id: null,
    reference: null,
    note: null,
    provider: null,
    provider_payment_id: null,
    by_allocation: false,
    created_at: made,
    status: 'succeeded',
    unapplied_cents: int64(0),
    refunded_cents: int64(0),
    allocations: [],
    ...facts,
  };
}

export type RefundFacts = Partial<RefundDocument> & { customer_id: string };

export function refundDocument(mine: Mine, id: string, facts: RefundFacts): RefundDocument {
  return {
    _id: id,
    ...mine,
    payment_id: 'none',
    invoice_id: null,
    kind: 'refund',
    amount_cents: int64(0),
    tip_cents: int64(0),
    currency: 'USD',
    date: '2026-01-01',
    reason: null,
    created_at: made,
    ...facts,
  };
}
