// Bodies that work, for the reference page.

export const create = {
  customer_id: '5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10',
  due_date: '2026-12-31',
  terms: 'NET 14',
  note_to_customer: 'Thank you for your order.',
  line_items_attributes: [
    { description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 },
    { description: 'Delivery', quantity: 1, amount_cents: 1_000, taxable: false },
  ],
  late_fees: {
    type: 'percentage',
    value: 1.5,
    frequency: { interval: 'month', interval_count: 1 },
    grace_days: 5,
    cap_cents: 5_000,
  },
};

export const update = {
  due_date: '2027-01-31',
  line_items_attributes: [
    { id: '0b9f5c4a-1f64-4f0e-9a35-8f0b4f1c2d3e', quantity: 2 },
    { description: 'Gift wrap', rate_cents: 300 },
  ],
};

export const send = { to: ['ap@example.com'], message: 'Please find our invoice.' };
export const text2pay = { phone: '+14155552671' };
export const remind = { channel: 'email', message: 'Did you see our invoice?' };
export const recordPayment = { amount_cents: 5_115, payment_method: 'check', reference: '1042' };
export const voidInvoice = { reason: 'Issued to the wrong customer' };
export const customer = { display_name: 'Acme Corp', email: 'ap@example.com', phone: '+14155552671' };
