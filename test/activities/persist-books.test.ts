// The books of a write: every entry chained to the one before it, each naming the event that it books.
import mongoose from 'mongoose';
import { createPersist } from '../../activities/persist/persist.ts';
import type { PersistResult } from '../../src/contract/invoice.ts';
import { entryHash } from '../../src/store/ledger-hash.ts';
import { brokenStreams, everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRequest } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

function hashOf(answer: PersistResult): string | null {
  if (answer.outcome !== 'stored') throw new Error(`Not stored: ${answer.outcome}`);
  return answer.entryHash;
}

test('each entry carries the hash of the one before, which the invoice and the answer carry on', async () => {
  const issue = bench.creation({ action: 'issue' });
  const hashes = [hashOf(await bench.persist(issue))];
  for (let count = 0; count < 3; count += 1) {
    const { invoice } = await everything(bench.store, issue.invoiceId);
    if (invoice === null) throw new Error('not stored');
    hashes.push(hashOf(await bench.persist(aRequest(invoice.state, aPayment(1000)))));
  }
  const { invoice, entries } = await everything(bench.store, issue.invoiceId);
  expect(entries.map((entry) => entry.hash)).toEqual(hashes);
  expect(new Set(hashes).size).toBe(4);
  let before: string | null = null;
  for (const entry of entries) {
    expect(entry.hash).toBe(entryHash(before, entry));
    before = entry.hash;
  }
  expect(invoice?.state.entryHash).toBe(before);
});

test('a write without entries carries the hash on as it was', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const answer = await bench.persist(aRequest(issued, { name: 'send', deliver: true }));
  expect(hashOf(answer)).toBe(issued.entryHash);
  expect((await everything(bench.store, issued.id)).invoice?.state.entryHash).toBe(issued.entryHash);
});

test('one changed unit in what was stored no longer fits its hash', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const [entry] = (await everything(bench.store, issued.id)).entries;
  if (entry === undefined) throw new Error('no entry');
  const [line, ...others] = entry.lines;
  if (line === undefined) throw new Error('no line');
  const touched = { ...entry, lines: [{ ...line, debit_cents: line.debit_cents + 1 }, ...others] };
  expect(entryHash(null, entry)).toBe(entry.hash);
  expect(entryHash(null, touched)).not.toBe(entry.hash);
  expect(entryHash(null, { ...entry, recorded_at: new Date(0) })).toBe(entry.hash);
});

test('invoices that take their numbers together have a chain each', async () => {
  const requests = Array.from({ length: 30 }, () => bench.creation({ action: 'issue' }));
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  for (const [index, request] of requests.entries()) {
    const answer = answers[index];
    const [entry] = (await everything(bench.store, request.invoiceId)).entries;
    expect(answer === undefined ? null : hashOf(answer)).toBe(entry?.hash);
    expect(entry?.hash).toBe(entry === undefined ? '' : entryHash(null, entry));
  }
  expect(await brokenStreams(bench.store)).toEqual([]);
});

test('a transaction that is tried again writes the same hashes, and when each was really written', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const request = aRequest(issued, aPayment(1000));
  let failures = 2;
  const tries: string[] = [];
  const payments = new Proxy(bench.store.payments, {
    get: (target, name, receiver) => {
      if (name !== 'insertMany') return Reflect.get(target, name, receiver) as unknown;
      return async (...args: Parameters<typeof target.insertMany>) => {
        const { session } = args[1] ?? {};
        if (session === undefined) throw new Error('outside of the transaction');
        const entry = await bench.store.journalEntries.findOne({ _id: `${issued.id}:2` }, { session });
        tries.push(entry?.hash ?? '');
        if (failures === 0) return target.insertMany(...args);
        failures -= 1;
        const collision = new mongoose.mongo.MongoServerError({ message: 'planned collision', code: 112 });
        collision.addErrorLabel('TransientTransactionError');
        throw collision;
      };
    },
  });
  const persist = createPersist({ ...bench.store, payments });
  const began = new Date();
  const stored = hashOf(await persist(request));
  expect(tries).toEqual([stored, stored, stored]);
  const { entries } = await everything(bench.store, issued.id);
  expect(entries).toHaveLength(2);
  expect(entries[1]?.recorded_at.getTime()).toBeGreaterThanOrEqual(began.getTime());
  const again = await bench.persist(request);
  expect(again).toMatchObject({ outcome: 'duplicate', invoice: { entryHash: stored } });
});

test('several entries of one write name their events in order, also two of one kind', async () => {
  const draft = { earlyPayment: { percentage: '2', days: 10 } };
  const issued = await bench.stored(bench.creation({ action: 'issue', draft }));
  const half = await bench.stored(aRequest(issued, aPayment(3000)));
  const paid = await bench.stored(aRequest(half, aPayment(2768)));
  const refund = {
    name: 'refundPayment',
    paymentId: null,
    amount: null,
    mode: 'reopen',
    reason: null,
  } as const;
  await bench.stored(aRequest(paid, refund));
  const { entries, events, invoice } = await everything(bench.store, issued.id);
  const typeOf = new Map(events.map((event) => [event._id, event.type]));
  expect(entries.map((entry) => [entry.type, typeOf.get(entry.event_id ?? '')])).toEqual([
    ['issued', 'invoice.issued'],
    ['payment_recorded', 'invoice.payment_recorded'],
    ['payment_recorded', 'invoice.payment_recorded'],
    ['early_payment_discount', 'credit_note.issued'],
    ['payment_refunded', 'payment.refunded'],
    ['payment_refunded', 'payment.refunded'],
  ]);
  expect(new Set(entries.map((entry) => entry.event_id)).size).toBe(6);
  expect(entries.map((entry) => entry.sequence)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(invoice?.state.entryHash).toBe(entries[5]?.hash);
  expect(await brokenStreams(bench.store)).toEqual([]);
});

test('an entry without an event, or without balance, is an error that leaves nothing', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const request = aRequest(issued, aPayment(1000));
  const before = await everything(bench.store, issued.id);
  const entries = request.entries.map((entry) => ({ ...entry, eventSequence: 99 }));
  await expect(bench.persist({ ...request, entries })).rejects.toThrow(/has no event/);
  expect(await everything(bench.store, issued.id)).toEqual(before);
});
