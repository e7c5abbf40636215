// The sweep reads by its indexes, however many invoices there are beside those that are overdue.
import { randomUUID } from 'node:crypto';
import { factsOf, overdueAfter, overdueCustomers } from '../../src/dunning/read.ts';
import type { InvoiceDocument } from '../../src/store/documents.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
const organizationId = randomUUID();
const at = '2024-06-01T10:00:00.000Z';
const scope = { organizationId, liveMode: true, at };

function row(customer: number, change: Partial<InvoiceDocument>): InvoiceDocument {
  return {
    _id: randomUUID(),
    organization_id: organizationId,
    live_mode: true,
    customer_id: `customer-${String(customer).padStart(5, '0')}`,
    status: 'open',
    currency: 'USD',
    due_date: '2024-05-01',
    due_at: '2024-05-02T00:00:00.000Z',
    amount_due_cents: 100,
    on_hold: false,
    is_processing: false,
    closed_at: null,
    created_at: at,
    number: null,
    ...change,
  } as InvoiceDocument;
}

beforeAll(async () => {
  database = await openTestDatabase();
  const rows: InvoiceDocument[] = [];
  for (let customer = 0; customer < 1_000; customer += 1) {
    // Every tenth has something overdue, all of them much that is not.
    if (customer % 10 === 0)
      rows.push(row(customer, {}), row(customer, { due_at: '2024-05-20T00:00:00.000Z' }));
    rows.push(row(customer, { due_date: '2024-07-01', due_at: '2024-07-02T00:00:00.000Z' }));
    rows.push(row(customer, { status: 'paid', closed_at: '2024-05-10T00:00:00.000Z', amount_due_cents: 0 }));
    rows.push(row(customer, { live_mode: false }));
    rows.push(row(customer, { organization_id: 'another' }));
  }
  await database.store.invoices.insertMany(rows);
});
afterAll(() => database.drop());

type Stage = { stage: string; inputStage?: Stage; inputStages?: Stage[]; indexName?: string };

function stagesOf(stage: Stage): string[] {
  const inner = [...(stage.inputStage === undefined ? [] : [stage.inputStage]), ...(stage.inputStages ?? [])];
  return [stage.stage, ...inner.flatMap(stagesOf)];
}

it('goes to the next customer with something overdue by the index, without a scan and without a sort', async () => {
  const explained = await overdueAfter(database.store, scope, 'customer-00000').explain('executionStats');
  const plan = explained['queryPlanner'] as { winningPlan: Stage };
  const stages = stagesOf(plan.winningPlan);
  expect(stages).toContain('IXSCAN');
  expect(stages).not.toContain('COLLSCAN');
  expect(stages).not.toContain('SORT');
  const stats = explained['executionStats'] as { totalKeysExamined: number; totalDocsExamined: number };
  // Nine customers without lie between: a key for each, and only the one that is found is read.
  expect(stats.totalKeysExamined).toBeLessThanOrEqual(25);
  expect(stats.totalDocsExamined).toBe(1);
});

it('finds each of them once, page by page', async () => {
  const found: string[] = [];
  for (;;) {
    const page = await overdueCustomers(database.store, scope, found.at(-1) ?? null, 25);
    found.push(...page);
    if (page.length < 25) break;
  }
  const wanted = Array.from({ length: 100 }, (_, index) => `customer-${String(index * 10).padStart(5, '0')}`);
  expect(found).toEqual(wanted);
});

it('reads the facts of a page by indexes only', async () => {
  const { store } = database;
  const ids = await overdueCustomers(store, scope, null, 25);
  await store.dunningStates.insertOne({
    _id: `${ids[0]}:live`,
    organization_id: organizationId,
    live_mode: true,
    customer_id: ids[0] ?? '',
    stages_sent: [7],
    since: '2024-05-09T10:00:00.000Z',
    last_at: '2024-05-09T10:00:00.000Z',
    undeliverable: null,
  });
  const db = store.connection.getClient().db(store.connection.name);
  await db.command({ profile: 2 });
  const facts = await factsOf(store, scope, ids);
  await db.command({ profile: 0 });
  expect(facts).toHaveLength(25);
  expect(facts[0]).toMatchObject({
    overdue: [{ currency: 'USD', standing: 'open', due: 200, oldestDueDate: '2024-05-01' }],
    stagesSent: [7],
  });
  const asked = await db
    .collection('system.profile')
    .find({ op: { $in: ['query', 'command'] }, planSummary: { $exists: true } })
    .toArray();
  const plans = asked.filter(({ ns }) => ns !== `${store.connection.name}.system.profile`);
  expect(plans.length).toBeGreaterThanOrEqual(5);
  expect(
    plans.map(({ planSummary }) => String(planSummary)).filter((plan) => plan.includes('COLLSCAN')),
  ).toEqual([]);
});
