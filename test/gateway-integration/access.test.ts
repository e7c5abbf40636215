// Who may see and do what: keys, scopes, organizations, modes; and the order in which a request is judged.
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const codeOf = (answer: { body: unknown }) => (answer.body as Body)['code'];
const unknownId = '5e0c1f0e-7a7a-4c5e-9c57-3f1d7f1f6a10';

describe('a key', () => {
  test('is needed, whole, known, and of the canonical kind', async () => {
    const altered = `${bench.keys.test.slice(0, -1)}${bench.keys.test.endsWith('0') ? '1' : '0'}`;
    for (const key of ['', 'nonsense', altered, bench.keys.test.replace('dw_test', 'dw_live')]) {
      const refused = await bench.call('get', '/me', key).expect(401);
      expect(codeOf(refused)).toBe('unauthenticated');
      expect(refused.headers['www-authenticate']).toContain('Bearer');
      expect(refused.headers['content-type']).toContain('application/problem+json');
    }
    await bench.call('get', '/me', '').set('Authorization', `Basic ${bench.keys.test}`).expect(401);
  });

  test('opens nothing once it is revoked', async () => {
    const made = await bench
      .call('post', '/tokens')
      .send({ name: 'short', scopes: ['invoices:read'] })
      .expect(201);
    const { id, token } = made.body as { id: string; token: string };
    await bench.call('get', '/invoices', token).expect(200);
    await bench.call('delete', `/tokens/${id}`).expect(204);
    const after = await bench.call('get', '/invoices', token);
    const again = await bench.call('delete', `/tokens/${id}`);
    expect([after.status, again.status]).toEqual([401, 404]);
  });

  test('never makes one that may do more, or a live one from a test one', async () => {
    const key = await bench.keyWith('tokens:write', 'reports:read');
    const mint = (body: Body) => bench.call('post', '/tokens', key).send({ name: 'x', ...body });
    expect(codeOf(await mint({ scopes: ['invoices:write'] }).expect(403))).toBe('insufficient_scope');
    expect(codeOf(await mint({ scopes: ['*'] }).expect(403))).toBe('insufficient_scope');
    expect(codeOf(await mint({ live: true }).expect(403))).toBe('live_mode_only');
    expect((await mint({}).expect(201)).body).toMatchObject({
      scopes: ['reports:read', 'tokens:write'],
      live: false,
    });
    expect(codeOf(await mint({ expires_at: '2020-01-01T00:00:00Z' }).expect(422))).toBe('invalid_value');
  });

  test('is listed without anything that opens', async () => {
    const answer = await bench.call('get', '/tokens').expect(200);
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|hash|dw_test_/);
  });
});

describe('scopes', () => {
  const reads: [string, string][] = [
    ['/invoices', 'invoices:read'],
    ['/customers', 'customers:read'],
    ['/accounts', 'reports:read'],
    ['/journal_entries', 'reports:read'],
    ['/tokens', 'tokens:write'],
  ];
  test.each(reads)('%s needs %s', async (path, scope) => {
    const others = ['invoices:read', 'customers:read', 'reports:read', 'tokens:write'].filter(
      (one) => one !== scope,
    );
    const refused = await bench.call('get', path, await bench.keyWith(...others)).expect(403);
    expect(refused.body).toMatchObject({ code: 'insufficient_scope', scope });
    await bench.call('get', path, await bench.keyWith(scope)).expect(200);
  });

  test('a star may do everything, and a payment needs its own', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const pay = (key: string) =>
      bench
        .call('post', `/invoices/${id}/record_payment`, key)
        .set('Idempotency-Key', 'k')
        .send({ amount_cents: 1 });
    const refused = await pay(await bench.keyWith('invoices:write'));
    const taken = await pay(await bench.keyWith('payments:write'));
    const star = await bench.call('get', '/tokens', await bench.keyWith('*'));
    expect([refused.status, taken.status, star.status]).toEqual([403, 200, 200]);
  });

  test('an organization is made by whoever may, and its keys are its own', async () => {
    const body = { name: 'Third', time_zone: 'Europe/Oslo', currency: 'NOK' };
    await bench.call('post', '/organizations').send(body).expect(403);
    const key = await bench.keyWith('organizations:write');
    const made = (await bench.call('post', '/organizations', key).send(body).expect(201)).body as Body;
    expect(made).toMatchObject({ base_url: 'http://gateway.test', name: 'Third', currency: 'NOK' });
    expect(made['highlevel']).toMatchObject({ base_url: 'http://gateway.test/highlevel' });
    const me = await bench.call('get', '/me', String(made['api_key'])).expect(200);
    expect(me.body).toMatchObject({
      organization: { id: made['organization_id'], time_zone: 'Europe/Oslo' },
      live_mode: false,
    });
  });
});

describe('what belongs to another', () => {
  const paths = ['', '/send', '/text2pay', '/remind', '/void', '/record_payment'];
  test.each(paths)(
    'POST %s on another organization’s invoice is 404, like one that does not exist',
    async (path) => {
      const { id } = await bench.draft({ action: 'issue' });
      const updates = bench.engine.updates.length;
      for (const target of [id, unknownId]) {
        const method = path === '' ? 'patch' : 'post';
        const asked = bench
          .call(method, `/invoices/${target}${path}`, bench.others.test)
          .set('Idempotency-Key', 'k');
        expect(codeOf(await asked.send({ bogus: 1 }).expect(404))).toBe('not_found');
      }
      expect(bench.engine.updates).toHaveLength(updates);
    },
  );

  test.each(['', '/timeline', '/activity', '/journal', '/messages'])('GET %s is 404 too', async (path) => {
    const { id } = await bench.draft();
    const seenBy = async (key: string) => (await bench.call('get', `/invoices/${id}${path}`, key)).status;
    const { keys, others } = bench;
    expect([await seenBy(keys.test), await seenBy(others.test), await seenBy(keys.live)]).toEqual([
      200, 404, 404,
    ]);
  });

  test('its customers, accounts and items name nothing here', async () => {
    const customerId = await bench.customer();
    await bench.call('get', `/customers/${customerId}`, bench.others.test).expect(404);
    await bench.call('patch', `/customers/${customerId}`, bench.others.test).send({}).expect(404);
    await bench.call('delete', `/customers/${customerId}`, bench.others.test).expect(404);
    const accounts = ((await bench.call('get', '/accounts')).body as { data: Body[] }).data;
    const own = await bench
      .call('post', '/customers', bench.others.test)
      .send({ display_name: 'B' })
      .expect(201);
    const refused = await bench
      .call('post', '/invoices', bench.others.test)
      .send({
        customer_id: (own.body as Body)['id'],
        line_items_attributes: [{ rate_cents: 1, account_id: accounts.at(-3)?.['id'] }],
      })
      .expect(422);
    expect(codeOf(refused)).toBe('unknown_account');
    const theirs = await bench
      .call('post', '/invoices', bench.others.test)
      .send({ customer_id: customerId, line_items_attributes: lines })
      .expect(422);
    expect(theirs.body).toMatchObject({ code: 'unknown_customer', errors: [{ pointer: '/customer_id' }] });
  });

  test('what is live is hidden from test keys, and no key makes the other kind', async () => {
    const customerId = await bench.customer();
    const live = await bench
      .call('post', '/invoices', bench.keys.live)
      .send({ customer_id: customerId, line_items_attributes: lines })
      .expect(201);
    expect(live.body).toMatchObject({ live_mode: true });
    const { id } = live.body as { id: string };
    await bench.call('get', `/invoices/${id}`).expect(404);
    const seen = await bench.call('get', `/invoices?customer_id=${customerId}`).expect(200);
    expect(seen.body).toMatchObject({ data: [] });
    const mode = { customer_id: customerId, line_items_attributes: lines, live_mode: true };
    const refused = await bench.call('post', '/invoices').send(mode).expect(422);
    expect(refused.body).toMatchObject({ errors: [{ pointer: '/live_mode' }] });
  });

  test('only a test key has a clock', async () => {
    expect(codeOf(await bench.call('get', '/test_clock', bench.keys.live).expect(403))).toBe(
      'test_mode_only',
    );
    const move = bench
      .call('post', '/test_clock/advance', bench.keys.live)
      .send({ to: '2099-01-01T00:00:00Z' });
    expect(codeOf(await move.expect(403))).toBe('test_mode_only');
    await bench.call('get', '/test_clock').expect(200);
    const back = await bench
      .call('post', '/test_clock/advance')
      .send({ to: '2020-01-01T00:00:00Z' })
      .expect(422);
    expect(back.body).toMatchObject({ code: 'clock_backwards', errors: [{ pointer: '/to' }] });
  });
});

test('authentication comes before scope, scope before existence, existence before values', async () => {
  const path = `/invoices/${unknownId}/void`;
  const bad = { bogus: 1 };
  const { id } = await bench.draft();
  const answers = [
    await bench.call('post', path, 'nonsense').send(bad),
    await bench.call('post', path, await bench.keyWith('reports:read')).send(bad),
    await bench.call('post', path).send(bad),
    await bench.call('post', `/invoices/${id}/void`).send(bad),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([401, 403, 404, 422]);
});
