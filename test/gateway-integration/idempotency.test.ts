// The same key, the same answer: also together, after a refusal, after a failure, after a crash.
import type { Answer } from '../../src/gateway/answer.ts';
import { once, type Keyed } from '../../src/gateway/idempotency.ts';
import { isRefused, refusedAs } from '../../src/gateway/problem.ts';
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

  test('may be used again after a refusal, also with another body', async () => {
    const bodies = [{ due_date: 'x' }, { customer_id: 'nobody' }, {}];
    const statuses: number[] = [];
    for (const body of bodies) statuses.push((await create('retry', body)).status);
    expect(statuses).toEqual([422, 422, 201]);
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
    bench.engine.mode = 'unreached';
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

describe('the row of a key', () => {
  const keyed = (key: string): Keyed => ({
    key,
    organizationId: 'o-1',
    live: false,
    method: 'POST',
    path: '/x',
    body: { a: 1 },
    movesMoney: false,
    secrets: [],
  });
  const codeOf = (run: Promise<Answer>) =>
    run.then(
      (answer) => String(answer.status),
      (error: unknown) => (isRefused(error) ? error.refusal.rejection.rejected : 'thrown'),
    );

  test('a dead owner’s command goes on under the same id once its time is over', async () => {
    const ids: string[] = [];
    await new Promise<void>((began) => {
      void once(bench.store, keyed('dead'), (hold) => {
        ids.push(hold.commandId);
        began();
        return new Promise<Answer>(() => undefined);
      });
    });
    const goOn = () =>
      codeOf(
        once(bench.store, keyed('dead'), (hold) => {
          ids.push(`${hold.commandId}${hold.repeated ? ' again' : ''}`);
          return Promise.resolve({ status: 200, body: {} });
        }),
      );
    expect(await goOn()).toBe('idempotency_in_flight');
    const row = { command_id: ids[0] as string };
    await bench.store.idempotencyKeys.updateOne(row, { $set: { locked_until: new Date(Date.now() - 1) } });
    expect(await goOn()).toBe('200');
    expect(ids).toEqual([ids[0], `${ids[0]} again`]);
  });

  test('a living owner keeps it', async () => {
    let end: (answer: Answer) => void = () => undefined;
    let began: () => void = () => undefined;
    const running = new Promise<void>((resolve) => {
      began = resolve;
    });
    const first = once(bench.store, keyed('alive'), () => {
      began();
      return new Promise<Answer>((resolve) => {
        end = resolve;
      });
    });
    await running;
    const second = () => once(bench.store, keyed('alive'), () => Promise.resolve({ status: 500 }));
    expect(await codeOf(second())).toBe('idempotency_in_flight');
    end({ status: 204 });
    expect(await codeOf(first)).toBe('204');
    expect(await codeOf(second())).toBe('204');
  });

  test('a refusal is forgotten, what may have run is remembered by its id', async () => {
    const ids: string[] = [];
    const fail = (code: 'already_paid' | 'outcome_unknown') =>
      once(bench.store, keyed(code), (hold) => {
        ids.push(hold.commandId);
        return Promise.reject(refusedAs(code));
      });
    for (const code of ['already_paid', 'already_paid', 'outcome_unknown', 'outcome_unknown'] as const) {
      expect(await codeOf(fail(code))).toBe(code);
    }
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids[2]).toBe(ids[3]);
  });

  test('payments never expire, the rest after a day', async () => {
    const answer = () => Promise.resolve({ status: 200 });
    await once(bench.store, keyed('day'), answer);
    await once(bench.store, { ...keyed('ever'), movesMoney: true }, answer);
    const rows = await bench.store.idempotencyKeys.find({ organization_id: 'o-1' }).toArray();
    const years = rows.map((row) => row.expires_at.getUTCFullYear());
    expect(years).toContain(9999);
    const day = rows.map((row) => row.expires_at.getTime() - Date.now()).filter((left) => left < 90_000_000);
    expect(Math.max(...day)).toBeGreaterThan(86_000_000);
  });
});
