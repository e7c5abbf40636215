// The list of invoices: every filter, every order, page by page, with overdue reckoned when it is asked.
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
let ada: string;
let bob: string;
const ids: Record<string, string> = {};

/** A due date that a draft issued today can have, by days from today. */
function day(offset: number): string {
  return new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10);
}

const pay = (id: string, amount: number) =>
  bench
    .call('post', `/invoices/${id}/record_payment`)
    .set('Idempotency-Key', `pay-${id}-${amount}`)
    .send({ amount_cents: amount })
    .expect(200);

async function make(name: string, change: Body): Promise<string> {
  const { id } = await bench.draft({ customer_id: ada, ...change });
  ids[name] = id;
  return id;
}

beforeAll(async () => {
  bench = await openBench();
  ada = await bench.customer({ display_name: 'Ada' });
  bob = await bench.customer({ display_name: 'Bob', email: 'bob@example.com' });
  await make('draft', { memo: 'Third FLOOR', metadata: { project: 'x', 'a.b': '1', $k: '2' } });
  await make('issued', { action: 'issue', issue_date: day(-5), due_date: day(10) });
  await make('late', { action: 'issue', issue_date: day(-40), due_date: day(-10) });
  await pay(await make('part', { action: 'issue', due_date: day(20) }), 500);
  await pay(await make('paid', { action: 'issue', due_date: day(30) }), 5_500);
  const gone = await make('void', { action: 'issue', due_date: day(5) });
  await bench.call('post', `/invoices/${gone}/void`).send({}).expect(200);
  await make('euro', { customer_id: bob, currency: 'EUR', line_items_attributes: [lines[0]] });
  const deleted = await make('deleted', {});
  await bench.call('delete', `/invoices/${deleted}`).expect(204);
});
afterAll(() => bench.close());

type List = { data: { id: string }[]; has_more: boolean; next_cursor: string | null };

async function list(query: string): Promise<List> {
  return (await bench.call('get', `/invoices?${query}`).expect(200)).body as List;
}

async function named(query: string): Promise<string[]> {
  const found = new Set((await list(query)).data.map((invoice) => invoice.id));
  return Object.keys(ids).filter((name) => found.has(ids[name] ?? ''));
}

test.each([
  ['', ['draft', 'issued', 'late', 'part', 'paid', 'void', 'euro']],
  ['status=draft', ['draft', 'euro']],
  ['status=sent', ['issued']],
  ['status=not_sent', ['issued']],
  ['status=overdue', ['late']],
  ['status=partially_paid', ['part']],
  ['status=paid', ['paid']],
  ['status=void', ['void']],
  ['status=viewed', []],
  ['status=scheduled', []],
  ['status=uncollectible', []],
  ['status=paid,overdue', ['late', 'paid']],
  ['search=floor', ['draft']],
  ['search=FLOOR', ['draft']],
  ['search=test-0001', ['issued']],
  ['search=.*', []],
  ['currency=EUR', ['euro']],
  ['min_due_cents=5500', ['draft', 'issued', 'late']],
  ['min_due_cents=5001', ['draft', 'issued', 'late']],
  ['metadata[project]=x', ['draft']],
  ['metadata[project]=y', []],
  ['metadata[a.b]=1', ['draft']],
  ['metadata[$k]=2', ['draft']],
  ['metadata[project]=x&metadata[a.b]=2', []],
])('%j finds %j', async (query, wanted) => {
  expect(await named(query.replace('$', '%24'))).toEqual(wanted);
});

test('due dates bound from both sides, without the day itself', async () => {
  expect(await named(`due_before=${day(10)}`)).toEqual(['late', 'void']);
  expect(await named(`due_after=${day(10)}`)).toEqual(['part', 'paid']);
  expect(await named(`due_after=${day(5)}&due_before=${day(20)}`)).toEqual(['issued']);
});

test('a customer’s own', async () => {
  expect(await named(`customer_id=${bob}`)).toEqual(['euro']);
  expect(await named('customer_id=nobody')).toEqual([]);
});

test('newest first unless another order is asked for', async () => {
  const newest = (await list('')).data.map((invoice) => invoice.id);
  const oldest = (await list('sort=created_at')).data.map((invoice) => invoice.id);
  expect(newest[0]).toBe(ids['euro']);
  expect(newest).toEqual([...oldest].reverse());
});

async function walk(query: string): Promise<string[]> {
  const seen: string[] = [];
  let path = `/api/v1/invoices?${query}`;
  for (;;) {
    const answer = await bench.call('get', path.replace('/api/v1', '')).expect(200);
    const page = answer.body as List;
    seen.push(...page.data.map((invoice) => invoice.id));
    if (!page.has_more) return seen;
    const next = /<http:\/\/gateway\.test([^>]+)>; rel="next"/.exec(answer.headers['link'] ?? '')?.[1];
    if (next === undefined || page.next_cursor === null) throw new Error('More, and no way to it.');
    path = next;
  }
}

test.each(['', 'sort=created_at', 'sort=due_date', 'sort=-due_date'])(
  'page by page every invoice comes once, in order: %j',
  async (sort) => {
    for (const limit of [1, 2, 3]) {
      expect(await walk(`limit=${limit}&${sort}`)).toEqual(
        (await list(sort)).data.map((invoice) => invoice.id),
      );
    }
  },
);

test('by due date, invoices without one come first, or last when turned around', async () => {
  const dated = ['late', 'void', 'issued', 'part', 'paid'].map((name) => ids[name]);
  expect((await list('sort=due_date')).data.map((invoice) => invoice.id).slice(2)).toEqual(dated);
  expect((await list('sort=-due_date')).data.map((invoice) => invoice.id).slice(0, 5)).toEqual(
    [...dated].reverse(),
  );
});

test('a cursor of another order is refused', async () => {
  const { next_cursor: cursor } = await list('limit=1');
  const refused = await bench.call('get', `/invoices?sort=due_date&cursor=${cursor}`).expect(400);
  expect(refused.body).toMatchObject({ code: 'bad_cursor' });
});

test('overdue moves with the test clock, for test keys alone', async () => {
  const organization = { _id: bench.keys.organizationId };
  await bench.store.organizations.updateOne(organization, { $set: { clock_offset_ms: 15 * 86_400_000 } });
  expect(await named('status=overdue')).toEqual(['issued', 'late']);
  expect((await bench.call('get', `/invoices/${ids['issued']}`)).body).toMatchObject({
    status: 'overdue',
    is_overdue: true,
  });
  await bench.store.organizations.updateOne(organization, { $set: { clock_offset_ms: 0 } });
  expect(await named('status=overdue')).toEqual(['late']);
});

test('other lists go page by page too', async () => {
  const first = (await bench.call('get', '/journal_entries?limit=2').expect(200)).body as List;
  const rest = await bench.call('get', `/journal_entries?limit=50&cursor=${first.next_cursor}`).expect(200);
  const all = (await bench.call('get', '/journal_entries?limit=50').expect(200)).body as List;
  expect([...first.data, ...(rest.body as List).data]).toEqual(all.data);
  const early = await bench.call('get', `/journal_entries?as_of=${day(-30)}`).expect(200);
  expect((early.body as List).data).toHaveLength(1);
  const [newest, next] = ((await bench.call('get', '/customers').expect(200)).body as List).data;
  const one = (await bench.call('get', '/customers?limit=1').expect(200)).body as List;
  const two = await bench.call('get', `/customers?limit=1&cursor=${one.next_cursor}`).expect(200);
  expect([...one.data, ...(two.body as List).data]).toEqual([newest, next]);
});

test('an invoice shows what was asked to be seen with it', async () => {
  const path = `/invoices/${ids['part']}?expand=payments,journal,timeline,customer`;
  const { body } = await bench.call('get', path).expect(200);
  expect(body).toMatchObject({
    payments: [{ amount_cents: 500 }],
    journal: [{ type: 'issued' }, { type: 'payment_recorded' }],
    customer: { id: ada, contacts: [], sms_consent: null },
  });
  expect((body as { timeline: unknown[] }).timeline.length).toBeGreaterThan(2);
  await bench.call('get', `/invoices/${ids['part']}?expand=everything`).expect(422);
  const plain = await bench.call('get', `/invoices/${ids['part']}`).expect(200);
  expect(plain.body).not.toHaveProperty('journal');
});

test('the activity tells events and refusals in the order in which they came', async () => {
  const id = ids['part'] ?? '';
  const at = new Date();
  await bench.store.refusals.insertOne({
    _id: `${id}:c:already_paid`,
    organization_id: bench.keys.organizationId,
    invoice_id: id,
    command: 'void',
    command_id: 'c',
    actor: 'operator:temporal',
    code: 'net_paid_not_zero',
    message: 'No.',
    at: at.toISOString(),
    recorded_at: at,
  });
  const { body } = await bench.call('get', `/invoices/${id}/activity`).expect(200);
  const rows = (body as { data: Body[] }).data;
  expect(rows.map((row) => row['type'])).toEqual([
    'invoice.created',
    'invoice.issued',
    'invoice.payment_recorded',
    'invoice.partially_paid',
    'command.refused',
  ]);
  expect(rows.at(-1)).toMatchObject({ actor: 'operator:temporal', code: 'net_paid_not_zero' });
  const first = (await bench.call('get', `/invoices/${id}/activity?limit=2`).expect(200)).body as List;
  const rest = await bench.call('get', `/invoices/${id}/activity?cursor=${first.next_cursor}`).expect(200);
  expect([...first.data, ...(rest.body as List).data]).toEqual(rows);
});
