// Which invoices follow a reminder policy: found by an index, page by page, whatever else there is. And one policy that
// is changed by many at once.
import { explained } from '../../bench/explained.ts';
import type { InvoiceDocument, ReminderPolicyDocument } from '../../src/store/documents.ts';
import { addPolicy, changePolicy, following, policyNeeds } from '../../src/store/reminder-policies.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

const others = 2_000;
const followers = 120;

let database: TestDatabase;
let watched: Store;
beforeAll(async () => {
  database = await openTestDatabase();
  const of = (index: number, id: string | null) => ({
    _id: `invoice-${String(index).padStart(5, '0')}`,
    organization_id: 'org-1',
    live_mode: index % 2 === 0,
    status: 'open',
    reminder_policy: id === null ? null : { id, version: index % 3 === 0 ? 2 : 1 },
  });
  const rows = Array.from({ length: others + followers }, (_, index) =>
    of(index, index % 17 === 0 && index / 17 < followers ? 'wanted' : index % 2 === 0 ? 'other' : null),
  );
  await database.store.invoices.insertMany(rows as unknown as InvoiceDocument[]);
  const uri = new URL(database.uri);
  uri.searchParams.set('monitorCommands', 'true');
  watched = await openStore(uri.toString());
});
afterAll(async () => {
  await watched.close();
  await database.drop();
});

const whose = { organizationId: 'org-1', policyId: 'wanted' };

test('a page of those that are behind is read from the index alone', async () => {
  const page = () =>
    watched.invoices
      .find(following({ ...whose, behind: 2, after: 'invoice-00400' }))
      .sort({ _id: 1 })
      .limit(50)
      .project({ _id: 1 })
      .toArray();
  const [read] = await explained(watched, page);
  expect(read?.plan).toEqual(['IXSCAN reminder_policy']);
  expect(read?.documents).toBe(0);
  // Those behind, and one in three that is not.
  expect(read?.keys).toBeLessThan(80);
  expect(await page()).toHaveLength(50);
});

test('how many are behind is counted from the index alone', async () => {
  const count = () => watched.invoices.countDocuments(following({ ...whose, behind: 2 }));
  const [read] = await explained(watched, count);
  expect(read?.plan).toEqual(['IXSCAN reminder_policy']);
  expect(read?.documents).toBe(0);
  expect(await count()).toBe(80);
});

test('a page of the preview reads no invoice that it does not show', async () => {
  const page = () =>
    watched.invoices
      .find(following({ ...whose, liveMode: true }))
      .sort({ _id: 1 })
      .limit(11)
      .toArray();
  const [read] = await explained(watched, page);
  expect(read?.plan).toEqual(expect.arrayContaining(['FETCH', 'IXSCAN reminder_policy']));
  expect(read?.documents).toBe(11);
});

test('what customers and the default say of a policy is looked up by an index', async () => {
  const reads = await explained(watched, async () => {
    await policyNeeds(watched, { _id: 'p', organization_id: 'org-1' } as ReminderPolicyDocument);
    await watched.reminderPolicies.findOne({ organization_id: 'org-1', default: true });
    await watched.reminderPolicies
      .find({ 'applying.state': 'under_way', 'applying.since': { $lt: '2026' } })
      .toArray();
  });
  expect(reads.map(({ plan }) => plan.find((stage) => stage.startsWith('IXSCAN')))).toEqual([
    'IXSCAN reminder_policy',
    'IXSCAN default',
    'IXSCAN applying',
  ]);
});

const policy = (id: string): ReminderPolicyDocument => ({
  _id: id,
  organization_id: 'org-1',
  name: 'Gentle',
  default: false,
  version: 1,
  steps: [],
  applying: null,
  changed_by: 'made',
  created_at: '2026-03-01T00:00:00.000Z',
  updated_at: '2026-03-01T00:00:00.000Z',
});
const change = (name: string, commandId = name) => ({ fields: { name }, commandId, applyFor: null });

test('of many changes at once each has a version of its own', async () => {
  const { store } = database;
  const made = await addPolicy(store, policy('busy'));
  const names = ['a', 'b', 'c', 'd'];
  const changed = await Promise.all(names.map((name) => changePolicy(store, made, change(name))));
  expect(new Set(changed.map((one) => one?.version))).toEqual(new Set([2, 3, 4, 5]));
  expect(await store.reminderPolicies.findOne({ _id: 'busy' })).toMatchObject({ version: 5 });
});

test('a repeated command adds and changes once', async () => {
  const { store } = database;
  const [one, two] = await Promise.all([addPolicy(store, policy('once')), addPolicy(store, policy('once'))]);
  expect(two).toEqual(one);
  const first = await changePolicy(store, one, change('x'));
  expect(await changePolicy(store, one, change('y', 'x'))).toEqual(first);
  expect(first).toMatchObject({ name: 'x', version: 2 });
});

test('a change for new invoices leaves a version on its way as that is by now', async () => {
  const { store } = database;
  const made = await addPolicy(store, policy('apart'));
  const under = await changePolicy(store, made, { ...change('x'), applyFor: 'token:1' });
  expect(under?.applying).toMatchObject({ version: 2, name: 'x', state: 'under_way', actor: 'token:1' });
  // A page is done between the look at the policy and the write.
  const meanwhile: Store = {
    ...store,
    transaction: async (run) => {
      await store.reminderPolicies.updateOne({ _id: 'apart' }, { $set: { 'applying.applied': 7 } });
      return store.transaction(run);
    },
  };
  const later = await changePolicy(meanwhile, made, change('y'));
  expect(later).toMatchObject({ version: 3, applying: { version: 2, name: 'x', applied: 7 } });
});
