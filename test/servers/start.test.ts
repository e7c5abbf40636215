// `npm start` as a whole: up, down, killed, up again; and what it leaves for its clients.
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gone, identify, type Identity } from '../../src/servers/process.ts';
import { spawnStart, startProduct, type Product } from '../support/product.ts';
import { required } from '../support/servers.ts';

let data: string;

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'duewell-start-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

type Recorded = { child: Identity };

/** The engines that the start wrote down, which run at this moment. */
async function engines(): Promise<Identity[]> {
  const found: Identity[] = [];
  for (const name of ['temporal', 'mongod']) {
    const text = await readFile(join(data, `${name}.process.json`), 'utf8');
    const { child } = JSON.parse(text) as Recorded;
    if ((await identify(child.pid)) === null) throw new Error(`${name} does not run.`);
    found.push(child);
  }
  return found;
}

async function allGone(processes: Identity[]): Promise<boolean> {
  const answers = await Promise.all(processes.map((one) => gone(one, 10_000)));
  return answers.every((answer) => answer);
}

function get(product: Product, path: string): Promise<Response> {
  const { base_url, api_key } = product.credentials;
  return fetch(`${base_url}${path}`, { headers: { Authorization: `Bearer ${api_key}` } });
}

async function addCustomer(product: Product, name: string): Promise<void> {
  const { base_url, api_key } = product.credentials;
  const response = await fetch(`${base_url}/api/v1/customers`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api_key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ display_name: name }),
  });
  expect(response.status).toBe(201);
}

const places = /(?:http|mongodb):\/\/127\.0\.0\.1:\d+/;

describe('a start', () => {
  it('is ready when it prints its table, and a SIGTERM leaves nothing running', async () => {
    const product = await startProduct(data);
    expect((await get(product, '/health/ready')).status).toBe(200);
    expect((await get(product, '/api/v1/invoices')).status).toBe(200);
    for (const row of ['Gateway', 'API reference', 'Temporal UI', 'Mailbox', 'Data folder', 'npm run demo'])
      expect(product.output()).toContain(row);
    // Without a terminal there are no colours.
    expect(product.output()).not.toContain('\u001b[');

    const file = join(data, 'credentials.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(product.credentials).toMatchObject({
      base_url: expect.stringMatching(places),
      api_key: expect.stringMatching(/^dw_test_/),
      live_api_key: expect.stringMatching(/^dw_live_/),
      highlevel: {
        token: expect.stringMatching(/^pit-/),
        location_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      },
      temporal: { namespace: 'default', task_queue: 'duewell', ui_url: expect.stringMatching(places) },
      mongodb_uri: expect.stringMatching(places),
    });
    for (const key of [product.credentials.api_key, product.credentials.live_api_key])
      expect(product.output()).not.toContain(key);

    const running = await engines();
    expect(await product.end('SIGTERM')).toBe(0);
    expect(await allGone(running)).toBe(true);
  });

  it('goes on where it was after being killed, with the same keys', async () => {
    const first = await startProduct(data);
    await addCustomer(first, 'Still here');
    const running = await engines();
    expect(await first.end('SIGKILL')).toBeNull();
    // At once: what the killed start left is on its way out or ended by the next.
    const second = await startProduct(data);
    expect(await allGone(running)).toBe(true);
    expect(second.credentials.api_key).toBe(first.credentials.api_key);
    expect(second.credentials.organization_id).toBe(first.credentials.organization_id);
    const customers = (await (await get(second, '/api/v1/customers')).json()) as { data: unknown[] };
    expect(customers.data).toEqual([expect.objectContaining({ display_name: 'Still here' })]);
    expect(await second.end('SIGINT')).toBe(0);
  });

  it('starts an engine again that dies', async () => {
    const product = await startProduct(data);
    const [, mongod] = await engines();
    process.kill(mongod?.pid ?? 0, 'SIGKILL');
    await gone(mongod as Identity, 10_000);
    const until = performance.now() + 30_000;
    let status = 0;
    while (status !== 200 && performance.now() < until) status = (await get(product, '/health/ready')).status;
    expect(status).toBe(200);
    expect(await product.end('SIGTERM')).toBe(0);
  });

  it('names the port that was asked for and is taken, and leaves nothing running', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = String((taken.address() as AddressInfo).port);
    const run = spawnStart(data, { MONGODB_PORT: port });
    expect((await run.ended)[0]).toBe(1);
    expect(run.output()).toContain(`MONGODB_PORT asks for port ${port} (MongoDB), and it is taken.`);
    await expect(engines()).rejects.toThrow('ENOENT');
    taken.close();
  });

  it('says which variable of the environment is not usable', async () => {
    const run = spawnStart(data, { PORT: 'eighty' });
    expect((await run.ended)[0]).toBe(1);
    expect(run.output()).toContain('PORT:');
  });

  it('embeds nothing when the environment names both servers', async () => {
    const mongo = new URL(required('TEST_MONGODB_URI'));
    mongo.pathname = `/start_${process.pid}`;
    const product = await startProduct(data, {
      TEMPORAL_ADDRESS: required('TEST_TEMPORAL_ADDRESS'),
      TEMPORAL_TASK_QUEUE: `start-${process.pid}`,
      MONGODB_URI: mongo.href,
    });
    expect((await get(product, '/health/ready')).status).toBe(200);
    await expect(engines()).rejects.toThrow('ENOENT');
    expect(await product.end('SIGTERM')).toBe(0);
  });
});
