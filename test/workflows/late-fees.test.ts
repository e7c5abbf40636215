// Late fees in the workflow: payments that come to light after them, and terms that hold no fee.
import type { RunDueResult } from '../../src/contract/invoice.ts';
import { aCreate, aDraft } from '../support/builders.ts';
import { createMemoryStore, type MemoryStore } from '../support/memory-store.ts';
import { type Bench, openBench, refusal, until, update } from '../support/workflow-bench.ts';

let store: MemoryStore;
let bench: Bench;
beforeAll(async () => {
  store = createMemoryStore();
  bench = await openBench(store);
});
afterAll(() => bench.close());

it('corrects the fees, pays the invoice and marks the history for replays', async () => {
  const lateFeeTerms = {
    type: 'percentage',
    value: '10',
    interval: 'week',
    intervalCount: 1,
    graceDays: 0,
    cap: null,
    percentageCap: null,
    base: 'outstanding_principal',
    compounding: false,
  } as const;
  const draft = aDraft({ lateFeeTerms, reminderSteps: [] });
  const input = aCreate({ liveMode: false, draft, action: 'issue' });
  const handle = await bench.create(input);
  const invoice = () => store.invoices.get(input.invoiceId);
  await until('it is open', () => invoice()?.status === 'open');
  const clockOffset = 30 * 24 * 3_600_000;
  store.clockOffset = clockOffset;
  const now = new Date(Date.now() + clockOffset).toISOString();
  await handle.executeUpdate<RunDueResult, [object]>('runDue', { args: [{ now, clockOffset }] });
  expect(invoice()?.lateFees.map(({ amount }) => amount)).toEqual([589, 589, 589]);

  const standing = () =>
    invoice()
      ?.lateFees.filter((fee) => !fee.reversed)
      .map(({ amount }) => amount);
  const date = invoice()?.issueDate ?? '';
  const marks = async () => {
    const { events } = await handle.fetchHistory();
    return (events ?? []).filter((event) => event.markerRecordedEventAttributes?.markerName === 'core_patch');
  };
  await update(handle, 'recordPayment', { amount: 100 });
  expect(await marks()).toHaveLength(0);
  expect(await update(handle, 'recordPayment', { amount: 5785, date })).toMatchObject({ status: 'open' });
  // In time 57.85 would have left 1.00: 0.10 at each of the three instants.
  expect(standing()).toEqual([10, 10, 10]);
  expect(await marks()).toHaveLength(1);
  // 0.30 more left 0.70: 0.07 each, and what was paid above that is credit.
  expect(await update(handle, 'recordPayment', { amount: 30, date })).toMatchObject({ status: 'paid' });
  expect(standing()).toEqual([7, 7, 7]);
});

it('refuses terms whose cap is below one fee, however they come, and leaves no plan', async () => {
  const input = aCreate({ action: 'issue' });
  const handle = await bench.create(input);
  const invoice = () => store.invoices.get(input.invoiceId);
  await until('it is open', () => invoice()?.status === 'open');
  const lateFees = { type: 'fixed', value: 1000, frequency: { interval: 'week' }, cap: 999 };
  for (const name of ['setLateFees', 'update']) {
    expect(await refusal(handle, name, { lateFees })).toBe('invalid_late_fee_terms');
  }
  await handle.signal('setLateFees', { lateFees });
  await update(handle, 'setLateFees', { lateFees: { ...lateFees, cap: 1000 } });
  expect(invoice()).toMatchObject({ version: 2, lateFeeTerms: { cap: 1000 } });
});

it('takes terms from the policy that a command names, marks the history, and leaves everything where there is none', async () => {
  const terms = { type: 'fixed', value: 300, frequency: { interval: 'week' } };
  const policy = { id: 'firm', version: 2, name: 'Firm' };
  store.feePolicies.set('firm', { ...terms, policy });
  store.policies.set('quiet', { steps: [], policy: { ...policy, id: 'quiet' } });
  const input = aCreate({ action: 'issue' });
  const handle = await bench.create(input);
  const invoice = () => store.invoices.get(input.invoiceId);
  await until('it is open', () => invoice()?.status === 'open');
  const named = { lateFees: { policyId: 'firm' } };
  expect(await refusal(handle, 'setLateFees', { policyId: 'gone' })).toBe('unknown_late_fee_policy');
  expect(await refusal(handle, 'update', { ...named, reminders: { policyId: 'gone' } })).toBe(
    'unknown_reminder_policy',
  );
  expect(invoice()?.version).toBe(1);
  await update(handle, 'update', { ...named, reminders: { policyId: 'quiet' } });
  expect(invoice()).toMatchObject({
    version: 2,
    lateFeeTerms: { value: 300 },
    lateFeePolicy: { id: 'firm', version: 2 },
    reminderPolicy: { id: 'quiet' },
  });
  await update(handle, 'setLateFees', terms);
  expect(invoice()).toMatchObject({ version: 3, lateFeePolicy: null });
  await handle.signal('setLateFees', { policyId: 'firm' });
  await until('the signal has run', () => invoice()?.version === 4);
  expect(invoice()?.lateFeePolicy).toEqual({ id: 'firm', version: 2 });
  const { events } = await handle.fetchHistory();
  const marks = (events ?? []).filter(
    (event) => event.markerRecordedEventAttributes?.markerName === 'core_patch',
  );
  expect(marks).toHaveLength(1);
});
