// The same key, the same answer; and versions that keep two people from overwriting each other.
import { randomUUID } from 'node:crypto';
import { type Answer, good, type Problem, refusal } from '../support/e2e-http.ts';
import {
  type Customer,
  everything,
  type Invoice,
  journal,
  mailbox,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  read,
  sample,
  send,
  sent,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

const replayed = (answer: Answer<unknown>) => answer.headers.get('idempotent-replayed');
const withKey = (key: string) => ({ 'Idempotency-Key': key });

it('answers every POST the same for the same key, once done', async () => {
  const customer = await newCustomer(user);
  const { id } = await newInvoice(user);
  const requests: readonly (readonly [string, unknown])[] = [
    ['/customers', { display_name: 'Once' }],
    ['/invoices', { customer_id: customer.id, ...sample }],
    [`/invoices/${id}/send`, {}],
    [`/invoices/${id}/text2pay`, {}],
    [`/invoices/${id}/remind`, {}],
    [`/invoices/${id}/record_payment`, { amount_cents: 100 }],
    ['/items', { name: 'Once', rate_cents: 1 }],
    ['/sandbox/failures', { channel: 'email', fail: '550', match: { to: 'nobody@dunder.example' } }],
  ];
  for (const [path, body] of requests) {
    const key = randomUUID();
    const first = await user.post(path, body, withKey(key));
    const second = await user.post(path, body, withKey(key));
    expect([path, first.status < 300, replayed(first)]).toEqual([path, true, null]);
    expect([path, second.status, replayed(second)]).toEqual([path, first.status, 'true']);
    expect(second.body).toEqual(first.body);
    for (const header of ['etag', 'location']) {
      expect(second.headers.get(header)).toBe(first.headers.get(header));
    }
  }
  expect(
    (await everything<Customer>(user, '/customers')).filter((one) => one.display_name === 'Once'),
  ).toHaveLength(1);
  expect(await everything<Invoice>(user, `/invoices?customer_id=${customer.id}`)).toHaveLength(1);
  expect((await read(user, id)).amount_paid_cents).toBe(100);
  // Issued, text asked for, reminder asked for, paid: and nothing twice.
  expect((await journal(user, id)).map(({ type }) => type)).toEqual(['issued', 'payment_recorded']);
});

it('keeps the answer as it was, however the invoice moves on', async () => {
  const { id } = await newInvoice(user, { action: 'issue' });
  const key = randomUUID();
  const first = await pay(user, id, { amount_cents: 85 }, key);
  await good(pay(user, id), 200);
  const again = await pay(user, id, { amount_cents: 85 }, key);
  expect(again.body).toEqual(first.body);
  expect(again.body.amount_due_cents).toBe(5_800);
  expect((await read(user, id)).amount_due_cents).toBe(0);
  // The key may stand in quotes, as the draft of the standard has it.
  expect(replayed(await pay(user, id, { amount_cents: 85 }, `"${key}"`))).toBe('true');
});

it('refuses another body under the same key, and does not mind the order of fields', async () => {
  const { id } = await newInvoice(user, { action: 'issue' });
  const key = randomUUID();
  await good(pay(user, id, { amount_cents: 1, note: 'a' }, key), 200);
  expect(await refusal(pay(user, id, { amount_cents: 2, note: 'a' }, key))).toEqual([
    422,
    'idempotency_mismatch',
  ]);
  expect(replayed(await pay(user, id, { note: 'a', amount_cents: 1 }, key))).toBe('true');
  // On another invoice it is another request.
  const other = await newInvoice(user, { action: 'issue' });
  expect(replayed(await pay(user, other.id, { amount_cents: 1, note: 'a' }, key))).toBeNull();
  expect([(await read(user, id)).amount_paid_cents, (await read(user, other.id)).amount_paid_cents]).toEqual([
    1, 1,
  ]);
});

it('leaves a key free whose request never became a command: corrected, it runs', async () => {
  const { id } = await newInvoice(user, { action: 'issue' });
  const key = randomUUID();
  expect(await refusal(pay(user, id, { amount_cents: -1 }, key))).toEqual([
    422,
    'invalid_amount',
    '/amount_cents',
  ]);
  await good(pay(user, id, { amount_cents: 1 }, key), 200);
  expect((await read(user, id)).amount_paid_cents).toBe(1);
});

it('keeps a refusal too: the same key says the same, also when the invoice can be paid by now', async () => {
  const { id } = await newInvoice(user);
  const key = randomUUID();
  const refused = await pay(user, id, { amount_cents: 100 }, key);
  expect([refused.status, (refused.body as unknown as Problem).code]).toEqual([409, 'wrong_status']);
  await good(user.post(`/invoices/${id}/send`, { deliver: false }), 200);
  const again = await pay(user, id, { amount_cents: 100 }, key);
  expect([again.status, replayed(again)]).toEqual([409, 'true']);
  expect(again.body).toEqual(refused.body);
  expect(again.headers.get('content-type')).toBe(refused.headers.get('content-type'));
  expect(await refusal(pay(user, id, { amount_cents: 99 }, key))).toEqual([422, 'idempotency_mismatch']);
  expect(await read(user, id)).toMatchObject({ amount_paid_cents: 0, version: 2 });
  await good(pay(user, id, { amount_cents: 100 }), 200);
});

it('keeps a refusal of every kind of POST, and of what a value names', async () => {
  const { id: customer } = await newCustomer(user, { currency: 'USD' });
  const { id } = await newInvoice(user, { customer_id: customer, action: 'issue' });
  const part = { invoice_id: id, amount_cents: 1 };
  const requests: readonly (readonly [string, unknown, number, string])[] = [
    ['/invoices', { customer_id: 'nobody', ...sample }, 422, 'unknown_customer'],
    [
      '/payments',
      { customer_id: customer, amount_cents: 2, allocations: [part, part] },
      422,
      'duplicate_invoice',
    ],
    [`/customers/${customer}/credits`, { amount_cents: 1, currency: 'EUR' }, 422, 'currency_mismatch'],
    ['/customers/nobody/credits', { amount_cents: 1 }, 404, 'not_found'],
    ['/accounts', { code: '4000', name: 'Again', type: 'revenue' }, 422, 'account_code_taken'],
    [
      `/invoices/${id}/void`,
      { disposition: [{ type: 'credit', amount_cents: 1 }] },
      422,
      'disposition_mismatch',
    ],
    [`/invoices/${id}/schedule`, { send_at: '2099-01-01T09:00' }, 409, 'wrong_status'],
    [`/invoices/${id}/payments/none/refund`, {}, 404, 'unknown_payment'],
    [`/invoices/${id}/late_fees/1/waive`, {}, 404, 'unknown_late_fee'],
  ];
  for (const [path, body, status, code] of requests) {
    const key = randomUUID();
    const first = await user.post<Problem>(path, body, withKey(key));
    const second = await user.post<Problem>(path, body, withKey(key));
    expect([path, first.status, first.body.code, replayed(first)]).toEqual([path, status, code, null]);
    expect([path, second.status, replayed(second)]).toEqual([path, status, 'true']);
    expect(second.body).toEqual(first.body);
    expect(await refusal(user.post(path, { other: 1 }, withKey(key)))).toEqual([422, 'idempotency_mismatch']);
  }
});

it('asks for a key where money moves, and for one that is one', async () => {
  const { id } = await newInvoice(user, { action: 'issue' });
  expect(await refusal(user.post(`/invoices/${id}/record_payment`, {}))).toEqual([
    400,
    'idempotency_key_required',
  ]);
  for (const bad of ['', ' ', 'x'.repeat(256)]) {
    expect((await pay(user, id, {}, bad)).status).toBe(400);
  }
  expect((await read(user, id)).version).toBe(1);
});

it('lets one of ten at once through, and tells the others to come back', async () => {
  const { id } = await newInvoice(user);
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => user.post<Invoice>(`/invoices/${id}/send`, {}, withKey(key))),
  );
  const codes = answers.map(({ status }) => status);
  expect(codes.filter((status) => status === 200).length).toBeGreaterThan(0);
  const waiting = answers.filter(({ status }) => status !== 200);
  for (const one of waiting) {
    expect([one.status, (one.body as unknown as { code: string }).code]).toEqual([
      409,
      'idempotency_in_flight',
    ]);
    expect(one.headers.get('retry-after')).toBe('1');
  }
  expect(await good(user.post(`/invoices/${id}/send`, {}, withKey(key)), 200)).toEqual(
    answers.find(({ status }) => status === 200)?.body,
  );
  await sent(user, id, { deliver: false });
  expect(await mailbox(user, id)).toHaveLength(1);
  expect(await journal(user, id)).toHaveLength(1);
});

describe('ETag and If-Match', () => {
  it('follow the version of the invoice', async () => {
    const { id } = await newInvoice(user);
    const seen = await user.get<Invoice>(`/invoices/${id}`);
    expect(seen.headers.get('etag')).toBe('"1"');
    const changed = await user.patch<Invoice>(`/invoices/${id}`, { memo: 'b' }, { 'If-Match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body.version]).toEqual([200, '"2"', 2]);
  });

  it.each(['"1"', '"0"', '"999999"', 'W/"2"', '"1", "7"', '"two"'])('refuse %s with 412', async (tag) => {
    const { id } = await newInvoice(user);
    await good(user.patch(`/invoices/${id}`, { memo: 'b' }), 200);
    const stale = { 'If-Match': tag };
    for (const one of [
      user.patch(`/invoices/${id}`, { memo: 'c' }, stale),
      user.post(`/invoices/${id}/send`, {}, stale),
      user.remove(`/invoices/${id}`, stale),
    ]) {
      expect(await refusal(one)).toEqual([412, 'version_mismatch']);
    }
    const { version, memo, status } = await read(user, id);
    expect([version, memo, status]).toEqual([2, 'b', 'draft']);
  });

  it('let through what matches one of several, or anything', async () => {
    const { id } = await newInvoice(user);
    await good(user.patch(`/invoices/${id}`, { memo: 'b' }, { 'If-Match': '"9", "1"' }), 200);
    await good(user.patch(`/invoices/${id}`, { memo: 'c' }, { 'If-Match': '*' }), 200);
    expect(await refusal(user.patch(`/invoices/${id}`, {}, { 'If-Match': 'three' }))).toEqual([
      400,
      'malformed_header',
    ]);
    expect((await read(user, id)).version).toBe(3);
  });

  it('let one of two who read the same version write', async () => {
    const { id } = await newInvoice(user, { action: 'issue' });
    const answers = await Promise.all(
      [10, 20].map((amount) =>
        user.post<Invoice>(
          `/invoices/${id}/record_payment`,
          { amount_cents: amount },
          { 'Idempotency-Key': randomUUID(), 'If-Match': '"1"' },
        ),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 412]);
    expect((await read(user, id)).version).toBe(2);
  });

  it('answer a repetition under the same key although the version has moved', async () => {
    const { id } = await newInvoice(user);
    const headers = { 'If-Match': '"1"', ...withKey(randomUUID()) };
    const first = await user.post(`/invoices/${id}/send`, { deliver: false }, headers);
    await send(user, id);
    const again = await user.post(`/invoices/${id}/send`, { deliver: false }, headers);
    expect([first.status, again.status, replayed(again)]).toEqual([200, 200, 'true']);
  });
});
