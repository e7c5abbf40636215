// What an invoice comes to and how it may be paid: discounts, taxes, tips, instalments and early payment, as they are
// asked for and as they are answered.
import { accounts, does } from '../support/e2e-commands.ts';
import { good } from '../support/e2e-http.ts';
import {
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning } from '../support/e2e-story.ts';

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

const plain = { taxes: [], reminders: [], action: 'issue' };

it('takes discounts off before taxes, and hands every line its part', async () => {
  const item = await good(user.post<{ id: string }>('/items', { name: 'Toner', rate_cents: 3_000 }), 201);
  const rate = await good(user.post<{ id: string }>('/tax_rates', { name: 'VAT', rate: 20 }), 201);
  const made = await newInvoice(user, {
    ...plain,
    tax_rate_ids: [rate.id],
    discount: { type: 'percentage', value: 10, product_ids: [item.id] },
    line_items_attributes: [
      { product_id: item.id, quantity: 2 },
      { description: 'Fragile', rate_cents: 1_000, discountable: false },
      { description: 'Reduced', rate_cents: 2_000, discount: { type: 'fixed', value: 500 } },
    ],
  });
  expect(made).toMatchObject({
    subtotal_cents: 9_000,
    discount_total_cents: 1_100,
    tax_amount_cents: 1_580,
    total_cents: 9_480,
    discount: { type: 'percentage', value: 10, product_ids: [item.id] },
    discounts: [{ type: 'percentage', value: 10, product_ids: [item.id] }],
    tax_rate_ids: [rate.id],
    taxes: [{ name: 'VAT', rate: 20, amount_cents: 1_580 }],
  });
  expect(
    made.line_items.map((line) => [
      line.amount_cents,
      line.discount_cents,
      line.tax_cents,
      line.discountable,
    ]),
  ).toEqual([
    [6_000, 600, 1_080, true],
    [1_000, 0, 200, false],
    [2_000, 500, 300, true],
  ]);
  expect(made.line_items[2]?.discount).toEqual({ type: 'fixed', value: 500, product_ids: null });
  expect(accounts((await look(user, made.id)).entries)).toEqual({ 1200: 9_480, 2200: -1_580, 4000: -7_900 });
});

it('keeps an inclusive tax inside the total', async () => {
  const made = await newInvoice(user, {
    ...plain,
    line_items_attributes: [
      { rate_cents: 12_000, tax_rates: [{ name: 'VAT', rate: '20', inclusive: true }] },
    ],
  });
  expect(made).toMatchObject({ subtotal_cents: 10_000, tax_amount_cents: 2_000, total_cents: 12_000 });
  expect(accounts((await look(user, made.id)).entries)).toEqual({
    1200: 12_000,
    2200: -2_000,
    4000: -10_000,
  });
});

it('fills the earliest instalment first, and tells each how it stands', async () => {
  const [own, day] = await morning();
  const made = await newInvoice(own, {
    ...plain,
    issue_date: day,
    due_date: plusDays(day, 60),
    line_items_attributes: [{ rate_cents: 10_001 }],
    installments: {
      deposit: { type: 'percentage', value: 20, due_date: day },
      schedule: [30, 60].map((days) => ({ type: 'percentage', value: 50, due_date: plusDays(day, days) })),
    },
  });
  const parts = async () => {
    const { installments } = await read(own, made.id);
    const all = [installments?.deposit, ...(installments?.schedule ?? [])];
    return all.map((part) => [part?.amount_cents, part?.paid_cents, part?.status]);
  };
  expect(await parts()).toEqual([
    [2_000, 0, 'due'],
    [4_001, 0, 'due'],
    [4_000, 0, 'due'],
  ]);
  await good(pay(own, made.id, { amount_cents: 3_000, tip_cents: 250 }), 200);
  expect(await parts()).toEqual([
    [2_000, 2_000, 'paid'],
    [4_001, 1_000, 'partially_paid'],
    [4_000, 0, 'due'],
  ]);
  expect(await look(own, made.id)).toMatchObject({ tip_total_cents: 250, amount_due_cents: 7_001 });
});

it('offers tips, and settles for less whoever pays early', async () => {
  const [own, day] = await morning();
  const made = await newInvoice(own, {
    ...plain,
    issue_date: day,
    terms: '2% 10 NET 30',
    tips: { percentages: [5, '7.5'], allow_custom: false },
    line_items_attributes: [{ rate_cents: 10_000, tax_rates: [{ name: 'VAT', rate: 25 }] }],
  });
  expect(made).toMatchObject({
    due_date: plusDays(day, 30),
    amount_due_cents: 12_500,
    tips: { enabled: true, percentages: [5, 7.5], allow_custom: false },
    early_payment: { percentage: 2, days: 10, until: plusDays(day, 10), amount_cents: 12_250 },
  });
  const paid = await does(own, made.id, 'record_payment', { amount_cents: 12_250 });
  expect(paid).toMatchObject({
    status: 'paid',
    amount_due_cents: 0,
    credit_notes: [{ kind: 'early_payment', amount_cents: 250 }],
  });
  const { entries } = await look(own, made.id);
  expect(entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded', 'early_payment_discount']);
  expect(accounts(entries)).toEqual({ 1000: 12_250, 2200: -2_450, 4000: -9_800 });
});

it('changes terms by PATCH, takes them away by null, and leaves what is not named', async () => {
  const customer = (await newCustomer(user)).id;
  const terms = {
    discounts: [{ type: 'fixed', value: 100 }],
    tips: { enabled: true },
    early_payment: { percentage: 1, days: 5 },
  };
  const { id } = await newInvoice(user, { customer_id: customer, ...terms });
  const patched = await good(
    user.patch(`/invoices/${id}`, { discount: { type: 'percentage', value: 50 } }),
    200,
  );
  expect(patched).toMatchObject({
    discount: { type: 'percentage', value: 50 },
    tips: { enabled: true },
    early_payment: { percentage: 1, days: 5, until: null },
  });
  const cleared = { discount: null, tips: null, early_payment: null };
  expect(await good(user.patch(`/invoices/${id}`, cleared), 200)).toMatchObject({
    ...cleared,
    discounts: [],
    discount_total_cents: 0,
    total_cents: 5_885,
  });
});
