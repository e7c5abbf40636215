// Items, tax rates, accounts and settings: kept, changed, gone, and never another organization's.
import { type Bench, type Body, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const body = (response: { body: unknown }) => response.body as Body & { id: string };
const refusal = (response: { body: unknown }) => {
  const { code, errors } = response.body as { code: string; errors?: { pointer: string }[] };
  return [code, errors?.[0]?.pointer];
};

describe.each([
  ['items', { name: 'Paper', rate_cents: 4_500 }, { rate_cents: 4_750 }],
  ['tax_rates', { name: 'Sales tax', rate: '7.75' }, { rate: 8.25 }],
  ['accounts', { code: '4100', name: 'Consulting', type: 'revenue' }, { name: 'Advice' }],
])('%s', (path, asked, change) => {
  test('made, read, listed, changed and removed', async () => {
    const made = body(await bench.call('post', `/${path}`).send(asked).expect(201));
    const read = body(await bench.call('get', `/${path}/${made.id}`).expect(200));
    expect(read).toEqual(made);
    const changed = body(await bench.call('patch', `/${path}/${made.id}`).send(change).expect(200));
    expect(changed).toEqual({ ...made, ...change });
    const listed = (await bench.call('get', `/${path}`).expect(200)).body as { data: Body[] };
    expect(listed.data).toContainEqual(changed);
    await bench.call('delete', `/${path}/${made.id}`).expect(204);
    await bench.call('get', `/${path}/${made.id}`).expect(404);
    await bench.call('patch', `/${path}/${made.id}`).send(change).expect(404);
    await bench.call('delete', `/${path}/${made.id}`).expect(404);
  });

  test('unknown fields are refused, and an empty change changes nothing', async () => {
    const refused = await bench
      .call('post', `/${path}`)
      .send({ ...asked, colour: 'red' })
      .expect(422);
    expect(refusal(refused)).toEqual(['unknown_field', '/colour']);
    const again = path === 'accounts' ? { ...asked, code: '4101' } : asked;
    const made = body(await bench.call('post', `/${path}`).send(again).expect(201));
    expect(body(await bench.call('patch', `/${path}/${made.id}`).send({}).expect(200))).toEqual(made);
  });
});

test.each([
  [{ name: 'x', rate: -1 }, ['invalid_value', '/rate']],
  [{ name: 'x', rate: 100.1 }, ['invalid_value', '/rate']],
  [{ name: 'x', rate: '1.23456' }, ['too_many_decimals', '/rate']],
  [{ name: '', rate: 1 }, ['invalid_value', '/name']],
])('a tax rate %j is refused', async (asked, expected) => {
  expect(refusal(await bench.call('post', '/tax_rates').send(asked).expect(422))).toEqual(expected);
});

describe('the chart of accounts', () => {
  test('a code is given once', async () => {
    const asked = { code: '1200', name: 'Another', type: 'asset' };
    expect(refusal(await bench.call('post', '/accounts').send(asked).expect(422))).toEqual([
      'account_code_taken',
      '/code',
    ]);
  });

  test('what Duewell posts to and what was posted to stays', async () => {
    const { data } = (await bench.call('get', '/accounts').expect(200)).body as {
      data: { id: string; role: string | null }[];
    };
    const sales = data.find((account) => account.role === 'sales');
    expect(refusal(await bench.call('delete', `/accounts/${sales?.id}`).expect(409))[0]).toBe(
      'account_in_use',
    );
    const own = { code: '4200', name: 'Rent', type: 'revenue' };
    const { id } = body(await bench.call('post', '/accounts').send(own).expect(201));
    await bench.call('post', '/items').send({ name: 'Desk', rate_cents: 100, account_id: id }).expect(201);
    expect(refusal(await bench.call('delete', `/accounts/${id}`).expect(409))[0]).toBe('account_in_use');
  });
});

describe('the settings', () => {
  test('have defaults, and a change keeps what it does not name', async () => {
    const before = (await bench.call('get', '/settings').expect(200)).body as Body;
    expect(before).toMatchObject({
      overpayment: 'credit',
      default_net_days: 30,
      default_tax_rate: null,
      numbering: { prefix: 'TEST-', padding: 4 },
      reminder_cap: { messages: 3, days: 7 },
      late_reminder_tolerance_hours: 48,
      grace_after_close_days: 30,
      apply_credit_automatically: false,
      quiet_hours: { from: '20:00', to: '08:00' },
      send_on_weekends: true,
      holiday_country: null,
      burst_window_minutes: 0,
      final_action: { action: 'none', after_days: 1 },
    });
    const change = {
      default_tax_rate: { name: 'VAT', rate: 20 },
      apply_credit_automatically: true,
      quiet_hours: null,
      send_on_weekends: false,
      holiday_country: 'DE-BY',
      burst_window_minutes: 30,
      final_action: { action: 'uncollectible', after_days: 14 },
    };
    const after = (await bench.call('patch', '/settings').send(change).expect(200)).body as Body;
    expect(after).toEqual({ ...before, ...change });
    expect((await bench.call('get', '/settings').expect(200)).body).toEqual(after);
    const back = {
      default_tax_rate: null,
      apply_credit_automatically: false,
      quiet_hours: { from: '20:00', to: '08:00' },
      send_on_weekends: true,
      holiday_country: null,
      burst_window_minutes: 0,
      final_action: { action: 'none' },
    };
    expect((await bench.call('patch', '/settings').send(back).expect(200)).body).toEqual(before);
  });

  test.each([
    [{ default_tax_rate: { name: 'VAT', rate: 101 } }, ['invalid_value', '/default_tax_rate/rate']],
    [{ time_zone: 'Mars/Olympus' }, ['invalid_time_zone', '/time_zone']],
    [{ overpayment: 'keep' }, ['invalid_value', '/overpayment']],
    [{ numbering: { padding: 0 } }, ['invalid_value', '/numbering/padding']],
    [{ quiet: true }, ['unknown_field', '/quiet']],
    [{ quiet_hours: { from: '20:00' } }, ['invalid_value', '/quiet_hours/to']],
    [{ quiet_hours: { from: '24:00', to: '08:00' } }, ['invalid_value', '/quiet_hours/from']],
    [{ quiet_hours: { from: '08:00', to: '08:00' } }, ['invalid_value', '/quiet_hours/to']],
    [{ final_action: { action: 'sue' } }, ['invalid_value', '/final_action/action']],
    [{ final_action: { action: 'task', after_days: 0 } }, ['invalid_value', '/final_action/after_days']],
    [{ burst_window_minutes: -1 }, ['invalid_value', '/burst_window_minutes']],
    [{ holiday_country: 'XX' }, ['invalid_value', '/holiday_country']],
    [{ holiday_country: 'DE-ZZ' }, ['invalid_value', '/holiday_country']],
    [{ holiday_country: 'germany' }, ['invalid_value', '/holiday_country']],
  ])('%j is refused and changes nothing', async (change, expected) => {
    const before = (await bench.call('get', '/settings').expect(200)).body as Body;
    expect(refusal(await bench.call('patch', '/settings').send(change).expect(422))).toEqual(expected);
    expect((await bench.call('get', '/settings').expect(200)).body).toEqual(before);
  });

  test('of numbers are those of the key’s mode, also where one padding had been for both', async () => {
    const { store, keys, others } = bench;
    const numbering = async (key: string, change?: Body) => {
      const asked =
        change === undefined
          ? bench.call('get', '/settings', key)
          : bench.call('patch', '/settings', key).send({ numbering: change });
      return ((await asked.expect(200)).body as { numbering: Body }).numbering;
    };
    const tested = await numbering(others.test, { padding: 6, prefix: 'T-' });
    expect(tested).toEqual({ prefix: 'T-', padding: 6, next: 1 });
    expect(await numbering(others.live)).toEqual({ prefix: 'INV-', padding: 4, next: 1 });
    expect(await numbering(others.live, { padding: 5, next: 9 })).toEqual({
      prefix: 'INV-',
      padding: 5,
      next: 9,
    });
    expect(await numbering(others.test)).toEqual(tested);
    // As 0.2.0 stored it.
    await store.organizations.updateOne(
      { _id: others.organizationId },
      { $unset: { 'settings.numbering.test_padding': '' } },
    );
    expect(await numbering(others.test)).toMatchObject({ padding: 5 });
    expect(await numbering(others.live, { prefix: 'L-' })).toMatchObject({ prefix: 'L-', padding: 5 });
    expect(await numbering(others.live, { padding: 2 })).toMatchObject({ padding: 2 });
    expect(await numbering(others.test)).toMatchObject({ prefix: 'T-', padding: 5 });
    expect(keys.organizationId).not.toBe(others.organizationId);
  });

  test('numbers only go forward', async () => {
    const numbering = { prefix: 'N-', padding: 3, next: 41 };
    const after = (await bench.call('patch', '/settings').send({ numbering }).expect(200)).body as Body;
    expect(after['numbering']).toEqual(numbering);
    const { store } = bench;
    const own = await store.organizations.findOne({ _id: bench.keys.organizationId });
    // Live invoices keep theirs, and what lies between was never meant to be given.
    expect(own?.settings.numbering).toMatchObject({ prefix: 'INV-', padding: 4 });
    expect(await store.numberSeries.findOne({ _id: `${bench.keys.organizationId}:test:N-` })).toMatchObject({
      jumps: [{ after: 0, first: 41 }],
    });
    const made = await bench.draft({ action: 'issue' });
    expect((await bench.call('get', `/invoices/${made.id}`).expect(200)).body).toMatchObject({
      invoice_number: 'N-041',
    });
    const back = await bench
      .call('patch', '/settings')
      .send({ numbering: { next: 41 } })
      .expect(422);
    expect(refusal(back)).toEqual(['numbers_only_forward', '/numbering/next']);
    await bench
      .call('patch', '/settings')
      .send({ numbering: { next: 42 } })
      .expect(200);
  });
});
