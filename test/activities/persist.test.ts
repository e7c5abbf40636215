// What the one atomic write leaves in the database, row by row.
import { randomUUID } from 'node:crypto';
import type { Store } from '../../src/store/store.ts';
import { aLine } from '../support/builders.ts';
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRequest, morning } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

const int64Paths: [keyof Store, string[]][] = [
  ['invoices', ['total_cents', 'amount_paid_cents', 'amount_due_cents']],
  ['journalEntries', ['lines.debit_cents', 'lines.credit_cents']],
  ['payments', ['amount_cents', 'unapplied_cents', 'allocations.amount_cents']],
];

test('a draft is one event and one invoice, with the columns that lists ask for', async () => {
  const request = bench.creation({ draft: { memo: 'Third FLOOR', metadata: { project: 'x' } } });
  expect(await bench.persist(request)).toEqual({ outcome: 'stored', number: null, entryHash: null });
  const { invoice, events, entries, messages } = await everything(bench.store, request.invoiceId);
  expect(invoice).toMatchObject({
    organization_id: bench.organizationId,
    live_mode: true,
    version: 1,
    customer_id: bench.customerId,
    status: 'draft',
    display_status: 'draft',
    number: null,
    total_cents: 5885,
    amount_paid_cents: 0,
    amount_due_cents: 5885,
    late_fee_total_cents: 0,
    credit_applied_cents: 0,
    written_off_cents: 0,
    on_hold: false,
    is_processing: false,
    issued_at: null,
    closed_at: null,
    metadata: { project: 'x' },
    search: 'third floor ada byron engines ltd ada@example.com',
    public_token: null,
    next_action_at: null,
    state: request.invoice,
  });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    _id: `${request.invoiceId}:1`,
    type: 'invoice.created',
    command: 'create',
    command_id: request.commandId,
    command_key: request.commandId,
    at: morning,
    actor: 'test',
  });
  expect([entries, messages]).toEqual([[], []]);
});

test('an issue with its message writes events, books, message and link together', async () => {
  const request = bench.creation({ action: 'send', content: { subject: 'Hello', cc: ['cc@example.com'] } });
  const answer = await bench.persist(request);
  expect(answer).toMatchObject({ outcome: 'stored', number: 'INV-0001' });
  const { invoice, events, entries, messages } = await everything(bench.store, request.invoiceId);
  expect(invoice).toMatchObject({ number: 'INV-0001', status: 'open', display_status: 'not_sent' });
  expect(invoice).toMatchObject({ issued_at: morning, closed_at: null });
  expect(invoice?.state.number).toBe('INV-0001');
  expect(invoice?.search).toContain('inv-0001');
  expect(invoice?.next_action_at).toBe(request.nextActionAt);
  expect(Buffer.from(invoice?.public_token ?? '', 'base64url')).toHaveLength(32);
  expect(events.map((event) => event.type)).toEqual([
    'invoice.created',
    'invoice.issued',
    'invoice.message_queued',
  ]);
  expect(events[1]?.data).toMatchObject({ number: 'INV-0001' });
  expect(events.map((event) => event.command_key)).toEqual([request.commandId, undefined, undefined]);
  expect(entries).toHaveLength(1);
  expect(entries[0]).toMatchObject({
    _id: `${request.invoiceId}:1`,
    type: 'issued',
    event_id: `${request.invoiceId}:2`,
    date: '2026-03-02',
    lines: [
      { account_code: '1200', label: null, debit_cents: 5885, credit_cents: 0 },
      { account_code: '4000', label: null, debit_cents: 0, credit_cents: 5500 },
      { account_code: '2200', label: 'Tax', debit_cents: 0, credit_cents: 385 },
    ],
  });
  expect(messages).toHaveLength(1);
  expect(messages[0]).toMatchObject({
    _id: request.messages[0]?.message.id,
    to: ['ada@example.com'],
    cc: ['cc@example.com'],
    subject: 'Hello',
    state: 'queued',
    cap_key: null,
  });
});

test('money is stored as Int64, however large, and read back as a number', async () => {
  const rate = 10 ** 13 - 1;
  const draft = { fixedTaxes: [], lines: [aLine({ rate })] };
  const issued = await bench.stored(bench.creation({ action: 'issue', draft }));
  const paid = await bench.stored(aRequest(issued, aPayment(rate)));
  for (const [collection, paths] of int64Paths) {
    for (const path of paths) {
      const rows = bench.store[collection] as Store['invoices'];
      const others = { [path]: { $not: { $type: 'long' } } };
      expect([path, await rows.countDocuments(others)]).toEqual([path, 0]);
      expect(await rows.countDocuments({ [path]: { $type: 'long' } })).toBeGreaterThan(0);
    }
  }
  const { invoice, entries, payments } = await everything(bench.store, paid.id);
  expect(invoice).toMatchObject({ total_cents: rate, amount_paid_cents: rate, amount_due_cents: 0 });
  expect(entries[1]?.lines.map((line) => line.debit_cents)).toEqual([rate, 0]);
  expect(payments[0]).toMatchObject({ amount_cents: rate, allocations: [{ amount_cents: rate }] });
});

test('a payment has its row, and what is above the due lies with the customer', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const request = aRequest(issued, aPayment(6000));
  await bench.stored(request);
  const { payments, entries } = await everything(bench.store, issued.id);
  expect(payments).toMatchObject([
    {
      _id: request.result.paymentId,
      customer_id: bench.customerId,
      amount_cents: 6000,
      tip_cents: 0,
      unapplied_cents: 115,
      refunded_cents: 0,
      payment_method: 'check',
      provider: null,
      provider_payment_id: null,
      by_allocation: false,
      status: 'succeeded',
      allocations: [{ invoice_id: issued.id, amount_cents: 5885 }],
    },
  ]);
  expect(entries[1]?.lines).toMatchObject([
    { account_code: '1000', debit_cents: 6000 },
    { account_code: '1200', credit_cents: 5885 },
    { account_code: '2100', credit_cents: 115 },
  ]);
});

test('a line’s own account is posted to, also one that was added after the chart was read', async () => {
  await bench.stored(bench.creation({ action: 'issue' }));
  const account = randomUUID();
  await bench.store.accounts.insertOne({
    _id: account,
    organization_id: bench.organizationId,
    role: null,
    code: '4100',
    name: 'Services',
    type: 'revenue',
    created_at: '2026-03-02T09:00:00.000Z',
  });
  const invoice = await bench.stored(
    bench.creation({ action: 'issue', draft: { lines: [aLine({ accountId: account })], fixedTaxes: [] } }),
  );
  const { entries } = await everything(bench.store, invoice.id);
  expect(entries[0]?.lines[1]).toMatchObject({
    account_id: account,
    account_code: '4100',
    credit_cents: 4500,
  });
});

test('an account of another organization is not posted to', async () => {
  const account = randomUUID();
  await bench.store.accounts.insertOne({
    _id: account,
    organization_id: 'another',
    role: null,
    code: '4100',
    name: 'Services',
    type: 'revenue',
    created_at: '2026-03-02T09:00:00.000Z',
  });
  const request = bench.creation({ action: 'issue', draft: { lines: [aLine({ accountId: account })] } });
  await expect(bench.persist(request)).rejects.toThrow(/No account/);
  expect((await everything(bench.store, request.invoiceId)).events).toEqual([]);
});

test('what a later command does not know about stays: the link and the words to search for', async () => {
  const issued = await bench.stored(bench.creation({ action: 'issue' }));
  const before = await bench.store.invoices.findOne({ _id: issued.id });
  await bench.stored(aRequest(issued, aPayment(1000)));
  const after = await bench.store.invoices.findOne({ _id: issued.id });
  expect(after).toMatchObject({ public_token: before?.public_token, search: before?.search, version: 2 });
  expect(after?.display_status).toBe('partially_paid');
});
