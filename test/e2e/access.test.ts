// Who may ask what, and how a request must look before anyone reads its values.
import { randomUUID } from 'node:crypto';
import { type Answer, good, type Problem, refusal, userOf, visit } from '../support/e2e-http.ts';
import {
  everything,
  type Invoice,
  mailbox,
  newCustomer,
  newInvoice,
  type Organization,
  sample,
  sent,
  userWith,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

let user: Organization;
let others: Organization;
let theirs: Invoice;
beforeAll(async () => {
  [user, others] = await Promise.all([ownOrganization(), ownOrganization({ name: 'Vance Refrigeration' })]);
  theirs = await newInvoice(others, { action: 'issue' });
});

const onInvoice: readonly (readonly [string, string])[] = [
  ['GET', ''],
  ['PATCH', ''],
  ['DELETE', ''],
  ['POST', '/send'],
  ['POST', '/text2pay'],
  ['POST', '/remind'],
  ['POST', '/record_payment'],
  ['POST', '/void'],
  ['GET', '/timeline'],
  ['GET', '/activity'],
  ['GET', '/journal'],
  ['GET', '/messages'],
];

function asked(organization: Organization, method: string, path: string, live = false) {
  const { api_key: test, live_api_key: own } = organization.keys;
  return organization.raw<Problem>(path, {
    method,
    headers: {
      Authorization: `Bearer ${live ? own : test}`,
      'Idempotency-Key': randomUUID(),
      ...(method === 'GET' ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(method === 'GET' ? {} : { body: '{}' }),
  });
}

it.each(onInvoice)(
  'answers 404 for another organization’s invoice, an unknown one and another mode’s: %s %s',
  async (method, path) => {
    const own = await newInvoice(user, { memo: 'mine' });
    const before = await good(others.get<Invoice>(`/invoices/${theirs.id}`));
    const strange = [
      asked(user, method, `/invoices/${theirs.id}${path}`),
      asked(user, method, `/invoices/${randomUUID()}${path}`),
      asked(user, method, `/invoices/no-uuid${path}`),
      asked(user, method, `/invoices/${own.id}${path}`, true),
    ];
    for (const one of strange) expect(await refusal(one)).toEqual([404, 'not_found']);
    expect(await good(others.get<Invoice>(`/invoices/${theirs.id}`))).toEqual(before);
    expect((await good(user.get<Invoice>(`/invoices/${own.id}`))).version).toBe(1);
  },
);

it('shows nothing of another organization in any list, nor takes its ids', async () => {
  for (const list of ['/invoices', '/customers', '/items', '/journal_entries', '/sandbox/messages']) {
    const fresh = await ownOrganization();
    expect(await everything(fresh, list)).toEqual([]);
  }
  const customer = theirs.customer.id;
  expect(await refusal(user.post('/invoices', { customer_id: customer, ...sample }))).toEqual([
    422,
    'unknown_customer',
    '/customer_id',
  ]);
  const own = await newInvoice(user);
  expect(await refusal(user.patch(`/invoices/${own.id}`, { customer_id: customer }))).toEqual([
    422,
    'unknown_customer',
    '/customer_id',
  ]);
  const [account] = await everything<{ id: string }>(others, '/accounts');
  const line = { line_items_attributes: [{ rate_cents: 1, account_id: account?.id }] };
  expect(await refusal(user.post('/invoices', { customer_id: own.customer.id, ...line }))).toEqual([
    422,
    'unknown_account',
    '/line_items_attributes/0/account_id',
  ]);
  for (const path of [`/customers/${customer}`, `/tokens/${theirs.id}`]) {
    expect((await asked(user, 'DELETE', path)).status).toBe(404);
  }
});

it('keeps test and live apart: numbers, lists, mail, and what a key may make', async () => {
  const customer = await newCustomer(user);
  const inTest = await newInvoice(user, { customer_id: customer.id });
  const inLive = await newInvoice(user.live, { customer_id: customer.id });
  expect([inTest.live_mode, inLive.live_mode]).toEqual([false, true]);
  const numbers = [await sent(user, inTest.id), await sent(user.live, inLive.id)].map(
    ({ invoice_number: number }) => number?.replace(/\d+$/, ''),
  );
  expect(numbers).toEqual(['TEST-', 'INV-']);
  const query = `/invoices?customer_id=${customer.id}`;
  expect((await everything<Invoice>(user, query)).map(({ id }) => id)).toEqual([inTest.id]);
  expect((await everything<Invoice>(user.live, query)).map(({ id }) => id)).toEqual([inLive.id]);
  expect([await mailbox(user, inLive.id), await mailbox(user.live, inTest.id)]).toEqual([[], []]);
  expect(await mailbox(user.live, inLive.id)).toHaveLength(1);
  const body = { customer_id: customer.id, ...sample, live_mode: true };
  expect(await refusal(user.post('/invoices', body))).toEqual([422, 'invalid_value', '/live_mode']);
  expect(await refusal(user.live.get('/test_clock'))).toEqual([403, 'test_mode_only']);
});

describe('a key', () => {
  const codes = async (key: string) => {
    const answer = await userOf(user.baseUrl, key).get<Problem>('/invoices');
    return [answer.status, answer.body.code, answer.headers.get('www-authenticate')];
  };

  it('is missing, made up, altered or revoked: 401', async () => {
    const unauthenticated = [401, 'unauthenticated', 'Bearer realm="duewell"'];
    const { api_key: key } = user.keys;
    const altered = key.slice(0, -1) + (key.endsWith('0') ? '1' : '0');
    for (const bad of ['', 'nonsense', altered, key.replace('test', 'live')])
      expect(await codes(bad)).toEqual(unauthenticated);
    expect((await user.raw('/invoices', {})).status).toBe(401);
    const made = await good(user.post<{ id: string; token: string }>('/tokens', { name: 'soon gone' }), 201);
    expect((await codes(made.token))[0]).toBe(200);
    expect((await user.remove(`/tokens/${made.id}`)).status).toBe(204);
    expect(await codes(made.token)).toEqual(unauthenticated);
  });

  it('does what its scopes allow, and is told which it lacks before it is told anything else', async () => {
    const { id } = await newInvoice(user, { action: 'issue' });
    const reader = await userWith(user, 'invoices:read');
    expect((await reader.get(`/invoices/${id}`)).status).toBe(200);
    const lacking = async (answer: Promise<Answer<Problem>>, scope: string) => {
      const { status, body } = await answer;
      expect([status, body.code, body.detail]).toEqual([
        403,
        'insufficient_scope',
        expect.stringContaining(scope),
      ]);
    };
    await lacking(reader.post(`/invoices/${id}/send`), 'invoices:write');
    await lacking(reader.post(`/invoices/${randomUUID()}/void`, { nonsense: 1 }), 'invoices:write');
    await lacking(reader.post(`/invoices/${id}/record_payment`), 'payments:write');
    await lacking(reader.get('/customers'), 'customers:read');
    await lacking(reader.get('/journal_entries'), 'reports:read');
    await lacking(reader.post('/organizations', { name: 'Mine' }), 'organizations:write');
    const cashier = await userWith(user, 'payments:write');
    await good(
      cashier.post(
        `/invoices/${id}/record_payment`,
        { amount_cents: 1 },
        { 'Idempotency-Key': randomUUID() },
      ),
      200,
    );
    await lacking(cashier.get(`/invoices/${id}`), 'invoices:read');
    const minter = await userWith(user, 'tokens:write');
    await lacking(minter.post('/tokens', { name: 'more', scopes: ['payments:write'] }), 'payments:write');
  });
});

describe('the form of a request', () => {
  const post = (init: { body: string | Uint8Array; headers?: Record<string, string> }) =>
    user.raw<Problem>('/invoices', {
      method: 'POST',
      body: init.body,
      headers: {
        Authorization: `Bearer ${user.keys.api_key}`,
        'Content-Type': 'application/json',
        ...init.headers,
      },
    });

  it.each([
    ['cut off', '{"customer_id": "x"'],
    ['NaN', '{"customer_id": NaN}'],
    ['no JSON at all', 'customer_id=x'],
    ['bytes that are no UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
    ['nested without end', '['.repeat(5_000) + ']'.repeat(5_000)],
  ])('is malformed (%s): 400', async (_, body) => {
    expect(await refusal(post({ body }))).toEqual([400, 'malformed_json']);
  });

  it('is not JSON: 415; too large: 413; a method that is not taken: 405 with those that are', async () => {
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await refusal(post({ body: 'a=1', headers: form }))).toEqual([415, 'unsupported_media_type']);
    const large = JSON.stringify({ memo: 'x'.repeat(1_000_001) });
    expect(await refusal(post({ body: large }))).toEqual([413, 'payload_too_large']);
    const put = await asked(user, 'PUT', '/invoices');
    expect([put.status, put.body.code, put.headers.get('allow')]).toEqual([
      405,
      'method_not_allowed',
      'GET, POST, HEAD, OPTIONS',
    ]);
    expect(await refusal(asked(user, 'DELETE', '/invoices'))).toEqual([405, 'method_not_allowed']);
    expect(await refusal(asked(user, 'GET', '/nowhere'))).toEqual([404, 'not_found']);
  });

  it('names a field twice, or one that only an object of JavaScript knows', async () => {
    const body = `{"customer_id": "a", "customer_id": "b", "__proto__": {"admin": true}}`;
    const { status, body: problem, headers } = await post({ body });
    expect(status).toBe(422);
    expect(problem.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/customer_id', 'duplicate_field'],
      ['/__proto__', 'unknown_field'],
    ]);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(problem).toMatchObject({ type: expect.any(String), title: expect.any(String), status: 422 });
  });
});

it('serves its own description and reference page to everybody, without hosts from elsewhere', async () => {
  const description = await visit<{ openapi: string; paths: Record<string, unknown> }>(
    `${user.baseUrl}/openapi.json`,
  );
  expect(description.body.openapi).toMatch(/^3\.1/);
  for (const [, path] of onInvoice) {
    expect(Object.keys(description.body.paths)).toContain(`/api/v1/invoices/{id}${path}`);
  }
  const page = await visit(`${user.baseUrl}/docs`);
  expect(page.status).toBe(200);
  expect(page.body).not.toMatch(/(?:src|href)="https?:/);
  const metrics = await visit(`${user.baseUrl}/metrics`);
  expect(metrics.body).toContain('# TYPE');
});
