// The Schedules of an organization on the real server: made once, changed with the settings, run by hand and made up for.
import { randomUUID } from 'node:crypto';
import type { ScheduleHandle } from '@temporalio/client';
import { ensureSchedules } from '../../src/schedules/ensure.ts';
import { createScheduleRound } from '../../src/schedules/round.ts';
import type { DunningEnd } from '../../src/contract/dunning.ts';
import { createLogger } from '../../src/logging.ts';
import { readConfig } from '../../src/config.ts';
import { type DunningBench, openDunningBench } from '../support/dunning.ts';
import { until } from '../support/workflow-bench.ts';

let bench: DunningBench;
beforeAll(async () => {
  bench = await openDunningBench();
});
afterAll(async () => {
  const organizations = await bench.store.organizations.find().toArray();
  const ids = organizations.flatMap(({ _id }) => [`dunning:${_id}`, `reconcile:${_id}`]);
  await Promise.all(
    ids.map((id) =>
      bench.client.schedule
        .getHandle(id)
        .delete()
        .catch(() => undefined),
    ),
  );
  await bench.close();
});
beforeEach(async () => {
  await bench.begin();
});
function handleOf(kind: 'dunning' | 'reconcile'): ScheduleHandle {
  return bench.client.schedule.getHandle(`${kind}:${bench.organizationId}`);
}

function ensure(): Promise<void> {
  const { store, client, taskQueue, organizationId } = bench;
  return ensureSchedules({ store, client, taskQueue }, organizationId);
}

async function organization(fields: Record<string, unknown>): Promise<void> {
  await bench.store.organizations.updateOne(
    { _id: bench.organizationId },
    { $set: { ...fields, schedules_stale: randomUUID() } },
  );
}

function clock(at: Date | undefined, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(at);
}

/** Waits for what the Schedule has started, and answers with its result. */
async function ended(handle: ScheduleHandle, count = 1): Promise<unknown[]> {
  const started = async () => (await handle.describe()).info.recentActions;
  await until('the Schedule has started it', async () => (await started()).length >= count);
  return Promise.all(
    (await started()).map(({ action }) =>
      bench.client.workflow.getHandle(action.workflow.workflowId).result(),
    ),
  );
}

it('are made once, in the zone of the organization, and miss no more than six hours', async () => {
  await organization({ time_zone: 'Europe/Paris' });
  await ensure();
  const [dunning, reconcile] = [handleOf('dunning'), handleOf('reconcile')];
  const before = await dunning.describe();
  await ensure();
  await Promise.all([ensure(), ensure()]);
  const after = await dunning.describe();
  expect(after.info.createdAt).toEqual(before.info.createdAt);
  expect(after.info.lastUpdatedAt).toEqual(before.info.lastUpdatedAt);
  expect(after.policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 6 * 3_600_000 });
  expect(after.info.nextActionTimes.map((at) => clock(at, 'Europe/Paris')).slice(0, 5)).toEqual(
    Array(5).fill('10:00'),
  );
  const nightly = await reconcile.describe();
  expect(clock(nightly.info.nextActionTimes[0], 'Europe/Paris')).toBe('03:00');
  expect(
    (await bench.store.organizations.findOne({ _id: bench.organizationId }))?.schedules_stale,
  ).toBeUndefined();
});

it('follow the settings: another time, off, on again', async () => {
  await ensure();
  const handle = handleOf('dunning');
  await organization({ time_zone: 'America/New_York', 'settings.dunning.local_time': '08:15' });
  await ensure();
  const moved = await handle.describe();
  expect(clock(moved.info.nextActionTimes[0], 'America/New_York')).toBe('08:15');
  await organization({ 'settings.dunning.enabled': false });
  await ensure();
  expect((await handle.describe()).state).toMatchObject({
    paused: true,
    note: 'Dunning is switched off in the settings.',
  });
  await organization({ 'settings.dunning.enabled': true });
  await ensure();
  expect((await handle.describe()).state.paused).toBe(false);
});

it('stay paused where an operator has paused them', async () => {
  await ensure();
  const handle = handleOf('dunning');
  await handle.pause('on holiday');
  await organization({ 'settings.dunning.local_time': '11:00' });
  await ensure();
  const { state, info } = await handle.describe();
  expect(state).toMatchObject({ paused: true, note: 'on holiday' });
  expect(clock(info.nextActionTimes[0], 'UTC')).toBe('11:00');
});

it('are not made for dunning that was never switched on', async () => {
  await organization({ 'settings.dunning.enabled': false });
  await ensure();
  await expect(handleOf('dunning').describe()).rejects.toThrow(/not found/i);
  await expect(handleOf('reconcile').describe()).resolves.toBeDefined();
});

it('settings that change while the Schedules are made are made too', async () => {
  const { store, client, taskQueue, organizationId } = bench;
  await organization({ 'settings.dunning.local_time': '06:00' });
  let reads = 0;
  const organizations = new Proxy(store.organizations, {
    get(target, name) {
      if (name !== 'findOne') return Reflect.get(target, name).bind(target);
      return async (filter: { _id: string }) => {
        const read = await target.findOne(filter);
        reads += 1;
        // Somebody is faster than we are with what we have read.
        if (reads === 1) await organization({ 'settings.dunning.local_time': '07:00' });
        return read;
      };
    },
  });
  await ensureSchedules({ store: { ...store, organizations }, client, taskQueue }, organizationId);
  expect(reads).toBe(2);
  const { info } = await handleOf('dunning').describe();
  expect(clock(info.nextActionTimes[0], 'UTC')).toBe('07:00');
});

it('a trigger by hand runs both modes; a run that is made up for is live mode’s, dated by its own day', async () => {
  await ensure();
  const handle = handleOf('dunning');
  const ada = await bench.person();
  await bench.overdue(ada);
  await bench.overdue(ada, {}, false);
  await handle.trigger();
  const [{ sweeps: byHand }] = (await ended(handle)) as [DunningEnd];
  expect(byHand.map(({ liveMode, sent }) => [liveMode, sent])).toEqual([
    [true, 1],
    [false, 1],
  ]);
  // The clock of test mode is ahead: it has runs of its own.
  await bench.store.organizations.updateOne(
    { _id: bench.organizationId },
    { $set: { clock_offset_ms: 3_600_000 } },
  );
  const start = new Date('2024-03-22T09:59:00Z');
  await handle.backfill({ start, end: new Date('2024-03-22T10:01:00Z'), overlap: 'ALLOW_ALL' });
  const [, missed] = (await ended(handle, 2)) as [DunningEnd, DunningEnd];
  expect(missed.sweeps).toMatchObject([{ liveMode: true, date: '2024-03-22', customers: 1, sent: 0 }]);
  expect(missed.sweeps).toHaveLength(1);
});

it('a trigger of the reconciliation writes down what it came to', async () => {
  await ensure();
  const handle = handleOf('reconcile');
  const ada = await bench.person();
  const invoice = await bench.overdue(ada);
  await handle.trigger();
  expect(await ended(handle)).toEqual([
    { differenceCents: 0, books: [{ liveMode: true, currency: 'USD', differenceCents: 0, failed: [] }] },
  ]);
  // Somebody tampers with what is kept beside the ledger.
  await bench.store.invoices.updateOne({ _id: invoice.id }, { $inc: { amount_due_cents: 7 } });
  await handle.trigger();
  await ended(handle, 2);
  expect(await bench.store.reconciliations.findOne({ _id: bench.organizationId })).toMatchObject({
    difference_cents: 14,
    books: [
      {
        live_mode: true,
        currency: 'USD',
        difference_cents: 14,
        failed: ['accounts_receivable', 'receivable_by_invoice'],
      },
    ],
  });
});

it('the rounds of a worker make those of every organization, and then of those that are marked', async () => {
  const { store, client, taskQueue } = bench;
  const logger = createLogger({ ...readConfig(), LOG_LEVEL: 'silent' });
  let looked = 0;
  const round = createScheduleRound({
    store,
    client,
    taskQueue,
    logger,
    isRunning: () => {
      looked += 1;
      return true;
    },
  });
  await round();
  await expect(handleOf('dunning').describe()).resolves.toBeDefined();
  expect(looked).toBeGreaterThan(1);
  looked = 0;
  await round();
  expect(looked).toBe(0);
  await organization({ 'settings.dunning.local_time': '05:00' });
  await round();
  expect(looked).toBe(1);
  expect(clock((await handleOf('dunning').describe()).info.nextActionTimes[0], 'UTC')).toBe('05:00');
});
