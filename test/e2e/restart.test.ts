// The whole start is killed, or told to stop, and started again on the same data.
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  type Invoice,
  invoiceThat,
  journal,
  mailbox,
  newCustomer,
  newInvoice,
  newOrganization,
  organizationOf,
  pay,
  plusDays,
  sample,
  send,
  sent,
  timeline,
} from '../support/e2e-organization.ts';
import { holdNumbers, type OwnProduct, ownProduct, remaining } from '../support/e2e-own-product.ts';
import { look } from '../support/e2e-story.ts';

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

it('goes on with every story after everything was killed', async () => {
  const first = product.credentials();
  const user = await newOrganization(first);
  const day = plusDays(new Date().toISOString(), 1);
  await advance(user, `${day}T10:00:00Z`);
  const paper = await newInvoice(user, {
    terms: 'NET 14',
    late_fees: { type: 'fixed', value: 500, frequency: { interval: 'week' }, cap_cents: 1_000 },
  });
  await sent(user, paper.id);
  const key = randomUUID();
  await good(pay(user, paper.id, { amount_cents: 885 }, key), 200);
  const announced = await timeline(user, paper.id);
  const before = await look(user, paper.id);
  const processes = await product.processes();
  expect(processes.length).toBeGreaterThan(4);

  await product.kill();
  await product.start();
  expect(await remaining(processes)).toEqual([]);
  const second = product.credentials();
  expect(second).toMatchObject({ api_key: first.api_key, organization_id: first.organization_id });

  const again = organizationOf(second.base_url, user.keys);
  const after = await look(again, paper.id);
  expect(after).toMatchObject({
    version: before.version,
    amount_due_cents: 5_000,
    display_status: 'partially_paid',
  });
  // The answer that was given before is the answer now.
  const replayed = await pay(again, paper.id, { amount_cents: 885 }, key);
  expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  await advance(again, `${plusDays(day, 40)}T00:00:00Z`);
  expect(await look(again, paper.id)).toMatchObject({ late_fee_total_cents: 1_000, amount_due_cents: 6_000 });
  const told = (await timeline(again, paper.id)).map(({ at, kind, status }) => `${at} ${kind} ${status}`);
  expect(told).toEqual(announced.map(({ at, kind }) => `${at} ${kind} done`));
  expect(await mailbox(again, paper.id)).toHaveLength(6);
  await good(pay(again, paper.id), 200);
  expect((await look(again, paper.id)).status).toBe('paid');
}, 120_000);

it('delivers what was issued in the moment of the kill, and nobody has to ask again', async () => {
  const user = await newOrganization(product.credentials());
  await newInvoice(user, { action: 'issue' });
  const draft = await newInvoice(user);
  const customer = await newCustomer(user);
  const { db } = await product.database();
  const held = await holdNumbers(product, user.id);
  // Both are decided and wait for their number; then the engine hears nothing any more of what becomes of them.
  const asked = Promise.allSettled([
    user.post(`/invoices/${draft.id}/send`),
    user.post('/invoices', { customer_id: customer.id, ...sample, action: 'send' }),
  ]);
  const operator = await openOperator(product.credentials());
  const running = `OrganizationId = '${user.id}' AND ExecutionStatus = 'Running'`;
  await eventually('both at work', async () => (await operator.list(running)).length === 3);
  await operator.close();
  await held.waitedFor(6);
  process.kill((await product.engine('temporal')).pid, 'SIGSTOP');
  await held.release();
  const issued = { organization_id: user.id, status: 'open' };
  await eventually(
    'both written',
    async () => (await db.collection('invoices').countDocuments(issued)) === 3,
  );
  await product.kill();
  await asked;

  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  const { data } = await good(again.get<{ data: Invoice[] }>('/invoices'), 200);
  const numbers = ['TEST-0001', 'TEST-0002', 'TEST-0003'];
  expect(new Set(data.map(({ invoice_number: number }) => number))).toEqual(new Set(numbers));
  for (const { id } of data.filter(({ delivery }) => delivery.email !== null)) {
    await invoiceThat('sent', again, id, ({ sent_at }) => sent_at !== null);
    expect(await mailbox(again, id)).toHaveLength(1);
    expect((await journal(again, id)).map(({ type }) => type)).toEqual(['issued']);
  }
  const names = await openOperator(product.credentials());
  await eventually('three at work', async () => (await names.list(running)).length === 3);
  await names.close();
}, 120_000);

it('leaves no process behind after SIGTERM, and delivers afterwards what it had not', async () => {
  const user = await newOrganization(product.credentials());
  const { id } = await newInvoice(user);
  await send(user, id);
  const processes = await product.processes();
  expect(await product.end('SIGTERM')).toBe(0);
  expect(await remaining(processes)).toEqual([]);
  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  await invoiceThat('sent', again, id, ({ sent_at }) => sent_at !== null);
  expect(await mailbox(again, id)).toHaveLength(1);
}, 60_000);

it('leaves no process behind after SIGINT', async () => {
  const processes = await product.processes();
  expect(await product.end('SIGINT')).toBe(0);
  expect(await remaining(processes)).toEqual([]);
}, 60_000);
