// Commands on the real Temporal server: updates, signals, refusals, repetition, and what each costs in events.
import { randomUUID } from 'node:crypto';
import { aCreate } from '../support/builders.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';
import {
  type Bench,
  eventCount,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  update,
} from '../support/workflow-bench.ts';

let store: MemoryStore;
let bench: Bench;

beforeAll(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterAll(() => bench.close());

async function created(change: Parameters<typeof aCreate>[0] = {}) {
  const input = aCreate(change);
  const handle = await bench.create(input);
  await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  const notes = () => store.notes.filter((note) => note.invoiceId === input.invoiceId);
  return { handle, input, invoice, notes };
}

describe('a command', () => {
  it('answers as an update and takes effect as a signal of the same name', async () => {
    const { handle, invoice } = await created();
    const answer = await update(handle, 'send', { deliver: false });
    expect(answer).toMatchObject({ status: 'open', version: 2, number: invoice().number });
    await handle.signal('recordPayment', { amount: 1000 });
    await until('the payment is stored', () => invoice().payments.length === 1);
    expect(invoice().payments[0]).toMatchObject({ amount: 1000, applied: 1000, method: 'other' });
  });

  it('counts no argument and null as an empty object', async () => {
    const { handle, invoice } = await created();
    await update(handle, 'send');
    await handle.signal('recordPayment', null);
    await until('it is paid', () => invoice().status === 'paid');
    expect(invoice().payments).toHaveLength(1);
  });

  it('refuses anything but an object without executing it', async () => {
    const { handle, invoice } = await created();
    expect(await refusal(handle, 'send', [{}])).toBe('invalid_argument');
    expect(await refusal(handle, 'send', 'now')).toBe('invalid_argument');
    expect(await refusal(handle, 'send', { delivr: false })).toBe('unknown_field');
    expect(invoice().status).toBe('draft');
  });

  it('refuses an unknown name with a sentence, as update and as signal', async () => {
    const { handle, notes } = await created();
    expect(await refusal(handle, 'shred', {})).toBe('unknown_command');
    await handle.signal('shred', {});
    await until('the refusal is noted', () => notes().length === 1);
    expect(notes()[0]?.message).toContain('recordPayment');
  });

  it('leaves a row when a signal is refused, and the invoice goes on', async () => {
    const { handle, notes, invoice } = await created();
    await handle.signal('void', {});
    await handle.signal('recordPayment', { amount: -5 });
    await until('both refusals are noted', () => notes().length === 2);
    expect(
      notes()
        .map((note) => note.code)
        .sort(),
    ).toEqual(['draft_void', 'invalid_amount']);
    expect((await update(handle, 'send', {})).status).toBe('open');
    expect(invoice().version).toBe(2);
  });

  it('runs once under one id, as update, as signal and both', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    const args = { commandId: randomUUID(), amount: 700 };
    const first = await update(handle, 'recordPayment', args);
    expect(await update(handle, 'recordPayment', args)).toEqual(first);
    await handle.signal('recordPayment', args);
    await update(handle, 'markViewed', {});
    expect(invoice().payments).toHaveLength(1);
  });

  it('refuses the same id with another body', async () => {
    const { handle } = await created({ action: 'issue' });
    const commandId = randomUUID();
    await update(handle, 'recordPayment', { commandId, amount: 700 });
    expect(await refusal(handle, 'recordPayment', { commandId, amount: 701 })).toBe('idempotency_mismatch');
  });

  it('refuses itself after notAfter, before any effect', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    const notAfter = '2020-01-01T00:00:00.000Z';
    expect(await refusal(handle, 'recordPayment', { notAfter })).toBe('command_expired');
    expect(invoice().payments).toHaveLength(0);
  });

  it('never runs when it waited for a worker past notAfter', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    await bench.stopWorker();
    const notAfter = new Date(Date.now() + 300).toISOString();
    const late = refusal(handle, 'recordPayment', { notAfter });
    await until('the patience is over', () => new Date().toISOString() > notAfter);
    await bench.startWorker();
    expect(await late).toBe('command_expired');
    expect(invoice().payments).toHaveLength(0);
  });

  it('refuses with version_mismatch when the invoice has moved on', async () => {
    const { handle } = await created({ action: 'issue' });
    expect(await refusal(handle, 'void', { expectedVersion: 7 })).toBe('version_mismatch');
    expect(await refusal(handle, 'void', { expectedVersion: 1 })).toBe('accepted');
  });

  it('keeps forty at once apart and in order', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    for (let block = 0; block < 10; block += 1) {
      const four = [1, 2, 3, 4].map(() => update(handle, 'recordPayment', { amount: 10 }));
      await Promise.all(four);
    }
    expect(invoice().payments).toHaveLength(40);
    expect(invoice().version).toBe(41);
  });
});

describe('the history', () => {
  it('costs 6 events to create, 6 a command, one more where the word changes', async () => {
    const { handle } = await created();
    await until('the timer is armed', async () => (await eventCount(handle)) >= 6);
    const counts = [await eventCount(handle)];
    const step = async (name: string, args: Record<string, unknown>) => {
      await update(handle, name, args);
      counts.push((await eventCount(handle)) - counts.reduce((sum, one) => sum + one, 0));
    };
    await step('update', { memo: 'hello' });
    await step('send', { deliver: false });
    await step('recordPayment', { amount: 100 });
    await step('recordPayment', { amount: 100 });
    await step('recordPayment', {});
    // create, update, send (word, re-armed timer), part payment (word), part payment, paid (word)
    expect(counts).toEqual([6, 6, 9, 7, 6, 7]);
  });

  it('costs as much for commands that correct, and nothing more for how many there were before', async () => {
    const { handle } = await created({ action: 'issue' });
    await update(handle, 'recordPayment', { amount: 1000, provider: 'sandbox', providerPaymentId: 'pay-1' });
    await update(handle, 'recordPayment', { amount: 100, method: 'cash' });
    let before = await eventCount(handle);
    const cost = async (name: string, args: Record<string, unknown>) => {
      await update(handle, name, args);
      const count = await eventCount(handle);
      const own = count - before;
      before = count;
      return own;
    };
    expect(await cost('refundPayment', { amount: 100 })).toBe(6);
    expect(await cost('issueCreditNote', { amount: 100 })).toBe(6);
    expect(await cost('setLateFees', { type: 'fixed', value: 5, frequency: { interval: 'month' } })).toBe(6);
    expect(await cost('hold', { kind: 'dispute' })).toBe(7);
    expect(await cost('resume', {})).toBe(7);
    // The command 6, two words, the caller's patience 2, the processor asked 6, and the two writes after it.
    expect(await cost('refundPayment', { amount: 100 })).toBe(18);
    expect(await cost('void', { disposition: [{ type: 'refund', amount: 900 }] })).toBe(18);
  });

  it('has a command in every task, so that a cold worker never merges an update with an older task', async () => {
    const { handle, notes } = await created();
    await update(handle, 'send', {});
    await handle.signal('markViewed');
    await handle.signal('markViewed');
    await handle.signal('nonsense');
    await until('the signals are noted', () => notes().length === 2);
    await until(
      'the mail is accepted',
      () => store.invoices.get(handle.workflowId.split(':')[2] ?? '')?.sentAt !== null,
    );
    await update(handle, 'recordPayment', {});
    expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
  });

  it('tells operators what they search for when the word changes', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    await update(handle, 'recordPayment', {});
    const attributes = (await handle.describe()).typedSearchAttributes.getAll();
    const value = (name: string) => attributes.find(({ key }) => key.name === name)?.value;
    expect(value('InvoiceStatus')).toBe('paid');
    expect(value('InvoiceNumber')).toBe(invoice().number);
    expect(value('DueAt')).toEqual(new Date(invoice().dueAt ?? ''));
    expect(value('OnHold')).toBe(false);
  });

  it('shows a hold and a new due date to those who search, for one event each', async () => {
    const { handle, invoice } = await created({ action: 'issue' });
    const value = async (name: string) => {
      const attributes = (await handle.describe()).typedSearchAttributes.getAll();
      return attributes.find(({ key }) => key.name === name)?.value;
    };
    await update(handle, 'hold', { kind: 'dispute', note: 'wrong quantity' });
    expect(await value('OnHold')).toBe(true);
    const held = await eventCount(handle);
    await update(handle, 'hold', { kind: 'dispute', note: 'wrong price' });
    expect(await eventCount(handle)).toBe(held + 6);
    await update(handle, 'resume', {});
    expect(await value('OnHold')).toBe(false);
    await update(handle, 'update', { dueDate: '2099-01-31' });
    expect(await value('DueAt')).toEqual(new Date('2099-02-01T00:00:00.000Z'));
    expect(invoice().dueAt).toBe('2099-02-01T00:00:00.000Z');
  });

  it('describes every command to operators', async () => {
    const { handle } = await created();
    const metadata = await handle.query<{
      definition: { updateDefinitions: { name: string; description: string }[] };
    }>('__temporal_workflow_metadata');
    const pay = metadata.definition.updateDefinitions.find(({ name }) => name === 'recordPayment');
    expect(pay?.description).toContain('money that came in');
    expect(pay?.description).toContain('commandId');
  });
});

describe('cancel', () => {
  it('is written down and ends nothing', async () => {
    const { handle, notes } = await created({ action: 'issue' });
    await handle.cancel();
    await until('the cancel is noted', () => notes().length === 1);
    expect(notes()[0]).toMatchObject({ command: 'cancel', code: 'cancel_ignored' });
    expect((await update(handle, 'void', {})).status).toBe('void');
  });
});

describe('an invoice that cannot be', () => {
  it('is refused, stored nowhere, and leaves no workflow open', async () => {
    const input = aCreate({ draft: { ...aCreate().draft, lines: [] } });
    const handle = await bench.create(input);
    expect(await handle.result()).toEqual({ status: 'refused', refused: 'no_line_items' });
    expect(store.invoices.has(input.invoiceId)).toBe(false);
  });
});
