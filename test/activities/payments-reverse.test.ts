// A payment over many invoices that bounced: taken back from all of them at once, and once.
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { allRows, contradictions, openPaying, type Paying } from '../support/paying.ts';
import { aPayment, aRefund, aRequest, aReversal, someCredit } from '../support/requests.ts';

let bench: Paying;
beforeAll(async () => {
  bench = await openPaying();
});
afterAll(() => bench.drop());

const due = 5885;

/** Two invoices of a new customer, paid by one payment that leaves something over. */
async function paidTogether(parts: readonly [number, number], over = 0) {
  const customerId = await bench.addCustomer({});
  const [first, second] = await bench.issued(customerId, 2);
  if (first === undefined || second === undefined) throw new Error('not issued');
  const allocations = [[first, parts[0]] as const, [second, parts[1]] as const];
  const request = bench.payment(customerId, allocations, { amount: parts[0] + parts[1] + over });
  const answer = await bench.recordAllocations(request);
  if (answer.outcome !== 'recorded') throw new Error('not recorded');
  const { paymentId } = request;
  return { customerId, paymentId, first: await bench.current(first), second: await bench.current(second) };
}

async function balance(customerId: string): Promise<number | undefined> {
  return (await bench.store.creditBalances.findOne({ _id: `${customerId}:live:USD` }))?.amount_cents;
}

const refused = (code: string) => ({ outcome: 'refused', code });

test('every invoice is due again, the credit is gone, and each part is a row of what went back', async () => {
  const { customerId, paymentId, first, second } = await paidTogether([due, 1000], 700);
  const request = bench.reversal(paymentId);
  expect(await bench.reverseAllocations(request)).toEqual({
    outcome: 'recorded',
    result: {
      paymentId,
      status: 'reversed',
      amount: due + 1700,
      unapplied: 700,
      invoices: [
        { invoiceId: first.id, version: 3, status: 'open' },
        { invoiceId: second.id, version: 3, status: 'open' },
      ],
    },
  });
  expect(await bench.store.payments.findOne({ _id: paymentId })).toMatchObject({
    status: 'reversed',
    amount_cents: due + 1700,
    allocations: [{ amount_cents: 0 }, { amount_cents: 0 }],
  });
  const rows = await bench.store.refunds.find({ payment_id: paymentId }).sort({ amount_cents: 1 }).toArray();
  expect(rows).toMatchObject([
    { _id: `${paymentId}:reversal`, invoice_id: null, amount_cents: 700, kind: 'reversal' },
    { _id: `${paymentId}:reversal:${second.id}`, invoice_id: second.id, amount_cents: 1000 },
    { _id: `${paymentId}:reversal:${first.id}`, invoice_id: first.id, amount_cents: due, reason: 'bounced' },
  ]);
  const stream = `${customerId}:live`;
  const own = await bench.store.journalEntries.find({ stream }).sort({ sequence: 1 }).toArray();
  expect(own).toMatchObject([
    { type: 'payment_recorded', reverses: null },
    { type: 'payment_reversed', reverses: `${stream}:1`, event_id: `${paymentId}:2` },
  ]);
  expect(await balance(customerId)).toBe(0);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('a repetition answers the same, another command that it is reversed already', async () => {
  const { customerId, paymentId } = await paidTogether([due, due], 10);
  const request = bench.reversal(paymentId);
  const answers = await Promise.all(Array.from({ length: 6 }, () => bench.reverseAllocations(request)));
  expect(answers.filter((answer) => answer.outcome === 'recorded')).toHaveLength(1);
  expect(answers.filter((answer) => answer.outcome === 'duplicate')).toHaveLength(5);
  const before = await allRows(bench.store);
  expect(await bench.reverseAllocations(bench.reversal(paymentId))).toMatchObject(
    refused('already_reversed'),
  );
  const other = { ...request, reason: 'another' };
  expect(await bench.reverseAllocations(other)).toMatchObject(refused('idempotency_mismatch'));
  expect(await allRows(bench.store)).toEqual(before);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('of two reversals at once one is told that the other was first', async () => {
  const { customerId, paymentId } = await paidTogether([due, due]);
  const answers = await Promise.all([1, 2].map(() => bench.reverseAllocations(bench.reversal(paymentId))));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['recorded', 'refused']);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('a payment that does not exist, of the other mode or of one invoice’s own is not known here', async () => {
  const { paymentId, customerId } = await paidTogether([10, 10]);
  const [invoice] = await bench.issued(customerId, 1);
  if (invoice === undefined) throw new Error('not issued');
  const own = aRequest(invoice, aPayment(100));
  await bench.stored(own);
  for (const request of [
    bench.reversal('none'),
    bench.reversal(paymentId, { liveMode: false }),
    bench.reversal(paymentId, { organizationId: 'another' }),
    bench.reversal(own.result.paymentId ?? ''),
  ]) {
    expect(await bench.reverseAllocations(request)).toMatchObject(refused('unknown_payment'));
  }
});

test('what one invoice refunded before is not taken back twice, and the row follows both', async () => {
  const { customerId, paymentId, first } = await paidTogether([due, 1000], 0);
  const refunded = await bench.stored(aRequest(first, aRefund(885, 'reopen')));
  expect(await bench.store.payments.findOne({ _id: paymentId })).toMatchObject({
    status: 'succeeded',
    refunded_cents: 885,
    allocations: [{ amount_cents: due - 885 }, { amount_cents: 1000 }],
  });
  expect(refunded.status).toBe('open');
  await bench.reverseAllocations(bench.reversal(paymentId));
  const rows = await bench.store.refunds.find({ payment_id: paymentId }).toArray();
  const back = rows.reduce((sum, row) => sum + row.amount_cents, 0);
  expect(back).toBe(due + 1000);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('an invoice from which its part was reversed by itself is left as it is', async () => {
  const { customerId, paymentId, first, second } = await paidTogether([due, 1000]);
  await bench.stored(aRequest(first, aReversal(paymentId)));
  expect(await bench.store.payments.findOne({ _id: paymentId })).toMatchObject({ status: 'succeeded' });
  const answer = await bench.reverseAllocations(bench.reversal(paymentId));
  expect(answer).toMatchObject({ outcome: 'recorded', result: { invoices: [{ invoiceId: second.id }] } });
  expect((await bench.current(first)).version).toBe(3);
  expect(await bench.store.payments.findOne({ _id: paymentId })).toMatchObject({ status: 'reversed' });
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('the payment is reversed when each of its invoices has reversed its part, and refunded when all is', async () => {
  const one = await paidTogether([due, 1000]);
  await bench.stored(aRequest(one.first, aReversal(one.paymentId)));
  await bench.stored(aRequest(one.second, aReversal(one.paymentId)));
  expect(await bench.store.payments.findOne({ _id: one.paymentId })).toMatchObject({ status: 'reversed' });
  const again = await bench.reverseAllocations(bench.reversal(one.paymentId));
  expect(again).toMatchObject(refused('already_reversed'));
  const two = await paidTogether([due, 1000]);
  await bench.stored(aRequest(two.first, aRefund(null, 'reopen')));
  await bench.stored(aRequest(two.second, aRefund(null, 'reopen')));
  const row = await bench.store.payments.findOne({ _id: two.paymentId });
  expect(row).toMatchObject({ status: 'refunded', refunded_cents: due + 1000 });
});

test('credit that was used in the meantime leaves the balance below zero, which is a fact', async () => {
  const { customerId, paymentId } = await paidTogether([10, 10], 700);
  const [invoice] = await bench.issued(customerId, 1);
  if (invoice === undefined) throw new Error('not issued');
  await bench.stored(aRequest(invoice, someCredit(600)));
  expect(await bench.reverseAllocations(bench.reversal(paymentId))).toMatchObject({ outcome: 'recorded' });
  expect(await balance(customerId)).toBe(-600);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('invoices that were voided or written off since give back where the money lies now', async () => {
  const { customerId, paymentId, first, second } = await paidTogether([1000, 2000]);
  const disposition = [{ type: 'leave_unapplied', amount: 1000 }] as const;
  await bench.stored(aRequest(first, { name: 'void', reason: null, disposition }));
  await bench.stored(aRequest(second, { name: 'writeOff', reason: null }));
  const answer = await bench.reverseAllocations(bench.reversal(paymentId));
  expect(answer).toMatchObject({ result: { invoices: [{ status: 'void' }, { status: 'uncollectible' }] } });
  const states: Invoice[] = [await bench.current(first), await bench.current(second)];
  expect(states.map((state) => state.leftUnapplied)).toEqual([0, 0]);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});
