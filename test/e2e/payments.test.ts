// One payment over many invoices: all of it or nothing, one row, an entry for each, and the rest in hand.
import { randomUUID } from 'node:crypto';
import { creditOf } from '../support/e2e-commands.ts';
import { good, refusal, type User } from '../support/e2e-http.ts';
import {
  everything,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  read,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look } from '../support/e2e-story.ts';

type Payment = {
  id: string;
  amount_cents: number;
  unapplied_cents: number;
  status: string;
  allocations: { invoice_id: string; amount_cents: number }[];
};
type Report = { difference_cents: number; differences: unknown[] };

const total = 5_885;

const payMany = (user: User, body: Record<string, unknown>, key: string = randomUUID()) =>
  user.post<Payment>('/payments', body, { 'Idempotency-Key': key });

async function issued(user: Organization, count: number): Promise<{ customer: string; ids: string[] }> {
  const { id: customer } = await newCustomer(user);
  const ids: string[] = [];
  for (let made = 0; made < count; made += 1) {
    ids.push((await newInvoice(user, { customer_id: customer, action: 'issue' })).id);
  }
  return { customer, ids };
}

const allocations = (ids: readonly string[], amount = total) =>
  ids.map((id) => ({ invoice_id: id, amount_cents: amount }));

async function reconciled(user: User): Promise<void> {
  const report = await good(user.get<Report>('/reports/reconciliation'), 200);
  expect(report).toMatchObject({ difference_cents: 0, differences: [] });
}

it('settles three invoices with one cheque, and keeps the rest for the customer', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 3);
  const [first = '', second = '', third = ''] = ids;
  const body = {
    customer_id: customer,
    amount_cents: 15_000,
    payment_method: 'cheque',
    reference: '1042',
    allocations: [...allocations([first, second]), { invoice_id: third, amount_cents: 3_000 }],
  };
  const payment = await good(payMany(user, body, 'cheque-1042'), 201);
  expect(payment).toMatchObject({
    amount_cents: 15_000,
    unapplied_cents: 230,
    payment_method: 'check',
    reference: '1042',
    status: 'succeeded',
    allocations: body.allocations,
  });
  const states = await Promise.all(ids.map((id) => look(user, id)));
  expect(states.map((one) => [one.status, one.amount_due_cents])).toEqual([
    ['paid', 0],
    ['paid', 0],
    ['partially_paid', 2_885],
  ]);
  for (const one of states) {
    expect(one.payments.map(({ id }) => id)).toEqual([payment.id]);
    expect(one.entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded']);
  }
  expect(await creditOf(user, customer)).toBe(230);
  // The same key answers the same, and a list shows one payment.
  expect(await good(payMany(user, body, 'cheque-1042'), 201)).toEqual(payment);
  expect(await everything<Payment>(user, '/payments')).toEqual([payment]);
  // The invoices go on: their workflows have heard of it.
  expect((await good(pay(user, third), 200)).status).toBe('paid');
  await reconciled(user);
});

it('bounces: every invoice is due again, and what went to the credit is taken out of it', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 2);
  const body = { customer_id: customer, amount_cents: 12_000, allocations: allocations(ids) };
  const { id } = await good(payMany(user, body), 201);
  const reverse = (invoice: string, key: string) =>
    user.post(
      `/invoices/${invoice}/payments/${id}/reverse`,
      { reason: 'bounced' },
      { 'Idempotency-Key': key },
    );
  await good(reverse(ids[0] ?? '', 'bounce-1'), 200);
  const states = await Promise.all(ids.map((one) => look(user, one)));
  expect(states.map((one) => [one.status, one.amount_due_cents])).toEqual([
    ['sent', total],
    ['sent', total],
  ]);
  expect(await creditOf(user, customer)).toBe(0);
  expect(await refusal(reverse(ids[1] ?? '', 'bounce-2'))).toEqual([409, 'already_reversed']);
  // Each can be paid again, by its own command.
  for (const one of ids) expect((await good(pay(user, one), 200)).status).toBe('paid');
  await reconciled(user);
});

it('does nothing at all when one part of it may not be', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 2);
  const [first = '', second = ''] = ids;
  const { ids: strangers } = await issued(user, 1);
  const void_ = await newInvoice(user, { customer_id: customer, action: 'issue' });
  await good(user.post(`/invoices/${void_.id}/void`), 200);
  const part = (id: string, amount_cents: number) => ({ invoice_id: id, amount_cents });
  const cases: [Record<string, unknown>, (string | number)[]][] = [
    [
      { amount_cents: 5_887, allocations: [part(first, 1), part(second, total + 1)] },
      [422, 'amount_exceeds_due'],
    ],
    [
      { amount_cents: 10, allocations: [part(first, 6), part(second, 5)] },
      [422, 'allocations_exceed_amount'],
    ],
    [{ amount_cents: 10, allocations: [part(first, 5), part(first, 5)] }, [422, 'duplicate_invoice']],
    [
      { amount_cents: 10, allocations: [part(first, 5), part(strangers[0] ?? '', 5)] },
      [422, 'wrong_customer'],
    ],
    [{ amount_cents: 10, allocations: [part(first, 5), part(randomUUID(), 5)] }, [422, 'unknown_invoice']],
    [{ amount_cents: 10, allocations: [part(first, 5), part(void_.id, 5)] }, [409, 'already_void']],
    [{ amount_cents: 10, currency: 'EUR', allocations: [part(first, 5)] }, [422, 'currency_mismatch']],
    [{ amount_cents: 10, date: '2999-01-01', allocations: [part(first, 5)] }, [422, 'date_in_future']],
    [{ amount_cents: 0, allocations: [] }, [422, 'invalid_amount']],
  ];
  const before = await Promise.all(ids.map((id) => read(user, id)));
  for (const [body, expected] of cases) {
    const [status, code] = await refusal(payMany(user, { customer_id: customer, ...body }));
    expect([status, code]).toEqual(expected);
  }
  expect(await Promise.all(ids.map((id) => read(user, id)))).toEqual(before);
  expect(await everything(user, '/payments')).toEqual([]);
  expect(await creditOf(user, customer)).toBe(0);
});

it('says what the invoice in the way takes instead', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 2);
  const [first = '', second = ''] = ids;
  await good(pay(user, second), 200);
  const asked = { customer_id: customer, amount_cents: 10, allocations: allocations([first, second], 5) };
  const { status, body } = await payMany(user, asked);
  expect([status, body]).toMatchObject([
    409,
    { code: 'already_paid', invoice_id: second, errors: [{ pointer: '/allocations/1/invoice_id' }] },
  ]);
  expect(body).toMatchObject({ available_actions: (await read(user, second)).available_actions });
});

it('lets one of two win that want the same invoices, while others pay one of them', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 4);
  const body = { customer_id: customer, amount_cents: 4 * total, allocations: allocations(ids) };
  const asked = [
    ...Array.from({ length: 6 }, () => payMany(user, body)),
    ...Array.from({ length: 10 }, () => pay(user, ids[0] ?? '', { amount_cents: 1 })),
  ];
  const answers = await Promise.all(asked);
  for (const { status } of answers) expect([200, 201, 409, 422]).toContain(status);
  const states = await Promise.all(ids.map((id) => look(user, id)));
  const whole = answers.slice(0, 6).filter(({ status }) => status === 201).length;
  const single = answers.slice(6).filter(({ status }) => status === 200).length;
  expect(whole).toBeLessThanOrEqual(1);
  expect(states.map((one) => one.amount_paid_cents)).toEqual(
    ids.map((_, index) => (whole === 1 ? total : index === 0 ? single : 0)),
  );
  await reconciled(user);
});

it('is allowed to settle nothing: all of it is the customer’s, and pays an invoice by choice', async () => {
  const user = await ownOrganization();
  const { customer, ids } = await issued(user, 1);
  const [id = ''] = ids;
  await good(payMany(user, { customer_id: customer, amount_cents: 1_000 }), 201);
  expect(await creditOf(user, customer)).toBe(1_000);
  const apply = (body: object) =>
    user.post(`/invoices/${id}/apply_credit`, body, { 'Idempotency-Key': randomUUID() });
  const insufficient = [422, 'insufficient_credit', '/amount_cents'];
  expect(await refusal(apply({ amount_cents: 1_001 }))).toEqual(insufficient);
  await good(apply({}), 200);
  expect(await refusal(apply({}))).toEqual(insufficient);
  expect(await look(user, id)).toMatchObject({
    credit_applied_cents: 1_000,
    amount_due_cents: total - 1_000,
  });
  expect(await creditOf(user, customer)).toBe(0);
  await reconciled(user);
});

it('pays by setting what the customer has in hand as soon as an invoice is issued', async () => {
  const user = await ownOrganization();
  await good(user.patch('/settings', { apply_credit_automatically: true }), 200);
  const { id: customer } = await newCustomer(user);
  await good(payMany(user, { customer_id: customer, amount_cents: 7_000 }), 201);
  const first = await newInvoice(user, { customer_id: customer, action: 'issue' });
  expect(first).toMatchObject({ status: 'paid', credit_applied_cents: total, version: 2 });
  const second = await newInvoice(user, { customer_id: customer, action: 'send' });
  expect(second).toMatchObject({ status: 'partially_paid', credit_applied_cents: 7_000 - total });
  await look(user, second.id);
  expect(await creditOf(user, customer)).toBe(0);
  await reconciled(user);
});
