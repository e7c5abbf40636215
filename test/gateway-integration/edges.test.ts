// What surrounds the API: engines that are away, health, headers, other methods, the reference page, callbacks.
import { createHmac } from 'node:crypto';
import request from 'supertest';
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
let customerId: string;
beforeAll(async () => {
  bench = await openBench();
  customerId = await bench.customer();
});
afterAll(() => bench.close());
afterEach(async () => {
  bench.engine.mode = 'well';
  await bench.beat();
});

const plain = (path: string) => request(bench.app).get(path);
const create = () =>
  bench.call('post', '/invoices').send({ customer_id: customerId, line_items_attributes: lines });

/** A gateway of its own: what one has seen of the engine is remembered for a second. */
async function freshBench<T>(work: (fresh: Bench) => Promise<T>): Promise<T> {
  const fresh = await openBench();
  try {
    return await work(fresh);
  } finally {
    await fresh.close();
  }
}

describe('when an engine is away', () => {
  test.each(['no heartbeat', 'an old heartbeat', 'no Temporal'])(
    '%s: 503 at once, and nothing is sent',
    async (how) => {
      await freshBench(async (fresh) => {
        const customer = await fresh.customer();
        if (how === 'no heartbeat') await fresh.store.workerHeartbeats.deleteMany({});
        if (how === 'an old heartbeat') await fresh.beat(16_000);
        if (how === 'no Temporal') fresh.engine.mode = 'unreached';
        const body = { customer_id: customer, line_items_attributes: lines };
        const refused = await fresh.call('post', '/invoices').send(body).expect(503);
        expect(refused.body).toMatchObject({ code: 'engine_unavailable' });
        expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
        expect(fresh.engine.started).toEqual([]);
        const ready = await request(fresh.app).get('/health/ready').expect(503);
        expect((ready.body as { reasons: string[] }).reasons).toHaveLength(1);
        // Reads need no engine.
        await fresh.call('get', '/invoices').expect(200);
      });
    },
  );

  test('a heartbeat of fifteen seconds is still fresh', async () => {
    await freshBench(async (fresh) => {
      await fresh.beat(14_000);
      expect((await request(fresh.app).get('/health/ready')).status).toBe(200);
    });
  });

  test('no answer in time is 503 that says so, with the command’s id', async () => {
    bench.engine.mode = 'deaf';
    const refused = await create().expect(503);
    expect(refused.body).toMatchObject({ code: 'outcome_unknown', command_id: expect.any(String) as string });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('a refusal that the write makes comes back as the refusal it is', async () => {
    const customer = await bench.customer({ sms_consent: false });
    const { id } = await bench.draft({ customer_id: customer });
    const refused = await bench.call('post', `/invoices/${id}/text2pay`).send({}).expect(409);
    expect(refused.body).toMatchObject({ code: 'sms_not_consented' });
    expect((refused.body as Body)['available_actions']).toBeDefined();
  });
});

describe('addresses and methods', () => {
  test('an address that does not exist is a problem of 404', async () => {
    for (const path of [
      '/nope',
      '/api/v1/nope',
      '/api/v1/invoices/x/y/z',
      '/docs/nope',
      '/api/v1/%E0%A4%A',
    ]) {
      const refused = await plain(path).expect(404);
      expect(refused.headers['content-type']).toContain('application/problem+json');
      expect(refused.body).toMatchObject({ code: 'not_found', request_id: expect.any(String) as string });
    }
  });

  test('a method that does not fit is 405 and names those that do', async () => {
    const refused = await bench.call('put', '/invoices').send({}).expect(405);
    expect(refused.headers['allow']).toBe('GET, POST, HEAD, OPTIONS');
    const one = await bench.call('post', '/invoices/x').send({}).expect(405);
    expect(one.headers['allow']).toBe('GET, PATCH, DELETE, HEAD, OPTIONS');
  });

  test('HEAD is GET without its body', async () => {
    const { id } = await bench.draft();
    const got = await bench.call('get', `/invoices/${id}`).expect(200);
    const head = await bench.call('head', `/invoices/${id}`).expect(200);
    expect(head.headers['etag']).toBe(got.headers['etag']);
    expect(head.text).toBeUndefined();
    await bench.call('head', '/invoices/none').expect(404);
  });

  test('a request id is taken over or made up, and told in errors', async () => {
    const given = await plain('/nope').set('X-Request-Id', 'mine-1').expect(404);
    expect(given.headers['x-request-id']).toBe('mine-1');
    expect((given.body as Body)['request_id']).toBe('mine-1');
    const hostile = await plain('/nope').set('X-Request-Id', 'a b<c>').expect(404);
    expect(hostile.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('answers carry what protects them', async () => {
    const { headers } = await bench.call('get', '/me').expect(200);
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'ratelimit-policy': expect.any(String) as string,
    });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  test('a token that asks too often is told to wait', async () => {
    const strict = await openBench({ DUEWELL_RATE_LIMIT: 2 });
    const statuses: number[] = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await strict.call('get', '/me')).status);
    const refused = await strict.call('get', '/me').expect(429);
    expect([statuses, (refused.body as Body)['code']]).toEqual([[200, 200, 429], 'rate_limited']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await strict.call('get', '/me', strict.others.test).expect(200);
    await strict.close();
  });
});

describe('pages', () => {
  test('health, metrics, document and reference page need no key', async () => {
    await plain('/health/live').expect(200);
    await plain('/health/ready').expect(200);
    const metrics = await plain('/metrics').expect(200);
    expect(metrics.text).toContain(
      'duewell_http_request_seconds_count{method="POST",route="/api/v1/invoices"',
    );
    expect(metrics.text).toContain('duewell_refusals_total{code="not_found"}');
    const document = await plain('/openapi.json').expect(200);
    expect(document.body).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://gateway.test' }] });
  });

  test('the reference page asks no other host for anything', async () => {
    const page = await plain('/docs').expect(200);
    expect(page.text).not.toMatch(/https?:\/\//);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const files = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) await plain(file).expect(200);
  });

  test('the mailbox shows what was taken', async () => {
    const page = await plain('/mailbox').expect(200);
    expect(page.headers['content-type']).toContain('text/html');
  });
});

describe('reports of Twilio', () => {
  const token = 'the-auth-token';
  const path = '/callbacks/twilio/status?message=m-1';
  const sign = (form: Record<string, string>, secret = token) => {
    const fields = Object.keys(form)
      .sort()
      .map((name) => name + (form[name] ?? ''));
    return createHmac('sha1', secret)
      .update(`http://gateway.test${path}${fields.join('')}`)
      .digest('base64');
  };
  const report = (form: Record<string, string>, signature: string) =>
    request(bench.app).post(path).type('form').set('X-Twilio-Signature', signature).send(form);

  beforeAll(async () => {
    const value = JSON.stringify({ accountSid: 'AC1', authToken: token });
    await bench.store.meta.insertOne({ _id: 'twilio_sandbox_account', value });
  });

  test('are taken when they are signed, whatever they tell of on the way', async () => {
    const form = { MessageStatus: 'sent', MessageSid: 'SM1' };
    expect((await report(form, sign(form))).status).toBe(204);
  });

  test('are refused when anything of them was changed', async () => {
    const form = { MessageStatus: 'sent', MessageSid: 'SM1' };
    const forged = await report({ ...form, MessageStatus: 'delivered' }, sign(form)).expect(403);
    expect(forged.body).toMatchObject({ code: 'bad_signature' });
    await report(form, sign(form, 'another')).expect(403);
    await report(form, '').expect(403);
  });

  test('about a message that is not ours are 404', async () => {
    const form = { MessageStatus: 'delivered', MessageSid: 'SM1' };
    expect((await report(form, sign(form))).status).toBe(404);
  });
});
