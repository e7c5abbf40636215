// A refund of what a processor holds: it asks and then books, or says where it stands, whatever dies in between.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { ContinueInput } from '../../src/contract/invoice.ts';
import { amountDue, netPaid } from '../../src/domain/invoice/invoice.ts';
import { aPolicy } from '../support/builders.ts';
import { again, askedOf, paidByCard, refused } from '../support/card-payments.ts';
import { createMemoryStore, creditOf, type MemoryStore } from '../support/memory-store.ts';
import {
  type Bench,
  eventCount,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  update,
  workflowBundle,
} from '../support/workflow-bench.ts';

const total = 5885;

let store: MemoryStore;
let bench: Bench;
beforeEach(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterEach(() => bench.close());

const cards = () => paidByCard(bench, store);

/** Paid in full, and its workflow has ended: it is past its grace period. */
async function archived() {
  const policy = aPolicy({ graceAfterCloseDays: -2 });
  const life = await paidByCard(bench, store, { policy }, total - 2000);
  await life.handle.result();
  expect(life.invoice().status).toBe('paid');
  return { ...life, handle: bench.client.workflow.getHandle(life.handle.workflowId) };
}

async function isRunning(handle: WorkflowHandle): Promise<boolean> {
  return (await handle.describe()).status.name === 'RUNNING';
}

const lastEvents = () => store.requests.at(-1)?.events.map(({ type }) => type);

it('asks for one part after the other, newest payment first, and books when the last was made', async () => {
  const { handle, invoice, paymentIds } = await cards();
  const answer = await update(handle, 'refundPayment', { amount: 4000, reason: 'paid twice' });
  expect(answer).toMatchObject({ status: 'open', version: invoice().version });
  expect(answer.processing).toBeUndefined();
  expect(store.refundTries.map(({ amount, providerPaymentId }) => [amount, providerPaymentId])).toEqual([
    [3000, 'pay-2'],
    [1000, 'pay-1'],
  ]);
  expect(answer.refundIds).toEqual(store.refundTries.map(({ refundId }) => refundId));
  expect(invoice()).toMatchObject({ refunding: null, refunds: [{ reason: 'paid twice' }, {}] });
  expect(invoice().refunds.map(({ paymentId }) => paymentId)).toEqual(paymentIds.toReversed());
  expect(amountDue(invoice())).toBe(total - 1000);
  // Nothing was booked before its end.
  const writes = store.requests.slice(-4).map(({ events, entries }) => [events[0]?.type, entries.length]);
  expect(writes).toEqual([
    ['payment.refund_started', 0],
    ['payment.refund_made', 0],
    ['payment.refund_made', 0],
    ['payment.refunded', 2],
  ]);
  const history = await handle.fetchHistory();
  expect(tasksWithoutCommand(history)).toEqual([]);
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
});

it('gives a repetition the answer of the end, and asks nobody again', async () => {
  const { handle, input } = await cards();
  const args = { commandId: randomUUID(), amount: 500 };
  const answer = await update(handle, 'refundPayment', args);
  expect(await update(handle, 'refundPayment', args)).toEqual(answer);
  expect(await refusal(handle, 'refundPayment', { ...args, amount: 501 })).toBe('idempotency_mismatch');
  await handle.terminate();
  expect(await again(bench, input, 'refundPayment', args)).toEqual(answer);
  expect(store.refundTries).toHaveLength(1);
});

it('goes on where it began by a signal, which nobody waits for', async () => {
  const { handle, invoice } = await cards();
  await handle.signal('refundPayment', { amount: 500 });
  await until('it is refunded', () => invoice().refunds.length === 1);
  expect(invoice().refunding).toBeNull();
});

it('needs no processor for payments by hand, and asks only for the rest of a mixed refund', async () => {
  const { handle, invoice } = await cards();
  const { paymentId } = await update(handle, 'recordPayment', { amount: 700, method: 'cash' });
  const { version } = invoice();
  const answer = await update(handle, 'refundPayment', { paymentId, amount: 200 });
  expect(answer).toMatchObject({ version: version + 1, refundIds: [expect.any(String)] });
  expect(store.refundTries).toEqual([]);
  await update(handle, 'refundPayment', { amount: 1500 });
  expect(store.refundTries.map(({ amount }) => amount)).toEqual([1000]);
  expect(invoice().refunds.map(({ amount }) => amount)).toEqual([200, 500, 1000]);
});

it('out of credit is refused before anybody is asked where there is too little', async () => {
  const { handle, invoice } = await cards();
  const key = creditOf(invoice().customerId, 'USD');
  store.credit.set(key, 499);
  const args = { amount: 500, mode: 'credit' };
  expect(await refusal(handle, 'refundPayment', args)).toBe('insufficient_credit');
  expect(invoice().refunding).toBeNull();
  store.credit.set(key, 500);
  // What is used while the processor is asked is missing at the end, which books all the same.
  store.processorDown = true;
  const answer = update(handle, 'refundPayment', args);
  await until('the processor was asked', () => store.refundTries.length > 0);
  store.credit.set(key, 100);
  store.processorDown = false;
  expect(await answer).toMatchObject({ status: 'open', refundIds: [expect.any(String)] });
  expect(store.credit.get(key)).toBe(-400);
  expect(netPaid(invoice())).toBe(5000);
});

describe('a processor that takes its time', () => {
  it('is not waited for long; meanwhile nothing moves money, everything else runs, and the word says so', async () => {
    const { handle, invoice } = await cards();
    store.processorDown = true;
    const args = { commandId: randomUUID() };
    const answer = update(handle, 'refundPayment', args);
    await until('the processor was asked', () => store.refundTries.length > 0);
    expect(await refusal(handle, 'recordPayment', { amount: 100 })).toBe('payment_in_flight');
    expect(await refusal(handle, 'refundPayment', { amount: 1 })).toBe('payment_in_flight');
    await update(handle, 'markViewed', {});
    await update(handle, 'hold', { kind: 'dispute' });
    expect(await answer).toMatchObject({ status: 'open', processing: true });
    expect(await handle.query('invoice')).toMatchObject({
      displayStatus: 'payment_processing',
      voiding: null,
      refunding: { made: 0, refunds: [{}, {}] },
    });
    const panel = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(panel.currentDetails).toContain('a refund is under way: 0 of 2 refunds made');
    store.processorDown = false;
    await until('it is refunded', () => invoice().refunding === null);
    expect(await update(handle, 'refundPayment', args)).toMatchObject({
      status: 'open',
      refundIds: [expect.any(String), expect.any(String)],
    });
    expect(invoice().holds).toHaveLength(1);
    expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
  });

  it('asks again under the same id after a lost answer', async () => {
    const { handle, invoice } = await cards();
    store.nextRefunds.push(new Error('no answer'));
    await update(handle, 'refundPayment', { amount: 500 });
    expect(store.refundTries[1]).toEqual(store.refundTries[0]);
    expect(store.refundTries).toHaveLength(2);
    expect(invoice().refunds).toHaveLength(1);
  });
});

describe('a refused part', () => {
  it('leaves everything as it was when it is the first', async () => {
    const { handle, invoice } = await cards();
    const before = invoice();
    store.nextRefunds.push({ outcome: 'refused', code: 'card_declined' });
    const args = { commandId: randomUUID() };
    const told = await refused(handle, 'refundPayment', args);
    expect(told.code).toBe('refund_refused');
    expect(told.details).toMatchObject({ data: { code: 'card_declined', refunded: 0, wanted: 5000 } });
    expect(store.refundTries).toHaveLength(1);
    expect(invoice()).toMatchObject({ status: 'open', refunding: null, refunds: [] });
    expect(invoice().payments).toEqual(before.payments);
    expect(store.requests.slice(-2).flatMap(({ entries }) => entries)).toEqual([]);
    // The same command is told the same, and another may try again.
    expect(await refused(handle, 'refundPayment', args)).toEqual(told);
    expect(store.refundTries).toHaveLength(1);
    await update(handle, 'refundPayment', { amount: 500 });
    expect(invoice().refunds).toHaveLength(1);
  });

  it('books what had been given back before when it is the second', async () => {
    const { handle, invoice, input, paymentIds } = await cards();
    store.nextRefunds.push({ outcome: 'succeeded' }, { outcome: 'refused', code: 'expired_card' });
    const args = { commandId: randomUUID(), amount: 4000 };
    const told = await refused(handle, 'refundPayment', args);
    expect(told.details).toMatchObject({ data: { code: 'expired_card', refunded: 3000, wanted: 4000 } });
    expect(lastEvents()).toEqual(['payment.refunded', 'payment.refund_abandoned']);
    expect(invoice().refunds).toMatchObject([{ paymentId: paymentIds[1], amount: 3000, reopened: 3000 }]);
    expect(netPaid(invoice())).toBe(2000);
    await handle.terminate();
    await expect(again(bench, input, 'refundPayment', args)).rejects.toMatchObject({
      cause: { type: 'refund_refused' },
    });
  });
});

describe('a paid invoice whose workflow has ended', () => {
  it('is open again once the processor has paid, and lives on', async () => {
    const { handle, invoice, input } = await archived();
    const answer = await again(bench, input, 'refundPayment', { amount: 885 });
    expect(answer).toMatchObject({ status: 'open', refundIds: [expect.any(String)] });
    expect(amountDue(invoice())).toBe(885);
    expect(await isRunning(handle)).toBe(true);
  });

  it('stays until the processor has answered, quietly, and then ends again', async () => {
    const { handle, invoice, input } = await archived();
    store.credit.set(creditOf(invoice().customerId, 'USD'), 885);
    store.processorDown = true;
    const args = { commandId: randomUUID(), amount: 885, mode: 'credit' };
    const begun = await again(bench, input, 'refundPayment', args);
    expect(begun).toMatchObject({ status: 'paid', processing: true });
    expect(await isRunning(handle)).toBe(true);
    // Past its end it has nothing to wait for but the processor, and no timer that fires again and again.
    const events = await eventCount(handle);
    const { length } = store.refundTries;
    await until('the processor was asked again', () => store.refundTries.length > length);
    expect(await eventCount(handle)).toBe(events);
    store.processorDown = false;
    await until('it is refunded', () => invoice().refunds.length === 1);
    await until('it has ended', async () => !(await isRunning(handle)));
    expect(invoice()).toMatchObject({ status: 'paid', refunding: null, refunds: [{ fromCredit: 885 }] });
    expect(await again(bench, input, 'refundPayment', args)).toMatchObject({ status: 'paid' });
    expect(store.refundTries.every(({ refundId }) => refundId === store.refundTries[0]?.refundId)).toBe(true);
  });
});

describe('what dies in the middle', () => {
  /** One part made, the processor out of order at the second. */
  async function halfWay() {
    const life = await cards();
    store.nextRefunds.push({ outcome: 'succeeded' });
    const args = { commandId: randomUUID(), amount: 4000 };
    void update(life.handle, 'refundPayment', args).catch(() => undefined);
    await until('the first part is written', () => {
      const { refunding } = life.invoice();
      const made = refunding?.refunds.some(({ state }) => state === 'succeeded') === true;
      if (made) store.processorDown = true;
      return made;
    });
    return { ...life, args };
  }

  async function amountsAtEnd({ invoice }: Awaited<ReturnType<typeof halfWay>>) {
    await until('it is refunded', () => invoice().refunding === null);
    return invoice().refunds.map(({ amount }) => amount);
  }

  it('is not the refund when the worker does', async () => {
    const life = await halfWay();
    await bench.restart();
    store.processorDown = false;
    expect(await amountsAtEnd(life)).toEqual([3000, 1000]);
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
    expect(await update(life.handle, 'refundPayment', life.args)).toMatchObject({
      refundIds: [expect.any(String), expect.any(String)],
    });
    expect(tasksWithoutCommand(await life.handle.fetchHistory())).toEqual([]);
  });

  it('is not the refund when the run does: it goes on from the stored state', async () => {
    const life = await halfWay();
    await life.handle.terminate();
    store.processorDown = false;
    await again(bench, life.input, 'markViewed', {});
    expect(await amountsAtEnd(life)).toEqual([3000, 1000]);
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });

  it('is not the refund when the run hands over to the next', async () => {
    const life = await halfWay();
    await life.handle.terminate();
    store.processorDown = false;
    const invoice = life.invoice();
    const input: ContinueInput = { kind: 'continue', invoice, clockOffset: 0, processed: [] };
    const { workflowId } = life.handle;
    await bench.client.workflow.start('invoice', { workflowId, taskQueue: bench.taskQueue, args: [input] });
    expect(await amountsAtEnd(life)).toEqual([3000, 1000]);
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });

  it('is not the refund when the store does: what was written is found, and the rest follows', async () => {
    const { handle, invoice } = await cards();
    store.fail = { before: 0, after: 1 };
    await update(handle, 'refundPayment', { amount: 4000 });
    expect(invoice().refunds).toHaveLength(2);
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });
});
