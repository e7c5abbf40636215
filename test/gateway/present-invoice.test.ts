// The invoice object: S001's fields and ours, in every state, exactly as the document says.
import type { CommandOn } from '../../src/domain/invoice/command.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { invoiceObject } from '../../src/gateway/api/invoice-object.ts';
import { presentInvoice } from '../../src/gateway/api/present-invoice.ts';
import type { InvoiceDocument } from '../../src/store/documents.ts';
import { aCreation, aCustomer, aPayment, aRequest, morning } from '../support/requests.ts';

const customer = aCustomer('org-1', { _id: 'customer-1' });
const around = { now: morning, publicUrl: 'https://pay.example', customer, shipTo: null };

function documentOf(state: Invoice, token: string | null = null): InvoiceDocument {
  return { state, public_token: token } as InvoiceDocument;
}

function after(...commands: readonly CommandOn[]): Invoice {
  const created = aCreation({
    organizationId: 'org-1',
    liveMode: false,
    draft: {
      customerId: customer._id,
      metadata: { project: 'x' },
      lateFeeTerms: {
        type: 'percentage',
        value: '1.5',
        interval: 'month',
        intervalCount: 1,
        graceDays: 5,
        cap: 5_000,
        percentageCap: null,
        base: 'outstanding_principal',
        compounding: false,
      },
    },
  });
  return commands.reduce((invoice, command) => aRequest(invoice, command).invoice, created.invoice);
}

const s001 = [
  'id',
  'invoice_number',
  'status',
  'issue_date',
  'due_date',
  'currency',
  'subtotal_cents',
  'tax_amount_cents',
  'total_cents',
  'amount_due_cents',
  'terms',
  'memo',
  'note_to_customer',
  'customer',
  'line_items',
  'sent_at',
  'created_at',
  'updated_at',
];

const send = { name: 'send', deliver: true } as const;
const states: [string, Invoice][] = [
  ['a draft', after()],
  ['an issued invoice', after(send)],
  ['a part-paid invoice', after(send, aPayment(100))],
  ['a paid invoice', after(send, aPayment(5_885))],
  ['an overpaid invoice', after(send, aPayment(6_000))],
  ['a void invoice', after(send, { name: 'void', reason: 'wrong', disposition: null })],
  ['a texted invoice', after({ name: 'text2pay' })],
];

test.each(states)('%s has every field of S001 and fits the document', (_name, invoice) => {
  const shown = presentInvoice(documentOf(invoice), around);
  expect(Object.keys(shown)).toEqual(expect.arrayContaining(s001));
  expect(invoiceObject.parse(shown)).toEqual(shown);
  expect(shown.total_cents).toBe(shown.subtotal_cents - shown.discount_total_cents + shown.tax_amount_cents);
});

test('a draft shows its number only where the caller gave one, and has no link', () => {
  const draft = after();
  expect(presentInvoice(documentOf(draft), around)).toMatchObject({
    invoice_number: null,
    status: 'draft',
    display_status: 'draft',
    public_url: null,
    pdf_url: null,
    total_cents: 5_885,
    amount_due_cents: 5_885,
    customer: { id: 'customer-1', display_name: 'Ada Byron', email: 'ada@example.com' },
    workflow_id: `invoice:org-1:${draft.id}`,
    metadata: { project: 'x' },
    live_mode: false,
    delivery: { email: null, sms: null },
  });
  const given = presentInvoice(documentOf({ ...draft, requestedNumber: 'A-7' }), around);
  expect(given.invoice_number).toBe('A-7');
});

test('a sent invoice tells how its mail travels and where the customer finds it', () => {
  const shown = presentInvoice(documentOf(after(send), 'secret-part'), around);
  expect(shown).toMatchObject({
    status: 'sent',
    display_status: 'not_sent',
    public_url: 'https://pay.example/i/secret-part',
    delivery: { email: { state: 'queued', kind: 'invoice', at: morning }, sms: null },
    sent_at: null,
  });
});

test('overdue is what the clock says at the moment of reading', () => {
  const invoice = after(send);
  const dueAt = invoice.dueAt ?? '';
  const justBefore = new Date(Date.parse(dueAt) - 1).toISOString();
  const before = presentInvoice(documentOf(invoice), { ...around, now: justBefore });
  const then = presentInvoice(documentOf(invoice), { ...around, now: dueAt });
  expect([before.status, before.is_overdue]).toEqual(['sent', false]);
  expect([then.status, then.display_status, then.is_overdue]).toEqual(['overdue', 'overdue', true]);
});

test('a payment shows what it settled and what became credit', () => {
  const shown = presentInvoice(documentOf(after(send, aPayment(6_000))), around);
  expect(shown).toMatchObject({ status: 'paid', amount_due_cents: 0, amount_paid_cents: 5_885 });
  expect(shown.payments).toMatchObject([
    { amount_cents: 6_000, unapplied_cents: 115, payment_method: 'check', tip_cents: 0, status: 'succeeded' },
  ]);
});

test('terms come back as numbers in the shape they are asked for in', () => {
  const shown = presentInvoice(documentOf(after()), around);
  expect(shown.late_fee_terms).toEqual({
    type: 'percentage',
    value: 1.5,
    frequency: { interval: 'month', interval_count: 1 },
    grace_days: 5,
    cap_cents: 5_000,
    percentage_cap: null,
    base: 'outstanding_principal',
    compounding: false,
  });
  expect(shown.reminder_terms.steps.map((step) => step.offset_days)).toEqual([-3, 0, 3, 7, 14]);
});

test('an invoice of an earlier release is shown with neutral values', () => {
  const { messages: _messages, metadata: _metadata, ...old } = after(send);
  const shown = presentInvoice(documentOf(old as Invoice), around);
  expect(shown).toMatchObject({ metadata: {}, delivery: { email: null, sms: null } });
});

test('a customer that is gone leaves the id', () => {
  const shown = presentInvoice(documentOf(after()), { ...around, customer: null });
  expect(shown.customer).toEqual({ id: 'customer-1', display_name: '', email: null });
});
