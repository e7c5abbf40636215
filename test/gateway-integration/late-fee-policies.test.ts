// Late-fee policies: kept, changed, gone; what an invoice takes from them and keeps.
import { type Bench, type Body, faultsIn, lines, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());
/** Each test begins without a default. */
afterEach(async () => {
  await bench.store.lateFeePolicies.deleteMany({});
});

type Policy = Body & { readonly id: string; readonly version: number; readonly default: boolean };

const monthly = { type: 'percentage', value: 1.5, frequency: { interval: 'month', interval_count: 1 } };
const weekly = { type: 'fixed', value: 500, frequency: { interval: 'week', interval_count: 2 } };
const blank = {
  grace_days: 0,
  cap_cents: null,
  percentage_cap: null,
  base: 'outstanding_principal',
  compounding: false,
};

async function made(asked: Body): Promise<Policy> {
  return (await bench.call('post', '/late_fee_policies').send(asked).expect(201)).body as Policy;
}
async function changed(id: string, asked: Body): Promise<Policy> {
  return (await bench.call('patch', `/late_fee_policies/${id}`).send(asked).expect(200)).body as Policy;
}
async function read(id: string): Promise<Policy> {
  return (await bench.call('get', `/late_fee_policies/${id}`).expect(200)).body as Policy;
}
const taken = ({ late_fee_terms: terms, late_fee_policy: policy }: Body) => [terms, policy];

test('a policy is made, read, listed, changed and removed', async () => {
  const policy = await made({ name: 'Interest', ...monthly, grace_days: 7, percentage_cap: 18 });
  expect(policy).toMatchObject({
    name: 'Interest',
    default: false,
    version: 1,
    ...monthly,
    ...blank,
    grace_days: 7,
    percentage_cap: 18,
  });
  expect(await read(policy.id)).toEqual(policy);
  const next = await changed(policy.id, { value: 2, percentage_cap: null });
  expect(next).toMatchObject({ version: 2, value: 2, percentage_cap: null, grace_days: 7 });
  const listed = (await bench.call('get', '/late_fee_policies').expect(200)).body as { data: Policy[] };
  expect(listed.data).toEqual([next]);
  await bench.call('get', `/late_fee_policies/${policy.id}`, bench.others.test).expect(404);
  await bench.call('delete', `/late_fee_policies/${policy.id}`, bench.others.test).expect(404);
  await bench.call('delete', `/late_fee_policies/${policy.id}`).expect(204);
  await bench.call('get', `/late_fee_policies/${policy.id}`).expect(404);
  await bench.call('patch', `/late_fee_policies/${policy.id}`).send({ value: 1 }).expect(404);
});

test('a change that changes nothing raises no version, and neither does its repetition', async () => {
  const policy = await made({ name: 'Interest', ...monthly });
  expect(await changed(policy.id, {})).toEqual(policy);
  expect(await changed(policy.id, { value: '1.50' })).toEqual(policy);
  const again = () =>
    bench
      .call('patch', `/late_fee_policies/${policy.id}`)
      .set('Idempotency-Key', 'once')
      .send({ grace_days: 3 });
  expect([(await again()).body, (await again()).body]).toMatchObject([{ version: 2 }, { version: 2 }]);
});

test('one of them is the default at most, however many become it at once', async () => {
  const all = await Promise.all(['a', 'b', 'c'].map((name) => made({ name, default: true, ...monthly })));
  await Promise.all(all.map(({ id }) => changed(id, { default: true, grace_days: 1 })));
  const now = await Promise.all(all.map(({ id }) => read(id)));
  expect(now.filter((policy) => policy.default)).toHaveLength(1);
});

test.each([
  [{ ...weekly, cap_cents: 499 }, 'invalid_late_fee_terms', '/cap_cents'],
  [{ ...weekly, base: 'outstanding_balance' }, 'invalid_late_fee_terms', '/compounding'],
  [{ ...weekly, value: 0 }, 'invalid_value', '/value'],
  [{ ...monthly, value: 1.23456 }, 'too_many_decimals', '/value'],
  [{ ...monthly, value: 101 }, 'invalid_value', '/value'],
  [{ type: 'fixed', value: 500 }, 'invalid_value', '/frequency'],
  [{ ...weekly, frequency: { interval: 'year' } }, 'invalid_value', '/frequency/interval'],
  [{ ...weekly, name: '' }, 'invalid_value', '/name'],
  [{ ...weekly, colour: 'red' }, 'unknown_field', '/colour'],
])('%j is refused as %s at %s', async (asked, code, pointer) => {
  const answer = await bench.call('post', '/late_fee_policies').send({ name: 'x', ...asked });
  expect([answer.status, faultsIn(answer.body)]).toEqual([422, [[pointer, code]]]);
  expect(await bench.store.lateFeePolicies.countDocuments({})).toBe(0);
});

test('a change is refused by what the terms would be then', async () => {
  const policy = await made({ name: 'Flat', ...weekly, cap_cents: 600 });
  const answer = await bench.call('patch', `/late_fee_policies/${policy.id}`).send({ value: 700 });
  expect([answer.status, faultsIn(answer.body)]).toEqual([422, [['/cap_cents', 'invalid_late_fee_terms']]]);
  expect(await read(policy.id)).toEqual(policy);
});

test('whoever may not change settings may read policies alone', async () => {
  const key = await bench.keyWith('invoices:read', 'invoices:write');
  const got = await bench.call('get', '/late_fee_policies', key);
  const put = await bench.call('post', '/late_fee_policies', key).send({ name: 'x', ...monthly });
  expect([got.status, put.status]).toEqual([200, 403]);
});

describe('an invoice takes', () => {
  test('its own terms before those of the customer, those before the default ones, and none where it says so', async () => {
    const standard = await made({ name: 'Standard', default: true, ...monthly });
    const special = await made({ name: 'Special', ...weekly });
    const customer = await bench.customer({ late_fee_policy_id: special.id });
    expect((await bench.call('get', `/customers/${customer}`)).body).toMatchObject({
      late_fee_policy_id: special.id,
    });
    const of = async (change: Body) => taken(await bench.draft(change));
    expect(await of({})).toEqual([
      { ...monthly, ...blank },
      { id: standard.id, version: 1 },
    ]);
    expect(await of({ customer_id: customer })).toEqual([
      { ...weekly, ...blank },
      { id: special.id, version: 1 },
    ]);
    expect(await of({ customer_id: customer, late_fees: { policy_id: standard.id } })).toEqual([
      { ...monthly, ...blank },
      { id: standard.id, version: 1 },
    ]);
    expect(await of({ customer_id: customer, late_fees: { ...monthly, value: 3 } })).toEqual([
      { ...monthly, ...blank, value: 3 },
      null,
    ]);
    expect(await of({ customer_id: customer, late_fees: null })).toEqual([null, null]);
  });

  test('nothing where there is no policy', async () => {
    expect(taken(await bench.draft({}))).toEqual([null, null]);
  });

  test('what the policy says at that moment, and keeps it when that changes or goes', async () => {
    const policy = await made({ name: 'Standard', default: true, ...monthly });
    const customer = await bench.customer({ late_fee_policy_id: policy.id });
    const first = await bench.draft({ customer_id: customer });
    await changed(policy.id, { value: 2 });
    const second = await bench.draft({ customer_id: customer });
    await bench.call('delete', `/late_fee_policies/${policy.id}`).expect(204);
    const now = async ({ id }: Body) =>
      taken((await bench.call('get', `/invoices/${String(id)}`).expect(200)).body as Body);
    expect(await now(first)).toEqual([
      { ...monthly, ...blank },
      { id: policy.id, version: 1 },
    ]);
    expect(await now(second)).toEqual([
      { ...monthly, ...blank, value: 2 },
      { id: policy.id, version: 2 },
    ]);
    expect((await bench.call('get', `/customers/${customer}`)).body).toMatchObject({
      late_fee_policy_id: null,
    });
    expect(taken(await bench.draft({ customer_id: customer }))).toEqual([null, null]);
  });

  test('other terms later, which are from no policy; anything else leaves them', async () => {
    const policy = await made({ name: 'Standard', default: true, ...monthly });
    const { id } = await bench.draft({ action: 'issue' });
    const memo = await bench.call('patch', `/invoices/${id}`).send({ memo: 'x' }).expect(200);
    expect(taken(memo.body as Body)).toEqual([
      { ...monthly, ...blank },
      { id: policy.id, version: 1 },
    ]);
    const own = await bench.call('patch', `/invoices/${id}`).send({ late_fees: weekly }).expect(200);
    expect(taken(own.body as Body)).toEqual([{ ...weekly, ...blank }, null]);
    const other = await bench.draft({ action: 'issue' });
    const put = await bench.call('put', `/invoices/${other.id}/late_fees`).send(weekly).expect(200);
    expect(taken(put.body as Body)).toEqual([{ ...weekly, ...blank }, null]);
    const none = await bench.draft({ action: 'issue' });
    const gone = await bench.call('put', `/invoices/${none.id}/late_fees`).type('json').send('null');
    expect(taken(gone.body as Body)).toEqual([null, null]);
  });

  test('the terms of a policy that is named later, as they are then', async () => {
    const policy = await made({ name: 'Firm', ...weekly });
    const named = { policy_id: policy.id };
    const firm = [
      { ...weekly, ...blank },
      { id: policy.id, version: 1 },
    ];
    for (const action of ['draft', 'issue']) {
      const { id } = await bench.draft({ action });
      const put = await bench.call('put', `/invoices/${id}/late_fees`).send(named).expect(200);
      expect(taken(put.body as Body)).toEqual(firm);
      const other = await bench.draft({ action });
      const patched = await bench.call('patch', `/invoices/${other.id}`).send({ late_fees: named });
      expect([patched.status, taken(patched.body as Body)]).toEqual([200, firm]);
    }
  });

  test.each([
    [{ policy_id: 'unknown' }, 'unknown_late_fee_policy', '/policy_id'],
    [{ policy_id: '' }, 'invalid_value', '/policy_id'],
    [{ policy_id: 'x', value: 5 }, 'unknown_field', '/value'],
  ])('and %j is refused as %s at %s, which changes nothing', async (asked, code, pointer) => {
    const draft = await bench.draft({});
    const put = await bench.call('put', `/invoices/${draft.id}/late_fees`).send(asked);
    expect([put.status, faultsIn(put.body)]).toEqual([422, [[pointer, code]]]);
    const change = await bench.call('patch', `/invoices/${draft.id}`).send({ late_fees: asked });
    expect([change.status, faultsIn(change.body)]).toEqual([422, [[`/late_fees${pointer}`, code]]]);
    expect((await bench.call('get', `/invoices/${draft.id}`)).body).toEqual(draft);
  });

  test('nothing of a policy that is not there', async () => {
    const there = await bench.call('post', '/invoices').send({
      customer_id: await bench.customer(),
      line_items_attributes: lines,
      late_fees: { policy_id: 'unknown' },
    });
    expect([there.status, faultsIn(there.body)]).toEqual([
      422,
      [['/late_fees/policy_id', 'unknown_late_fee_policy']],
    ]);
    const customer = await bench
      .call('post', '/customers')
      .send({ display_name: 'x', late_fee_policy_id: 'unknown' });
    expect([customer.status, faultsIn(customer.body)]).toEqual([
      422,
      [['/late_fee_policy_id', 'unknown_late_fee_policy']],
    ]);
  });
});
