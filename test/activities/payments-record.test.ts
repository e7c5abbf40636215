// One payment over many invoices: all of it, once, however often it is asked for.
import { randomUUID } from 'node:crypto';
import { instant } from '../../src/domain/calendar.ts';
import { allRows, contradictions, openPaying, type Paying } from '../support/paying.ts';
import { aPayment, aRequest, morning } from '../support/requests.ts';

let bench: Paying;
beforeAll(async () => {
  bench = await openPaying();
});
afterAll(() => bench.drop());

const due = 5885;
const today = () => instant(Date.now()).slice(0, 10);

test('it is one payment row, one entry an invoice, and every invoice has its part', async () => {
  const customerId = await bench.addCustomer({});
  const [first, second, third] = await bench.issued(customerId, 3);
  if (first === undefined || second === undefined || third === undefined) throw new Error('not issued');
  const request = bench.payment(customerId, [
    [first, due],
    [second, due],
    [third, 1000],
  ]);
  const answer = await bench.recordAllocations(request);
  expect(answer).toEqual({
    outcome: 'recorded',
    result: {
      paymentId: request.paymentId,
      status: 'succeeded',
      amount: 2 * due + 1000,
      unapplied: 0,
      invoices: [
        { invoiceId: first.id, version: 2, status: 'paid' },
        { invoiceId: second.id, version: 2, status: 'paid' },
        { invoiceId: third.id, version: 2, status: 'open' },
      ],
    },
  });
  const rows = await bench.store.payments.find({ customer_id: customerId }).toArray();
  expect(rows).toMatchObject([
    {
      _id: request.paymentId,
      amount_cents: 2 * due + 1000,
      unapplied_cents: 0,
      refunded_cents: 0,
      tip_cents: 0,
      date: today(),
      payment_method: 'check',
      reference: 'CHK-1',
      by_allocation: true,
      status: 'succeeded',
      allocations: [
        { invoice_id: first.id, amount_cents: due },
        { invoice_id: second.id, amount_cents: due },
        { invoice_id: third.id, amount_cents: 1000 },
      ],
    },
  ]);
  for (const [invoice, amount] of [
    [first, due],
    [second, due],
    [third, 1000],
  ] as const) {
    const state = await bench.current(invoice);
    expect(state.payments).toMatchObject([{ id: request.paymentId, amount, applied: amount, unapplied: 0 }]);
    const entries = await bench.store.journalEntries.find({ invoice_id: invoice.id }).toArray();
    expect(entries.map((entry) => entry.type)).toEqual(['issued', 'payment_recorded']);
    expect(entries[1]?.lines).toMatchObject([
      { account_code: '1000', debit_cents: amount },
      { account_code: '1200', credit_cents: amount },
    ]);
    expect(state.entryHash).toBe(entries[1]?.hash);
  }
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('what is not allocated is the customer’s, by an entry in the customer’s own stream', async () => {
  const customerId = await bench.addCustomer({});
  const invoices = await bench.issued(customerId, 1);
  const allocations = invoices.map((invoice) => [invoice, due] as const);
  const request = bench.payment(customerId, allocations, { amount: due + 700 });
  expect(await bench.recordAllocations(request)).toMatchObject({ result: { unapplied: 700 } });
  const alone = bench.payment(customerId, [], { amount: 300 });
  expect(await bench.recordAllocations(alone)).toMatchObject({ result: { unapplied: 300, invoices: [] } });
  const stream = `${customerId}:live`;
  const entries = await bench.store.journalEntries.find({ stream }).sort({ sequence: 1 }).toArray();
  expect(entries).toMatchObject([
    { _id: `${stream}:1`, invoice_id: null, event_id: `${request.paymentId}:1`, type: 'payment_recorded' },
    { _id: `${stream}:2`, invoice_id: null, event_id: `${alone.paymentId}:1`, type: 'payment_recorded' },
  ]);
  expect(entries.map((entry) => entry.lines.map((line) => [line.account_code, line.debit_cents]))).toEqual([
    [
      ['1000', 700],
      ['2100', 0],
    ],
    [
      ['1000', 300],
      ['2100', 0],
    ],
  ]);
  const ledger = await bench.store.customerLedgers.findOne({ _id: stream });
  expect(ledger).toMatchObject({ sequence: 2, hash: entries[1]?.hash });
  const balance = await bench.store.creditBalances.findOne({ _id: `${stream}:USD` });
  expect(balance?.amount_cents).toBe(1000);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('a repetition answers the same and writes nothing, also many at once', async () => {
  const customerId = await bench.addCustomer({});
  const invoices = await bench.issued(customerId, 2);
  const request = bench.payment(
    customerId,
    invoices.map((invoice) => [invoice, 1000] as const),
    { amount: 2500 },
  );
  const answers = await Promise.all(Array.from({ length: 8 }, () => bench.recordAllocations(request)));
  expect(answers.filter((answer) => answer.outcome === 'recorded')).toHaveLength(1);
  expect(answers.filter((answer) => answer.outcome === 'duplicate')).toHaveLength(7);
  expect(
    new Set(answers.map((answer) => JSON.stringify('result' in answer ? answer.result : answer))).size,
  ).toBe(1);
  const before = await allRows(bench.store);
  const later = await bench.recordAllocations({ ...request, actor: 'someone else', clockOffset: 5 });
  expect(later).toEqual({ ...answers[0], outcome: 'duplicate' });
  expect(await allRows(bench.store)).toEqual(before);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('the same ids with another request, or an id that is taken, are refused and change nothing', async () => {
  const customerId = await bench.addCustomer({});
  const [one, two] = await bench.issued(customerId, 2);
  if (one === undefined || two === undefined) throw new Error('not issued');
  const request = bench.payment(customerId, [[one, 1000]]);
  await bench.recordAllocations(request);
  const own = aRequest(two, aPayment(100), { commandId: 'own-command' });
  await bench.stored(own);
  const before = await allRows(bench.store);
  const mismatch = { outcome: 'refused', code: 'idempotency_mismatch', data: {}, pointer: null };
  for (const other of [
    { ...request, note: 'another' },
    { ...request, commandId: randomUUID() },
    bench.payment(customerId, [[one, 10]], { paymentId: own.result.paymentId ?? '' }),
    bench.payment(customerId, [[two, 10]], { commandId: 'own-command' }),
  ]) {
    expect(await bench.recordAllocations(other)).toEqual(mismatch);
  }
  expect(await allRows(bench.store)).toEqual(before);
});

test('the repetition of a part is known to the invoice by the command’s id', async () => {
  const customerId = await bench.addCustomer({});
  const [invoice] = await bench.issued(customerId, 1);
  if (invoice === undefined) throw new Error('not issued');
  const request = bench.payment(customerId, [[invoice, 1000]]);
  await bench.recordAllocations(request);
  const event = await bench.store.events.findOne({ invoice_id: invoice.id, command_key: request.commandId });
  expect(event).toMatchObject({
    type: 'invoice.payment_recorded',
    command: 'recordPayment',
    result: { invoiceId: invoice.id, version: 2, status: 'open', paymentId: request.paymentId },
  });
});

test('what time had to do to an invoice is done first, and dated when it was due', async () => {
  const customerId = await bench.addCustomer({});
  const dueDate = '2026-03-10';
  const lateFeeTerms = {
    type: 'fixed',
    value: 500,
    interval: 'one_time',
    intervalCount: 1,
    graceDays: 0,
    cap: null,
    percentageCap: null,
    base: 'outstanding_principal',
    compounding: false,
  } as const;
  const [invoice] = await bench.issued(customerId, 1, {
    at: morning,
    liveMode: false,
    draft: { dueDate, lateFeeTerms, customerId },
  });
  if (invoice === undefined) throw new Error('not issued');
  const clockOffset = Date.parse('2026-03-12T08:00:00.000Z') - Date.now();
  const change = { liveMode: false, clockOffset };
  const answer = await bench.recordAllocations(bench.payment(customerId, [[invoice, due]], change));
  expect(answer).toMatchObject({ outcome: 'recorded', result: { invoices: [{ status: 'open' }] } });
  const state = await bench.current(invoice);
  expect(state.lateFees).toMatchObject([{ amount: 500, at: '2026-03-11T00:00:00.000Z' }]);
  expect(state.payments).toMatchObject([{ date: '2026-03-12', applied: due }]);
  const rest = bench.payment(customerId, [[invoice, 500]], change);
  expect(await bench.recordAllocations(rest)).toMatchObject({ result: { invoices: [{ status: 'paid' }] } });
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('an invoice whose scheduled send was due is issued first, with its number', async () => {
  const customerId = await bench.addCustomer({});
  const draft = await bench.stored(bench.creation({ liveMode: false, draft: { customerId } }));
  const later = { name: 'schedule', sendAt: '2026-03-10T09:00', timeZone: 'UTC' } as const;
  const invoice = await bench.stored(aRequest(draft, later));
  const clockOffset = Date.parse('2026-03-10T09:30:00.000Z') - Date.now();
  const request = bench.payment(customerId, [[invoice, 100]], { liveMode: false, clockOffset });
  expect(await bench.recordAllocations(request)).toMatchObject({ outcome: 'recorded' });
  const state = await bench.current(invoice);
  expect(state.number).toMatch(/^INV-\d{4}$/);
  expect(state).toMatchObject({ status: 'open', payments: [{ applied: 100 }] });
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('a payment in time takes the discount on its invoice, and recovers what was written off on another', async () => {
  const customerId = await bench.addCustomer({});
  const [early] = await bench.issued(customerId, 1, {
    draft: { customerId, earlyPayment: { percentage: '2', days: 10 } },
  });
  const [lost] = await bench.issued(customerId, 1);
  if (early === undefined || lost === undefined) throw new Error('not issued');
  await bench.stored(aRequest(lost, { name: 'writeOff', reason: null }));
  const request = bench.payment(customerId, [
    [early, due - 117],
    [lost, due],
  ]);
  expect(await bench.recordAllocations(request)).toMatchObject({
    outcome: 'recorded',
    result: { invoices: [{ status: 'paid' }, { status: 'paid' }] },
  });
  expect((await bench.current(early)).creditNotes).toMatchObject([{ kind: 'early_payment', amount: 117 }]);
  expect((await bench.current(lost)).recovered).toBe(due);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});
