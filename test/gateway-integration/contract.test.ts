// Answers fit the OpenAPI document: a story told through a validator that knows nothing but the document.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { openApiDocument } from '../../src/gateway/openapi.ts';
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
let gateway: Server;
let checked: Server;
const urlOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function listening(app: express.Express): Promise<Server> {
  return new Promise((resolve) => {
    const server = app.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Passes everything on to the gateway and checks what comes back. */
function checkingProxy(target: string): express.Express {
  const app = express();
  app.use(express.json());
  app.use(
    OpenApiValidator.middleware({
      apiSpec: openApiDocument(target) as unknown as Parameters<
        typeof OpenApiValidator.middleware
      >[0]['apiSpec'],
      validateRequests: false,
      validateResponses: true,
      validateSecurity: false,
    }),
  );
  app.use(async (asked: Request, response: Response) => {
    const { authorization = '', 'idempotency-key': key } = asked.headers;
    const answer = await fetch(target + asked.originalUrl, {
      method: asked.method,
      headers: {
        authorization,
        'content-type': 'application/json',
        ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
      },
      ...(asked.method === 'GET' ? {} : { body: JSON.stringify(asked.body ?? {}) }),
    });
    const text = await answer.text();
    response.status(answer.status).type(answer.headers.get('content-type') ?? 'text/plain');
    if (text === '') response.end();
    else response.json(JSON.parse(text));
  });
  app.use((error: Error, _asked: Request, response: Response, _next: NextFunction) => {
    response.status(500).end(`Not as the document says: ${error.message}`);
  });
  return app;
}

beforeAll(async () => {
  bench = await openBench();
  gateway = await listening(bench.app);
  checked = await listening(checkingProxy(urlOf(gateway)));
});
afterAll(async () => {
  for (const server of [checked, gateway]) {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  await bench.close();
});

async function ask(
  method: string,
  path: string,
  body?: Body,
  key?: string,
): Promise<{ status: number; body: Body }> {
  // Checking takes longer than a heartbeat counts.
  await bench.beat();
  const answer = await fetch(`${urlOf(checked)}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${bench.keys.test}`,
      'content-type': 'application/json',
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.status === 500) throw new Error(`${method} ${path}: ${text}`);
  return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body };
}

type Step = [method: string, path: string, body?: Body, key?: string];

/** Steps that were refused, with what was said. */
async function told(story: readonly Step[]): Promise<unknown[]> {
  const refused: unknown[] = [];
  for (const [method, at, given, key] of story) {
    const { status, body } = await ask(method, at, given, key);
    if (status >= 300) refused.push([method, at, body]);
  }
  return refused;
}

test('the whole life of an invoice answers as documented', async () => {
  const customer = await ask('POST', '/customers', {
    display_name: 'Ada',
    email: 'ada@example.com',
    phone: '+14155552671',
  });
  const body = {
    customer_id: customer.body['id'],
    line_items_attributes: [...lines, { rate_cents: 5, tax_rates: [{ name: 'VAT', rate: 7.75 }] }],
    late_fees: { type: 'percentage', value: 1.5, frequency: { interval: 'month' }, grace_days: 5 },
    ship_to: { city: 'Oslo' },
    metadata: { project: 'x' },
  };
  const { body: made } = await ask('POST', '/invoices', body);
  const path = `/invoices/${String(made['id'])}`;
  const story: Step[] = [
    ['GET', path],
    ['PATCH', path, { memo: 'changed' }],
    ['POST', `${path}/send`, { message: 'Hello' }],
    ['POST', `${path}/remind`, {}],
    ['POST', `${path}/text2pay`, {}],
    ['POST', `${path}/record_payment`, { amount_cents: 100 }, 'pay'],
    ['GET', `${path}?expand=payments,journal,timeline,customer`],
    ['GET', `${path}/timeline`],
    ['GET', `${path}/activity`],
    ['GET', `${path}/journal`],
    ['GET', `${path}/messages`],
    ['GET', '/invoices?status=partially_paid&limit=1'],
    ['GET', '/customers'],
    ['GET', `/customers/${String(customer.body['id'])}`],
    ['PATCH', `/customers/${String(customer.body['id'])}`, { sms_consent: true }],
    ['POST', '/items', { name: 'Paper', rate_cents: 100 }],
    ['GET', '/items'],
    ['GET', '/accounts'],
    ['GET', '/journal_entries'],
    ['GET', '/me'],
    ['GET', '/tokens'],
    ['POST', '/tokens', { name: 'x' }],
    ['GET', '/test_clock'],
    ['POST', '/sandbox/failures', { channel: 'email', fail: '550', match: { to: 'a@example.com' } }],
    ['GET', '/sandbox/messages'],
    ['DELETE', '/sandbox/messages'],
  ];
  expect(await told(story)).toEqual([]);
}, 180_000);

test('corrections, holds and plans answer as documented', async () => {
  await bench.beat();
  const { id, line_items: items } = await bench.draft({
    discount: { type: 'percentage', value: 10 },
    tips: { enabled: true },
    installments: {
      deposit: { type: 'fixed', value: 100, due_date: '2999-01-01' },
      schedule: [
        { type: 'percentage', value: 50, due_date: '2999-02-01' },
        { type: 'percentage', value: 50, due_date: '2999-03-01' },
      ],
    },
    early_payment: { percentage: 2, days: 10 },
  });
  const [line] = items as { id: string }[];
  const path = `/invoices/${id}`;
  const plans: Step[] = [
    ['POST', `${path}/schedule`, { send_at: '2999-01-01T09:00' }],
    ['DELETE', `${path}/schedule`],
    ['POST', `${path}/send`, { deliver: false }],
    ['PATCH', path, { memo: 'revised' }],
    ['POST', `${path}/hold`, { kind: 'promise', until: '2999-01-01' }],
    ['POST', `${path}/resume`, {}],
    ['PUT', `${path}/late_fees`, { type: 'fixed', value: 500, frequency: { interval: 'month' } }],
    ['PUT', `${path}/reminders`, { steps: [{ offset_days: 1 }] }],
    ['POST', `${path}/record_payment`, { amount_cents: 7_000, tip_cents: 5 }, 'over'],
  ];
  expect(await told(plans)).toEqual([]);
  const { body: paid } = await ask('GET', path);
  const [payment] = paid['payments'] as { id: string }[];
  const disposition = [{ type: 'credit', amount_cents: 100 }];
  const corrections: Step[] = [
    ['POST', `${path}/payments/${payment?.id}/refund`, { amount_cents: 2_000 }, 'back'],
    ['POST', `${path}/apply_credit`, { amount_cents: 100 }, 'credit'],
    ['POST', `${path}/credit_notes`, { line_items: [{ id: line?.id, amount_cents: 50 }] }, 'note'],
    ['POST', `${path}/payments/${payment?.id}/reverse`, {}, 'bounced'],
    ['POST', `${path}/record_payment`, { amount_cents: 100 }, 'part'],
    ['POST', `${path}/void`, { disposition }, 'void'],
    ['GET', `${path}/attachments`],
    ['GET', `${path}?expand=journal,timeline`],
    ['GET', `${path}/activity`],
    ['GET', `${path}/timeline`],
  ];
  expect(await told(corrections)).toEqual([]);
}, 180_000);

test('refusals answer as documented', async () => {
  const customerId = await bench.customer();
  await bench.beat();
  const { id } = await bench.draft({ action: 'issue' });
  const { id: voided } = await bench.draft({ action: 'issue' });
  await bench.call('post', `/invoices/${voided}/void`).send({}).expect(200);
  const unknown = '/invoices/5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10';
  const story: [number, string, string, Body?, string?][] = [
    [400, 'GET', '/invoices?bogus=1'],
    [400, 'GET', '/invoices?cursor=x'],
    [400, 'POST', `/invoices/${id}/record_payment`, {}],
    [404, 'GET', unknown],
    [404, 'POST', `${unknown}/void`, {}],
    [409, 'DELETE', `/invoices/${id}`],
    [400, 'POST', `/invoices/${id}/void`, { disposition: [{ type: 'credit', amount_cents: 1 }] }],
    [409, 'PATCH', `/invoices/${voided}`, { memo: 'x' }],
    [409, 'POST', `/invoices/${voided}/write_off`, {}],
    [409, 'POST', `/invoices/${id}/resume`, {}],
    [409, 'DELETE', `/invoices/${id}/schedule`],
    [404, 'POST', `/invoices/${id}/late_fees/1/waive`, {}],
    [404, 'POST', `/invoices/${id}/late_fees/first/waive`, {}],
    [404, 'POST', `/invoices/${id}/payments/none/refund`, {}, 'k'],
    [
      409,
      'DELETE',
      `/customers/${String((await bench.draft({ customer_id: customerId }))['id']) && customerId}`,
    ],
    [422, 'GET', '/invoices?limit=0'],
    [422, 'POST', '/invoices', { customer_id: 'x', line_items_attributes: [] }],
    [422, 'POST', `/invoices/${id}/record_payment`, { amount_cents: -1 }, 'k'],
    [422, 'POST', '/sandbox/failures', { channel: 'sms', fail: '550' }],
  ];
  for (const [status, method, at, given, key] of story) {
    expect([method, at, (await ask(method, at, given, key)).status]).toEqual([method, at, status]);
  }
}, 180_000);

test('the validator would notice an answer that is not as documented', async () => {
  await bench.beat();
  const path = `/invoices/${(await bench.draft())['id']}`;
  await bench.store.invoices.updateOne({ _id: path.split('/')[2] ?? '' }, { $set: { 'state.terms': 5 } });
  await expect(ask('GET', path)).rejects.toThrow('Not as the document says');
});
