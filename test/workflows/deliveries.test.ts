// Deliveries in the background: nothing waits for a mail server, and nothing is claimed before it happened.
import { ApplicationFailure } from '@temporalio/common';
import { aCreate } from '../support/builders.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';
import { type Bench, openBench, tasksWithoutCommand, until, update } from '../support/workflow-bench.ts';

let store: MemoryStore;
let bench: Bench;

beforeEach(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterEach(() => bench.close());

async function issued() {
  const input = aCreate({ action: 'issue' });
  const handle = await bench.create(input);
  await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  return { handle, invoice };
}

const soon = (type: string) => ApplicationFailure.create({ message: 'not now', type, nextRetryDelay: 1 });

it('claims sentAt only after a server took the message', async () => {
  const { handle, invoice } = await issued();
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const deliver = store.deliver.bind(store);
  store.deliver = async (request) => {
    await gate;
    return deliver(request);
  };
  await bench.restart();
  const answer = await update(handle, 'send', {});
  expect(answer.messageIds).toHaveLength(1);
  expect(invoice().sentAt).toBeNull();
  expect(invoice().messages[0]?.state).toBe('queued');
  release();
  await until('the mail is accepted', () => invoice().sentAt !== null);
  expect(invoice().messages[0]?.state).toBe('accepted');
});

it('takes commands while a mail server is dead, and delivers when it is back', async () => {
  const { handle, invoice } = await issued();
  store.nextDeliveries.push(soon('smtp_421'), soon('smtp_421'), soon('smtp_421'));
  await update(handle, 'send', {});
  await update(handle, 'recordPayment', { amount: 500 });
  await update(handle, 'markViewed', {});
  expect(invoice().payments).toHaveLength(1);
  await until('the fourth attempt is accepted', () => invoice().sentAt !== null);
  expect(store.deliveries).toHaveLength(4);
  expect(new Set(store.deliveries.map((request) => request.messageId)).size).toBe(1);
});

it('says so when a message is refused for good, unknown or moot', async () => {
  const { handle, invoice } = await issued();
  const outcomes = ['failed', 'unknown', 'suppressed'] as const;
  for (const outcome of outcomes) {
    store.nextDeliveries.push({ outcome, code: `code_${outcome}` });
    await update(handle, 'send', {});
  }
  await until('all have ended', () => invoice().messages.every((message) => message.state !== 'queued'));
  expect(
    invoice()
      .messages.map(({ state, code }) => `${state} ${code}`)
      .sort(),
  ).toEqual(['failed code_failed', 'suppressed code_suppressed', 'unknown code_unknown']);
  expect(invoice().sentAt).toBeNull();
});

it('hears what a provider reports later, once', async () => {
  const { handle, invoice, ...rest } = await issued();
  void rest;
  const { messageIds } = await update(handle, 'text2pay', {});
  const messageId = messageIds?.[0] ?? '';
  await until('the text is accepted', () => invoice().messages[0]?.state === 'accepted');
  await handle.signal('messageStatus', { messageId, state: 'delivered', code: null });
  await until('it is delivered', () => invoice().messages[0]?.state === 'delivered');
  await handle.signal('messageStatus', { messageId, state: 'delivered', code: null });
  await handle.signal('messageStatus', { messageId, state: 'bounced', code: '30003' });
  await until('it bounced', () => invoice().messages[0]?.state === 'bounced');
  expect(invoice().messages[0]?.code).toBe('30003');
  expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
});

it('does not send what the recipient may not get, and the refusal is the answer', async () => {
  const { handle, invoice } = await issued();
  store.refusals.set('sms', 'sms_not_consented');
  await expect(update(handle, 'text2pay', {})).rejects.toMatchObject({
    cause: { type: 'sms_not_consented' },
  });
  expect(invoice().messages).toHaveLength(0);
});

it('sends by text what no mail server takes, and writes both down', async () => {
  const { handle, invoice } = await issued();
  store.nextDeliveries.push({ outcome: 'failed', code: 'smtp_550' });
  await update(handle, 'send', {});
  await until('the text is accepted', () => invoice().sentAt !== null);
  expect(invoice().messages.map(({ channel, state, code }) => [channel, state, code])).toEqual([
    ['email', 'failed', 'smtp_550'],
    ['sms', 'accepted', null],
  ]);
  expect(invoice().messages[1]?.switchedFrom).toBe(invoice().messages[0]?.id);
  expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
});

it('writes down how a message ended also where the customer wants no other', async () => {
  const { handle, invoice } = await issued();
  store.refusals.set('sms', 'sms_not_consented');
  store.nextDeliveries.push({ outcome: 'failed', code: 'smtp_550' });
  await update(handle, 'send', {});
  await until('the mail has failed', () => invoice().messages[0]?.state === 'failed');
  expect(invoice().messages).toHaveLength(1);
  expect(store.deliveries).toHaveLength(1);
});

it('sends by text what comes back later', async () => {
  const { handle, invoice } = await issued();
  const { messageIds } = await update(handle, 'send', {});
  await until('the mail is accepted', () => invoice().messages[0]?.state === 'accepted');
  await handle.signal('messageStatus', { messageId: messageIds?.[0] ?? '', state: 'bounced', code: null });
  await until('the text is accepted', () => invoice().messages[1]?.state === 'accepted');
  expect(invoice().messages.map(({ channel, state }) => [channel, state])).toEqual([
    ['email', 'bounced'],
    ['sms', 'accepted'],
  ]);
});
