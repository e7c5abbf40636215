// Lives with the commands that correct an invoice: its money, its plan, its end, and payments over many.
import type { WorkflowHandle } from '@temporalio/client';
import { paymentWorkflowId, refreshSignal } from '../../src/contract/names.ts';
import type { PaymentAnswer, PaymentInput } from '../../src/contract/payment.ts';
import { aDraft, aPolicy } from '../support/builders.ts';
import { creditOf } from '../support/memory-store.ts';
import { refusal, until, update } from '../support/workflow-bench.ts';
import { fees } from './scenarios.ts';
import { again, type Scenario, type Stage, stateOf } from './stage.ts';

async function corrected({ create, later }: Stage) {
  const handle = await create({ action: 'issue', liveMode: false });
  await update(handle, 'recordPayment', { amount: 2000, method: 'check', tip: 100 });
  const { paymentId } = await update(handle, 'recordPayment', { amount: 1000 });
  await update(handle, 'update', { lineItemsAttributes: [{ id: 'line-1', rate: 9000 }] });
  await update(handle, 'issueCreditNote', { amount: 500, reason: 'damaged' });
  await update(handle, 'issueCreditNote', { lineItems: [{ id: 'line-1', amount: 100 }] });
  await update(handle, 'refundPayment', { amount: 300, mode: 'reopen' });
  await update(handle, 'reversePayment', { paymentId });
  await refusal(handle, 'reversePayment', { paymentId });
  await update(handle, 'setLateFees', {
    lateFees: { type: 'fixed', value: 500, frequency: { interval: 'week' } },
  });
  await update(handle, 'setReminders', { reminders: [{ anchor: 'due_date', offsetDays: 3 }] });
  await later(handle, 30);
  await update(handle, 'waiveLateFee', { occurrence: 1, reason: 'a good customer' });
  await update(handle, 'attach', {
    attachments: [{ fileId: 'file-1', name: 'terms.pdf', type: 'application/pdf', size: 1000 }],
  });
  await update(handle, 'recordPayment', {});
  await update(handle, 'refundPayment', { amount: 200, mode: 'reopen' });
  return handle;
}

async function planned({ create, later, settled, store }: Stage) {
  const draft = aDraft({ lateFeeTerms: fees, timeZone: 'Europe/Paris' });
  const handle = await create({ liveMode: false, draft });
  const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000).toISOString().slice(0, 10);
  await update(handle, 'schedule', { sendAt: `${inDays(5)}T09:30` });
  await update(handle, 'unschedule', {});
  await update(handle, 'schedule', { sendAt: `${inDays(6)}T09:30`, timeZone: 'Asia/Tokyo' });
  await later(handle, 8);
  await settled(handle);
  await update(handle, 'hold', { kind: 'promise', until: inDays(40) });
  await later(handle, 50);
  await update(handle, 'hold', { kind: 'dispute', note: 'wrong price' });
  await update(handle, 'resume', { kind: 'dispute' });
  await settled(handle);
  await handle.signal('resume', {});
  await until('the refusal is noted', () => store.notes.length > 0);
  return handle;
}

async function givenUp(stage: Stage) {
  const policy = aPolicy({ graceAfterCloseDays: -2 });
  const handle = await stage.create({ action: 'issue', policy });
  await update(handle, 'writeOff', { reason: 'insolvent' });
  await handle.result();
  const reopened = await again(stage, handle, 'recordPayment', { amount: 885 });
  await reopened.result();
  const last = await again(stage, handle, 'recordPayment');
  await last.result();
  return last;
}

async function wantedAgain(stage: Stage) {
  const policy = aPolicy({ graceAfterCloseDays: -2 });
  const handle = await stage.create({ action: 'issue', policy });
  const { paymentId } = await update(handle, 'recordPayment', {});
  await handle.result();
  const reopened = await again(stage, handle, 'reversePayment', { paymentId });
  await update(reopened, 'recordPayment', { amount: 100 });
  return reopened;
}

async function receiptAtLast(stage: Stage) {
  const handle = await stage.create({ action: 'issue', policy: aPolicy({ graceAfterCloseDays: -2 }) });
  await update(handle, 'recordPayment', {});
  await handle.result();
  const reopened = await again(stage, handle, 'send');
  await reopened.result();
  return reopened;
}

async function paidByCredit({ create, store, settled }: Stage) {
  store.credit.set(creditOf('customer-1', 'USD'), 885);
  store.staleCredit.push(10_000);
  const handle = await create({ policy: aPolicy({ applyCreditAutomatically: true }) });
  await update(handle, 'send', {});
  await settled(handle);
  store.credit.set(creditOf('customer-1', 'USD'), 5000);
  await update(handle, 'applyCredit', { amount: 4000 });
  await refusal(handle, 'applyCredit', { amount: 5000 });
  await update(handle, 'applyCredit', {});
  return handle;
}

async function creditAsFarAsItGoes({ create, store }: Stage) {
  const part = (dueDate: string) => ({ type: 'percentage', value: '50', dueDate }) as const;
  const installments = { deposit: null, schedule: [part('2098-01-31'), part('2099-01-31')] };
  const give = (amount: number) => store.credit.set(creditOf('customer-1', 'USD'), amount);
  give(100);
  const handle = await create({
    action: 'issue',
    policy: aPolicy({ applyCreditAutomatically: true }),
    draft: aDraft({ installments, terms: null }),
  });
  await refusal(handle, 'applyCredit', {});
  give(885);
  await refusal(handle, 'applyCredit', { amount: 886 });
  await update(handle, 'applyCredit', {});
  give(1000);
  await handle.signal('applyCredit', {});
  await until('it is applied', () => stateOf(store, handle).creditApplications.length === 3);
  await update(handle, 'update', {
    installments: { deposit: null, schedule: [part('2097-01-31'), part('2098-01-31')] },
  });
  return handle;
}

async function writtenElsewhere({ create, store }: Stage) {
  const handle = await create({ action: 'issue' });
  const stored = stateOf(store, handle);
  store.invoices.set(stored.id, { ...stored, version: 5, memo: 'written elsewhere' });
  await update(handle, 'recordPayment', { amount: 100 });
  store.invoices.set(stored.id, { ...stateOf(store, handle), version: 9, memo: 'and again' });
  await handle.signal(refreshSignal);
  await update(handle, 'recordPayment', { amount: 100 });
  return handle;
}

const record: PaymentInput = {
  kind: 'record',
  request: {
    organizationId: 'org-1',
    liveMode: true,
    paymentId: 'payment-1',
    commandId: 'command-1',
    actor: 'test',
    customerId: 'customer-1',
    currency: 'USD',
    amount: 7000,
    date: null,
    method: 'check',
    depositToAccountId: null,
    reference: 'CHK-1',
    note: null,
    allocations: [
      { invoiceId: 'invoice-that-is-not-there', amount: 5885 },
      { invoiceId: 'another', amount: 1000 },
    ],
    clockOffset: 0,
  },
};

const recorded = {
  outcome: 'recorded',
  result: {
    paymentId: 'payment-1',
    status: 'succeeded',
    amount: 7000,
    unapplied: 115,
    invoices: [
      { invoiceId: 'invoice-that-is-not-there', version: 2, status: 'paid' },
      { invoiceId: 'another', version: 2, status: 'open' },
    ],
  },
} satisfies PaymentAnswer;

async function pay({ bench }: Stage, input: PaymentInput): Promise<WorkflowHandle> {
  const { organizationId, paymentId } = input.request;
  const workflowId = paymentWorkflowId(organizationId, paymentId, input.kind);
  const handle = await bench.client.workflow.start('payment', {
    workflowId,
    taskQueue: bench.taskQueue,
    args: [input],
  });
  await handle.result().catch(() => undefined);
  return handle;
}

async function payment(stage: Stage) {
  const handle = await stage.create({ action: 'issue' });
  const { id: invoiceId } = stateOf(stage.store, handle);
  const { result } = recorded;
  const invoices = [{ invoiceId, version: 2, status: 'open' } as const, ...result.invoices];
  stage.nextPayments.push(new Error('the reply was lost'), {
    outcome: 'duplicate',
    result: { ...result, invoices },
  });
  return pay(stage, record);
}

async function paymentTakenBack(stage: Stage) {
  const { result } = recorded;
  stage.nextPayments.push({ outcome: 'recorded', result: { ...result, status: 'reversed' } });
  const { organizationId, liveMode, paymentId, commandId, actor, clockOffset } = record.request;
  const request = { organizationId, liveMode, paymentId, commandId, actor, clockOffset, reason: 'bounced' };
  return pay(stage, { kind: 'reverse', request });
}

async function paymentRefused(stage: Stage) {
  stage.nextPayments.push({
    outcome: 'refused',
    code: 'amount_exceeds_due',
    data: { due: 1 },
    pointer: null,
  });
  return pay(stage, { ...record, notAfter: '2099-01-01T00:00:00.000Z' });
}

async function paymentUnanswered(stage: Stage) {
  return pay(stage, record);
}

async function paymentTooLate(stage: Stage) {
  return pay(stage, { ...record, notAfter: '2020-01-01T00:00:00.000Z' });
}

export const corrections: Readonly<Record<string, Scenario>> = {
  corrected,
  planned,
  'given-up': givenUp,
  'wanted-again': wantedAgain,
  'receipt-at-last': receiptAtLast,
  'paid-by-credit': paidByCredit,
  'credit-as-far-as-it-goes': creditAsFarAsItGoes,
  'written-elsewhere': writtenElsewhere,
  payment,
  'payment-taken-back': paymentTakenBack,
  'payment-refused': paymentRefused,
  'payment-unanswered': paymentUnanswered,
  'payment-too-late': paymentTooLate,
};
