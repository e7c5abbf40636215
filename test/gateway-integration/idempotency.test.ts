// The same key, the same answer: also together, after a refusal, after a failure, after a crash.
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
let customerId: string;
beforeAll(async () => {
  bench = await openBench();
  customerId = await bench.customer();
});
afterAll(() => bench.close());
afterEach(() => {
  bench.engine.mode = 'well';
});

const create = (key: string, change: Body = {}) =>
  bench
    .call('post', '/invoices')
    .set('Idempotency-Key', key)
    .send({ customer_id: customerId, line_items_attributes: lines, ...change });

describe('a key over HTTP', () => {
  test('repeats the answer, its headers and its bytes, and makes nothing twice', async () => {
    const first = await create('same').expect(201);
    const again = await create('same').expect(201);
    expect(again.text).toBe(first.text);
    expect(again.headers).toMatchObject({
      'idempotent-replayed': 'true',
      etag: first.headers['etag'],
      location: first.headers['location'],
    });
    expect(first.headers).not.toHaveProperty('idempotent-replayed');
    expect(await bench.store.invoices.countDocuments({ customer_id: customerId })).toBe(1);
  });

  test('does not mind the order of fields, and a quoted key is the bare one', async () => {
    const first = await create('order').expect(201);
    const body = { line_items_attributes: lines, customer_id: customerId };
    const again = await bench
      .call('post', '/invoices')
      .set('Idempotency-Key', '"order"')
      .send(body)
      .expect(201);
    expect(again.text).toBe(first.text);
  });

  test('refuses another body', async () => {
    await create('other').expect(201);
    expect((await create('other', { memo: 'x' }).expect(422)).body).toMatchObject({
      code: 'idempotency_mismatch',
    });
  });

  test('is another key for another organization, mode, route and invoice', async () => {
    const { id: one } = await bench.draft({ action: 'issue' });
    const { id: two } = await bench.draft({ action: 'issue' });
    for (const id of [one, two]) {
      const paid = await bench
        .call('post', `/invoices/${id}/record_payment`)
        .set('Idempotency-Key', 'shared')
        .send({ amount_cents: 100 })
        .expect(200);
      expect(paid.body).toMatchObject({ id, amount_paid_cents: 100 });
    }
    const live = await bench
      .call('post', '/customers', bench.keys.live)
      .set('Idempotency-Key', 'shared')
      .send({ display_name: 'L' })
      .expect(201);
    const other = await bench
      .call('post', '/customers', bench.others.test)
      .set('Idempotency-Key', 'shared')
      .send({ display_name: 'L' })
      .expect(201);
    expect((live.body as Body)['id']).not.toBe((other.body as Body)['id']);
  });

  test('is required for payments', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const refused = await bench.call('post', `/invoices/${id}/record_payment`).send({}).expect(400);
    expect(refused.body).toMatchObject({ code: 'idempotency_key_required' });
  });

  test.each(['', ' ', 'x'.repeat(256), 'ümlaut'])('%j is none', async (key) => {
    const refused = await create(key);
    expect([refused.status, (refused.body as Body)['code']]).toEqual([400, 'malformed_header']);
  });

  test('keeps a refusal like any answer: to the byte, whatever has changed since', async () => {
    const { id } = await bench.draft();
    const pay = (body: Body) =>
      bench.call('post', `/invoices/${id}/record_payment`).set('Idempotency-Key', 'early').send(body);
    const refused = await pay({ amount_cents: 100 }).expect(409);
    expect(refused.body).toMatchObject({ code: 'wrong_status' });
    expect(refused.headers).not.toHaveProperty('idempotent-replayed');
    await bench.call('post', `/invoices/${id}/send`).send({ deliver: false }).expect(200);
    const sent = bench.engine.updates.length;
    const again = await pay({ amount_cents: 100 }).expect(409);
    expect(again.text).toBe(refused.text);
    expect(again.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'content-type': refused.headers['content-type'],
      'cache-control': 'no-store',
    });
    expect((await pay({ amount_cents: 99 }).expect(422)).body).toMatchObject({
      code: 'idempotency_mismatch',
    });
    expect(bench.engine.updates).toHaveLength(sent);
    expect(await bench.store.payments.countDocuments({ 'allocations.invoice_id': id })).toBe(0);
  });

  test.each<[string, string, string, Body, number, string]>([
    [
      'of a value that the core decides',
      'post',
      'record_payment',
      { amount_cents: 9_999 },
      422,
      'amount_exceeds_due',
    ],
    [
      'of what the store does not know',
      'post',
      'record_payment',
      { deposit_to_account_id: 'x' },
      422,
      'unknown_account',
    ],
    ['by the state, of a change', 'delete', '', {}, 409, 'issued_delete'],
  ])('keeps a refusal %s', async (_what, method, path, body, status, code) => {
    const { id } = await bench.draft({ action: 'issue' });
    const ask = (given: Body) =>
      bench
        .call(method as 'post' | 'delete', `/invoices/${id}${path === '' ? '' : `/${path}`}`)
        .set('Idempotency-Key', 'kept')
        .send({ ...given, ...(path === '' ? {} : { overpayment: 'refuse' }) });
    const first = await ask(body).expect(status);
    const again = await ask(body).expect(status);
    expect(first.body).toMatchObject({ code });
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
  });

  test('keeps that there is no such thing', async () => {
    const ask = () => bench.call('post', '/invoices/nobody/send').set('Idempotency-Key', 'none').send({});
    const first = await ask().expect(404);
    const again = await ask().expect(404);
    expect([again.text, again.headers['idempotent-replayed']]).toEqual([first.text, 'true']);
  });

  test('is free again after what was wrong with the request itself', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const read = await bench.keyWith('invoices:read');
    const ask = (body: Body, headers: Record<string, string> = {}, query = '', token?: string) =>
      bench
        .call('post', `/invoices/${id}/record_payment${query}`, token)
        .set({ 'Idempotency-Key': 'mended', ...headers })
        .send(body);
    const answers = [
      await ask({ amount_cents: -1 }),
      await ask({ amount: 1 }),
      await ask({}, {}, '?bogus=1'),
      await ask({}, { 'If-Match': '"7"' }),
      await ask({}, { 'If-Match': 'seven' }),
      await ask({}, {}, '', read),
      await ask({ amount_cents: 100 }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 400, 412, 400, 403, 200]);
    expect(answers.some(({ headers }) => 'idempotent-replayed' in headers)).toBe(false);
  });

  test('of a refused create is used up once its command was under way, and not before', async () => {
    const bodies = [{ due_date: 'x' }, { customer_id: 'nobody' }, {}];
    const codes: unknown[] = [];
    for (const body of bodies) codes.push(((await create('retry', body)).body as Body)['code']);
    expect(codes).toEqual(['invalid_date', 'unknown_customer', 'idempotency_mismatch']);
  });

  test('of many at once one runs, and the others wait or are told its answer', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create('burst')));
    const made = answers.filter((answer) => answer.status === 201);
    const waiting = answers.filter((answer) => answer.status === 409);
    expect(made.length + waiting.length).toBe(20);
    expect(new Set(made.map((answer) => answer.text)).size).toBe(1);
    expect(waiting.every((answer) => answer.headers['retry-after'] === '1')).toBe(true);
    const { id = '' } = (made[0]?.body ?? {}) as { id?: string };
    expect(bench.engine.started.filter((started) => started.endsWith(id))).toHaveLength(1);
  });

  test('a failed try is repeated as the very same command', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const pay = () =>
      bench
        .call('post', `/invoices/${id}/record_payment`)
        .set('Idempotency-Key', 'lost')
        .send({ amount_cents: 100 });
    bench.engine.mode = 'deaf';
    const lost = await pay().expect(503);
    const { command_id: commandId } = lost.body as { command_id: string };
    expect(lost.body).toMatchObject({ code: 'outcome_unknown' });
    bench.engine.mode = 'well';
    const paid = await pay().expect(200);
    expect(paid.body).toMatchObject({ amount_paid_cents: 100 });
    expect(bench.engine.updates.slice(-2).map((update) => update.args.commandId)).toEqual([
      commandId,
      commandId,
    ]);
    expect((await pay().expect(200)).headers['idempotent-replayed']).toBe('true');
  });

  test('a create that got no answer meets its own invoice when it is repeated', async () => {
    bench.engine.mode = 'torn';
    await create('create-lost').expect(503);
    bench.engine.mode = 'well';
    const made = await create('create-lost').expect(201);
    const starts = bench.engine.started.slice(-2);
    expect(starts).toEqual([starts[0], starts[0]]);
    expect(starts[0]).toContain((made.body as { id: string }).id);
  });

  test('keys of tokens are not kept: a replay shows none', async () => {
    const mint = () =>
      bench
        .call('post', '/tokens')
        .set('Idempotency-Key', 'mint')
        .send({ name: 'x', scopes: ['reports:read'] });
    const first = (await mint().expect(201)).body as Body;
    const again = (await mint().expect(201)).body as Body;
    expect(first['token']).toMatch(/^dw_test_/);
    expect(again).toEqual({ ...first, token: null });
    const rows = await bench.store.idempotencyKeys.find().toArray();
    expect(JSON.stringify(rows)).not.toContain(String(first['token']));
  });
});
