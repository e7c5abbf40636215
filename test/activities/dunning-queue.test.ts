// The write of a run about one customer: once, whoever repeats it, and together or not at all.
import type { Client } from '@temporalio/client';
import { createDunning } from '../../activities/dunning/index.ts';
import type { DunningActivities, DunningQueueRequest } from '../../src/contract/dunning.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';

let bench: Persisting;
let dunning: DunningActivities;
beforeAll(async () => {
  bench = await openPersisting();
  const never = () => Promise.reject(new Error('Nothing is delivered here'));
  const client = {} as Client;
  dunning = createDunning({ store: bench.store, client, deliver: never, giveUp: never });
});
afterAll(() => bench.drop());

const sweep = { liveMode: true, date: '2024-03-08', at: '2024-03-08T10:00:00.000Z' };
const stage = { daysOverdue: 7, template: 'dunning' };

async function aRequest(change: Partial<DunningQueueRequest> = {}): Promise<DunningQueueRequest> {
  const customerId = await bench.addCustomer({
    email: `${Math.random().toString(36).slice(2)}@dunder.example`,
  });
  const { organizationId } = bench;
  const cap = { messages: 3, days: 7 };
  return { organizationId, sweep, customerId, stage, cap, stagesSent: [], lastAt: null, ...change };
}

async function written({ customerId }: DunningQueueRequest) {
  const mine = { customer_id: customerId };
  const { store } = bench;
  const [rows, messages, state] = await Promise.all([
    store.dunningMessages.find(mine).toArray(),
    store.messages.find(mine).toArray(),
    store.dunningStates.findOne(mine),
  ]);
  const caps = await store.messageCaps.find({ 'claims.message_id': messages[0]?._id ?? '' }).toArray();
  return {
    rows: rows.map(({ date, status }) => `${date} ${status}`),
    messages: messages.map(({ state: how }) => how),
    stages: state?.stages_sent ?? null,
    claims: caps.flatMap(({ claims }) => claims).length,
  };
}

const once = { rows: ['2024-03-08 QUEUED'], messages: ['queued'], stages: [7], claims: 1 };

it('answers a repetition the same and writes nothing again', async () => {
  const request = await aRequest();
  const messageId = `dunning:${request.customerId}:live:2024-03-08:7`;
  expect(await dunning.queueDunning(request)).toEqual({ outcome: 'queued', messageId });
  expect(await dunning.queueDunning(request)).toEqual({ outcome: 'queued', messageId });
  expect(await written(request)).toEqual(once);
});

it('is written once by many at the same time', async () => {
  const request = await aRequest();
  const answers = await Promise.all(Array.from({ length: 6 }, () => dunning.queueDunning(request)));
  expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['queued']));
  expect(await written(request)).toEqual(once);
});

it('is passed over where the customer has moved on since it was decided, and takes no place under the cap', async () => {
  const request = await aRequest();
  await dunning.queueDunning(request);
  const next = { ...sweep, date: '2024-03-09', at: '2024-03-09T10:00:00.000Z' };
  expect(await dunning.queueDunning({ ...request, sweep: next })).toEqual({ outcome: 'passed_over' });
  expect(await written(request)).toEqual(once);
});

it('goes out on a day on which it was skipped before, and is not skipped on a day on which it went out', async () => {
  const request = await aRequest();
  const { organizationId, customerId } = request;
  const skip = { customerId, stage, reason: 'reminder_cap' };
  await dunning.skipDunning({ organizationId, sweep, skips: [skip] });
  expect(await written(request)).toMatchObject({ rows: ['2024-03-08 SKIPPED'], messages: [], stages: null });
  await dunning.queueDunning(request);
  await dunning.skipDunning({ organizationId, sweep, skips: [skip] });
  expect(await written(request)).toEqual(once);
});

it('says what became of a row that has ended: nothing goes out for it again', async () => {
  const request = await aRequest();
  await dunning.queueDunning(request);
  const { organizationId, customerId } = request;
  const messageId = `dunning:${customerId}:live:2024-03-08:7`;
  await dunning.settleDunning({ organizationId, messageId, outcome: { outcome: 'accepted' } });
  await dunning.settleDunning({
    organizationId,
    messageId,
    outcome: { outcome: 'failed', code: 'smtp_550' },
  });
  expect(await dunning.queueDunning(request)).toEqual({ outcome: 'passed_over' });
  expect(await written(request)).toMatchObject({ rows: ['2024-03-08 SENT'], stages: [7] });
});

it('writes down why it may not go, as things are when it is written', async () => {
  const request = await aRequest();
  await bench.store.customers.updateOne({ _id: request.customerId }, { $set: { email_opt_out: true } });
  expect(await dunning.queueDunning(request)).toEqual({ outcome: 'skipped' });
  expect(await written(request)).toMatchObject({ rows: ['2024-03-08 SKIPPED'], messages: [], stages: null });
  const capped = await aRequest({ cap: { messages: 0, days: 7 } });
  expect(await dunning.queueDunning(capped)).toEqual({ outcome: 'skipped' });
  const [row] = await bench.store.dunningMessages.find({ customer_id: capped.customerId }).toArray();
  expect(row?.reason).toBe('reminder_cap');
});
