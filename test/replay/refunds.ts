// Lives in which a processor is asked for refunds, of a void or by themselves.
import type { ContinueInput } from '../../src/contract/invoice.ts';
import { aPolicy } from '../support/builders.ts';
import { refusal, until, update } from '../support/workflow-bench.ts';
import { again, type Scenario, type Stage, stateOf } from './stage.ts';

const card = { method: 'card', provider: 'sandbox' };
const refundAll = { disposition: [{ type: 'refund', amount: 5000 }] };

async function paidByCard({ create }: Stage) {
  const handle = await create({ action: 'issue' });
  await update(handle, 'recordPayment', { ...card, amount: 2000, providerPaymentId: 'pay-1' });
  await update(handle, 'recordPayment', { ...card, amount: 3000, providerPaymentId: 'pay-2' });
  return handle;
}

async function refunded(stage: Stage) {
  const handle = await paidByCard(stage);
  stage.store.nextRefunds.push(new Error('no answer'));
  const args = { commandId: 'the-void', ...refundAll };
  await update(handle, 'void', args);
  await update(handle, 'void', args);
  return handle;
}

async function refundsThatTakeLong(stage: Stage) {
  const { store } = stage;
  const handle = await paidByCard(stage);
  store.processorDown = true;
  const asked = update(handle, 'void', refundAll);
  await until('the processor was asked', () => store.refundTries.length > 0);
  await refusal(handle, 'recordPayment', { amount: 100 });
  await update(handle, 'markViewed', {});
  await asked;
  store.processorDown = false;
  await until('it is void', () => stateOf(store, handle).status === 'void');
  return handle;
}

async function refundRefused(stage: Stage) {
  const handle = await paidByCard(stage);
  stage.store.nextRefunds.push({ outcome: 'succeeded' }, { outcome: 'refused', code: 'card_declined' });
  await refusal(handle, 'void', refundAll);
  await update(handle, 'void', { disposition: [{ type: 'credit', amount: 2000 }] });
  return handle;
}

async function refundsHandedOver(stage: Stage) {
  const { store, bench } = stage;
  const handle = await paidByCard(stage);
  store.processorDown = true;
  await handle.signal('void', refundAll);
  await until('the processor was asked', () => store.refundTries.length > 0);
  await handle.terminate();
  store.processorDown = false;
  const invoice = stateOf(store, handle);
  const input: ContinueInput = { kind: 'continue', invoice, clockOffset: 0, processed: [] };
  const { workflowId } = handle;
  const next = await bench.client.workflow.start('invoice', {
    workflowId,
    taskQueue: bench.taskQueue,
    args: [input],
  });
  await until('it is void', () => stateOf(store, handle).status === 'void');
  return next;
}

async function refundAsked(stage: Stage) {
  const { store } = stage;
  const handle = await paidByCard(stage);
  store.nextRefunds.push(new Error('no answer'));
  const args = { commandId: 'the-refund', amount: 4000 };
  await update(handle, 'refundPayment', args);
  await update(handle, 'refundPayment', args);
  store.nextRefunds.push({ outcome: 'refused', code: 'card_declined' });
  await refusal(handle, 'refundPayment', { amount: 500 });
  return handle;
}

/** Archived when it is asked for: past its end it waits for nothing but the processor. */
async function refundThatTakesLong(stage: Stage) {
  const { store } = stage;
  const policy = aPolicy({ graceAfterCloseDays: -2 });
  const handle = await stage.create({ action: 'issue', policy });
  await update(handle, 'recordPayment', { ...card, providerPaymentId: 'pay-1' });
  await handle.result();
  store.processorDown = true;
  const reopened = await again(stage, handle, 'refundPayment', { amount: 885 });
  await update(reopened, 'markViewed', {});
  const { length } = store.refundTries;
  await until('the processor was asked again', () => store.refundTries.length > length);
  store.processorDown = false;
  await until('it is due again', () => stateOf(store, handle).status === 'open');
  return reopened;
}

export const refunds: Readonly<Record<string, Scenario>> = {
  refunded,
  'refunds-that-take-long': refundsThatTakeLong,
  'refund-refused': refundRefused,
  'refunds-handed-over': refundsHandedOver,
  'refund-asked': refundAsked,
  'refund-that-takes-long': refundThatTakesLong,
};
