// Many at once: nothing lost, nothing twice, no number left out.
import { randomUUID } from 'node:crypto';
import { good } from '../support/e2e-http.ts';
import {
  everything,
  type Invoice,
  journal,
  newCustomer,
  newInvoice,
  pay,
  send,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look } from '../support/e2e-story.ts';

const many = 50;
const times = <T>(make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: many }, (_, index) => make(index)));
const oneTo = (count: number, from = 1) => Array.from({ length: count }, (_, index) => index + from);
const ascending = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);

it('records fifty payments of one unit that come at once, each under a version of its own', async () => {
  const user = await ownOrganization();
  const { id } = await newInvoice(user, { action: 'issue' });
  const answers = await times(() => pay(user, id, { amount_cents: 1 }));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const paid = await look(user, id);
  expect(paid).toMatchObject({ amount_paid_cents: many, version: 1 + many });
  expect(new Set(paid.payments.map((payment) => payment.id)).size).toBe(many);
  expect(paid.entries.map(({ sequence }) => sequence)).toEqual(oneTo(many + 1));
  // Each answer tells a state that was: together they are all the states there were.
  const told = answers.map(({ body }) => body.version);
  expect(Math.max(...told)).toBe(1 + many);
  for (const { body } of answers) expect(body.amount_paid_cents).toBe(body.version - 1);
}, 60_000);

it('makes more invoices that are asked for at once than can be made at once, one after the other', async () => {
  const user = await ownOrganization();
  const { id: customer } = await newCustomer(user);
  const made = await Promise.all(
    oneTo(3 * many).map(() => newInvoice(user, { customer_id: customer, action: 'issue' })),
  );
  const numbers = made.map(({ invoice_number: number }) => Number(number?.replace('TEST-', '')));
  expect(ascending(numbers)).toEqual(oneTo(3 * many));
}, 60_000);

it('numbers fifty drafts that are sent at once without a gap', async () => {
  const user = await ownOrganization();
  const { id: customer } = await newCustomer(user);
  const drafts = await times(() => newInvoice(user, { customer_id: customer }));
  // One is deleted and one refused meanwhile: neither takes a number.
  const [gone, ...others] = drafts;
  await Promise.all([
    good(user.remove(`/invoices/${gone?.id}`), 204),
    user.post('/invoices', { customer_id: customer, line_items_attributes: [] }),
    ...others.map(({ id }) => send(user, id, { deliver: false })),
  ]);
  const numbers = (await everything<Invoice>(user, '/invoices?limit=50&status=sent')).map(
    ({ invoice_number: number }) => Number(number?.replace('TEST-', '')),
  );
  expect(ascending(numbers)).toEqual(oneTo(many - 1));
  await Promise.all(
    others.slice(0, 10).map(async ({ id }) => {
      expect((await journal(user, id)).map(({ type }) => type)).toEqual(['issued']);
    }),
  );
  // A number that a caller has taken is passed over, and a void keeps its own.
  await newInvoice(user, { action: 'issue', invoice_number: 'TEST-0050' });
  const next = await newInvoice(user, { action: 'issue' });
  expect(next.invoice_number).toBe('TEST-0051');
  await good(user.post(`/invoices/${next.id}/void`), 200);
  expect((await newInvoice(user, { action: 'issue' })).invoice_number).toBe('TEST-0052');
}, 60_000);

it('pays once for ten at once under one key, while others pay under theirs', async () => {
  const user = await ownOrganization();
  const { id } = await newInvoice(user, { action: 'issue' });
  const key = randomUUID();
  const same = Array.from({ length: 10 }, () => pay(user, id, { amount_cents: 1_000 }, key));
  const own = Array.from({ length: 10 }, () => pay(user, id, { amount_cents: 1 }));
  const answers = await Promise.all([...same, ...own]);
  expect(answers.slice(10).map(({ status }) => status)).toEqual(own.map(() => 200));
  expect(new Set(answers.slice(0, 10).map(({ status }) => status))).toEqual(new Set([200, 409]));
  const paid = await look(user, id);
  expect(paid.amount_paid_cents).toBe(1_010);
  expect(paid.payments).toHaveLength(11);
});

it('lets one of many win where only one can: the last payment, a void, a delete against a send', async () => {
  const user = await ownOrganization();
  const [full, voided, draft] = await Promise.all([
    newInvoice(user, { action: 'issue' }),
    newInvoice(user, { action: 'issue' }),
    newInvoice(user),
  ]);
  const payments = await Promise.all(Array.from({ length: 8 }, () => pay(user, full.id)));
  expect(payments.filter(({ status }) => status === 200)).toHaveLength(1);
  expect((await look(user, full.id)).amount_paid_cents).toBe(5_885);

  const ends = await Promise.all([
    user.post(`/invoices/${voided.id}/void`),
    pay(user, voided.id, { amount_cents: 1 }),
  ]);
  expect(new Set(ends.map(({ status }) => status))).toEqual(new Set([200, 409]));
  expect(['void', 'partially_paid']).toContain((await look(user, voided.id)).status);

  const [gone, issued] = await Promise.all([
    user.remove(`/invoices/${draft.id}`),
    user.post<Invoice>(`/invoices/${draft.id}/send`, { deliver: false }),
  ]);
  const shown = await user.get<Invoice>(`/invoices/${draft.id}`);
  expect([gone.status === 204, issued.status === 200, shown.status]).toEqual(
    gone.status === 204 ? [true, false, 404] : [false, true, 200],
  );
});
