// Tasks: listed by what is open, done and undone, never another organization's or the other mode's.
import type { TaskDocument } from '../../src/store/documents.ts';
import { type Bench, type Body, openBench } from './bench.ts';

let bench: Bench;
const task = (id: string, change: Partial<TaskDocument> = {}): TaskDocument => ({
  _id: id,
  organization_id: bench.keys.organizationId,
  live_mode: false,
  invoice_id: 'invoice-1',
  customer_id: 'customer-1',
  title: 'Invoice TEST-0001 is overdue',
  due_date: '2026-03-16',
  done: false,
  done_at: null,
  created_at: '2026-03-16T09:00:00.000Z',
  ...change,
});

beforeAll(async () => {
  bench = await openBench();
  await bench.store.tasks.insertMany([
    task('one'),
    task('two', { invoice_id: 'invoice-2', created_at: '2026-03-17T09:00:00.000Z' }),
    task('three', { customer_id: 'customer-2', done: true, done_at: '2026-03-18T09:00:00.000Z' }),
    task('live', { live_mode: true }),
    task('foreign', { organization_id: bench.others.organizationId }),
  ]);
});
afterAll(() => bench.close());

const listed = async (query: string, key?: string) => {
  const { data } = (await bench.call('get', `/tasks${query}`, key).expect(200)).body as { data: Body[] };
  return data.map(({ id }) => id);
};

test.each([
  ['', ['two', 'three', 'one']],
  ['?done=false', ['two', 'one']],
  ['?done=true', ['three']],
  ['?invoice_id=invoice-2', ['two']],
  ['?customer_id=customer-2', ['three']],
])('the list with %j is %j', async (query, ids) => {
  expect(await listed(query)).toEqual(ids);
});

test('a live key sees live ones only', async () => {
  expect(await listed('', bench.keys.live)).toEqual(['live']);
});

test('pages go on where the one before ended', async () => {
  const first = (await bench.call('get', '/tasks?limit=2').expect(200)).body as Body;
  expect(first).toMatchObject({ has_more: true, data: [{ id: 'two' }, { id: 'three' }] });
  expect(await listed(`?limit=2&cursor=${String(first['next_cursor'])}`)).toEqual(['one']);
});

test('a task is done at an instant, and may be undone', async () => {
  const done = (await bench.call('patch', '/tasks/one').send({ done: true }).expect(200)).body as Body;
  expect(done).toMatchObject({ id: 'one', done: true, done_at: expect.any(String) as string });
  // Done again it keeps when it was.
  expect((await bench.call('patch', '/tasks/one').send({ done: true }).expect(200)).body).toEqual(done);
  expect(await listed('?done=true')).toEqual(['three', 'one']);
  const undone = await bench.call('patch', '/tasks/one').send({ done: false }).expect(200);
  expect(undone.body).toMatchObject({ done: false, done_at: null });
});

test.each([['foreign'], ['live'], ['nothing']])('%s is not found', async (id) => {
  expect((await bench.call('patch', `/tasks/${id}`).send({ done: true })).status).toBe(404);
});

test.each([
  [{}, '/done'],
  [{ done: 'yes' }, '/done'],
  [{ done: true, title: 'x' }, '/title'],
])('%j is refused', async (change, pointer) => {
  const { body } = await bench.call('patch', '/tasks/one').send(change).expect(422);
  expect((body as { errors: { pointer: string }[] }).errors[0]?.pointer).toBe(pointer);
});

test('looking needs one scope and changing another', async () => {
  const reader = await bench.keyWith('invoices:read');
  expect(await listed('?done=false', reader)).toHaveLength(2);
  await bench.call('patch', '/tasks/one', reader).send({ done: true }).expect(403);
});
