// What survives: a cold cache, continue-as-new, a store that fails before or after the write, a closed run.
import { randomUUID } from 'node:crypto';
import { Worker } from '@temporalio/worker';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { CommandResult } from '../../src/contract/invoice.ts';
import { invoiceWorkflowId, refreshSignal } from '../../src/contract/names.ts';
import { aCreate, aPolicy } from '../support/builders.ts';
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

let store: MemoryStore;
let bench: Bench;
afterEach(() => bench.close());

async function open(options = {}) {
  store = createMemoryStore();
  bench = await openBench(store, options);
}

async function created(change: Parameters<typeof aCreate>[0] = {}) {
  const input = aCreate(change);
  const handle = await bench.create(input);
  await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  return { handle, invoice, input };
}

describe('a worker without a cache', () => {
  it('runs every command cold, and what it wrote replays', async () => {
    await open({ maxCachedWorkflows: 0 });
    const { handle, invoice } = await created();
    await update(handle, 'update', { memo: 'cold' });
    await handle.signal('send', {});
    await until('it is sent', () => invoice().sentAt !== null);
    await handle.signal('markViewed');
    await until('it is viewed', () => invoice().firstViewedAt !== null);
    // Signals that change nothing, each in a task of its own.
    for (const seen of [1, 2]) {
      await handle.signal('markViewed');
      await until('the repetition is noted', () => store.notes.length === seen);
    }
    await handle.signal('recordPayment', { amount: 100 });
    await update(handle, 'recordPayment', { amount: 100 });
    await update(handle, 'remind', {});
    await until('the reminder is accepted', () =>
      invoice().messages.every(({ state }) => state === 'accepted'),
    );
    await update(handle, 'recordPayment', {});
    expect(invoice().status).toBe('paid');
    const history = await handle.fetchHistory();
    expect(tasksWithoutCommand(history)).toEqual([]);
    await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
  });
});

describe('continue-as-new', () => {
  it('keeps the invoice, its deliveries and the memory of what ran', async () => {
    await open();
    const { handle, invoice } = await created({ action: 'issue' });
    const first = await handle.describe();
    const args = { commandId: randomUUID(), amount: 1 };
    const answer = await update(handle, 'recordPayment', args);
    const runId = async () => (await handle.describe()).runId;
    for (let count = 0; (await runId()) === first.runId && count < 200; count += 1) {
      await update(handle, 'recordPayment', { amount: 1 });
    }
    expect(await runId()).not.toBe(first.runId);
    const payments = invoice().payments.length;
    expect(await update(handle, 'recordPayment', args)).toEqual(answer);
    expect(invoice().payments).toHaveLength(payments);
    const after = await update(handle, 'recordPayment', {});
    expect(after).toMatchObject({ status: 'paid', version: payments + 2 });
    expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
  });
});

describe('a store that fails', () => {
  it('refuses a command that could not be written, and the same id runs later', async () => {
    await open();
    const { handle, invoice } = await created({ action: 'issue' });
    const args = { commandId: randomUUID(), amount: 700 };
    store.fail.before = 5;
    expect(await refusal(handle, 'recordPayment', args)).toBe('outcome_unknown');
    expect(invoice().payments).toHaveLength(0);
    await update(handle, 'recordPayment', args);
    expect(invoice().payments).toHaveLength(1);
  });

  it('settles a write whose reply was lost: it happened once, and the timers know', async () => {
    await open();
    const { handle, invoice } = await created();
    store.fail.after = 1;
    const answer = await update(handle, 'send', { deliver: false });
    expect(answer).toMatchObject({ status: 'open', version: 2 });
    store.fail = { before: 4, after: 1 };
    const args = { commandId: randomUUID(), amount: 700 };
    expect(await refusal(handle, 'recordPayment', args)).toBe('outcome_unknown');
    await until('the state is taken from the store', async () => {
      const seen = await handle.query<{ amountPaid: number }>('invoice');
      return seen.amountPaid === 700;
    });
    expect((await update(handle, 'recordPayment', args)).status).toBe('open');
    expect(invoice().payments).toHaveLength(1);
  });

  it('gives a command that was written the answer that was lost, although it could not be done again', async () => {
    await open();
    const { handle, invoice } = await created({ action: 'issue' });
    store.fail = { before: 4, after: 1 };
    const args = { commandId: randomUUID() };
    expect(await refusal(handle, 'recordPayment', args)).toBe('outcome_unknown');
    expect(await update(handle, 'recordPayment', args)).toMatchObject({ status: 'paid', version: 2 });
    expect(await refusal(handle, 'recordPayment', { ...args, amount: 1 })).toBe('idempotency_mismatch');
    expect(await refusal(handle, 'recordPayment', { commandId: randomUUID() })).toBe('already_paid');
    expect(invoice().payments).toHaveLength(1);
  });

  it('finds what was written for a command whose time is over, and goes on from there', async () => {
    await open();
    const { handle, input } = await created();
    const written = await created({ ...input, invoiceId: randomUUID(), action: 'send' });
    await until('it is sent', () => written.invoice().sentAt !== null);
    const stored = { ...written.invoice(), id: input.invoiceId };
    store.invoices.set(input.invoiceId, stored);
    const late = { commandId: randomUUID(), notAfter: '2020-01-01T00:00:00.000Z' };
    expect(await refusal(handle, 'send', late)).toBe('command_expired');
    expect(await handle.query('invoice')).toMatchObject({ status: 'open', version: stored.version });
  });

  it('looks at the stored invoice when it is told to', async () => {
    await open();
    const { handle, invoice, input } = await created();
    const queued = await created({ ...input, invoiceId: randomUUID(), action: 'issue' });
    store.invoices.set(input.invoiceId, { ...queued.invoice(), id: input.invoiceId, version: 7 });
    await handle.signal(refreshSignal);
    await until('it knows', async () => {
      const seen = await handle.query<{ status: string; version: number }>('invoice');
      return seen.status === 'open' && seen.version === 7;
    });
    expect((await update(handle, 'recordPayment', {})).version).toBe(8);
    expect(invoice().status).toBe('paid');
  });

  it('takes what another writer stored, and decides again', async () => {
    await open();
    const { handle, invoice, input } = await created({ action: 'issue' });
    store.invoices.set(input.invoiceId, { ...invoice(), version: 9, memo: 'written elsewhere' });
    const answer = await update(handle, 'recordPayment', { amount: 100 });
    expect(answer.version).toBe(10);
    expect(invoice().memo).toBe('written elsewhere');
  });
});

/** A command with which a closed invoice starts again from its stored state. */
function again(
  { organizationId, invoiceId }: { readonly organizationId: string; readonly invoiceId: string },
  name: string,
  args: object = {},
): Promise<CommandResult> {
  return bench.client.workflow.executeUpdateWithStart<() => Promise<unknown>, CommandResult, [object]>(name, {
    args: [{ commandId: randomUUID(), ...args }],
    startWorkflowOperation: new WithStartWorkflowOperation('invoice', {
      workflowId: invoiceWorkflowId(organizationId, invoiceId),
      taskQueue: bench.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [{ kind: 'reopen', organizationId, invoiceId }],
    }) as never,
  });
}

describe('a closed run', () => {
  const policy = aPolicy({ graceAfterCloseDays: -2 });

  async function closed(name: 'recordPayment' | 'writeOff') {
    await open();
    const life = await created({ action: 'issue', policy });
    const answer = await update(life.handle, name, {});
    await life.handle.result();
    return { ...life, paymentId: answer.paymentId };
  }

  it.each(['reversePayment', 'refundPayment'])('is open again by %s, and its timers run', async (name) => {
    const { handle, input, invoice, paymentId } = await closed('recordPayment');
    expect(await again(input, name, { paymentId })).toMatchObject({ status: 'open', version: 3 });
    const reopened = bench.client.workflow.getHandle(handle.workflowId);
    expect((await reopened.describe()).status.name).toBe('RUNNING');
    const next = await reopened.query<{ nextAction: { kind: string } | null }>('invoice');
    expect(next.nextAction?.kind).toBe('reminder');
    await until('a timer is armed', async () => {
      const { events = [] } = await reopened.fetchHistory();
      return (events ?? []).some((event) => event.timerStartedEventAttributes);
    });
    expect((await update(reopened, 'recordPayment', {})).status).toBe('paid');
    expect(await reopened.result()).toEqual({ status: 'paid' });
    expect(invoice().payments).toHaveLength(2);
  });

  it('stays what it was after a refund out of credit, and ends again', async () => {
    const { handle, input, invoice } = await closed('recordPayment');
    store.credit.set(creditOf(invoice().customerId, 'USD'), 500);
    expect(await again(input, 'refundPayment', { amount: 500, mode: 'credit' })).toMatchObject({
      status: 'paid',
      version: 3,
    });
    expect(await bench.client.workflow.getHandle(handle.workflowId).result()).toEqual({ status: 'paid' });
    expect(store.credit.get(creditOf(invoice().customerId, 'USD'))).toBe(0);
  });

  it('takes what comes in after it was given up', async () => {
    const { input, invoice } = await closed('writeOff');
    expect(await again(input, 'recordPayment', { amount: 885 })).toMatchObject({ status: 'uncollectible' });
    expect(await again(input, 'recordPayment')).toMatchObject({ status: 'paid' });
    expect(invoice().recovered).toBe(5885);
  });

  it('delivers what a command of its last moment has queued', async () => {
    const { input, invoice } = await closed('recordPayment');
    await again(input, 'send');
    await until('the receipt is accepted', () =>
      invoice().messages.every(({ state }) => state === 'accepted'),
    );
    expect(invoice().messages).toHaveLength(1);
  });

  it('ends at once for a deleted draft', async () => {
    await open();
    const { handle } = await created();
    await update(handle, 'delete', {});
    expect(await handle.result()).toEqual({ status: 'deleted' });
  });

  it('starts again from the stored state, with the same answers and refusals', async () => {
    await open();
    const { handle, input, invoice } = await created({ action: 'issue', policy });
    await update(handle, 'recordPayment', {});
    expect(await handle.result()).toEqual({ status: 'paid' });
    await until('it is stored as paid', () => invoice().status === 'paid');
    expect(await again(input, 'send')).toMatchObject({ status: 'paid', version: 3 });
    await expect(again(input, 'recordPayment')).rejects.toMatchObject({ cause: { type: 'already_paid' } });
  });
});
