// Months in seconds on the time-skipping server: what was announced is what happens, each thing at its own instant.
import { randomUUID } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { Worker } from '@temporalio/worker';
import { searchAttributes } from '../../src/contract/names.ts';
import { instant } from '../../src/domain/calendar.ts';
import type { LateFeeTerms } from '../../src/domain/invoice/invoice.ts';
import { timeline } from '../../src/domain/invoice/timeline.ts';
import { aCreate, aDraft } from '../support/builders.ts';
import { createMemoryStore } from '../support/memory-store.ts';
import { required } from '../support/servers.ts';
import { installRuntime, workflowBundle } from '../support/workflow-bench.ts';

const fees: LateFeeTerms = {
  type: 'fixed',
  value: 500,
  interval: 'week',
  intervalCount: 1,
  graceDays: 2,
  cap: 1200,
  percentageCap: null,
  base: 'outstanding_principal',
  compounding: false,
};

const { INDEXED_VALUE_TYPE_BOOL, INDEXED_VALUE_TYPE_DATETIME, INDEXED_VALUE_TYPE_KEYWORD } =
  temporal.api.enums.v1.IndexedValueType;
const indexedTypes = {
  KEYWORD: INDEXED_VALUE_TYPE_KEYWORD,
  DATETIME: INDEXED_VALUE_TYPE_DATETIME,
  BOOL: INDEXED_VALUE_TYPE_BOOL,
};

/** The time-skipping server can add search attributes, but not list them. */
async function registerSearchAttributes(connection: TestWorkflowEnvironment['connection']): Promise<void> {
  const types = Object.entries(searchAttributes).map(([name, type]) => [name, indexedTypes[type]] as const);
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: Object.fromEntries(types),
  });
}

let environment: TestWorkflowEnvironment;
beforeAll(async () => {
  installRuntime();
  const path = required('TEST_TEMPORAL_TEST_SERVER');
  environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  await registerSearchAttributes(environment.connection);
});
afterAll(() => environment.teardown());

async function run(script: (life: Awaited<ReturnType<typeof begin>>) => Promise<void>) {
  const store = createMemoryStore();
  const taskQueue = `life-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: store,
  });
  await worker.runUntil(async () => {
    const life = await begin(store, taskQueue);
    await script(life);
    // An open workflow without a worker would keep the server's clock from being skipped.
    await life.handle.terminate().catch(() => undefined);
  });
}

async function begin(store: ReturnType<typeof createMemoryStore>, taskQueue: string) {
  const input = aCreate({ action: 'issue', draft: aDraft({ lateFeeTerms: fees, timeZone: 'Europe/Paris' }) });
  const handle = await environment.client.workflow.start('invoice', {
    taskQueue,
    workflowId: `life:${input.invoiceId}`,
    args: [input],
  });
  await environment.sleep(1_000);
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  return { store, handle, invoice };
}

it('reminds, turns overdue, adds fees to the cap, and does exactly what the timeline announced', async () => {
  await run(async ({ store, invoice }) => {
    const announced = timeline(invoice()).entries.filter((entry) => entry.status === 'planned');
    await environment.sleep('90 days');
    const done = timeline(invoice()).entries.filter((entry) => entry.kind !== 'issue');
    const essence = (entries: typeof done) =>
      entries.map(({ at, kind, stepId, occurrence, amount }) => ({ at, kind, stepId, occurrence, amount }));
    expect(essence(done)).toEqual(essence(announced));
    expect(done.every((entry) => entry.status === 'done')).toBe(true);
    expect(invoice().lateFees.map((fee) => fee.amount)).toEqual([500, 500, 200]);
    expect(store.deliveries).toHaveLength(5);
  });
});

it('stops everything when it is paid, and ends after the grace period', async () => {
  await run(async ({ store, handle, invoice }) => {
    await environment.sleep('18 days');
    await handle.executeUpdate('recordPayment', { args: [{}] });
    const { version } = invoice();
    expect(await handle.result()).toEqual({ status: 'paid' });
    expect(invoice().version).toBe(version);
    expect(store.deliveries.length).toBeGreaterThan(0);
    expect(invoice().reminders.some((row) => row.reason === 'paid')).toBe(true);
  });
});

it('skips a reminder that may not go, with the reason, and goes on with the plan', async () => {
  await run(async ({ store, invoice }) => {
    store.refusals.set('email', 'no_email_address');
    await environment.sleep('90 days');
    expect(invoice().reminders.map((row) => `${row.status} ${row.reason}`)).toEqual(
      invoice().reminders.map(() => 'SKIPPED no_email_address'),
    );
    expect(invoice().lateFees).toHaveLength(3);
    expect(store.deliveries).toHaveLength(0);
  });
});

it('writes nothing for what is not due yet', async () => {
  await run(async ({ store, invoice }) => {
    const first = invoice().reminders[0]?.plannedAt ?? '';
    const before = Date.parse(first) - (await environment.currentTimeMs()) - 60_000;
    await environment.sleep(before);
    expect(store.requests).toHaveLength(1);
    await environment.sleep(120_000);
    expect(instant(await environment.currentTimeMs()) > first).toBe(true);
    expect(store.deliveries).toHaveLength(1);
  });
});
