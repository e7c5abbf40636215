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
const promise = { name: 'hold', kind: 'promise', until: '2026-03-20', note: 'soon' } as const;
const note = { name: 'issueCreditNote', amount: 300, lines: null, reason: 'damaged' } as const;
const refund = {
  name: 'refundPayment',
  paymentId: null,
  amount: 885,
  mode: 'reopen',
  reason: 'two',
} as const;
const byProcessor = { ...aPayment(1_000), tip: 50, provider: 'sandbox', providerPaymentId: 'pi_1' };
const voiding = after(send, byProcessor, {
  name: 'void',
  reason: 'mistake',
  disposition: [{ type: 'refund', amount: 1_000 }],
});
const refunding = after(send, byProcessor, aPayment(100), { ...refund, amount: 1_100 });
const wholeTerms: Invoice = (() => {
  const part = { type: 'percentage', value: '50' } as const;
  const created = aCreation({
    organizationId: 'org-1',
    action: 'issue',
    draft: {
      discounts: [{ type: 'percentage', value: '10', productIds: null }],
      taxRates: [{ id: 'rate-1', name: 'VAT', rate: '20', inclusive: false }],
      tips: { enabled: true, percentages: ['5', '7.5'], allowCustom: false },
      installments: {
        deposit: { type: 'fixed', value: 500, dueDate: '2026-03-02' },
        schedule: [
          { ...part, dueDate: '2026-04-01' },
          { ...part, dueDate: '2026-05-01' },
        ],
      },
      earlyPayment: { percentage: '2', days: 10 },
      attachments: [{ fileId: 'file-1', name: 'a.pdf', type: 'application/pdf', size: 9 }],
    },
  });
  return aRequest(created.invoice, aPayment(600)).invoice;
})();
const states: [string, Invoice][] = [
  ['a draft', after()],
  ['an issued invoice', after(send)],
  ['a part-paid invoice', after(send, aPayment(100))],
  ['a paid invoice', after(send, aPayment(5_885))],
  ['an overpaid invoice', after(send, aPayment(6_000))],
  ['a void invoice', after(send, { name: 'void', reason: 'wrong', disposition: null })],
  ['a texted invoice', after({ name: 'text2pay' })],
  ['a scheduled invoice', after({ name: 'schedule', sendAt: '2026-04-01T09:00', timeZone: 'Europe/Paris' })],
  ['an invoice on hold', after(send, promise)],
  ['a credited invoice', after(send, { name: 'applyCredit', amount: 85 }, note)],
  ['a refunded invoice', after(send, aPayment(5_885), refund)],
  ['an uncollectible invoice', after(send, { name: 'writeOff', reason: null }, aPayment(100))],
  ['an invoice whose void waits for a processor', voiding],
  ['an invoice whose refund waits for a processor', refunding],
  ['an invoice with every term', wholeTerms],
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

test('terms show what they come to', () => {
  const shown = presentInvoice(documentOf(wholeTerms), around);
  const [first] = shown.line_items;
  expect(shown).toMatchObject({
    discount: { type: 'percentage', value: 10, product_ids: null },
    tax_rate_ids: ['rate-1'],
    tax_rates: [{ id: 'rate-1', name: 'VAT', rate: 20, inclusive: false }],
    tips: { enabled: true, percentages: [5, 7.5], allow_custom: false },
    early_payment: { percentage: 2, days: 10, until: '2026-03-12' },
    attachments: [{ file_id: 'file-1', name: 'a.pdf', type: 'application/pdf', size: 9 }],
    installments: {
      deposit: { value: 500, due_date: '2026-03-02', amount_cents: 500, paid_cents: 500, status: 'paid' },
      schedule: [
        { paid_cents: 100, status: 'partially_paid' },
        { paid_cents: 0, status: 'due' },
      ],
    },
  });
  const amounts = shown.installments?.schedule.map((part) => part.amount_cents) ?? [];
  expect(amounts.reduce((sum, one) => sum + one, 500)).toBe(shown.total_cents);
  expect(first?.discount_cents).toBe(Math.round((first?.amount_cents ?? 0) / 10));
  // What is left to pay, less two percent of the total.
  const saved = Math.round(shown.total_cents / 50);
  expect(shown.early_payment?.amount_cents).toBe(shown.amount_due_cents - saved);
});

test('one discount is told in its short form too, several only as a list', () => {
  const one = { type: 'fixed', value: 100, productIds: ['p-1'] } as const;
  const shown = (...discounts: (typeof one)[]) =>
    presentInvoice(documentOf({ ...after(), discounts }), around).discount;
  expect(shown(one)).toEqual({ type: 'fixed', value: 100, product_ids: ['p-1'] });
  expect([shown(), shown(one, one)]).toEqual([null, null]);
});

test('a void that waits for a processor says where it stands', () => {
  const shown = presentInvoice(documentOf(voiding), around);
  const [payment] = shown.payments;
  expect(shown).toMatchObject({
    status: 'partially_paid',
    display_status: 'payment_processing',
    is_processing: true,
    tip_total_cents: 50,
    payments: [{ tip_cents: 50, provider: 'sandbox', provider_payment_id: 'pi_1' }],
    voiding: {
      reason: 'mistake',
      disposition: [{ type: 'refund', amount_cents: 1_000 }],
      refunds: [{ payment_id: payment?.id, amount_cents: 1_000, state: 'pending' }],
    },
  });
  const pay = shown.available_actions.find(({ name }) => name === 'record_payment');
  expect(pay).toMatchObject({ allowed: false, code: 'payment_in_flight' });
});

test('a refund that waits for a processor says where it stands', () => {
  const shown = presentInvoice(documentOf(refunding), around);
  const [byCard, byHand] = shown.payments;
  expect(shown).toMatchObject({
    display_status: 'payment_processing',
    is_processing: true,
    refunding: { mode: 'reopen', reason: 'two' },
  });
  expect(shown.refunding?.refunds).toMatchObject([
    { payment_id: byHand?.id, amount_cents: 100, state: 'by_hand' },
    { payment_id: byCard?.id, amount_cents: 1_000, state: 'pending' },
  ]);
});

test('a part-paid invoice can be voided by whoever says what becomes of the money', () => {
  const { available_actions: actions } = presentInvoice(documentOf(after(send, aPayment(100))), around);
  expect(actions.find(({ name }) => name === 'void')).toEqual({
    name: 'void',
    allowed: true,
    code: null,
    reason: null,
    requires: ['disposition'],
  });
});

test.each(states)('%s owes what its sums say', (_name, invoice) => {
  const shown = presentInvoice(documentOf(invoice), around);
  const settled = shown.amount_paid_cents - shown.credited_back_cents + shown.credit_applied_cents;
  const owed = shown.total_cents + shown.late_fee_total_cents - settled - shown.credit_note_total_cents;
  expect(shown.amount_due_cents).toBe(shown.status === 'void' ? 0 : owed - shown.written_off_cents);
});

test('holds are listed as they were given, and say so in a word each', () => {
  const shown = presentInvoice(documentOf(after(send, promise)), around);
  expect(shown).toMatchObject({
    is_promised: true,
    is_disputed: false,
    holds: [{ kind: 'promise', until: '2026-03-20', note: 'soon', since: morning }],
  });
});

test('a tip that went back with its payment is none', () => {
  const tipped = after(send, { ...aPayment(100), tip: 40 }, { ...aPayment(100), tip: 2 });
  const paymentId = tipped.payments[0]?.id ?? null;
  const { invoice } = aRequest(tipped, { name: 'reversePayment', paymentId, reason: null });
  expect(presentInvoice(documentOf(tipped), around).tip_total_cents).toBe(42);
  expect(presentInvoice(documentOf(invoice), around).tip_total_cents).toBe(2);
});
