// The customer's credit: it moves with the books, and nobody uses more of it than there is.
import type { PersistRequest, PersistResult } from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { aDraft } from '../support/builders.ts';
import {
  brokenStreams,
  creditOf,
  everything,
  openPersisting,
  type Persisting,
} from '../support/persisting.ts';
import { aPayment, aRefund, aRequest, aReversal, someCredit } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

const due = 5885;

async function issuedFor(customerId: string, change: { liveMode?: boolean; currency?: string } = {}) {
  const { currency = 'USD', liveMode = true } = change;
  return bench.stored(bench.creation({ action: 'issue', liveMode, draft: { customerId, currency } }));
}

/** A customer that has so much in hand, overpaid on an invoice of its own. */
async function customerWith(amount: number): Promise<{ customerId: string; invoice: Invoice }> {
  const customerId = await bench.addCustomer({});
  const invoice = await bench.stored(aRequest(await issuedFor(customerId), aPayment(due + amount)));
  return { customerId, invoice };
}

async function balance(customerId: string, mode = 'live', currency = 'USD'): Promise<number | null> {
  const row = await bench.store.creditBalances.findOne({ _id: `${customerId}:${mode}:${currency}` });
  return row?.amount_cents ?? null;
}

const short = (available: number) => ({
  outcome: 'refused',
  code: 'insufficient_credit',
  data: { available },
  messageId: null,
});

function counted(answers: readonly PersistResult[]) {
  const of = (outcome: string) => answers.filter((answer) => answer.outcome === outcome).length;
  return { stored: of('stored'), refused: of('refused') };
}

/** What is kept is what the entries say, for every customer. */
async function expectBooked(customerId: string) {
  const { kept, booked } = await creditOf(bench.store, customerId);
  expect(kept).toEqual(booked);
}

test('what is paid above the due is the customer’s, in the mode and currency of the invoice', async () => {
  const customerId = await bench.addCustomer({});
  await bench.stored(aRequest(await issuedFor(customerId), aPayment(due + 115)));
  await bench.stored(aRequest(await issuedFor(customerId), aPayment(due + 10)));
  await bench.stored(aRequest(await issuedFor(customerId, { liveMode: false }), aPayment(due + 7)));
  await bench.stored(aRequest(await issuedFor(customerId, { currency: 'EUR' }), aPayment(due + 3)));
  const { kept } = await creditOf(bench.store, customerId);
  expect(kept).toEqual({
    [`${customerId}:live:USD`]: 125,
    [`${customerId}:live:EUR`]: 3,
    [`${customerId}:test:USD`]: 7,
  });
  await expectBooked(customerId);
  const row = await bench.store.creditBalances.findOne({ _id: `${customerId}:live:USD` });
  expect(row).toMatchObject({ organization_id: bench.organizationId, live_mode: true, currency: 'USD' });
  const rows = await bench.store.creditBalances.countDocuments();
  expect(await bench.store.creditBalances.countDocuments({ amount_cents: { $type: 'long' } })).toBe(rows);
});

test('credit is used up to what there is, and one unit more is refused and leaves nothing', async () => {
  const { customerId } = await customerWith(500);
  const invoice = await issuedFor(customerId);
  const before = await everything(bench.store, invoice.id);
  expect(await bench.persist(aRequest(invoice, someCredit(501)))).toEqual(short(500));
  expect(await everything(bench.store, invoice.id)).toEqual(before);
  const used = await bench.stored(aRequest(invoice, someCredit(500)));
  expect(await balance(customerId)).toBe(0);
  expect(await bench.persist(aRequest(used, someCredit(1)))).toEqual(short(0));
  const row = (await everything(bench.store, invoice.id)).invoice;
  expect(row).toMatchObject({ credit_applied_cents: 500, amount_due_cents: due - 500 });
  await expectBooked(customerId);
});

test('a customer who never had any is told that there is none', async () => {
  const customerId = await bench.addCustomer({});
  const invoice = await issuedFor(customerId);
  expect(await bench.persist(aRequest(invoice, someCredit(1)))).toEqual(short(0));
  expect(await balance(customerId)).toBeNull();
});

test('credit of the other mode, currency or customer cannot be used', async () => {
  const { customerId } = await customerWith(500);
  await customerWith(500);
  const others = [
    await issuedFor(customerId, { liveMode: false }),
    await issuedFor(customerId, { currency: 'EUR' }),
    await issuedFor(await bench.addCustomer({})),
  ];
  for (const invoice of others) {
    expect(await bench.persist(aRequest(invoice, someCredit(500)))).toEqual(short(0));
  }
  expect(await balance(customerId)).toBe(500);
});

test('a repetition uses the credit once, also when nothing is left of it', async () => {
  const { customerId } = await customerWith(500);
  const request = aRequest(await issuedFor(customerId), someCredit(500));
  const answers = await Promise.all([1, 2, 3, 4].map(() => bench.persist(request)));
  expect(answers.map((answer) => answer.outcome).sort()).toEqual([
    'duplicate',
    'duplicate',
    'duplicate',
    'stored',
  ]);
  expect(await balance(customerId)).toBe(0);
  await expectBooked(customerId);
});

test('of two that want the same credit at once exactly one has it', async () => {
  for (let round = 0; round < 10; round += 1) {
    const { customerId } = await customerWith(500);
    const invoices = await Promise.all([issuedFor(customerId), issuedFor(customerId)]);
    const answers = await Promise.all(
      invoices.map((invoice) => bench.persist(aRequest(invoice, someCredit(400)))),
    );
    expect(counted(answers)).toEqual({ stored: 1, refused: 1 });
    expect(answers.find((answer) => answer.outcome === 'refused')).toEqual(short(100));
    expect(await balance(customerId)).toBe(100);
  }
});

test('fifty at once on one customer’s credit get what there is and not a unit more', async () => {
  const { customerId } = await customerWith(2_050);
  const invoices = await Promise.all(Array.from({ length: 50 }, () => issuedFor(customerId)));
  const requests = invoices.map((invoice) => aRequest(invoice, someCredit(100)));
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  expect(counted(answers)).toEqual({ stored: 20, refused: 30 });
  expect(await balance(customerId)).toBe(50);
  await expectBooked(customerId);
});

test('fifty that overpay at once for a customer without a balance are all counted', async () => {
  const customerId = await bench.addCustomer({});
  const invoices = await Promise.all(Array.from({ length: 50 }, () => issuedFor(customerId)));
  const requests = invoices.map((invoice, index) => aRequest(invoice, aPayment(due + index + 1)));
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  expect(counted(answers)).toEqual({ stored: 50, refused: 0 });
  expect(await balance(customerId)).toBe((50 * 51) / 2);
  await expectBooked(customerId);
  expect(await brokenStreams(bench.store)).toEqual([]);
});

test('invoices issued together that use one credit are refused one by one, and take no number with them', async () => {
  const { customerId } = await customerWith(250);
  const drafts = await Promise.all(
    Array.from({ length: 5 }, () => bench.stored(bench.creation({ draft: { customerId } }))),
  );
  const requests = drafts.map((draft): PersistRequest => {
    const issue = aRequest(draft, { name: 'send', deliver: false });
    const used = aRequest({ ...issue.invoice, version: draft.version }, someCredit(100));
    return {
      ...issue,
      invoice: used.invoice,
      events: [...issue.events, ...used.events],
      entries: [...issue.entries, ...used.entries],
      preconditions: used.preconditions,
      creditChange: used.creditChange,
    };
  });
  const first = (await bench.store.numberSeries.findOne({ _id: `${bench.organizationId}:live:INV-` }))?.last;
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  expect(counted(answers)).toEqual({ stored: 2, refused: 3 });
  const last = (await bench.store.numberSeries.findOne({ _id: `${bench.organizationId}:live:INV-` }))?.last;
  expect((last ?? 0) - (first ?? 0)).toBe(2);
  expect(await balance(customerId)).toBe(50);
  await expectBooked(customerId);
});

test('a refund out of the credit needs it; a reversal takes it, even below zero', async () => {
  const { customerId, invoice } = await customerWith(300);
  const other = await issuedFor(customerId);
  await bench.stored(aRequest(other, someCredit(250)));
  expect(await bench.persist(aRequest(invoice, aRefund(51, 'credit')))).toEqual(short(50));
  const refunded = await bench.stored(aRequest(invoice, aRefund(50, 'credit')));
  expect(await balance(customerId)).toBe(0);
  await bench.stored(aRequest(refunded, aReversal(invoice.payments[0]?.id ?? '')));
  expect(await balance(customerId)).toBe(-250);
  expect(await bench.persist(aRequest(await issuedFor(customerId), someCredit(1)))).toEqual(short(0));
  await expectBooked(customerId);
});

test('a draft that goes to another customer changes nobody’s credit', async () => {
  const { customerId } = await customerWith(500);
  const other = await bench.addCustomer({});
  const draft = await bench.stored(bench.creation({ draft: { customerId } }));
  const update = { name: 'update', draft: aDraft({ customerId: other }), changed: ['customer_id'] } as const;
  await bench.stored(aRequest(draft, update));
  expect(await balance(customerId)).toBe(500);
  expect(await balance(other)).toBeNull();
});

test('a credit that is not what the entries say is an error that leaves nothing', async () => {
  const { customerId } = await customerWith(500);
  const invoice = await issuedFor(customerId);
  const before = await everything(bench.store, invoice.id);
  for (const creditChange of [-99, 0, 100]) {
    const request = { ...aRequest(invoice, someCredit(100)), creditChange };
    await expect(bench.persist(request)).rejects.toThrow(/its entries by -100/);
  }
  expect(await everything(bench.store, invoice.id)).toEqual(before);
});
