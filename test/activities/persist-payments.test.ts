// The rows of payments: facts that stay, what went back as rows of its own, and what a payment has become by that.
import { createPersist } from '../../activities/persist/persist.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { Store } from '../../src/store/store.ts';
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRefund, aRequest, aReversal, morning } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

const due = 5885;

async function issued(change: Parameters<typeof bench.creation>[0] = {}): Promise<Invoice> {
  return bench.stored(bench.creation({ action: 'issue', ...change }));
}

function idOf(invoice: Invoice, index = 0): string {
  return invoice.payments[index]?.id ?? '';
}

async function rowOf(id: string) {
  return bench.store.payments.findOne({ _id: id });
}

const fromProvider = (providerPaymentId: string, provider = 'stripe') => ({
  ...aPayment(1000),
  provider,
  providerPaymentId,
});

describe('the processor’s own id of a payment', () => {
  const taken = { outcome: 'refused', code: 'provider_id_taken', data: {}, messageId: null };

  test('is recorded once in an organization and mode, whatever the invoice', async () => {
    const first = await bench.stored(aRequest(await issued(), fromProvider('pi_1')));
    const row = await rowOf(idOf(first));
    expect(row).toMatchObject({ provider: 'stripe', provider_payment_id: 'pi_1' });
    const other = await issued();
    const before = await everything(bench.store, other.id);
    expect(await bench.persist(aRequest(other, fromProvider('pi_1')))).toEqual(taken);
    expect(await everything(bench.store, other.id)).toEqual(before);
    expect(await bench.persist(aRequest(first, fromProvider('pi_1')))).toEqual(taken);
  });

  test('is free for another processor and in the other mode, and without one there is nothing to take', async () => {
    await bench.stored(aRequest(await issued(), fromProvider('pi_2')));
    for (const [command, change] of [
      [fromProvider('pi_2', 'sandbox'), {}],
      [fromProvider('pi_2'), { liveMode: false }],
      [aPayment(1000), {}],
      [aPayment(1000), {}],
    ] as const) {
      const answer = await bench.persist(aRequest(await issued(change), command));
      expect(answer.outcome).toBe('stored');
    }
  });

  test('goes to one of fifty that ask at once', async () => {
    const invoices = await Promise.all(Array.from({ length: 50 }, () => issued()));
    const answers = await Promise.all(
      invoices.map((invoice) => bench.persist(aRequest(invoice, fromProvider('pi_3')))),
    );
    expect(answers.filter((answer) => answer.outcome === 'stored')).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'refused')).toHaveLength(49);
    expect(await bench.store.payments.countDocuments({ provider_payment_id: 'pi_3' })).toBe(1);
  });
});

test('a tip has a column of its own and is not part of the amount', async () => {
  const paid = await bench.stored(aRequest(await issued(), { ...aPayment(due), tip: 500 }));
  expect(await rowOf(idOf(paid))).toMatchObject({ amount_cents: due, tip_cents: 500, unapplied_cents: 0 });
});

test('a refund is a row, and the payment says what is left of it; its facts stay', async () => {
  const paid = await bench.stored(aRequest(await issued(), { ...aPayment(due + 115), tip: 200 }));
  const before = await rowOf(idOf(paid));
  const request = aRequest(paid, aRefund(1000, 'reopen'), { at: '2026-03-04T12:00:00.000Z' });
  const reopened = await bench.stored(request);
  const after = await rowOf(idOf(paid));
  expect(after).toEqual({
    ...before,
    refunded_cents: 1000,
    allocations: [{ invoice_id: paid.id, amount_cents: due - 1000 }],
  });
  expect((await everything(bench.store, paid.id)).refunds).toEqual([
    {
      _id: request.result.refundIds?.[0],
      organization_id: bench.organizationId,
      live_mode: true,
      customer_id: bench.customerId,
      payment_id: idOf(paid),
      invoice_id: paid.id,
      kind: 'refund',
      amount_cents: 1000,
      tip_cents: 0,
      currency: 'USD',
      date: '2026-03-04',
      reason: null,
      created_at: '2026-03-04T12:00:00.000Z',
    },
  ]);
  await bench.stored(aRequest(reopened, aRefund(null, 'reopen')));
  expect(await rowOf(idOf(paid))).toMatchObject({
    status: 'refunded',
    refunded_cents: due + 115,
    allocations: [{ amount_cents: 0 }],
    unapplied_cents: 115,
  });
});

test('one refund of several payments changes each of them by its part', async () => {
  const half = await bench.stored(aRequest(await issued(), aPayment(2000)));
  const paid = await bench.stored(aRequest(half, aPayment(due - 2000)));
  await bench.stored(aRequest(paid, aRefund(due - 1500, 'reopen')));
  const rows = [await rowOf(idOf(paid, 0)), await rowOf(idOf(paid, 1))];
  expect(rows).toMatchObject([
    { status: 'succeeded', refunded_cents: 500, allocations: [{ amount_cents: 1500 }] },
    { status: 'refunded', refunded_cents: due - 2000, allocations: [{ amount_cents: 0 }] },
  ]);
  const { refunds } = await everything(bench.store, paid.id);
  expect(new Set(refunds.map((row) => row.amount_cents))).toEqual(new Set([due - 2000, 500]));
});

test('a reversal is a row for what had not gone back, with its tip, and the payment is reversed', async () => {
  const paid = await bench.stored(aRequest(await issued(), { ...aPayment(due), tip: 300 }));
  const refunded = await bench.stored(aRequest(paid, aRefund(1000, 'reopen')));
  await bench.stored(aRequest(refunded, aReversal(idOf(paid))));
  expect(await rowOf(idOf(paid))).toMatchObject({
    status: 'reversed',
    amount_cents: due,
    refunded_cents: 1000,
    allocations: [{ amount_cents: 0 }],
  });
  const { refunds, entries } = await everything(bench.store, paid.id);
  expect(refunds.find((row) => row.kind === 'reversal')).toMatchObject({
    _id: `${idOf(paid)}:reversal:${paid.id}`,
    amount_cents: due - 1000,
    tip_cents: 300,
    reason: 'bounced',
  });
  const deposits = entries
    .flatMap((entry) => entry.lines)
    .filter((line) => line.account_code === '1000')
    .reduce((sum, line) => sum + line.debit_cents - line.credit_cents, 0);
  expect(deposits).toBe(0);
});

test('a repetition of a refund changes the payment once', async () => {
  const paid = await bench.stored(aRequest(await issued(), aPayment(due)));
  const request = aRequest(paid, aRefund(1000, 'reopen'));
  const answers = await Promise.all([1, 2, 3].map(() => bench.persist(request)));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual(['duplicate', 'duplicate', 'stored']);
  expect(await rowOf(idOf(paid))).toMatchObject({ refunded_cents: 1000 });
});

test('a payment as an earlier release wrote it can be refunded', async () => {
  const paid = await bench.stored(aRequest(await issued(), aPayment(due)));
  const added = {
    refunded_cents: 1,
    tip_cents: 1,
    provider: 1,
    provider_payment_id: 1,
    by_allocation: 1,
  } as const;
  await bench.store.payments.updateOne({ _id: idOf(paid) }, { $unset: added });
  await bench.stored(aRequest(paid, aRefund(null, 'reopen')));
  expect(await rowOf(idOf(paid))).toMatchObject({ status: 'refunded', refunded_cents: due });
});

const places = ['events', 'journalEntries', 'payments', 'refunds', 'creditBalances', 'invoices'] as const;

/** A store on which the named collection fails in the middle of the transaction, whatever is asked of it. */
function failing(store: Store, place: (typeof places)[number]): Store {
  const collection = new Proxy(store[place] as Store['payments'], {
    get: (target, name, receiver) => {
      const isWrite = ['insertMany', 'bulkWrite', 'findOneAndUpdate'].includes(String(name));
      if (!isWrite) return Reflect.get(target, name, receiver) as unknown;
      return async () => {
        throw new Error('planned crash');
      };
    },
  });
  return { ...store, [place]: collection };
}

test.each(places)('a crash at %s leaves nothing of a refund', async (place) => {
  const paid = await bench.stored(aRequest(await issued(), aPayment(due + 500)));
  const request = aRequest(paid, aRefund(null, 'reopen'), { at: morning });
  const before = await everything(bench.store, paid.id);
  await expect(createPersist(failing(bench.store, place))(request)).rejects.toThrow('planned crash');
  expect(await everything(bench.store, paid.id)).toEqual(before);
  expect((await bench.persist(request)).outcome).toBe('stored');
});
