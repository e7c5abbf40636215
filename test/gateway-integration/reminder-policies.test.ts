// Reminder policies over HTTP: how they change, who may have which, what needs them, and what a change would do.
import { createApplying } from '../../src/applying.ts';
import { policyWorkflowId } from '../../src/contract/reminder-policy.ts';
import { asking } from './asking.ts';
import { type Bench, type Body, faultsIn, openBench } from './bench.ts';

type Policy = Body & { id: string; version: number; default: boolean; applying: Body | null };
type Changes = { invoice_id: string; added: Body[]; removed: Body[]; moved: Body[] };
type Listed<T> = { data: T[]; has_more: boolean; next_cursor: string | null };

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const { ask, good } = asking(() => bench);
const step = (id: string, offset_days: number) => ({ id, offset_days });
const steps = [step('a', 3), step('b', 7)];

const made = async (change: Body = {}): Promise<Policy> => {
  const asked = bench.call('post', '/reminder_policies').send({ name: 'Gentle', steps, ...change });
  return (await asked.expect(201)).body as Policy;
};
const changed = async ({ id }: Policy, change: Body, key?: string): Promise<Policy> => {
  const asked = bench.call('patch', `/reminder_policies/${id}`).send(change);
  return (await (key === undefined ? asked : asked.set('Idempotency-Key', key)).expect(200)).body as Policy;
};
const read = async ({ id }: Policy): Promise<Policy> =>
  (await bench.call('get', `/reminder_policies/${id}`).expect(200)).body as Policy;
const refusal = (answer: { status: number; body: unknown }) => {
  const { code } = answer.body as Body;
  return [answer.status, code, ...faultsIn(answer.body).map(([pointer]) => pointer)];
};
const stored = ({ id }: Policy) => bench.store.reminderPolicies.findOne({ _id: id });

describe('a policy', () => {
  test('has a version that goes up where something is different then', async () => {
    const policy = await made();
    expect(policy).toMatchObject({ name: 'Gentle', version: 1, default: false, applying: null });
    expect(policy['steps']).toMatchObject([
      { id: 'a', offset_days: 3, anchor: 'due_date', local_time: '09:00', channel: 'email' },
      { id: 'b', offset_days: 7 },
    ]);
    expect(await read(policy)).toEqual(policy);
    expect(await changed(policy, {})).toEqual(policy);
    expect(await changed(policy, { name: 'Gentle', steps })).toEqual(policy);
    expect(await changed(policy, { name: 'Firm' })).toMatchObject({ name: 'Firm', version: 2 });
    expect(await changed(policy, { steps: [] })).toMatchObject({ name: 'Firm', version: 3, steps: [] });
    const listed = (await bench.call('get', '/reminder_policies').expect(200)).body as Listed<Policy>;
    expect(listed.data.find(({ id }) => id === policy.id)).toEqual(await read(policy));
    await bench.call('delete', `/reminder_policies/${policy.id}`).expect(204);
    await bench.call('get', `/reminder_policies/${policy.id}`).expect(404);
  });

  test('is made and changed once under one key', async () => {
    const asked = () =>
      bench.call('post', '/reminder_policies').set('Idempotency-Key', 'made-once').send({ name: 'x', steps });
    const [one, two] = [await asked().expect(201), await asked().expect(201)];
    expect(two.body).toEqual(one.body);
    const policy = one.body as Policy;
    expect(await changed(policy, { name: 'y' }, 'changed-once')).toMatchObject({ version: 2 });
    // The gateway died before it could keep its answer: whoever goes on changes nothing more.
    await bench.store.idempotencyKeys.updateMany(
      { command_id: (await stored(policy))?.changed_by ?? '' },
      { $set: { state: 'running', locked_until: new Date(0) } },
    );
    expect(await changed(policy, { name: 'y' }, 'changed-once')).toMatchObject({ name: 'y', version: 2 });
  });

  test('is the default alone, however many become it at once', async () => {
    const all = await Promise.all(['1', '2', '3', '4'].map((name) => made({ name, default: true })));
    const defaults = async () => bench.store.reminderPolicies.find({ default: true }).toArray();
    expect(await defaults()).toHaveLength(1);
    await Promise.all(all.map((policy) => changed(policy, { default: true })));
    const [only] = await defaults();
    expect(await defaults()).toHaveLength(1);
    const last = all.find(({ id }) => id === only?._id);
    expect(refusal(await bench.call('delete', `/reminder_policies/${last?.id ?? ''}`))).toEqual([
      409,
      'reminder_policy_in_use',
    ]);
    await changed(last as Policy, { default: false });
    expect(await defaults()).toEqual([]);
  });

  test('needs settings:write to be changed, and is never another organization’s', async () => {
    const policy = await made();
    const reader = await bench.keyWith('invoices:read');
    const path = `/reminder_policies/${policy.id}`;
    await bench.call('get', path, reader).expect(200);
    await bench.call('post', `${path}/preview`, reader).send({ steps }).expect(200);
    const invoices = await bench.keyWith('invoices:read', 'invoices:write');
    await bench.call('post', '/reminder_policies', invoices).send({ name: 'x', steps }).expect(403);
    await bench.call('patch', path, invoices).send({ name: 'x' }).expect(403);
    await bench.call('delete', path, invoices).expect(403);
    const stranger = bench.others.test;
    await bench.call('get', path, stranger).expect(404);
    await bench.call('patch', path, stranger).send({ name: 'x' }).expect(404);
    await bench.call('delete', path, stranger).expect(404);
    await bench.call('post', `${path}/preview`, stranger).send({ steps }).expect(404);
    expect(await read(policy)).toEqual(policy);
  });

  test.each([
    ['two steps with one id', { steps: [step('a', 3), step('a', 4)] }, 'invalid_reminder_terms', '/steps'],
    ['two steps at one time', { steps: [step('a', 3), step('b', 3)] }, 'invalid_reminder_terms', '/steps'],
    ['an offset out of range', { steps: [step('a', 366)] }, 'invalid_value', '/steps/0/offset_days'],
    [
      'no time',
      { steps: [{ ...step('a', 3), local_time: '24:00' }] },
      'invalid_value',
      '/steps/0/local_time',
    ],
    ['no template', { steps: [{ ...step('a', 3), template: 'x' }] }, 'invalid_value', '/steps/0/template'],
    ['an unknown reach', { apply_to: 'everything' }, 'invalid_value', '/apply_to'],
    ['an unknown field', { colour: 'red' }, 'unknown_field', '/colour'],
  ])('with %s is refused, and stays as it was', async (_what, change, code, pointer) => {
    const policy = await made();
    const path = `/reminder_policies/${policy.id}`;
    const wide = { ...change, ...('apply_to' in change ? {} : { apply_to: 'open_invoices' }) };
    expect(refusal(await bench.call('patch', path).send(wide))).toEqual([422, code, pointer]);
    expect(bench.engine.started).not.toContain(policyWorkflowId(policy.id, 2));
    expect(await read(policy)).toEqual(policy);
  });
});

test('a preview of steps that do not go together is refused as the change is', async () => {
  const path = `/reminder_policies/${(await made()).id}/preview`;
  const wrong = { steps: [step('a', 3), step('a', 4)] };
  expect(refusal(await bench.call('post', path).send(wrong))).toEqual([
    422,
    'invalid_reminder_terms',
    '/steps',
  ]);
});

describe('who takes a policy', () => {
  test('names one of the organization’s own', async () => {
    const policy = await made();
    const theirs = (
      await bench.call('post', '/reminder_policies', bench.others.test).send({ name: 'x', steps }).expect(201)
    ).body as Policy;
    for (const id of [theirs.id, 'nothing']) {
      const person = bench.call('post', '/customers').send({ display_name: 'x', reminder_policy_id: id });
      expect(refusal(await person)).toEqual([422, 'unknown_reminder_policy', '/reminder_policy_id']);
      const customer_id = await bench.customer();
      const change = bench.call('patch', `/customers/${customer_id}`).send({ reminder_policy_id: id });
      expect(refusal(await change)).toEqual([422, 'unknown_reminder_policy', '/reminder_policy_id']);
      const line_items_attributes = [{ rate_cents: 100 }];
      const invoice = { customer_id, line_items_attributes, reminders: { policy_id: id } };
      expect(refusal(await bench.call('post', '/invoices').send(invoice))).toEqual([
        422,
        'unknown_reminder_policy',
        '/reminders/policy_id',
      ]);
      const draft = await bench.draft();
      const terms = { policy_id: id };
      expect(refusal(await ask('put', `${draft.id}/reminders`, terms))).toEqual([
        422,
        'unknown_reminder_policy',
        '/policy_id',
      ]);
      expect(refusal(await ask('patch', draft.id, { reminders: terms }))).toEqual([
        422,
        'unknown_reminder_policy',
        '/reminders/policy_id',
      ]);
    }
    const draft = await bench.draft();
    const taken = { reminder_policy: { id: policy.id, version: 1 } };
    expect(await good(ask('put', `${draft.id}/reminders`, { policy_id: policy.id }))).toMatchObject(taken);
    expect(await good(ask('put', `${draft.id}/reminders`, null))).toMatchObject({ reminder_policy: null });
    const again = { reminders: { policy_id: policy.id } };
    expect(await good(ask('patch', draft.id, again))).toMatchObject(taken);
    expect(await good(ask('patch', draft.id, { memo: 'x' }))).toMatchObject(taken);
    const mixed = { reminders: { policy_id: policy.id, steps } };
    expect((await ask('patch', draft.id, mixed)).status).toBe(422);
  });

  test('as a customer keeps it from being deleted', async () => {
    const policy = await made();
    const customer = await bench.customer({ reminder_policy_id: policy.id });
    const shown = await bench.call('get', `/customers/${customer}`).expect(200);
    expect(shown.body).toMatchObject({ reminder_policy_id: policy.id });
    const path = `/reminder_policies/${policy.id}`;
    expect(refusal(await bench.call('delete', path))).toEqual([409, 'reminder_policy_in_use']);
    await bench.call('patch', `/customers/${customer}`).send({ reminder_policy_id: null }).expect(200);
    await bench.call('delete', path).expect(204);
  });
});

describe('a preview', () => {
  test('pages the open invoices that follow, of the key’s own mode, and stores nothing', async () => {
    const policy = await made();
    const follower = { action: 'issue', reminders: { policy_id: policy.id } };
    const ids = [];
    for (let count = 0; count < 3; count += 1) ids.push((await bench.draft(follower)).id);
    const closed = await bench.draft(follower);
    await good(ask('post', `${closed.id}/void`, {}));
    const other = await bench.draft({ action: 'issue', reminders: { steps } });
    const path = `/reminder_policies/${policy.id}/preview`;
    const wanted = { steps: [step('a', 4), step('c', 9)] };
    const state = async () =>
      JSON.stringify([
        await bench.store.invoices.find({}).sort({ _id: 1 }).toArray(),
        await bench.store.reminderPolicies.find({}).sort({ _id: 1 }).toArray(),
      ]);
    const before = await state();
    const seen: Changes[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const query: string = cursor === '' ? '?limit=2' : `?limit=2&cursor=${cursor}`;
      const answer = await bench.call('post', `${path}${query}`).send(wanted).expect(200);
      const page = answer.body as Listed<Changes>;
      expect(page.data.length).toBeLessThanOrEqual(2);
      seen.push(...page.data);
      cursor = page.next_cursor;
    }
    expect(seen.map((one) => one.invoice_id)).toEqual(ids.sort());
    expect(seen.map((one) => one.invoice_id)).not.toContain(other.id);
    for (const { added, removed, moved } of seen) {
      expect([added, removed].map((rows) => rows.map((row) => row['step_id']))).toEqual([['c'], ['b']]);
      expect(moved).toMatchObject([{ from: { step_id: 'a' }, to: { step_id: 'a' } }]);
    }
    const live = await bench.call('post', path, bench.keys.live).send(wanted).expect(200);
    expect(live.body).toMatchObject({ data: [], has_more: false });
    expect(await state()).toBe(before);
    await bench.call('post', `${path}?cursor=x`).send(wanted).expect(400);
  });
});

describe('a change for open invoices', () => {
  test('counts whom it concerns and starts a workflow of its own', async () => {
    const policy = await made();
    await bench.draft({ action: 'issue', reminders: { policy_id: policy.id } });
    const version = { steps: [step('x', 1)], apply_to: 'open_invoices' };
    const told = await changed(policy, version);
    const applying = { version: 2, invoices: 1, applied: 0, passed_over: 0 };
    expect(told).toMatchObject({ version: 2, applying });
    expect(bench.engine.started).toContain(policyWorkflowId(policy.id, 2));
    expect(await read(policy)).toMatchObject({ applying });
    // One that is for new invoices leaves it on its way; a later one for open invoices takes its place.
    expect(await changed(policy, { name: 'New' })).toMatchObject({ version: 3, applying: { version: 2 } });
    const path = `/reminder_policies/${policy.id}`;
    expect(refusal(await bench.call('delete', path))).toEqual([409, 'reminder_policy_in_use']);
    const all = await changed(policy, { apply_to: 'open_invoices' });
    expect(all).toMatchObject({ version: 3, applying: { version: 3, invoices: 1 } });
    expect(bench.engine.started).toContain(policyWorkflowId(policy.id, 3));
  });

  test('is started later by a worker where the engine is away or the gateway has died', async () => {
    const policy = await made();
    bench.engine.mode = 'unreached';
    const told = await changed(policy, { steps: [], apply_to: 'open_invoices' });
    bench.engine.mode = 'well';
    expect(told).toMatchObject({ version: 2, applying: { version: 2, invoices: 0 } });
    const id = policyWorkflowId(policy.id, 2);
    const starts = () => bench.engine.started.filter((started) => started === id).length;
    const before = starts();
    const look = createApplying(bench.store, { client: bench.engine.client, taskQueue: 'x' });
    await look();
    expect(starts()).toBe(before);
    const since = new Date(Date.now() - 60_000).toISOString();
    await bench.store.reminderPolicies.updateOne({ _id: policy.id }, { $set: { 'applying.since': since } });
    await look();
    expect(starts()).toBe(before + 1);
    await bench.store.reminderPolicies.updateOne({ _id: policy.id }, { $set: { 'applying.state': 'done' } });
    await look();
    expect(starts()).toBe(before + 1);
    expect(await read(policy)).toMatchObject({ applying: null });
  });
});
