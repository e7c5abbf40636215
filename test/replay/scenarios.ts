// The lives whose histories are kept: every path a task can take, in as few runs as that needs.
import { ApplicationFailure } from '@temporalio/common';
import type { LateFeeTerms } from '../../src/domain/invoice/invoice.ts';
import { aDraft, aPolicy } from '../support/builders.ts';
import { refusal, until, update } from '../support/workflow-bench.ts';
import { again, type Scenario, type Stage, stateOf } from './stage.ts';

export const fees: LateFeeTerms = {
  type: 'percentage',
  value: '1.5',
  interval: 'week',
  intervalCount: 1,
  graceDays: 2,
  cap: 200,
  percentageCap: null,
  base: 'outstanding_principal',
  compounding: false,
};

async function draft({ create }: Stage) {
  const handle = await create();
  await update(handle, 'update', { memo: 'changed', dueDate: '2099-01-31' });
  await refusal(handle, 'void', {});
  await handle.signal('recordPayment', {});
  await handle.signal('nonsense', 1);
  await update(handle, 'delete', {});
  await handle.result();
  return handle;
}

async function wholeLife({ create, later, settled }: Stage) {
  const handle = await create({
    liveMode: false,
    draft: aDraft({ lateFeeTerms: fees, timeZone: 'Europe/Paris' }),
  });
  await update(handle, 'send', {});
  await settled(handle);
  await handle.signal('markViewed');
  await later(handle, 12);
  await later(handle, 20);
  await update(handle, 'recordPayment', { amount: 2000, method: 'check' });
  await later(handle, 26);
  await update(handle, 'text2pay', {});
  await settled(handle);
  await later(handle, 40);
  await update(handle, 'recordPayment', {});
  return handle;
}

/** Payments dated before fees that were posted, which they make wrong, and time after them. */
async function paidBeforeTheFees({ create, later, settled }: Stage) {
  const handle = await create({
    liveMode: false,
    draft: aDraft({ lateFeeTerms: { ...fees, cap: null }, timeZone: 'Europe/Paris' }),
  });
  await update(handle, 'send', {});
  await settled(handle);
  await later(handle, 30);
  const date = new Date().toISOString().slice(0, 10);
  await update(handle, 'recordPayment', { amount: 5000, date });
  await later(handle, 40);
  await update(handle, 'recordPayment', { amount: 885, date });
  await settled(handle);
  return handle;
}

async function voided({ create, settled }: Stage) {
  const handle = await create({ action: 'send' });
  await settled(handle);
  await update(handle, 'remind', {});
  await settled(handle);
  await handle.cancel();
  await update(handle, 'void', { reason: 'issued in error' });
  return handle;
}

async function deliveriesThatFail({ create, store, settled }: Stage) {
  const handle = await create({ action: 'issue' });
  const again = () => ApplicationFailure.create({ message: 'later', type: 'smtp_421', nextRetryDelay: 1 });
  store.nextDeliveries.push(again(), again(), { outcome: 'accepted' });
  const { messageIds } = await update(handle, 'send', {});
  await settled(handle);
  store.nextDeliveries.push({ outcome: 'failed', code: 'smtp_550' });
  await update(handle, 'send', {});
  await settled(handle);
  store.nextDeliveries.push({ outcome: 'unknown', code: 'no_answer' });
  await update(handle, 'text2pay', {});
  await settled(handle);
  const messageId = messageIds?.[0] ?? '';
  await handle.signal('messageStatus', { messageId, state: 'bounced', code: '5.1.1' });
  await until('the bounce is stored', () =>
    stateOf(store, handle).messages.some(({ state }) => state === 'bounced'),
  );
  return handle;
}

async function repeatedAndRefused({ create, store }: Stage) {
  const handle = await create({ action: 'issue' });
  const args = { commandId: 'the-same', amount: 100 };
  await update(handle, 'recordPayment', args);
  await update(handle, 'recordPayment', args);
  await handle.signal('recordPayment', args);
  await until('the repetition is noted', () => store.notes.length > 0);
  await refusal(handle, 'recordPayment', { commandId: 'the-same', amount: 101 });
  store.fail.after = 1;
  await update(handle, 'recordPayment', { amount: 100 });
  store.fail.before = 5;
  await refusal(handle, 'recordPayment', { amount: 100 });
  store.refusals.set('sms', 'sms_not_consented');
  await refusal(handle, 'text2pay', {});
  await Promise.all([1, 2, 3, 4].map((amount) => update(handle, 'recordPayment', { amount })));
  return handle;
}

async function continued({ create }: Stage) {
  const handle = await create({ action: 'issue' });
  const { runId } = await handle.describe();
  for (let count = 0; count < 200 && (await handle.describe()).runId === runId; count += 1) {
    await update(handle, 'recordPayment', { amount: 1 });
  }
  await update(handle, 'recordPayment', {});
  return handle;
}

async function reopened(stage: Stage) {
  const handle = await stage.create({ action: 'issue', policy: aPolicy({ graceAfterCloseDays: -2 }) });
  await update(handle, 'recordPayment', {});
  await handle.result();
  return again(stage, handle, 'send');
}

export const scenarios: Readonly<Record<string, Scenario>> = {
  draft,
  'whole-life': wholeLife,
  'paid-before-the-fees': paidBeforeTheFees,
  voided,
  'deliveries-that-fail': deliveriesThatFail,
  'repeated-and-refused': repeatedAndRefused,
  continued,
  reopened,
};
