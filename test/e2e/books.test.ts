// The books over kills and against changes by hand: everything is killed inside a void and inside a payment over
// many invoices, and the ledger tells when somebody has touched an entry.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { does } from '../support/e2e-commands.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { good, refusal, type User } from '../support/e2e-http.ts';
import {
  fail,
  newCustomer,
  newInvoice,
  newOrganization,
  organizationOf,
  pay,
  read,
} from '../support/e2e-organization.ts';
import { type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';
import { look } from '../support/e2e-story.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const total = 5_885;

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

async function reconciled(user: User): Promise<void> {
  const report = await good(user.get('/reports/reconciliation'), 200);
  expect(report).toMatchObject({ difference_cents: 0, differences: [] });
  const balance = await good(user.get('/reports/trial_balance'), 200);
  expect(balance).toMatchObject({ difference_cents: 0 });
}

type Verdict = { code: number; said: { ok?: boolean; broken?: { id: string } } & Record<string, unknown> };

/** `duewell ledger verify --json` as an operator runs it, with its exit code. */
function verify(): Promise<Verdict> {
  const args = ['--import', 'tsx', 'src/cli.ts', 'ledger', 'verify', '--json'];
  const env = { ...process.env, NODE_OPTIONS: '', MONGODB_URI: product.credentials().mongodb_uri };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      if (stdout === '') reject(new Error(`The verification said nothing: ${stderr}`));
      else resolve({ code, said: JSON.parse(stdout) as Verdict['said'] });
    });
  });
}

it('finishes a void whose refunds were under way when everything was killed', async () => {
  const user = await newOrganization(product.credentials());
  const { id } = await newInvoice(user, { action: 'issue' });
  for (const [amount, name] of [
    [1_000, 'pi_1'],
    [700, 'pi_2'],
  ] as const) {
    const body = { amount_cents: amount, provider: 'sandbox', provider_payment_id: name };
    await good(pay(user, id, body), 200);
  }
  // The older payment's refund comes second, and the processor is out of order for it.
  await fail(user, 'payment', 'processing_error', { match: { amount_cents: 1_000 }, times: -1 });
  const asked = { reason: 'wrong', disposition: [{ type: 'refund', amount_cents: 1_700 }] };
  const key = randomUUID();
  const begun = await does(user, id, 'void', asked, key);
  expect(begun).toMatchObject({
    display_status: 'payment_processing',
    is_processing: true,
    amount_due_cents: 4_185,
  });
  expect(await refusal(pay(user, id))).toEqual([409, 'payment_in_flight']);

  await product.kill();
  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  expect(await read(again, id)).toMatchObject({ is_processing: true, voided_at: null });
  const { db } = await product.database();
  await db.collection('sandbox_failures').updateMany({ organization_id: user.id }, { $set: { left: 0 } });
  await eventually('an invoice that is void', async () => (await read(again, id)).status === 'void', 90);
  expect(await look(again, id)).toMatchObject({ is_processing: false, amount_due_cents: 0 });
  const refunds = await db.collection('sandbox_refunds').find({ invoice_id: id }).toArray();
  expect(refunds.map((one) => Number(one['amount_cents'])).toSorted((a, b) => a - b)).toEqual([700, 1_000]);
  await good(again.post(`/invoices/${id}/void`, asked, { 'Idempotency-Key': key }), 200);
  await reconciled(again);
}, 180_000);

it('lifts the lock of a void whose first refund is refused, and nothing has changed', async () => {
  const user = await newOrganization(product.credentials());
  const { id } = await newInvoice(user, { action: 'issue' });
  const paid = await good(
    pay(user, id, { amount_cents: 900, provider: 'sandbox', provider_payment_id: randomUUID() }),
    200,
  );
  await fail(user, 'payment', 'card_declined');
  const body = { disposition: [{ type: 'refund', amount_cents: 900 }] };
  const refused = await refusal(user.post(`/invoices/${id}/void`, body, { 'Idempotency-Key': randomUUID() }));
  expect(refused).toEqual([409, 'refund_refused']);
  const after = await look(user, id);
  expect(after).toMatchObject({ status: paid.status, is_processing: false, amount_due_cents: 4_985 });
  expect(after.entries.map(({ type }) => type)).toEqual(['issued', 'payment_recorded']);
  expect((await does(user, id, 'void', body)).status).toBe('void');
  await reconciled(user);
}, 60_000);

it('writes a payment over many invoices whole, though everything was killed in the middle', async () => {
  const user = await newOrganization(product.credentials());
  const { id: customer } = await newCustomer(user);
  const ids: string[] = [];
  for (let made = 0; made < 3; made += 1) {
    ids.push((await newInvoice(user, { customer_id: customer, action: 'issue' })).id);
  }
  const body = {
    customer_id: customer,
    amount_cents: 3 * total,
    allocations: ids.map((id) => ({ invoice_id: id, amount_cents: total })),
  };
  const headers = { 'Idempotency-Key': randomUUID() };
  // Someone has a hand on the last invoice, so that the payment cannot be written to its end.
  const { client, db } = await product.database();
  const session = client.startSession();
  session.startTransaction();
  const last = { _id: ids[2] } as object;
  await db.collection('invoices').updateOne(last, { $set: { held: true } }, { session });
  const aborted = async () =>
    Number((await db.admin().command({ serverStatus: 1 }))['transactions'].totalAborted);
  const before = await aborted();
  const asked = user.post('/payments', body, headers).catch(() => null);
  await eventually('a payment that could not be written', async () => (await aborted()) > before);
  await product.kill();
  await asked;

  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  await eventually(
    'all three paid, or a caller that asks again',
    async () => {
      const { status, body: told } = await again.post('/payments', body, headers);
      const states = (await Promise.all(ids.map((id) => read(again, id)))).map((one) => one.status);
      if (states.every((one) => one === 'paid')) return true;
      throw new Error(`Answered ${status} ${JSON.stringify(told)}, and they are ${states.join(', ')}`);
    },
    120,
  );
  for (const id of ids) expect((await look(again, id)).payments).toHaveLength(1);
  const { data } = await good(again.get<{ data: unknown[] }>('/payments'), 200);
  expect(data).toHaveLength(1);
  await reconciled(again);
}, 240_000);

it('proves the ledger, and names the entry that somebody changed by one byte', async () => {
  const user = await newOrganization(product.credentials());
  const { id } = await newInvoice(user, { action: 'issue' });
  await good(pay(user, id, { amount_cents: 1_000 }), 200);
  const [entry] = (await look(user, id)).entries;
  expect((await verify()).code).toBe(0);
  const { db } = await product.database();
  const entries = db.collection<{ _id: string; lines: { account_name: string }[] }>('journal_entries');
  const path = 'lines.0.account_name';
  const kept = await entries.findOne({ _id: entry?.id ?? '' });
  const name = kept?.lines[0]?.account_name ?? '';
  await entries.updateOne({ _id: entry?.id ?? '' }, { $set: { [path]: `${name.slice(0, -1)}z` } });
  const broken = await verify();
  expect(broken.code).toBe(1);
  expect(JSON.stringify(broken.said)).toContain(entry?.id);
  await entries.updateOne({ _id: entry?.id ?? '' }, { $set: { [path]: name } });
  expect((await verify()).code).toBe(0);
}, 60_000);
