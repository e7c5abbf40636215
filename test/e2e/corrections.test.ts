// Every command that corrects an issued invoice, over HTTP and the real engines; after each the invoice's books are
// read and must say what the invoice says.
import { randomUUID } from 'node:crypto';
import { accounts, creditOf, does, grant, refusedWithoutTrace } from '../support/e2e-commands.ts';
import { good, refusal } from '../support/e2e-http.ts';
import {
  advance,
  type Invoice,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning, words } from '../support/e2e-story.ts';

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

/** 45 + 10 and a tax of 10 %: 60.50. */
const taxed = {
  line_items_attributes: [
    { description: 'Copy Paper, Case', rate_cents: 4_500 },
    { description: 'Delivery', rate_cents: 1_000 },
  ].map((line) => ({ ...line, tax_rates: [{ name: 'VAT', rate: 10 }] })),
  taxes: [],
};

const issued = (change: Record<string, unknown> = {}, owner: Organization = user) =>
  newInvoice(owner, { ...taxed, action: 'issue', ...change });

async function paid(id: string, body: Record<string, unknown> = {}): Promise<string> {
  const { payments } = await good(pay(user, id, body), 200);
  return payments.at(-1)?.id ?? '';
}

describe('revising', () => {
  it('posts the books anew, keeps number and payments, and reckons every timer again', async () => {
    const [own, day] = await morning();
    const {
      id,
      line_items: lines,
      invoice_number: number,
    } = await issued({ due_date: plusDays(day, 10) }, own);
    await good(pay(own, id, { amount_cents: 1_050 }), 200);
    const revised = await good(
      own.patch<Invoice>(`/invoices/${id}`, {
        due_date: plusDays(day, 20),
        line_items_attributes: [{ id: lines[0]?.id, quantity: 2 }],
      }),
      200,
    );
    expect(revised).toMatchObject({
      invoice_number: number,
      total_cents: 11_000,
      amount_paid_cents: 1_050,
      amount_due_cents: 9_950,
    });
    expect(revised.reminders.map(({ planned_at }) => planned_at.slice(0, 10))).toEqual(
      [-3, 0, 3, 7, 14].map((days) => plusDays(day, 20 + days)),
    );
    const { entries } = await look(own, id);
    expect(entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded', 'revised']);
    expect(entries.at(-1)?.reverses).toBe(entries[0]?.id);
    expect(accounts(entries)).toEqual({ 1000: 1_050, 1200: 9_950, 2200: -1_000, 4000: -10_000 });
    // Not overdue on the old date, overdue on the new one.
    await advance(own, `${plusDays(day, 12)}T00:00:00Z`);
    expect((await read(own, id)).is_overdue).toBe(false);
    await advance(own, `${plusDays(day, 21)}T00:00:00Z`);
    expect((await look(own, id)).is_overdue).toBe(true);
  });

  it('never goes below what was paid, nor touches what is frozen', async () => {
    const { id, line_items: lines } = await issued();
    await paid(id, { amount_cents: 5_000 });
    const { version } = await read(user, id);
    const remove = { line_items_attributes: [{ id: lines[0]?.id, _destroy: true }] };
    const other = (await newCustomer(user)).id;
    expect(await refusal(user.patch(`/invoices/${id}`, remove))).toEqual([
      422,
      'below_paid',
      '/line_items_attributes',
    ]);
    for (const [field, value] of [
      ['customer_id', other],
      ['currency', 'EUR'],
      ['invoice_number', 'X-1'],
    ]) {
      expect(await refusal(user.patch(`/invoices/${id}`, { [`${field}`]: value }))).toEqual([
        422,
        'field_frozen',
        `/${field}`,
      ]);
    }
    expect((await look(user, id)).version).toBe(version);
  });
});

describe('a payment that went wrong', () => {
  it('is reversed: the balance is due again, and what was planned is planned again', async () => {
    const [own, day] = await morning();
    const { id } = await issued({ due_date: plusDays(day, 10) }, own);
    const { payments } = await good(pay(own, id, { tip_cents: 300, payment_method: 'check' }), 200);
    const path = `payments/${payments[0]?.id}/reverse`;
    expect(accounts((await look(own, id)).entries)).toEqual({
      1000: 6_350,
      2200: -550,
      2300: -300,
      4000: -5_500,
    });
    const open = await does(own, id, path, { reason: 'bounced' });
    expect(words(open)).toEqual(['sent', 'not_sent']);
    expect(open).toMatchObject({
      amount_due_cents: 6_050,
      amount_paid_cents: 0,
      tip_total_cents: 0,
      paid_at: null,
    });
    expect(open.payments.map(({ status }) => status)).toEqual(['reversed']);
    expect(open.reminders.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'PLANNED'));
    const { entries } = await look(own, id);
    expect(entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded', 'payment_reversed']);
    expect(accounts(entries)).toEqual({ 1200: 6_050, 2200: -550, 4000: -5_500 });
    expect(await refusedWithoutTrace(own, id, path)).toEqual([409, 'already_reversed']);
  });

  it('is refunded: open again, or out of the customer’s credit', async () => {
    const { id, customer } = await issued();
    const payment = await paid(id, { amount_cents: 7_050 });
    const path = `payments/${payment}/refund`;
    expect(await creditOf(user, customer.id)).toBe(1_000);
    const credited = await does(user, id, path, { amount_cents: 400, mode: 'credit' });
    expect(credited).toMatchObject({ status: 'paid', amount_due_cents: 0 });
    expect(await creditOf(user, customer.id)).toBe(600);
    const reopened = await does(user, id, path, { amount_cents: 2_000, mode: 'reopen' });
    expect(reopened).toMatchObject({
      status: 'partially_paid',
      amount_due_cents: 2_000,
      amount_paid_cents: 4_050,
    });
    const { entries } = await look(user, id);
    expect(accounts(entries)).toEqual({ 1000: 4_650, 1200: 2_000, 2100: -600, 2200: -550, 4000: -5_500 });
    expect(await refusedWithoutTrace(user, id, path, { amount_cents: 4_651 })).toEqual([
      422,
      'amount_exceeds_paid',
      '/amount_cents',
    ]);
    expect(await refusedWithoutTrace(user, id, path, { amount_cents: 601, mode: 'credit' })).toEqual([
      422,
      'insufficient_credit',
      '/amount_cents',
    ]);
  });

  it('is told once to whoever repeats the request, and refused under another body', async () => {
    const { id } = await issued();
    const payment = await paid(id, { amount_cents: 1_000 });
    const path = `/invoices/${id}/payments/${payment}/refund`;
    const headers = { 'Idempotency-Key': randomUUID() };
    const first = await user.post<Invoice>(path, { amount_cents: 100 }, headers);
    const again = await user.post<Invoice>(path, { amount_cents: 100 }, headers);
    expect(again.body).toEqual(first.body);
    expect(await refusal(user.post(path, { amount_cents: 200 }, headers))).toEqual([
      422,
      'idempotency_mismatch',
    ]);
    expect((await look(user, id)).refunds).toHaveLength(1);
  });

  it('over many invoices is taken back from all of them, whichever of them is asked', async () => {
    const customer = (await newCustomer(user)).id;
    const [one, two] = await Promise.all([
      issued({ customer_id: customer }),
      issued({ customer_id: customer }),
    ]);
    const allocations = [one, two].map(({ id }) => ({ invoice_id: id, amount_cents: 6_050 }));
    const payment = await good(
      user.post<{ id: string }>(
        '/payments',
        { customer_id: customer, amount_cents: 12_600, allocations },
        { 'Idempotency-Key': randomUUID() },
      ),
      201,
    );
    expect([(await look(user, one.id)).status, (await look(user, two.id)).status]).toEqual(['paid', 'paid']);
    expect(await creditOf(user, customer)).toBe(500);
    const path = `payments/${payment.id}/reverse`;
    expect(await does(user, one.id, path, { reason: 'bounced' })).toMatchObject({ status: 'sent' });
    for (const { id } of [one, two]) {
      expect(await look(user, id)).toMatchObject({ status: 'sent', amount_due_cents: 6_050 });
    }
    expect(await creditOf(user, customer)).toBe(0);
    expect(await refusedWithoutTrace(user, two.id, path)).toEqual([409, 'already_reversed']);
  });
});

describe('credit', () => {
  it('that the customer has pays the invoice as far as it goes', async () => {
    const { id, customer } = await issued();
    await grant(user, customer.id, 2_000);
    expect(await refusedWithoutTrace(user, id, 'apply_credit', { amount_cents: 2_001 })).toEqual([
      422,
      'insufficient_credit',
      '/amount_cents',
    ]);
    const applied = await does(user, id, 'apply_credit');
    expect(applied).toMatchObject({
      status: 'partially_paid',
      credit_applied_cents: 2_000,
      amount_due_cents: 4_050,
      amount_paid_cents: 0,
    });
    expect(await creditOf(user, customer.id)).toBe(0);
    const { entries } = await look(user, id);
    expect(entries.at(-1)?.type).toBe('credit_applied');
    expect(accounts(entries)).toEqual({ 1200: 4_050, 2100: 2_000, 2200: -550, 4000: -5_500 });
    expect(await refusedWithoutTrace(user, id, 'apply_credit', { amount_cents: 4_051 })).toEqual([
      422,
      'amount_exceeds_due',
      '/amount_cents',
    ]);
  });

  it('notes take a line back with its tax, and what was paid already becomes credit', async () => {
    const { id, customer, line_items: lines } = await issued();
    const noted = await does(user, id, 'credit_notes', {
      line_items: [{ id: lines[0]?.id, amount_cents: 1_100 }],
      reason: 'damaged',
    });
    expect(noted).toMatchObject({ amount_due_cents: 4_950, credit_note_total_cents: 1_100 });
    const { entries } = await look(user, id);
    expect(entries.at(-1)?.type).toBe('credit_note_issued');
    expect(accounts(entries)).toEqual({ 1200: 4_950, 2200: -450, 4000: -4_500 });
    await paid(id);
    const after = await does(user, id, 'credit_notes', { amount_cents: 550 });
    expect(after).toMatchObject({ status: 'paid', amount_due_cents: 0, credited_back_cents: 550 });
    expect(await creditOf(user, customer.id)).toBe(550);
    expect(accounts((await look(user, id)).entries)).toEqual({
      1000: 4_950,
      2100: -550,
      2200: -400,
      4000: -4_000,
    });
    expect(await refusedWithoutTrace(user, id, 'credit_notes', { amount_cents: 4_401 })).toEqual([
      422,
      'amount_exceeds_total',
      '/amount_cents',
    ]);
  });

  it('is what a waived fee becomes that had been paid', async () => {
    const [own, day] = await morning();
    const late_fees = { type: 'fixed', value: 500, frequency: { interval: 'week', interval_count: 1 } };
    const { id, customer } = await issued({ due_date: day, late_fees, reminders: [] }, own);
    await advance(own, `${plusDays(day, 9)}T00:00:00Z`);
    expect(await look(own, id)).toMatchObject({ late_fee_total_cents: 1_000, amount_due_cents: 7_050 });
    const waived = await does(own, id, 'late_fees/1/waive', { reason: 'a good customer' });
    expect(waived).toMatchObject({ late_fee_total_cents: 500, amount_due_cents: 6_550 });
    expect(waived.late_fees).toMatchObject([
      { occurrence: 1, amount_cents: 500, waived: true, reason: 'a good customer' },
      { occurrence: 2, waived: false },
    ]);
    await good(pay(own, id), 200);
    expect(await does(own, id, 'late_fees/2/waive')).toMatchObject({ status: 'paid', amount_due_cents: 0 });
    expect(await creditOf(own, customer.id)).toBe(500);
    const { entries } = await look(own, id);
    expect(accounts(entries)).toEqual({ 1000: 6_550, 2100: -500, 2200: -550, 4000: -5_500 });
    expect(await refusedWithoutTrace(own, id, 'late_fees/1/waive')).toEqual([409, 'already_waived']);
    expect(await refusedWithoutTrace(own, id, 'late_fees/3/waive')).toEqual([404, 'unknown_late_fee']);
  });
});
