// An engine is away, silent or killed: the answer is 503 within seconds, and what was asked happens once or not at all.
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/e2e-eventually.ts';
import { type Answer, good, type Problem, visit } from '../support/e2e-http.ts';
import {
  invoiceThat,
  journal,
  mailbox,
  newInvoice,
  newOrganization,
  type Organization,
  pay,
  read,
} from '../support/e2e-organization.ts';
import { holdNumbers, type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';
import { look } from '../support/e2e-story.ts';

let product: OwnProduct;
let user: Organization;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
  user = await newOrganization(product.credentials());
}, 120_000);
afterAll(() => product.remove());

type Engine = 'temporal' | 'mongod';

async function signal(engine: Engine, name: NodeJS.Signals): Promise<void> {
  process.kill((await product.engine(engine)).pid, name);
}

/** Seconds that anybody may wait for the news that an engine is away. */
const patience = 9_000;

function expectAway(answer: Answer<unknown>): void {
  const { status, headers, body, took } = answer as Answer<Problem>;
  expect(status).toBe(503);
  expect(['engine_unavailable', 'outcome_unknown', 'command_expired']).toContain(body.code);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  expect(took).toBeLessThan(patience);
}

/** Pays one unit after the other, each under a key of its own, until told to stop; then each key until it is answered. */
type Payments = ReturnType<typeof payingAllTheTime>;

function payingAllTheTime(id: string) {
  const keys: string[] = [];
  let isOver = false;
  const slowest = { took: 0 };
  const paying = (async () => {
    while (!isOver) {
      const key = randomUUID();
      keys.push(key);
      const { took } = await pay(user, id, { amount_cents: 1 }, key);
      slowest.took = Math.max(slowest.took, took);
    }
  })();
  return {
    keys,
    slowest,
    stop: async () => {
      isOver = true;
      await paying;
      for (const key of keys) {
        await eventually('an answer to every key', async () => {
          return (await good(pay(user, id, { amount_cents: 1 }, key))).id;
        });
      }
    },
  };
}

/** How often what was asked once happened, by every way to count it. */
async function payments(id: string) {
  const { amount_paid_cents: amount, payments: rows, version, entries } = await look(user, id);
  return { amount, rows: rows.length, version: version - 1, entries: entries.length - 1 };
}

function each({ keys }: Payments) {
  return { amount: keys.length, rows: keys.length, version: keys.length, entries: keys.length };
}

it.each(['temporal', 'mongod'] as const)(
  'answers 503 within seconds while %s is silent, and pays once for every key',
  async (engine) => {
    const { id } = await newInvoice(user, { action: 'issue' });
    const paying = payingAllTheTime(id);
    await eventually('some payments', async () => paying.keys.length > 5);
    await signal(engine, 'SIGSTOP');
    const { reasons } = await eventually('a gateway that is not ready', async () => {
      const ready = await product.readiness();
      return ready.status === 503 && ready;
    });
    expect(reasons.join(' ')).toContain(engine === 'temporal' ? 'Temporal' : 'MongoDB');
    expect((await visit(`${user.baseUrl}/health/live`)).status).toBe(200);
    expectAway(await user.patch(`/invoices/${id}`, { memo: 'never' }));
    expectAway(await user.post('/test_clock/advance', { to: '2090-01-01T00:00:00Z' }));
    await signal(engine, 'SIGCONT');
    await product.untilReady();
    await paying.stop();
    expect(await payments(id)).toEqual(each(paying));
    expect(paying.slowest.took).toBeLessThan(patience);
    expect((await read(user, id)).memo).toBeNull();
  },
  60_000,
);

it.each(['temporal', 'mongod'] as const)(
  'pays once for every key when %s is killed, which is started again by itself',
  async (engine) => {
    const { id } = await newInvoice(user, { action: 'issue' });
    const paying = payingAllTheTime(id);
    await eventually('some payments', async () => paying.keys.length > 5);
    const { pid } = await product.engine(engine);
    await signal(engine, 'SIGKILL');
    await eventually('another process', async () => (await product.engine(engine)).pid !== pid);
    await product.untilReady();
    await paying.stop();
    expect(await payments(id)).toEqual(each(paying));
    expect(paying.slowest.took).toBeLessThan(patience);
  },
  60_000,
);

it('delivers what was issued when Temporal died before it heard of it', async () => {
  await newInvoice(user, { action: 'issue' });
  const { id } = await newInvoice(user);
  const held = await holdNumbers(product, user.id);
  const asked = user.post(`/invoices/${id}/send`);
  await held.waitedFor(1);
  await signal('temporal', 'SIGSTOP');
  await held.release();
  await eventually('the number', async () => (await read(user, id)).invoice_number !== null);
  expectAway(await asked);
  await signal('temporal', 'SIGKILL');
  await product.untilReady();
  await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null);
  expect(await mailbox(user, id)).toHaveLength(1);
  expect((await journal(user, id)).map(({ type }) => type)).toEqual(['issued']);
  await good(pay(user, id), 200);
}, 60_000);
