// Credit that is given by hand: one entry in the customer's own stream, once for a command id.
import { randomUUID } from 'node:crypto';
import { type CreditGrant, grantCredit } from '../../src/store/customer-ledger.ts';
import { brokenStreams, creditOf, openPersisting, type Persisting } from '../support/persisting.ts';
import { aRequest, someCredit } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

function grant(customerId: string, change: Partial<CreditGrant> = {}): CreditGrant {
  return {
    organizationId: bench.organizationId,
    liveMode: true,
    customerId,
    currency: 'USD',
    commandId: randomUUID(),
    fingerprint: 'fingerprint',
    actor: 'test',
    amount: 500,
    reason: 'goodwill',
    date: '2026-03-02',
    at: '2026-03-02T09:00:00.000Z',
    ...change,
  };
}

async function rowsOf(customerId: string) {
  const stream = { $regex: `^${customerId}:` };
  return {
    entries: await bench.store.journalEntries.find({ stream }).sort({ _id: 1 }).toArray(),
    events: await bench.store.events.find({ invoice_id: stream }).sort({ _id: 1 }).toArray(),
    streams: await bench.store.customerLedgers.find({ _id: stream }).sort({ _id: 1 }).toArray(),
    credit: await bench.store.creditBalances.find({ customer_id: customerId }).sort({ _id: 1 }).toArray(),
  };
}

test('it takes from revenue, gives to the customer, and says who did it and why', async () => {
  const customerId = await bench.addCustomer({});
  const first = grant(customerId);
  const stream = `${customerId}:live`;
  const result = { entryId: `${stream}:1`, amount: 500, balance: 500 };
  expect(await grantCredit(bench.store, first)).toEqual({ outcome: 'granted', result });
  const second = await grantCredit(bench.store, grant(customerId, { amount: 250 }));
  expect(second).toMatchObject({ result: { entryId: `${stream}:2`, balance: 750 } });
  const { entries, events, streams } = await rowsOf(customerId);
  expect(entries[0]).toMatchObject({
    stream,
    sequence: 1,
    type: 'credit_note_issued',
    invoice_id: null,
    customer_id: customerId,
    date: '2026-03-02',
    event_id: `${stream}:1`,
    lines: [
      { account_code: '4000', debit_cents: 500, credit_cents: 0 },
      { account_code: '2100', debit_cents: 0, credit_cents: 500 },
    ],
  });
  expect(events[0]).toMatchObject({
    _id: `${stream}:1`,
    type: 'credit_note.issued',
    actor: 'test',
    reason: 'goodwill',
    command_id: first.commandId,
  });
  expect(streams).toMatchObject([{ _id: stream, sequence: 2, hash: entries[1]?.hash }]);
  expect(await brokenStreams(bench.store)).toEqual([]);
});

test('the same command gives once, also many at once, and with another body not at all', async () => {
  const customerId = await bench.addCustomer({});
  const wanted = grant(customerId);
  const answers = await Promise.all(Array.from({ length: 10 }, () => grantCredit(bench.store, wanted)));
  expect(answers.filter((answer) => answer.outcome === 'granted')).toHaveLength(1);
  expect(answers.filter((answer) => answer.outcome === 'duplicate')).toHaveLength(9);
  expect(
    new Set(answers.map((answer) => JSON.stringify('result' in answer ? answer.result : null))).size,
  ).toBe(1);
  await grantCredit(bench.store, grant(customerId));
  const before = await rowsOf(customerId);
  const again = await grantCredit(bench.store, wanted);
  expect(again).toMatchObject({ outcome: 'duplicate', result: { balance: 500 } });
  const other = await grantCredit(bench.store, { ...wanted, amount: 1, fingerprint: 'another' });
  expect(other).toEqual({ outcome: 'mismatch' });
  expect(await rowsOf(customerId)).toEqual(before);
  expect(before.streams).toMatchObject([{ sequence: 2 }]);
});

test('fifty at once for a new customer are all there, in one chain without a gap', async () => {
  const customerId = await bench.addCustomer({});
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      grantCredit(bench.store, grant(customerId, { amount: index + 1 })),
    ),
  );
  expect(answers.every((answer) => answer.outcome === 'granted')).toBe(true);
  const { kept, booked } = await creditOf(bench.store, customerId);
  expect(kept).toEqual({ [`${customerId}:live:USD`]: (50 * 51) / 2 });
  expect(kept).toEqual(booked);
  expect((await rowsOf(customerId)).streams).toMatchObject([{ sequence: 50 }]);
  expect(await brokenStreams(bench.store)).toEqual([]);
}, 30_000);

test('modes have a stream each, currencies a balance each, and what was given can be used', async () => {
  const customerId = await bench.addCustomer({});
  await grantCredit(bench.store, grant(customerId));
  await grantCredit(bench.store, grant(customerId, { liveMode: false, amount: 7 }));
  await grantCredit(bench.store, grant(customerId, { currency: 'EUR', amount: 3 }));
  const { streams } = await rowsOf(customerId);
  expect(streams.map((stream) => [stream._id, stream.sequence])).toEqual([
    [`${customerId}:live`, 2],
    [`${customerId}:test`, 1],
  ]);
  const invoice = await bench.stored(bench.creation({ action: 'issue', draft: { customerId } }));
  await bench.stored(aRequest(invoice, someCredit(500)));
  const { kept, booked } = await creditOf(bench.store, customerId);
  expect(kept).toEqual({
    [`${customerId}:live:USD`]: 0,
    [`${customerId}:live:EUR`]: 3,
    [`${customerId}:test:USD`]: 7,
  });
  expect(kept).toEqual(booked);
});

test('an amount that is none, or an organization without accounts, is an error that leaves nothing', async () => {
  const customerId = await bench.addCustomer({});
  for (const amount of [0, -5, 1.5]) {
    await expect(grantCredit(bench.store, grant(customerId, { amount }))).rejects.toThrow(/Not an amount/);
  }
  const nowhere = grant(customerId, { organizationId: 'nowhere' });
  await expect(grantCredit(bench.store, nowhere)).rejects.toThrow(/No account/);
  expect(await rowsOf(customerId)).toEqual({ entries: [], events: [], streams: [], credit: [] });
});

test('a crash in the middle leaves nothing, and the sequence without a gap', async () => {
  const customerId = await bench.addCustomer({});
  const wanted = grant(customerId);
  const events = new Proxy(bench.store.events, {
    get: (target, name, receiver) => {
      if (name !== 'insertOne') return Reflect.get(target, name, receiver) as unknown;
      return async () => {
        throw new Error('planned crash');
      };
    },
  });
  await expect(grantCredit({ ...bench.store, events }, wanted)).rejects.toThrow('planned crash');
  expect(await rowsOf(customerId)).toEqual({ entries: [], events: [], streams: [], credit: [] });
  expect(await grantCredit(bench.store, wanted)).toMatchObject({
    result: { entryId: `${customerId}:live:1` },
  });
});
