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

const day = 24 * 3_600_000;

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

async function run(
  script: (life: Awaited<ReturnType<typeof begin>>) => Promise<void>,
  action: 'issue' | 'draft' = 'issue',
) {
  const store = createMemoryStore();
  const taskQueue = `life-${randomUUID()}`;
  const worker = await Worker.create({
    connection: environment.nativeConnection,
    taskQueue,
    workflowBundle: await workflowBundle(),
    activities: store,
  });
  await worker.runUntil(async () => {
    const life = await begin(store, taskQueue, action);
    await script(life);
    // An open workflow without a worker would keep the server's clock from being skipped.
    await environment.client.workflow
      .getHandle(life.handle.workflowId)
      .terminate()
      .catch(() => undefined);
  });
}

async function begin(
  store: ReturnType<typeof createMemoryStore>,
  taskQueue: string,
  action: 'issue' | 'draft',
) {
  const input = aCreate({ action, draft: aDraft({ lateFeeTerms: fees, timeZone: 'Europe/Paris' }) });
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
  /** A command that starts the ended workflow again from the stored invoice. */
  const again = (name: string, args: object) =>
    environment.client.workflow.signalWithStart('invoice', {
      taskQueue,
      workflowId: handle.workflowId,
      args: [{ kind: 'reopen', organizationId: input.organizationId, invoiceId: input.invoiceId }],
      signal: name,
      signalArgs: [args],
    });
  return { store, handle, invoice, again };
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

it('lives on when a payment is taken back long after the workflow has ended: its timers run again', async () => {
  await run(async ({ store, handle, invoice, again }) => {
    await environment.sleep('16 days');
    await handle.executeUpdate('recordPayment', { args: [{}] });
    await handle.result();
    const delivered = store.deliveries.length;
    const [payment] = invoice().payments;
    const reopened = await again('reversePayment', { paymentId: payment?.id, reason: 'charged back' });
    await environment.sleep(1_000);
    expect(invoice()).toMatchObject({ status: 'open', closedAt: null, paidAt: null });
    const announced = timeline(invoice()).entries.filter((entry) => entry.status === 'planned');
    expect(announced.map(({ kind }) => kind)).toContain('late_fee');
    await environment.sleep('90 days');
    expect(invoice().lateFees.map((fee) => fee.amount)).toEqual([500, 500, 200]);
    expect(store.deliveries.length - delivered).toBe(
      announced.filter(({ kind }) => kind === 'reminder').length,
    );
    expect((await reopened.describe()).status.name).toBe('RUNNING');
    await reopened.executeUpdate('recordPayment', { args: [{}] });
    expect(await reopened.result()).toEqual({ status: 'paid' });
  });
});

it('takes a recovery after it was given up, and ends again', async () => {
  await run(async ({ handle, invoice, again }) => {
    await handle.executeUpdate('writeOff', { args: [{}] });
    expect(await handle.result()).toEqual({ status: 'uncollectible' });
    const { version } = invoice();
    await again('recordPayment', { amount: 885 });
    await environment.sleep(1_000);
    expect(invoice()).toMatchObject({ status: 'uncollectible', version: version + 1, recovered: 885 });
    const reopened = await again('recordPayment', {});
    expect(await reopened.result()).toEqual({ status: 'paid' });
  });
});

it('goes out when its time has come, with its number, and its plan begins', async () => {
  await run(async ({ store, handle, invoice }) => {
    const at = instant((await environment.currentTimeMs()) + 10 * day).slice(0, 10);
    await handle.executeUpdate('schedule', { args: [{ sendAt: `${at}T09:30` }] });
    expect(invoice()).toMatchObject({ status: 'scheduled', number: null });
    const sendsAt = invoice().scheduledSend?.at ?? '';
    await environment.sleep(Date.parse(sendsAt) - (await environment.currentTimeMs()) - 60_000);
    expect(invoice().status).toBe('scheduled');
    await environment.sleep(120_000);
    expect(invoice()).toMatchObject({ status: 'open', number: 'INV-0001', scheduledSend: null });
    expect((invoice().issuedAt ?? '') >= sendsAt).toBe(true);
    expect(store.deliveries).toHaveLength(1);
    const sent = store.requests.find(({ command }) => command === 'time');
    expect(sent?.series).not.toBeNull();
    expect((await handle.query<{ number: string }>('invoice')).number).toBe('INV-0001');
  }, 'draft');
});

it('is a draft again, and says why, when it cannot go out', async () => {
  await run(async ({ store, handle, invoice }) => {
    const at = instant((await environment.currentTimeMs()) + 10 * day).slice(0, 10);
    await handle.executeUpdate('schedule', { args: [{ sendAt: `${at}T09:30` }] });
    store.refusals.set('email', 'no_email_address');
    await environment.sleep('12 days');
    expect(invoice()).toMatchObject({ status: 'draft', number: null, scheduledSend: null });
    const events = store.requests.flatMap((request) => request.events);
    expect(events.at(-1)).toMatchObject({ type: 'invoice.unscheduled', code: 'no_email_address' });
    expect(store.deliveries).toHaveLength(0);
  }, 'draft');
});

it('leaves out what a hold suspends, says when the promise is broken, and goes on from there', async () => {
  await run(async ({ store, handle, invoice }) => {
    const due = invoice().dueDate ?? '';
    const until = instant(Date.parse(due) + 12 * day).slice(0, 10);
    await handle.executeUpdate('hold', { args: [{ kind: 'promise', until }] });
    await environment.sleep('90 days');
    const types = store.requests.flatMap(({ events }) => events.map(({ type }) => type));
    expect(types.filter((type) => type === 'invoice.hold_ended')).toHaveLength(1);
    expect(store.requests.flatMap(({ events }) => events)).toContainEqual(
      expect.objectContaining({ type: 'invoice.hold_ended', reason: 'promise_broken' }),
    );
    expect(invoice().holds).toEqual([]);
    expect(invoice().skippedFees.map(({ reason }) => reason)).toEqual(['suspended', 'suspended']);
    expect(invoice().lateFees.map((fee) => fee.amount)).toEqual([500, 500, 200]);
    const skipped = invoice().reminders.filter(({ reason }) => reason === 'suspended');
    expect(store.deliveries).toHaveLength(invoice().reminders.length - skipped.length);
  });
});
