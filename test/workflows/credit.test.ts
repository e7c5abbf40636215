// What the customer has in hand pays a new issue, where the organization wants that.
import { settledQuery } from '../../src/contract/names.ts';
import { aCreate, aPolicy } from '../support/builders.ts';
import { createMemoryStore, creditOf, type MemoryStore } from '../support/memory-store.ts';
import {
  type Bench,
  eventCount,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  update,
} from '../support/workflow-bench.ts';

const due = 5885;
const policy = aPolicy({ applyCreditAutomatically: true });

let store: MemoryStore;
let bench: Bench;
beforeAll(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterAll(() => bench.close());
let customers = 0;

/** A draft of a customer who has so much. */
async function drafted(
  credit: number,
  change: Parameters<typeof aCreate>[0] = {},
  options: Parameters<typeof bench.create>[1] = {},
) {
  customers += 1;
  const customerId = `customer-with-credit-${customers}`;
  store.credit.set(creditOf(customerId, 'USD'), credit);
  const base = aCreate({ policy, ...change });
  const input = { ...base, draft: { ...base.draft, customerId } };
  const handle = await bench.create(input, options);
  await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  const left = () => store.credit.get(creditOf(customerId, 'USD'));
  const applied = () => invoice().creditApplications.map(({ amount }) => amount);
  const writes = () => store.requests.filter(({ invoiceId }) => invoiceId === input.invoiceId);
  return { handle, invoice, left, applied, writes };
}

it('pays all that is due, and the answer of the issue says so', async () => {
  const { handle, invoice, left, applied, writes } = await drafted(10_000);
  expect(await update(handle, 'send', {})).toMatchObject({ status: 'paid', version: 3 });
  expect(applied()).toEqual([due]);
  expect(left()).toBe(10_000 - due);
  expect(writes().find(({ command }) => command === 'applyCredit')).toMatchObject({
    commandId: 'issue~credit',
    actor: 'policy',
  });
  await until('the mail is accepted', () => invoice().sentAt !== null);
  expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
});

it('pays what there is, and the rest stays due', async () => {
  const { handle, applied, left } = await drafted(885);
  expect((await update(handle, 'send', { deliver: false })).status).toBe('open');
  expect([applied(), left()]).toEqual([[885], 0]);
  await update(handle, 'recordPayment', {});
  expect(applied()).toEqual([885]);
});

it('also pays an invoice that is issued as it is made', async () => {
  const { invoice, applied } = await drafted(10_000, { action: 'issue' });
  await until('it is paid', () => invoice().status === 'paid');
  expect(applied()).toEqual([due]);
});

it('says whether that is still to come to whoever waits for it', async () => {
  let release: () => void = () => undefined;
  store.creditHeld = new Promise<void>((resolve) => (release = resolve));
  // Short tasks, because a query is answered between two of them.
  const { handle, invoice } = await drafted(10_000, { action: 'issue' }, { workflowTaskTimeout: '1s' });
  const before = await handle.query(settledQuery);
  release();
  expect(before).toBe(false);
  await until('it has settled', () => handle.query<boolean>(settledQuery));
  expect(invoice().status).toBe('paid');
});

it('does nothing where there is none, or less than none, and costs one event', async () => {
  const baseline = await drafted(10_000, { policy: aPolicy() });
  await update(baseline.handle, 'send', { deliver: false });
  const none = await drafted(0);
  expect((await update(none.handle, 'send', { deliver: false })).version).toBe(2);
  expect(await eventCount(none.handle)).toBe((await eventCount(baseline.handle)) + 1);
  const less = await drafted(-200);
  expect((await update(less.handle, 'send', { deliver: false })).version).toBe(2);
  expect([none.applied(), less.applied(), baseline.applied()]).toEqual([[], [], []]);
});

it('looks once more when somebody else used the credit first', async () => {
  const { handle, applied, left } = await drafted(300);
  store.staleCredit.push(10_000);
  expect((await update(handle, 'send', { deliver: false })).status).toBe('open');
  expect([applied(), left()]).toEqual([[300], 0]);
});

it('gives up quietly when that happens again', async () => {
  const { handle, applied, left } = await drafted(300);
  store.staleCredit.push(10_000, 9_000);
  expect((await update(handle, 'send', { deliver: false })).status).toBe('open');
  expect([applied(), left()]).toEqual([[], 300]);
  expect((await update(handle, 'applyCredit', { amount: 300 })).status).toBe('open');
  expect(applied()).toEqual([300]);
});

it('applied without an amount is as much as is due and as there is, by update and by signal', async () => {
  const { handle, invoice, applied, left } = await drafted(0, { action: 'issue', policy: aPolicy() });
  const give = (amount: number) => store.credit.set(creditOf(invoice().customerId, 'USD'), amount);
  expect(await refusal(handle, 'applyCredit', {})).toBe('insufficient_credit');
  give(-100);
  expect(await refusal(handle, 'applyCredit', {})).toBe('insufficient_credit');
  give(885);
  expect(await refusal(handle, 'applyCredit', { amount: 886 })).toBe('insufficient_credit');
  const args = { commandId: 'what-there-is' };
  const answer = await update(handle, 'applyCredit', args);
  expect(answer).toMatchObject({ status: 'open', version: 2 });
  expect([applied(), left()]).toEqual([[885], 0]);
  expect(await update(handle, 'applyCredit', args)).toEqual(answer);
  give(1000);
  await handle.signal('applyCredit', {});
  await until('the rest of the credit is applied', () => left() === 0);
  give(9000);
  expect((await update(handle, 'applyCredit', {})).status).toBe('paid');
  expect([applied(), left()]).toEqual([[885, 1000, due - 1885], 9000 - (due - 1885)]);
  expect(tasksWithoutCommand(await handle.fetchHistory())).toEqual([]);
});

it('is done once, whatever is lost on the way', async () => {
  const { handle, applied, left } = await drafted(10_000);
  store.fail = { before: 0, after: 1 };
  await update(handle, 'send', { deliver: false });
  expect([applied(), left()]).toEqual([[due], 10_000 - due]);
});
