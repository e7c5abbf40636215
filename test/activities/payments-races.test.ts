// One payment over many invoices among others that want the same invoices, and with crashes in its middle.
import type { PaymentAnswer } from '../../src/contract/payment.ts';
import type { Command } from '../../src/domain/invoice/command.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { Store } from '../../src/store/store.ts';
import { allRows, contradictions, openPaying, type Paying } from '../support/paying.ts';
import { aPayment, aRefund, aRequest } from '../support/requests.ts';

let bench: Paying;
beforeAll(async () => {
  bench = await openPaying();
});
afterAll(() => bench.drop());

const due = 5885;

async function twoInvoices() {
  const customerId = await bench.addCustomer({});
  const [first, second] = await bench.issued(customerId, 2);
  if (first === undefined || second === undefined) throw new Error('not issued');
  return { customerId, first, second };
}

function count(answers: readonly PaymentAnswer[], outcome: PaymentAnswer['outcome']): number {
  return answers.filter((answer) => answer.outcome === outcome).length;
}

test('fifty payments at once over the same two invoices: as many as fit, each on both or on none', async () => {
  const { customerId, first, second } = await twoInvoices();
  const requests = Array.from({ length: 50 }, (_, index) => {
    const parts = [[first, 200] as const, [second, 200] as const];
    return bench.payment(customerId, index % 2 === 0 ? parts : parts.toReversed());
  });
  const answers = await Promise.all(requests.map((request) => bench.recordAllocations(request)));
  const fit = Math.floor(due / 200);
  expect([count(answers, 'recorded'), count(answers, 'refused')]).toEqual([fit, 50 - fit]);
  const codes = answers.flatMap((answer) => (answer.outcome === 'refused' ? [answer.code] : []));
  expect(new Set(codes)).toEqual(new Set(['amount_exceeds_due']));
  const states = [await bench.current(first), await bench.current(second)];
  expect(states.map((state) => state.payments.length)).toEqual([fit, fit]);
  expect(states.map((state) => state.version)).toEqual([fit + 1, fit + 1]);
  expect(await bench.store.payments.countDocuments({ customer_id: customerId })).toBe(fit);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
}, 60_000);

/** As the invoice's workflow does it: decides again on what is stored where somebody was first. */
async function command(invoice: Invoice, wanted: Command): Promise<string> {
  for (;;) {
    const state = await bench.current(invoice);
    let request;
    try {
      request = aRequest(state, wanted, { at: state.updatedAt });
    } catch {
      return 'refused';
    }
    const answer = await bench.persist(request);
    if (answer.outcome !== 'conflict') return answer.outcome;
  }
}

test('payments over many, payments, refunds and reversals at once, while others are issued', async () => {
  const { customerId, first, second } = await twoInvoices();
  const series = { _id: `${bench.organizationId}:live:INV-` };
  const before = (await bench.store.numberSeries.findOne(series))?.last ?? 0;
  const together = Array.from({ length: 12 }, () =>
    bench.payment(customerId, [[first, 150] as const, [second, 250] as const], { amount: 450 }),
  );
  const answers = await Promise.all([
    ...together.map(async (request) => {
      const answer = await bench.recordAllocations(request);
      if (answer.outcome !== 'recorded' || request.paymentId < '8') return answer.outcome;
      return (await bench.reverseAllocations(bench.reversal(request.paymentId))).outcome;
    }),
    ...Array.from({ length: 8 }, () => command(first, aPayment(100))),
    ...Array.from({ length: 4 }, () => command(second, aRefund(30, 'reopen'))),
    ...Array.from({ length: 20 }, () => bench.issued(customerId, 1).then(() => 'issued')),
  ]);
  expect(answers.filter((answer) => answer === 'recorded')).toHaveLength(12);
  expect(answers.filter((answer) => answer === 'issued')).toHaveLength(20);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
  expect((await bench.store.numberSeries.findOne(series))?.last).toBe(before + 20);
  const numbers = await bench.store.invoices
    .find({ number: { $ne: null } })
    .map((row) => Number(row.number?.slice(4)))
    .toArray();
  const all = Array.from({ length: before + 20 }, (_, index) => index + 1);
  expect(numbers.toSorted((a, b) => a - b)).toEqual(all);
}, 60_000);

/** A collection whose named method fails as often as planned, wherever in the transaction it is called. */
function crashing<K extends keyof Store>(store: Store, place: K, method: string): Store {
  const collection = new Proxy(store[place] as Store['payments'], {
    get: (target, name, receiver) =>
      name === method
        ? async () => {
            throw new Error('planned crash');
          }
        : (Reflect.get(target, name, receiver) as unknown),
  });
  return { ...store, [place]: collection };
}

const places: [keyof Store, string][] = [
  ['customerLedgers', 'findOneAndUpdate'],
  ['customerLedgers', 'updateOne'],
  ['creditBalances', 'findOneAndUpdate'],
  ['events', 'insertOne'],
  ['payments', 'insertOne'],
  ['invoices', 'bulkWrite'],
  ['events', 'insertMany'],
  ['journalEntries', 'insertMany'],
];
test.each(places)(
  'a crash at %s.%s leaves nothing, and the next try writes all of it',
  async (place, method) => {
    const { customerId, first, second } = await twoInvoices();
    const parts = [[first, due] as const, [second, 100] as const];
    const request = bench.payment(customerId, parts, { amount: due + 600 });
    const before = await allRows(bench.store);
    const broken = bench.over(crashing(bench.store, place, method));
    await expect(broken.recordAllocations(request)).rejects.toThrow('planned crash');
    expect(await allRows(bench.store)).toEqual(before);
    expect(await bench.recordAllocations(request)).toMatchObject({ outcome: 'recorded' });
    expect(await contradictions(bench.store, customerId)).toEqual([]);
  },
);

const reversing: [keyof Store, string][] = [
  ['customerLedgers', 'findOneAndUpdate'],
  ['refunds', 'insertOne'],
  ['events', 'insertOne'],
  ['payments', 'updateOne'],
  ['refunds', 'insertMany'],
  ['payments', 'bulkWrite'],
];
test.each(reversing)('a crash at %s.%s leaves nothing of a reversal', async (place, method) => {
  const { customerId, first, second } = await twoInvoices();
  const parts = [[first, due] as const, [second, 100] as const];
  const payment = bench.payment(customerId, parts, { amount: due + 600 });
  await bench.recordAllocations(payment);
  const request = bench.reversal(payment.paymentId);
  const before = await allRows(bench.store);
  const broken = bench.over(crashing(bench.store, place, method));
  await expect(broken.reverseAllocations(request)).rejects.toThrow('planned crash');
  expect(await allRows(bench.store)).toEqual(before);
  expect(await bench.reverseAllocations(request)).toMatchObject({ outcome: 'recorded' });
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});

test('a reply that is lost after the commit is settled by the repetition', async () => {
  const { customerId, first, second } = await twoInvoices();
  const parts = [[first, 100] as const, [second, 100] as const];
  const request = bench.payment(customerId, parts, { amount: 300 });
  let transactions = 0;
  const losing: Store = {
    ...bench.store,
    transaction: async (run) => {
      const result = await bench.store.transaction(run);
      transactions += 1;
      // The first only reads.
      if (transactions === 2) throw new Error('planned loss');
      return result;
    },
  };
  await expect(bench.over(losing).recordAllocations(request)).rejects.toThrow('planned loss');
  const written = await allRows(bench.store);
  expect(await bench.recordAllocations(request)).toMatchObject({ outcome: 'duplicate' });
  expect(await allRows(bench.store)).toEqual(written);
  expect(await contradictions(bench.store, customerId)).toEqual([]);
});
