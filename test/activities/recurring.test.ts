// What a recurring schedule has done for it, on the real servers: its state, and the invoice of an occurrence.
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { createLoad, createReadClock, createRecall } from '../../activities/load.ts';
import { createNote } from '../../activities/note.ts';
import { createRecurring } from '../../activities/recurring/index.ts';
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import { invoiceWorkflowId } from '../../src/contract/names.ts';
import {
  type OccurrenceOutcome,
  type OccurrenceRequest,
  type RecurringActivities,
  recurringWorkflowId,
  type SaveScheduleRequest,
} from '../../src/contract/recurring.ts';
import { nextAt } from '../../src/domain/recurring/occurrences.ts';
import type { RecurringSchedule } from '../../src/domain/recurring/schedule.ts';
import { occurrenceInvoiceId } from '../../src/drafting/occurrence.ts';
import { listConditions } from '../../src/gateway/api/invoice-filters.ts';
import { readConfig } from '../../src/config.ts';
import { plusDays } from '../../src/domain/calendar.ts';
import { createLogger } from '../../src/logging.ts';
import { createRecovery } from '../../src/recovery.ts';
import { keepContent } from '../../src/store/contents.ts';
import { aSchedule } from '../domain/recurring/given.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';
import { type Bench, openBench, until, update } from '../support/workflow-bench.ts';

let database: Persisting;
let bench: Bench;
let recurring: RecurringActivities;
/** What the next write of an invoice answers instead. */
let nextWrite: PersistResult | null = null;

beforeAll(async () => {
  database = await openPersisting();
  const { store } = database;
  bench = await openBench({
    persist: async (request: PersistRequest) => {
      const answer = nextWrite;
      nextWrite = null;
      return answer ?? database.persist(request);
    },
    load: createLoad(store),
    recall: createRecall(store),
    note: createNote(store),
    readClock: createReadClock(store),
    loadSchedule: (request: Parameters<RecurringActivities['loadSchedule']>[0]) =>
      recurring.loadSchedule(request),
    saveSchedule: (request: SaveScheduleRequest) => recurring.saveSchedule(request),
    makeOccurrence: (request: OccurrenceRequest) => recurring.makeOccurrence(request),
  });
  recurring = createRecurring(store, bench.client, bench.taskQueue);
});
afterAll(async () => {
  await bench.close();
  await database.drop();
});

const lines = [{ description: 'Copy Paper, Case', rate_cents: 4_500 }];

function keep(fields: Record<string, unknown>): Promise<string> {
  return keepContent(database.store, database.organizationId, randomUUID(), 'recurring', fields);
}

function save(
  schedule: RecurringSchedule,
  templateRef: string | null,
  expectedVersion = schedule.version - 1,
) {
  return recurring.saveSchedule({ schedule, expectedVersion, nextAt: nextAt(schedule), templateRef });
}

async function stored(change: Partial<RecurringSchedule> = {}): Promise<RecurringSchedule> {
  const { organizationId, customerId } = database;
  const schedule = aSchedule({ id: randomUUID(), organizationId, customerId, ...change });
  expect(await save(schedule, await keep({ line_items: lines, memo: 'first' }))).toEqual({
    outcome: 'stored',
  });
  return schedule;
}

const rowOf = (id: string) => database.store.recurringSchedules.findOne({ _id: id });

describe('a write', () => {
  it('is found where it was written before, and gives way to another version', async () => {
    const schedule = await stored();
    const paused: RecurringSchedule = { ...schedule, version: 2, status: 'paused' };
    expect(await save(paused, null)).toEqual({ outcome: 'stored' });
    expect(await save(paused, null)).toEqual({ outcome: 'stored' });
    const another: RecurringSchedule = { ...schedule, version: 2, name: 'another' };
    expect(await save(another, null)).toEqual({ outcome: 'conflict', schedule: paused });
    expect(await save(schedule, await keep({ line_items: [] }), 0)).toEqual({
      outcome: 'conflict',
      schedule: paused,
    });
    expect(await rowOf(schedule.id)).toMatchObject({ version: 2, status: 'paused', next_action_at: null });
  });

  it('changes of what is made the fields that are named', async () => {
    const schedule = await stored();
    const next = { ...schedule, version: 2 };
    expect(await save(next, await keep({ memo: 'second' }))).toEqual({ outcome: 'stored' });
    expect((await rowOf(schedule.id))?.template).toEqual({ line_items: lines, memo: 'second' });
  });

  it('that takes it away may be repeated', async () => {
    const schedule = await stored();
    const deleted: RecurringSchedule = { ...schedule, version: 2, status: 'deleted' };
    expect(await save(deleted, null)).toEqual({ outcome: 'stored' });
    expect(await save(deleted, null)).toEqual({ outcome: 'stored' });
    const { organizationId } = database;
    expect(await recurring.loadSchedule({ organizationId, scheduleId: schedule.id })).toBeNull();
    expect(await save({ ...schedule, version: 2 }, null)).toEqual({ outcome: 'conflict', schedule: null });
  });
});

describe('the invoice of an occurrence', () => {
  const make = (schedule: RecurringSchedule, occurrence = 1): Promise<OccurrenceOutcome> => {
    const { organizationId, id: scheduleId } = schedule;
    const request = { organizationId, scheduleId, occurrence, issueDate: '2027-01-31' };
    return new MockActivityEnvironment().run<[], OccurrenceOutcome, () => Promise<OccurrenceOutcome>>(() =>
      recurring.makeOccurrence(request),
    );
  };
  const invoicesOf = (schedule: RecurringSchedule) =>
    database.store.invoices.find({ recurring_schedule_id: schedule.id }).toArray();

  it('is made once, however often and by how many it is tried', async () => {
    const schedule = await stored();
    const invoiceId = occurrenceInvoiceId(schedule.id, 1);
    const made = { outcome: 'made', invoiceId };
    expect(await Promise.all([make(schedule), make(schedule), make(schedule)])).toEqual([made, made, made]);
    expect(await make(schedule)).toEqual(made);
    const invoices = await invoicesOf(schedule);
    expect(invoices.map(({ _id, version, due_date }) => [_id, version, due_date])).toEqual([
      [invoiceId, 1, '2027-02-14'],
    ]);
    expect(await make(schedule, 2)).toEqual({
      outcome: 'made',
      invoiceId: occurrenceInvoiceId(schedule.id, 2),
    });
  });

  it('is not made again where the draft was deleted since', async () => {
    const schedule = await stored();
    const invoiceId = occurrenceInvoiceId(schedule.id, 1);
    await make(schedule);
    const handle = bench.client.workflow.getHandle(invoiceWorkflowId(database.organizationId, invoiceId));
    await update(handle, 'delete', {});
    await handle.terminate().catch(() => undefined);
    expect(await make(schedule)).toEqual({ outcome: 'made', invoiceId });
    expect(await invoicesOf(schedule)).toEqual([]);
  });

  it.each([
    [{ credit_hold: true }, 'customer_on_credit_hold'],
    [{ email: null }, 'no_email_address'],
    [{ currency: 'JPY' }, 'currency_mismatch'],
  ])('is refused to a customer with %j', async (change, code) => {
    const customerId = await database.addCustomer(change);
    const schedule = await stored({ customerId, action: 'send' });
    const { store } = database;
    const template = { line_items: lines, currency: 'USD' };
    await store.recurringSchedules.updateOne({ _id: schedule.id }, { $set: { template } });
    expect(await make(schedule)).toEqual({ outcome: 'refused', code });
    await store.customers.deleteOne({ _id: customerId });
    expect(await make(schedule)).toEqual({ outcome: 'refused', code: 'unknown_customer' });
    expect(await invoicesOf(schedule)).toEqual([]);
  });

  it('is refused where its write is, and tried again where only the engine was away', async () => {
    const schedule = await stored();
    nextWrite = { outcome: 'refused', code: 'customer_on_credit_hold', data: {}, messageId: null };
    expect(await make(schedule)).toEqual({ outcome: 'refused', code: 'customer_on_credit_hold' });
    nextWrite = { outcome: 'refused', code: 'engine_unavailable', data: {}, messageId: null };
    await expect(make(schedule)).rejects.toThrow('engine_unavailable');
    expect(await make(schedule)).toMatchObject({ outcome: 'made' });
  });
});

describe('a worker that looks around', () => {
  const recovery = () => {
    const { store } = database;
    const logger = createLogger({ ...readConfig(), LOG_LEVEL: 'silent' });
    return createRecovery({
      store,
      logger,
      client: bench.client,
      taskQueue: bench.taskQueue,
      isRunning: () => true,
    });
  };
  const yesterday = plusDays(new Date().toISOString().slice(0, 10), -1);

  it('starts a late schedule that nobody waits for, and it makes what it has missed', async () => {
    const schedule = await stored({
      startDate: yesterday,
      interval: 'day',
      localTime: '00:00',
      occurrences: 2,
    });
    await recovery()();
    await until('both are made', async () => (await rowOf(schedule.id))?.status === 'ended');
    expect(await database.store.invoices.countDocuments({ recurring_schedule_id: schedule.id })).toBe(2);
  });

  it('has those look again that a dead one had written last', async () => {
    const { store, organizationId } = database;
    const schedule = await stored({ startDate: '2999-01-01' });
    const handle = await bench.client.workflow.start('recurring', {
      taskQueue: bench.taskQueue,
      workflowId: recurringWorkflowId(schedule.id),
      args: [{ organizationId, scheduleId: schedule.id }],
    });
    const seen = () => handle.query<RecurringSchedule>('recurring');
    await until('it has begun', async () => (await seen())?.version === 1);
    await save({ ...schedule, version: 2, status: 'paused' }, null);
    const dead = new Date(Date.now() - 20_000);
    const recorded_at = new Date(dead.getTime() + 1_000);
    await store.recurringSchedules.updateOne({ _id: schedule.id }, { $set: { recorded_at } });
    await store.workerHeartbeats.insertOne({ _id: randomUUID(), task_queue: bench.taskQueue, at: dead });
    await recovery()();
    await until('it has looked', async () => (await seen()).version === 2);
    expect((await seen()).status).toBe('paused');
  });
});

it('is found by indexes: its invoices, and when it is due', async () => {
  const schedule = await stored();
  const { store, organizationId } = database;
  const mine = { organization_id: organizationId, live_mode: true };
  const [invoices, due, late] = await Promise.all([
    store.invoices
      .find({
        ...mine,
        $and: listConditions({ recurring_schedule_id: schedule.id, sort: '-created_at', limit: 25 }, ''),
      })
      .sort({ created_at: -1, _id: -1 })
      .explain('queryPlanner'),
    store.recurringSchedules
      .find({ ...mine, next_action_at: { $type: 'string', $lte: '9999' } })
      .sort({ next_action_at: 1, _id: 1 })
      .explain('queryPlanner'),
    store.recurringSchedules
      .find({ live_mode: true, next_action_at: { $type: 'string', $lte: '9999' } })
      .explain('queryPlanner'),
  ]);
  const winning = (plan: unknown) =>
    JSON.stringify((plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan);
  expect(winning(invoices)).toContain('"indexName":"recurring"');
  expect(winning(due)).toContain('"indexName":"next_action"');
  expect(winning(late)).toContain('"indexName":"overdue"');
});
