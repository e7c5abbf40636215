// The number series: no gap and no repeat, whatever runs at the same time and whatever fails.
import { createPersist } from '../../activities/persist/persist.ts';
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import { createOrganization } from '../../src/store/organizations.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { startOwnServer } from '../support/mongo.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';
import { aCreation, aCustomer, aRequest } from '../support/requests.ts';

let bench: Persisting;
let second: Store;
beforeAll(async () => {
  bench = await openPersisting();
  second = await openStore(bench.uri);
});
afterAll(async () => {
  await second.close();
  await bench.drop();
});

/** An organization whose series nobody has used, and creates of it. */
async function freshSeries() {
  const { store } = bench;
  const organization = await createOrganization(store, { name: 'N', timeZone: 'UTC', currency: 'USD' });
  const customer = aCustomer(organization._id);
  await store.customers.insertOne(customer);
  const organizationId = organization._id;
  const creation = (change: Partial<Parameters<typeof aCreation>[0]> = {}) =>
    aCreation({
      organizationId,
      action: 'issue',
      ...change,
      draft: { customerId: customer._id, ...change.draft },
    });
  return { organizationId, creation };
}

const numbers = (from: number, to: number, prefix = 'INV-') =>
  Array.from({ length: to - from + 1 }, (_, index) => prefix + String(from + index).padStart(4, '0'));

function values(settled: readonly PromiseSettledResult<PersistResult>[]): PersistResult[] {
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

const given = (answers: readonly PersistResult[]): string[] =>
  answers.flatMap((answer) => (answer.outcome === 'stored' ? [answer.number ?? ''] : []));

async function storedNumbers(organizationId: string): Promise<(string | null)[]> {
  const rows = await bench.store.invoices
    .find({ organization_id: organizationId, number: { $ne: null } })
    .sort({ number: 1 })
    .toArray();
  for (const row of rows) expect(row.state.number).toBe(row.number);
  return rows.map((row) => row.number);
}

/** The requests spread over two processes' writes: two stores, two queues. */
function atOnce(requests: readonly PersistRequest[]): Promise<PromiseSettledResult<PersistResult>[]> {
  const persists = [createPersist(bench.store), createPersist(second)] as const;
  return Promise.allSettled(requests.map((request, index) => persists[index % 2 === 0 ? 0 : 1](request)));
}

test('200 issues at once from two processes get exactly the numbers 1 to 200', async () => {
  const { organizationId, creation } = await freshSeries();
  const answers = values(await atOnce(Array.from({ length: 200 }, () => creation())));
  expect(given(answers).sort()).toEqual(numbers(1, 200));
  expect(await storedNumbers(organizationId)).toEqual(numbers(1, 200));
  const issued = await bench.store.events
    .find({ organization_id: organizationId, type: 'invoice.issued' })
    .toArray();
  expect(issued.map((event) => String(event.data['number'])).sort()).toEqual(numbers(1, 200));
});

test('members that fail take no number with them and keep nobody else from one', async () => {
  const { organizationId, creation } = await freshSeries();
  const good = Array.from({ length: 30 }, () => creation({ action: 'send' }));
  const unreachable = aCustomer(organizationId, { email: null });
  await bench.store.customers.insertOne(unreachable);
  const refused = Array.from({ length: 5 }, () =>
    creation({ action: 'send', draft: { customerId: unreachable._id } }),
  );
  const draft = creation({ action: 'draft' });
  await bench.stored(draft);
  const issue = (at?: string) =>
    aRequest(draft.invoice, { name: 'send', deliver: false }, at === undefined ? {} : { at });
  const racing = [issue(), issue(), issue()];
  const broken = Array.from({ length: 3 }, () => {
    const request = creation({ action: 'send' });
    return {
      ...request,
      preconditions: [{ kind: 'recipient', messageId: 'unplanned', automatic: false }] as const,
    };
  });
  const all = [...good, ...refused, ...racing, ...broken, ...good.slice(0, 5)];
  const settled = await atOnce(all.sort((a, b) => a.invoiceId.localeCompare(b.invoiceId)));
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const count = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
  expect([count('stored'), count('refused'), count('conflict'), count('duplicate')]).toEqual([31, 5, 2, 5]);
  expect(settled.filter((one) => one.status === 'rejected')).toHaveLength(3);
  expect(given(answers).sort()).toEqual(numbers(1, 31));
  expect(await storedNumbers(organizationId)).toEqual(numbers(1, 31));
  expect((await bench.store.numberSeries.findOne({ _id: `${organizationId}:live:INV-` }))?.last).toBe(31);
});

test('a number that a caller has taken is passed over', async () => {
  const { organizationId, creation } = await freshSeries();
  for (const requestedNumber of ['INV-0002', 'INV-0003', 'INV-0005']) {
    await bench.stored(creation({ action: 'draft', draft: { requestedNumber } }));
  }
  const answers = values(await atOnce(Array.from({ length: 10 }, () => creation())));
  expect(given(answers).sort()).toEqual(['INV-0001', 'INV-0004', ...numbers(6, 13)]);
  expect(await storedNumbers(organizationId)).toEqual(numbers(1, 13));
  const series = await bench.store.numberSeries.findOne({ _id: `${organizationId}:live:INV-` });
  expect(series?.skipped?.toSorted()).toEqual(['INV-0002', 'INV-0003', 'INV-0005']);
});

test('each mode, prefix and organization counts by itself', async () => {
  const one = await freshSeries();
  const other = await freshSeries();
  const test = { numbering: { prefix: 'TEST-', padding: 6 } };
  const answers = [
    await bench.persist(one.creation()),
    await bench.persist(one.creation({ liveMode: false, policy: test })),
    await bench.persist(other.creation()),
    await bench.persist(one.creation({ policy: { numbering: { prefix: 'INV-', padding: 2 } } })),
    await bench.persist(one.creation({ policy: { numbering: { prefix: 'B-', padding: 0 } } })),
  ];
  expect(given(answers)).toEqual(['INV-0001', 'TEST-000001', 'INV-0001', 'INV-02', 'B-1']);
});

test('the number stays with the repetition', async () => {
  const { creation } = await freshSeries();
  const request = creation();
  const [first, again] = [await bench.persist(request), await bench.persist(request)];
  expect(first).toMatchObject({ outcome: 'stored', number: 'INV-0001' });
  expect(again).toMatchObject({
    outcome: 'duplicate',
    result: { number: 'INV-0001' },
    invoice: { number: 'INV-0001' },
  });
  expect(given([await bench.persist(creation())])).toEqual(['INV-0002']);
});

test('an invoice whose number the caller gave takes none from the series', async () => {
  const { creation } = await freshSeries();
  const own = creation({ draft: { requestedNumber: 'MINE' } });
  expect(given([await bench.persist(own), await bench.persist(creation())])).toEqual(['MINE', 'INV-0001']);
});

test('when the database goes away everybody in line hears of it within seconds', async () => {
  const server = await startOwnServer(bench.store);
  const store = await openStore(server.uri);
  const organization = await createOrganization(store, { name: 'N', timeZone: 'UTC', currency: 'USD' });
  const customer = aCustomer(organization._id);
  await store.customers.insertOne(customer);
  const issue = () =>
    aCreation({ organizationId: organization._id, action: 'issue', draft: { customerId: customer._id } });
  const persist = createPersist(store);
  expect(given([await persist(issue())])).toEqual(['INV-0001']);
  await server.stop();
  const started = Date.now();
  const settled = await Promise.allSettled(Array.from({ length: 10 }, () => persist(issue())));
  expect(settled.map((one) => one.status)).toEqual(Array.from({ length: 10 }, () => 'rejected'));
  expect(Date.now() - started).toBeLessThan(8_000);
  await store.close();
});
