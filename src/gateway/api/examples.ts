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
export const reversePayment = { reason: 'The cheque bounced' };
export const refundPayment = { amount_cents: 1_000, mode: 'reopen', reason: 'Paid twice' };
export const voidInvoice = {
  reason: 'Issued to the wrong customer',
  disposition: [
    { type: 'refund', amount_cents: 4_000 },
    { type: 'credit', amount_cents: 1_115 },
  ],
};
export const writeOff = { reason: 'Insolvent' };
export const schedule = { send_at: '2026-12-01T09:00', time_zone: 'Europe/Paris' };
export const hold = { kind: 'promise', until: '2026-12-15', note: 'Pays after the holidays' };
export const resume = { kind: 'promise' };
export const waiveLateFee = { reason: 'A good customer' };
export const applyCredit = { amount_cents: 1_000 };
export const creditNote = {
  line_items: [{ id: '0b9f5c4a-1f64-4f0e-9a35-8f0b4f1c2d3e', amount_cents: 500 }],
  reason: 'One case was damaged',
};
export const attach = { file_id: '8c1d6a52-3b6f-4b53-9d5e-2f7c0c3a9e41' };
export const lateFeePolicy = {
  name: 'Interest',
  default: true,
  type: 'percentage',
  value: 1.5,
  frequency: { interval: 'month', interval_count: 1 },
  grace_days: 7,
  percentage_cap: 18,
};
export const reminderPolicy = {
  name: 'Gentle',
  default: true,
  steps: [
    { id: 'before', offset_days: -3 },
    { id: 'week', offset_days: 7 },
    { id: 'last', offset_days: 21, template: 'final_notice' },
  ],
};
export const reminders = { steps: [{ offset_days: -3 }, { offset_days: 7, template: 'reminder_overdue' }] };
export const recurringSchedule = {
  customer_id: '5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10',
  name: 'Copy paper, monthly',
  start_date: '2027-01-31',
  interval: 'month',
  occurrences: 12,
  net_days: 14,
  action: 'send',
  line_items: [{ description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 }],
};
export const customer = { display_name: 'Acme Corp', email: 'ap@example.com', phone: '+14155552671' };
