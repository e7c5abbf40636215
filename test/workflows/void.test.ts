// A void that asks a processor for refunds: it completes or says where it stands, whatever dies in between.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { CommandArguments, ContinueInput } from '../../src/contract/invoice.ts';
import { amountDue, netPaid } from '../../src/domain/invoice/invoice.ts';
import { aCreate } from '../support/builders.ts';
import { again, askedOf, paidByCard, refused } from '../support/card-payments.ts';
import { createMemoryStore, creditOf, type MemoryStore } from '../support/memory-store.ts';
import {
  type Bench,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  update,
  workflowBundle,
} from '../support/workflow-bench.ts';

const total = 5885;
const refundAll = [{ type: 'refund', amount: 5000 }] as const;

let store: MemoryStore;
let bench: Bench;
beforeEach(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterEach(() => bench.close());

const cards = () => paidByCard(bench, store);
const refusedVoid = (handle: WorkflowHandle, args: CommandArguments) => refused(handle, 'void', args);

const lastEvents = (count: number) => store.requests.slice(-count).flatMap(({ events }) => events);

async function display(handle: WorkflowHandle): Promise<string> {
  return (await handle.query<{ displayStatus: string }>('invoice')).displayStatus;
}

it('asks for one refund after the other, newest payment first, and answers when the invoice is void', async () => {
  const { handle, invoice, paymentIds } = await cards();
  const answer = await update(handle, 'void', { disposition: refundAll, reason: 'ordered twice' });
  expect(answer).toMatchObject({ status: 'void', version: invoice().version });
  expect(answer.processing).toBeUndefined();
  expect(store.refundTries.map(({ amount, providerPaymentId }) => [amount, providerPaymentId])).toEqual([
    [3000, 'pay-2'],
    [2000, 'pay-1'],
  ]);
  expect(answer.refundIds).toEqual(store.refundTries.map(({ refundId }) => refundId));
  expect(invoice()).toMatchObject({ status: 'void', voiding: null, voidReason: 'ordered twice' });
  expect(invoice().refunds.map(({ paymentId }) => paymentId)).toEqual(paymentIds.toReversed());
  expect(invoice().payments.map(({ status, refunded }) => [status, refunded])).toEqual([
    ['refunded', 2000],
    ['refunded', 3000],
  ]);
  const history = await handle.fetchHistory();
  expect(tasksWithoutCommand(history)).toEqual([]);
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
});

it('gives a repetition the answer of the end, and asks nobody again', async () => {
  const { handle } = await cards();
  const args = { commandId: randomUUID(), disposition: refundAll };
  const answer = await update(handle, 'void', args);
  expect(await update(handle, 'void', args)).toEqual(answer);
  expect(await refusal(handle, 'void', { ...args, disposition: null })).toBe('idempotency_mismatch');
  expect(store.refundTries).toHaveLength(2);
});

it('finds the answer of the end in the store when the run has forgotten it', async () => {
  const { handle, input } = await cards();
  const args = { commandId: randomUUID(), disposition: refundAll };
  const answer = await update(handle, 'void', args);
  await handle.terminate();
  expect(await again(bench, input, 'void', args)).toEqual(answer);
});

it('refunds what it is told to and makes the rest credit', async () => {
  const { handle, invoice } = await cards();
  const disposition = [
    { type: 'refund', amount: 2500 },
    { type: 'credit', amount: 2500 },
  ];
  const answer = await update(handle, 'void', { disposition });
  expect(answer.status).toBe('void');
  expect(store.refundTries.map(({ amount }) => amount)).toEqual([2500]);
  expect(store.credit.get(creditOf(invoice().customerId, 'USD'))).toBe(2500);
});

it('needs no processor for payments by hand', async () => {
  const input = aCreate({ action: 'issue' });
  const handle = await bench.create(input);
  await update(handle, 'recordPayment', { amount: 700, method: 'cash' });
  const disposition = [{ type: 'refund', amount: 700 }];
  expect(await update(handle, 'void', { disposition })).toMatchObject({ status: 'void', version: 3 });
  expect(store.refundTries).toEqual([]);
});

describe('a processor that takes its time', () => {
  it('is not waited for long; meanwhile nothing moves money, everything else runs, and the word says so', async () => {
    const { handle, invoice } = await cards();
    store.processorDown = true;
    const args = { commandId: randomUUID(), disposition: refundAll };
    const answer = update(handle, 'void', args);
    await until('the processor was asked', () => store.refundTries.length > 0);
    expect(await refusal(handle, 'recordPayment', { amount: 100 })).toBe('payment_in_flight');
    expect(await refusal(handle, 'void', { disposition: refundAll })).toBe('payment_in_flight');
    await update(handle, 'markViewed', {});
    expect(await answer).toMatchObject({ status: 'open', processing: true });
    expect(await display(handle)).toBe('payment_processing');
    expect(await handle.query('invoice')).toMatchObject({ voiding: { made: 0, refunds: [{}, {}] } });
    const panel = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
    expect(panel.currentDetails).toContain('a void is under way: 0 of 2 refunds made');
    const attributes = (await handle.describe()).typedSearchAttributes.getAll();
    expect(attributes.find(({ key }) => key.name === 'InvoiceStatus')?.value).toBe('payment_processing');
    store.processorDown = false;
    await until('the invoice is void', () => invoice().status === 'void');
    const end = await update(handle, 'void', args);
    expect(end).toMatchObject({ status: 'void', refundIds: expect.any(Array) as unknown });
    expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
  });

  it('asks again under the same id after a lost answer', async () => {
    const { handle } = await cards();
    store.nextRefunds.push(new Error('no answer'));
    const answer = await update(handle, 'void', { disposition: refundAll });
    expect(answer.status).toBe('void');
    expect(store.refundTries[1]).toEqual(store.refundTries[0]);
    expect(store.refundTries).toHaveLength(3);
    expect(new Set(store.refundTries.map(({ refundId }) => refundId)).size).toBe(2);
  });

  it('takes effect as a signal, which nobody waits for', async () => {
    const { handle, invoice } = await cards();
    await handle.signal('void', { disposition: refundAll });
    await until('the invoice is void', () => invoice().status === 'void');
    expect(store.refundTries).toHaveLength(2);
  });
});

describe('a refused refund', () => {
  it('leaves everything as it was when it is the first', async () => {
    const { handle, invoice } = await cards();
    const before = invoice();
    store.nextRefunds.push({ outcome: 'refused', code: 'card_declined' });
    const args = { commandId: randomUUID(), disposition: refundAll };
    const told = await refusedVoid(handle, args);
    expect(told.code).toBe('refund_refused');
    expect(told.message).toContain('card_declined');
    expect(told.details).toMatchObject({ data: { code: 'card_declined', refunded: 0, wanted: 5000 } });
    expect(store.refundTries).toHaveLength(1);
    expect(invoice()).toMatchObject({ status: 'open', voiding: null, refunds: [] });
    expect(invoice().payments).toEqual(before.payments);
    expect(amountDue(invoice())).toBe(amountDue(before));
    expect(store.requests.slice(-2).flatMap(({ entries }) => entries)).toEqual([]);
    expect(await display(handle)).toBe('partially_paid');
    // The same command is told the same, and another may try again.
    expect(await refusedVoid(handle, args)).toEqual(told);
    expect(store.refundTries).toHaveLength(1);
    expect((await update(handle, 'void', { disposition: refundAll })).status).toBe('void');
  });

  it('books what had been given back before when it is the second', async () => {
    const { handle, invoice, paymentIds } = await cards();
    store.nextRefunds.push({ outcome: 'succeeded' }, { outcome: 'refused', code: 'expired_card' });
    const told = await refusedVoid(handle, { disposition: refundAll });
    expect(told.details).toMatchObject({ data: { code: 'expired_card', refunded: 3000, wanted: 5000 } });
    expect(lastEvents(1).map(({ type }) => type)).toEqual(['payment.refunded', 'invoice.void_abandoned']);
    expect(invoice().refunds).toMatchObject([{ paymentId: paymentIds[1], amount: 3000, reopened: 3000 }]);
    expect(invoice().status).toBe('open');
    expect(netPaid(invoice())).toBe(2000);
    expect(amountDue(invoice())).toBe(total - 2000);
  });

  it('is told to the same command also by a run that was not there', async () => {
    const { handle, input } = await cards();
    store.nextRefunds.push({ outcome: 'refused', code: 'lost_card' });
    const args = { commandId: randomUUID(), disposition: refundAll };
    expect((await refusedVoid(handle, args)).code).toBe('refund_refused');
    await handle.terminate();
    await expect(again(bench, input, 'void', args)).rejects.toMatchObject({
      cause: { type: 'refund_refused' },
    });
  });
});

describe('what dies in the middle', () => {
  /** One refund made, the processor out of order at the second. */
  async function halfWay() {
    const life = await cards();
    store.nextRefunds.push({ outcome: 'succeeded' });
    const args = { commandId: randomUUID(), disposition: refundAll };
    void update(life.handle, 'void', args).catch(() => undefined);
    await until('the first refund is written', () => {
      const { voiding } = life.invoice();
      const made = voiding?.refunds.some(({ state }) => state === 'succeeded') === true;
      if (made) store.processorDown = true;
      return made;
    });
    return { ...life, args };
  }

  it('is not the void when the worker does', async () => {
    const { handle, invoice, args } = await halfWay();
    await bench.restart();
    store.processorDown = false;
    await until('the invoice is void', () => invoice().status === 'void');
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
    expect(await update(handle, 'void', args)).toMatchObject({ status: 'void' });
    expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
  });

  it('is not the void when the run does: it goes on from the stored state', async () => {
    const { handle, invoice, input } = await halfWay();
    await handle.terminate();
    store.processorDown = false;
    await again(bench, input, 'markViewed', {});
    await until('the invoice is void', () => invoice().status === 'void');
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });

  it('is not the void when the run hands over to the next', async () => {
    const { handle, invoice } = await halfWay();
    await handle.terminate();
    store.processorDown = false;
    const input: ContinueInput = { kind: 'continue', invoice: invoice(), clockOffset: 0, processed: [] };
    const { workflowId } = handle;
    await bench.client.workflow.start('invoice', { workflowId, taskQueue: bench.taskQueue, args: [input] });
    await until('the invoice is void', () => invoice().status === 'void');
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });

  it('is not the void when the store does: what was written is found, and the rest follows', async () => {
    const { handle, invoice } = await cards();
    store.fail = { before: 0, after: 1 };
    const answer = await update(handle, 'void', { disposition: refundAll });
    expect(answer.status).toBe('void');
    expect(invoice().refunds).toHaveLength(2);
    expect(askedOf(store)).toEqual({ first: 1, refunds: 2 });
  });
});
