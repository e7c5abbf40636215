// A refund of money that a processor holds, over HTTP: it is asked first, and nothing is booked before it has answered.
import { randomUUID } from 'node:crypto';
import { accounts, creditOf, does, grant, refusedWithoutTrace } from '../support/e2e-commands.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { good, refusal, type User } from '../support/e2e-http.ts';
import { type Operator, openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  fail,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning, words } from '../support/e2e-story.ts';

let operator: Operator;
beforeAll(async () => {
  operator = await openOperator();
});
afterAll(() => operator.close());

const total = 5_885;

/** An open invoice with one payment that the sandbox processor holds. */
async function paidByCard(user: Organization, amount = total) {
  const { id, customer, workflow_id: workflow } = await newInvoice(user, { action: 'issue', reminders: [] });
  const { payment, ...paid } = await byCard(user, id, amount);
  return { id, customer: customer.id, workflow, payment, paid };
}

async function byCard(user: User, id: string, amount: number) {
  const body = { amount_cents: amount, provider: 'sandbox', provider_payment_id: randomUUID() };
  const paid = await good(pay(user, id, body), 200);
  return { ...paid, payment: paid.payments.at(-1)?.id ?? '' };
}

async function reconciled(user: User): Promise<void> {
  const report = await good(user.get('/reports/reconciliation'), 200);
  expect(report).toMatchObject({ difference_cents: 0, differences: [] });
}

it('is booked when the processor has paid, and the balance is due again', async () => {
  const user = await ownOrganization();
  const { id, payment } = await paidByCard(user);
  const body = { amount_cents: 885, reason: 'damaged' };
  const open = await does(user, id, `payments/${payment}/refund`, body);
  expect(open).toMatchObject({
    status: 'partially_paid',
    is_processing: false,
    refunding: null,
    amount_due_cents: 885,
    refunds: [{ payment_id: payment, amount_cents: 885, reopened_cents: 885, reason: 'damaged' }],
    payments: [{ status: 'succeeded', refunded_cents: 885 }],
  });
  const { entries } = await look(user, id);
  expect(accounts(entries)).toEqual({ 1000: 5_000, 1200: 885, 2200: -385, 4000: -5_500 });
  await reconciled(user);
});

it('says after three seconds that the processor takes its time, and is booked in the end', async () => {
  const user = await ownOrganization();
  const { id, payment } = await paidByCard(user, 1_000);
  const other = await byCard(user, id, 500);
  // Its tries come at 0, 0.5, 1.5, 3.5 and 7.5 seconds.
  await fail(user, 'payment', 'processing_error', { times: 4 });
  const path = `payments/${payment}/refund`;
  const key = randomUUID();
  const begun = await does(user, id, path, { amount_cents: 400 }, key);
  expect(begun).toMatchObject({
    display_status: 'payment_processing',
    is_processing: true,
    amount_due_cents: total - 1_500,
    refunds: [],
    refunding: { mode: 'reopen', refunds: [{ payment_id: payment, amount_cents: 400, state: 'pending' }] },
  });
  const refund = begun.available_actions.find(({ name }) => name === 'refund_payment');
  expect(refund).toMatchObject({ allowed: false, code: 'payment_in_flight' });
  for (const busy of [`payments/${other.payment}/refund`, `payments/${payment}/reverse`, 'write_off']) {
    expect(await refusedWithoutTrace(user, id, busy)).toEqual([409, 'payment_in_flight']);
  }
  expect(await refusal(pay(user, id))).toEqual([409, 'payment_in_flight']);
  await does(user, id, 'hold', { kind: 'dispute' });
  await eventually('an invoice that is refunded', async () => !(await read(user, id)).is_processing);
  expect(await look(user, id)).toMatchObject({
    amount_due_cents: total - 1_100,
    refunds: [{ amount_cents: 400 }],
    refunding: null,
    is_disputed: true,
  });
  // The same key answers the same, and asks nobody again.
  expect(await does(user, id, path, { amount_cents: 400 }, key)).toEqual(begun);
  expect((await read(user, id)).refunds).toHaveLength(1);
  await reconciled(user);
}, 60_000);

it('is refused as the processor refuses it, and nothing has changed', async () => {
  const user = await ownOrganization();
  const { id, payment, paid } = await paidByCard(user, 900);
  await fail(user, 'payment', 'card_declined');
  const asked = user.post(
    `/invoices/${id}/payments/${payment}/refund`,
    {},
    { 'Idempotency-Key': randomUUID() },
  );
  const { status, body } = await asked;
  expect([status, body]).toMatchObject([
    409,
    { code: 'refund_refused', refunded: 0, wanted: 900, available_actions: expect.any(Array) as unknown },
  ]);
  const after = await look(user, id);
  expect(after).toMatchObject({ status: paid.status, is_processing: false, refunds: [], refunding: null });
  expect(after.entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded']);
  // Another may try again.
  expect(await does(user, id, `payments/${payment}/refund`)).toMatchObject({ amount_due_cents: total });
  await reconciled(user);
});

it('out of credit asks nobody where there is too little, and takes it at the end where there is enough', async () => {
  const user = await ownOrganization();
  const { id, customer, payment } = await paidByCard(user);
  const path = `payments/${payment}/refund`;
  const body = { amount_cents: 600, mode: 'credit' };
  expect(await refusedWithoutTrace(user, id, path, body)).toEqual([
    422,
    'insufficient_credit',
    '/amount_cents',
  ]);
  await grant(user, customer, 700);
  const paid = await does(user, id, path, body);
  expect(paid).toMatchObject({ status: 'paid', refunds: [{ from_credit_cents: 600, reopened_cents: 0 }] });
  expect(await creditOf(user, customer)).toBe(100);
  await reconciled(user);
});

it('wakes an invoice that was paid and archived, which waits for the processor and lives again', async () => {
  const [user, day] = await morning();
  const { id, workflow, payment } = await paidByCard(user);
  await advance(user, `${plusDays(day, 40)}T10:00:00Z`);
  await eventually(
    'a workflow that has ended',
    async () => (await operator.status(workflow)) === 'COMPLETED',
  );
  await fail(user, 'payment', 'processing_error', { times: 4 });
  const begun = await does(user, id, `payments/${payment}/refund`, { amount_cents: 885 });
  expect(words(begun)).toEqual(['paid', 'paid']);
  expect(begun).toMatchObject({ is_processing: true, amount_due_cents: 0 });
  expect(await operator.status(workflow)).toBe('RUNNING');
  await eventually('an invoice that is open', async () => (await read(user, id)).status === 'overdue');
  expect(await look(user, id)).toMatchObject({ amount_due_cents: 885, closed_at: null, refunding: null });
  expect(await good(pay(user, id), 200)).toMatchObject({ status: 'paid' });
  await reconciled(user);
}, 60_000);
