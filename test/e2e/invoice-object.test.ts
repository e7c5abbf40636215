// S001 field by field: what an invoice is, what creating and changing one takes, and what stands where nothing is said.
import { good, refusal } from '../support/e2e-http.ts';
import {
  everything,
  type Invoice,
  journal,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
  sample,
  send,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
const today = () => new Date().toISOString().slice(0, 10);

type Account = { id: string; code: string; type: string };

describe('the invoice object', () => {
  it('has every field of S001 with its type, and the defaults where nothing was said', async () => {
    const customer = await newCustomer(user);
    const made = await newInvoice(user, {
      customer_id: customer.id,
      line_items_attributes: [{ rate_cents: 1_250 }],
      taxes: null,
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(uuid),
      invoice_number: null,
      status: 'draft',
      display_status: 'draft',
      issue_date: null,
      due_date: null,
      currency: 'USD',
      subtotal_cents: 1_250,
      tax_amount_cents: 0,
      total_cents: 1_250,
      amount_due_cents: 1_250,
      terms: null,
      memo: null,
      note_to_customer: null,
      customer: { id: customer.id, display_name: customer.display_name, email: customer.email },
      sent_at: null,
      created_at: expect.stringMatching(instant),
      updated_at: expect.stringMatching(instant),
      live_mode: false,
      metadata: {},
      time_zone: 'UTC',
      version: 1,
      public_url: null,
      payments: [],
      late_fees: [],
      late_fee_terms: null,
      reminders: [],
      delivery: { email: null, sms: null },
      workflow_id: `invoice:${user.id}:${made.id}`,
    });
    expect(made.line_items).toEqual([
      {
        id: expect.stringMatching(uuid),
        product_id: null,
        account_id: null,
        description: '',
        quantity: 1,
        rate_cents: 1_250,
        amount_cents: 1_250,
        discount_cents: 0,
        tax_cents: 0,
        taxable: true,
        discountable: true,
        discount: null,
        discounts: [],
        taxes: [],
        tax_rates: [],
        metadata: {},
      },
    ]);
    expect(made.reminder_terms.steps.map(({ offset_days }) => offset_days)).toEqual([-3, 0, 3, 7, 14]);
    expect(await read(user, made.id)).toEqual(made);
    const allowed = made.available_actions.filter((action) => action.allowed).map(({ name }) => name);
    expect(allowed).toEqual([
      'update',
      'send',
      'schedule',
      'text2pay',
      'attach',
      'set_late_fees',
      'set_reminders',
      'delete',
    ]);
  });

  it('keeps every parameter of create as it was given', async () => {
    const accounts = await everything<Account>(user, '/accounts');
    const revenue = accounts.find(({ code }) => code === '4000')?.id;
    const item = await good(
      user.post<{ id: string }>('/items', { name: 'Toner', description: 'Toner, black', rate_cents: 7_777 }),
      201,
    );
    const given = {
      invoice_number: 'DM-2026/7',
      issue_date: '2026-03-01',
      due_date: '2026-03-31',
      terms: 'NET 30',
      note_to_customer: 'Thank you.\nSee you.',
      memo: 'Ask Pam',
      purchase_order: 'PO 9',
      metadata: { 'a.b': 'c', $x: '1' },
      ship_to: { name: 'Warehouse', city: 'Scranton' },
    };
    const made = await newInvoice(user, {
      ...given,
      taxes: [],
      line_items_attributes: [
        { description: 'By the half', quantity: '2.5', rate_cents: 333, account_id: revenue },
        { description: 'Overridden', quantity: 3, rate_cents: 100, amount_cents: 250, taxable: false },
        { product_id: item.id, quantity: 2 },
        { description: 'With tax', rate_cents: 1_000, tax_rates: [{ name: 'VAT', rate: '7.75' }] },
      ],
    });
    expect(made).toMatchObject(given);
    const rows = made.line_items.map((line) => [line.description, line.quantity, line.amount_cents]);
    expect(rows).toEqual([
      // 2.5 × 333 = 832.5, half up.
      ['By the half', 2.5, 833],
      ['Overridden', 3, 250],
      ['Toner, black', 2, 15_554],
      ['With tax', 1, 1_000],
    ]);
    // 77.5, half up.
    expect(made).toMatchObject({ subtotal_cents: 17_637, tax_amount_cents: 78, total_cents: 17_715 });
    expect(made.line_items[0]?.account_id).toBe(revenue);
    const issued = await send(user, made.id, { deliver: false });
    expect(issued).toMatchObject({ invoice_number: 'DM-2026/7', display_status: 'overdue' });
    expect(
      await refusal(user.post('/invoices', { ...sample, customer_id: made.customer.id, ...given })),
    ).toEqual([422, 'number_taken', '/invoice_number']);
  });

  it('counts the due date from the terms, else by the last instalment, else thirty days from the issue', async () => {
    const due = async (change: Record<string, unknown>) =>
      (await newInvoice(user, { action: 'issue', reminders: [], ...change })).due_date;
    expect(await due({})).toBe(plusDays(today(), 30));
    expect(await due({ terms: 'Net 7' })).toBe(plusDays(today(), 7));
    expect(await due({ terms: 'Due on receipt' })).toBe(today());
    expect(await due({ terms: 'NET 7', issue_date: '2026-01-01' })).toBe('2026-01-08');
    expect(await due({ terms: 'NET 7', due_date: '2031-01-01' })).toBe('2031-01-01');
    const schedule = [45, 90].map((days) => ({
      type: 'percentage',
      value: 50,
      due_date: plusDays(today(), days),
    }));
    expect(await due({ installments: { schedule } })).toBe(plusDays(today(), 90));
    expect(await due({ installments: { schedule }, terms: 'Net 7' })).toBe(plusDays(today(), 7));
  });

  it('shows its payments, journal, timeline and customer when it is asked to', async () => {
    const { id, customer } = await newInvoice(user, { action: 'issue' });
    await good(pay(user, id, { amount_cents: 85, note: 'in coins', payment_method: 'cash' }), 200);
    const plain = await read(user, id);
    expect([plain.journal, plain.timeline]).toEqual([undefined, undefined]);
    expect(plain.payments).toMatchObject([
      { amount_cents: 85, note: 'in coins', payment_method: 'cash', status: 'succeeded', date: today() },
    ]);
    const wide = await good(
      user.get<Invoice>(`/invoices/${id}?expand=payments,journal,timeline,customer`),
      200,
    );
    expect(wide.journal?.map(({ type }) => type)).toEqual(['issued', 'payment_recorded']);
    expect(wide.timeline?.map(({ kind }) => kind)).toContain('payment');
    expect(wide.customer).toMatchObject({ id: customer.id, sms_consent: true });
    expect(await refusal(user.get(`/invoices/${id}?expand=secrets`))).toEqual([
      422,
      'invalid_value',
      '/expand/0',
    ]);
  });

  it('acts at once when create says so', async () => {
    const issued = await newInvoice(user, { action: 'issue' });
    expect(issued).toMatchObject({ status: 'sent', display_status: 'not_sent', delivery: { email: null } });
    expect((await journal(user, issued.id)).map(({ type }) => type)).toEqual(['issued']);
    const mailed = await newInvoice(user, { action: 'send' });
    expect(mailed).toMatchObject({ status: 'sent', delivery: { email: { kind: 'invoice' }, sms: null } });
    const texted = await newInvoice(user, { action: 'text2pay' });
    expect(texted).toMatchObject({ status: 'sent', delivery: { email: null, sms: { kind: 'text2pay' } } });
  });
});

describe('a change', () => {
  it('touches the fields that it names and no other; null clears one', async () => {
    const { id } = await newInvoice(user, { memo: 'first', terms: 'NET 7', note_to_customer: 'Hi' });
    const someone = await newCustomer(user);
    const changed = await good(
      user.patch<Invoice>(`/invoices/${id}`, { customer_id: someone.id, memo: null, due_date: '2031-05-05' }),
      200,
    );
    expect(changed).toMatchObject({
      customer: { id: someone.id },
      memo: null,
      terms: 'NET 7',
      note_to_customer: 'Hi',
      due_date: '2031-05-05',
      total_cents: 5_885,
      version: 2,
    });
    expect(await read(user, id)).toEqual(changed);
  });

  it('changes, removes and adds lines, and leaves the others', async () => {
    const { id, line_items: lines } = await newInvoice(user, { taxes: [] });
    const [paper, delivery] = lines;
    const changed = await good(
      user.patch<Invoice>(`/invoices/${id}`, {
        line_items_attributes: [
          { id: paper?.id, quantity: 2 },
          { id: delivery?.id, _destroy: true },
          { description: 'Staples', rate_cents: 99 },
        ],
      }),
      200,
    );
    expect(changed.line_items.map((line) => [line.description, line.amount_cents])).toEqual([
      ['Copy Paper, Case', 9_000],
      ['Staples', 99],
    ]);
    expect(changed).toMatchObject({ subtotal_cents: 9_099, total_cents: 9_099 });
    expect(changed.line_items[0]?.id).toBe(paper?.id);
    const left = await good(
      user.patch<Invoice>(`/invoices/${id}`, {
        line_items_attributes: [{ id: paper?.id, description: 'Paper' }],
      }),
      200,
    );
    expect(left.line_items.map(({ description }) => description)).toEqual(['Paper', 'Staples']);
    const all = left.line_items.map((line) => ({ id: line.id, _destroy: true }));
    expect(await refusal(user.patch(`/invoices/${id}`, { line_items_attributes: all }))).toEqual([
      422,
      'no_line_items',
      '/line_items_attributes',
    ]);
    const stranger = { line_items_attributes: [{ id: delivery?.id, quantity: 1 }] };
    expect(await refusal(user.patch(`/invoices/${id}`, stranger))).toEqual([
      422,
      'unknown_line_item',
      '/line_items_attributes/0/id',
    ]);
    expect(await read(user, id)).toEqual(left);
  });

  it('is refused on what was paid, and says what may be done instead', async () => {
    const { id } = await newInvoice(user, { action: 'issue' });
    await good(pay(user, id), 200);
    const refused = await user.patch<{
      code: string;
      available_actions: { name: string; allowed: boolean }[];
    }>(`/invoices/${id}`, { memo: 'late' });
    expect([refused.status, refused.body.code]).toEqual([409, 'already_paid']);
    const allowed = refused.body.available_actions.filter((one) => one.allowed).map(({ name }) => name);
    expect(allowed).toEqual([
      'send',
      'reverse_payment',
      'refund_payment',
      'issue_credit_note',
      'attach',
      'mark_viewed',
    ]);
  });
});

describe('deleting', () => {
  it('removes a draft, whose number is free again', async () => {
    const { id } = await newInvoice(user, { invoice_number: 'FREE-1' });
    const gone = await user.remove(`/invoices/${id}`);
    expect([gone.status, gone.body]).toEqual([204, '']);
    expect(await refusal(user.get(`/invoices/${id}`))).toEqual([404, 'not_found']);
    expect(await refusal(user.remove(`/invoices/${id}`))).toEqual([404, 'not_found']);
    await newInvoice(user, { invoice_number: 'FREE-1' });
  });

  it('is refused once it was issued, paid or void', async () => {
    const open = await newInvoice(user, { action: 'issue' });
    expect(await refusal(user.remove(`/invoices/${open.id}`))).toEqual([409, 'issued_delete']);
    const paid = await newInvoice(user, { action: 'issue' });
    await good(pay(user, paid.id), 200);
    expect(await refusal(user.remove(`/invoices/${paid.id}`))).toEqual([409, 'issued_delete']);
    await good(user.post(`/invoices/${open.id}/void`), 200);
    expect(await refusal(user.remove(`/invoices/${open.id}`))).toEqual([409, 'issued_delete']);
  });
});
