// All of a command or nothing, once, and never backwards.
import { randomUUID } from 'node:crypto';
import { createPersist } from '../../activities/persist/persist.ts';
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRequest, morning } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

test('a repetition answers the same and writes nothing', async () => {
  const first = bench.creation({ action: 'send', fingerprint: 'abc' });
  const answer = await bench.persist(first);
  const before = await everything(bench.store, first.invoiceId);
  const again = await bench.persist(first);
  expect(answer.outcome).toBe('stored');
  expect(again).toEqual({
    outcome: 'duplicate',
    fingerprint: 'abc',
    result: { ...first.result, number: before.invoice?.number },
    invoice: before.invoice?.state,
  });
  expect(await everything(bench.store, first.invoiceId)).toEqual(before);
});

test('a repetition is known after the invoice has moved on, and with another body by its fingerprint', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const first = aRequest(issued, aPayment(1000), { commandId: 'pay-1', fingerprint: 'a' });
  const paid = await bench.stored(first);
  const moved = await bench.stored(aRequest(paid, aPayment(1000)));
  const before = await everything(bench.store, issued.id);
  const fresh = aRequest(moved, aPayment(2000), { commandId: 'pay-1', fingerprint: 'b' });
  expect(await bench.persist(fresh)).toEqual({
    outcome: 'duplicate',
    fingerprint: 'a',
    result: { ...first.result, number: issued.number },
    invoice: moved,
  });
  expect(await everything(bench.store, issued.id)).toEqual(before);
});

test('the same request at the same time is stored once', async () => {
  const request = bench.creation({ action: 'issue' });
  const answers = await Promise.all([1, 2, 3, 4].map(() => bench.persist(request)));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual([
    'duplicate',
    'duplicate',
    'duplicate',
    'stored',
  ]);
  expect((await everything(bench.store, request.invoiceId)).events).toHaveLength(2);
});

test('of two commands on one version one is stored and the other is told what the invoice is', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const requests = [aRequest(issued, aPayment(1000)), aRequest(issued, aPayment(2000))];
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  const winner = answers.findIndex((answer) => answer.outcome === 'stored');
  const { invoice, payments } = await everything(bench.store, issued.id);
  expect(answers[1 - winner]).toEqual({ outcome: 'conflict', invoice: invoice?.state });
  const { entryHash } = invoice?.state ?? {};
  expect(invoice?.state).toEqual({ ...requests[winner]?.invoice, entryHash });
  expect(payments).toHaveLength(1);
});

test('an older version never overwrites a newer one', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const late = aRequest(issued, aPayment(1000));
  await bench.stored(aRequest(issued, { name: 'void', reason: null, disposition: null }));
  const before = await everything(bench.store, issued.id);
  expect(await bench.persist(late)).toEqual({ outcome: 'conflict', invoice: before.invoice?.state });
  expect(await everything(bench.store, issued.id)).toEqual(before);
});

test('the version alone decides: events that would fit do not let an older one through', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const late = aRequest(issued, { name: 'markViewed' });
  const paid = await bench.stored(aRequest(issued, aPayment(1000)));
  const events = late.events.map((event) => ({ ...event, sequence: event.sequence + 10 }));
  expect(await bench.persist({ ...late, events })).toEqual({ outcome: 'conflict', invoice: paid });
});

test('a command on an invoice that is not stored is a conflict without an invoice', async () => {
  const issued = bench.creation({ action: 'issue' }).invoice;
  expect(await bench.persist(aRequest(issued, aPayment(1000)))).toEqual({
    outcome: 'conflict',
    invoice: null,
  });
});

test('another organization cannot write to the invoice', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const before = await everything(bench.store, issued.id);
  const request = aRequest({ ...issued, organizationId: 'another' }, aPayment(1000));
  const other = { ...request, entries: [] };
  expect(await bench.persist(other)).toEqual({ outcome: 'conflict', invoice: null });
  expect(await everything(bench.store, issued.id)).toEqual(before);
});

test('a row that is in the way at the end of the write leaves nothing of the beginning', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const request = aRequest(issued, aPayment(1000));
  const id = request.result.paymentId ?? '';
  await bench.store.payments.insertOne({ _id: id, organization_id: 'planted' } as never);
  const before = await everything(bench.store, issued.id);
  await expect(bench.persist(request)).rejects.toThrow(/E11000/);
  expect(await everything(bench.store, issued.id)).toEqual(before);
  await bench.store.payments.deleteOne({ _id: id });
  expect((await bench.persist(request)).outcome).toBe('stored');
});

test.each(['events', 'journalEntries', 'messages'] as const)(
  'a failure while %s are written leaves nothing, also no number, and the next try succeeds',
  async (collection) => {
    const request = bench.creation({ action: 'send' });
    const broken = Object.create(bench.store[collection], {
      insertMany: { value: () => Promise.reject(new Error('planted')) },
    }) as never;
    const before = await everything(bench.store, request.invoiceId);
    await expect(createPersist({ ...bench.store, [collection]: broken })(request)).rejects.toThrow('planted');
    expect(await everything(bench.store, request.invoiceId)).toEqual(before);
    expect((await bench.persist(request)).outcome).toBe('stored');
  },
);

test('an entry that does not balance or an invoice without a new version is refused before anything is stored', async () => {
  const request = bench.creation({ action: 'issue' });
  const [entry] = request.entries;
  if (entry === undefined) throw new Error('No entry');
  const unbalanced = [{ ...entry, postings: entry.postings.map((one) => ({ ...one, amount: Number.NaN })) }];
  await expect(bench.persist({ ...request, entries: unbalanced })).rejects.toThrow(/does not balance/);
  await expect(bench.persist({ ...request, expectedVersion: 1 })).rejects.toThrow(/does not follow/);
  await expect(bench.persist({ ...request, events: [] })).rejects.toThrow(/no event/);
  const { invoice, events } = await everything(bench.store, request.invoiceId);
  expect([invoice, events]).toEqual([null, []]);
});

test('a deleted draft leaves its events only, frees its number, and a repetition is still answered', async () => {
  const ref = randomUUID();
  const content = {
    _id: ref,
    organization_id: bench.organizationId,
    kind: 'ship_to',
    data: {},
    created_at: morning,
  };
  await bench.store.contents.insertOne({ ...content, kind: 'ship_to' });
  const draft = await bench.stored(bench.creation({ draft: { requestedNumber: 'MINE-1', shipToRef: ref } }));
  const request = aRequest(draft, { name: 'delete' });
  expect(await bench.persist(request)).toMatchObject({ outcome: 'stored', number: 'MINE-1' });
  const left = await everything(bench.store, draft.id);
  expect(left.invoice).toBeNull();
  expect(left.events.map((event) => event.type)).toEqual(['invoice.created', 'invoice.deleted']);
  expect(await bench.store.contents.findOne({ _id: ref })).toBeNull();
  expect(await bench.persist(request)).toEqual({
    outcome: 'duplicate',
    fingerprint: request.fingerprint,
    result: { ...request.result, number: 'MINE-1' },
    invoice: request.invoice,
  });
  expect((await bench.persist(bench.creation({ draft: { requestedNumber: 'MINE-1' } }))).outcome).toBe(
    'stored',
  );
  expect(await bench.persist(bench.creation({ invoiceId: draft.id }))).toEqual({
    outcome: 'conflict',
    invoice: null,
  });
});
