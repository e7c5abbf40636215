// What a payment over many invoices is refused with, at which place of the request; and then nothing has changed.
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { RecordAllocationsRequest } from '../../src/contract/payment.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { allRows, openPaying, type Paying } from '../support/paying.ts';
import { aPayment, aRequest } from '../support/requests.ts';

let bench: Paying;
let customerId: string;
let good: Invoice;
const others = new Map<string, string>();
beforeAll(async () => {
  bench = await openPaying();
  customerId = await bench.addCustomer({ currency: 'USD' });
  const [first, paid, voided] = await bench.issued(customerId, 3);
  if (first === undefined || paid === undefined || voided === undefined) throw new Error('not issued');
  good = first;
  await bench.stored(aRequest(paid, aPayment(due)));
  await bench.stored(aRequest(voided, { name: 'void', reason: null, disposition: null }));
  const elsewhere = await bench.addCustomer({});
  const free = await bench.addCustomer({});
  const made = {
    'another customer’s': (await bench.issued(elsewhere, 1))[0],
    'a test one': (await bench.issued(customerId, 1, { liveMode: false }))[0],
    'in euros': (await bench.issued(customerId, 1, { draft: { customerId, currency: 'EUR' } }))[0],
    'a draft': (await bench.issued(customerId, 1, { action: 'draft' }))[0],
    'of another organization': await bench.stored(bench.creation({ organizationId: await organization() })),
    paid,
    voided,
  };
  for (const [name, invoice] of Object.entries(made)) others.set(name, invoice?.id ?? '');
  others.set('free', free);
});
afterAll(() => bench.drop());

const due = 5885;

async function organization(): Promise<string> {
  const organizationId = randomUUID();
  const own = await bench.store.organizations.findOne({ _id: bench.organizationId });
  if (own === null) throw new Error('no organization');
  await bench.store.organizations.insertOne({
    ...own,
    _id: organizationId,
    highlevel_location_id: organizationId,
  });
  return organizationId;
}

type Change = Partial<RecordAllocationsRequest>;

/** The answer, and whether anything was written all the same. */
async function asked(request: RecordAllocationsRequest) {
  const before = await allRows(bench.store);
  const answer = await bench.recordAllocations(request);
  return { ...answer, isUntouched: isDeepStrictEqual(await allRows(bench.store), before) };
}

function refused(code: string, pointer: string, data: object = {}) {
  return { outcome: 'refused', code, pointer, data, isUntouched: true };
}

const invoices: [string, string, string][] = [
  ['another customer’s', 'wrong_customer', '/allocations/1/invoice_id'],
  ['a test one', 'unknown_invoice', '/allocations/1/invoice_id'],
  ['of another organization', 'unknown_invoice', '/allocations/1/invoice_id'],
  ['in euros', 'currency_mismatch', '/allocations/1/invoice_id'],
  ['a draft', 'wrong_status', '/allocations/1/invoice_id'],
  ['paid', 'already_paid', '/allocations/1/invoice_id'],
  ['voided', 'already_void', '/allocations/1/invoice_id'],
];
test.each(invoices)('an invoice that is %s refuses all of it with %s', async (name, code, pointer) => {
  const id = others.get(name) ?? '';
  const request = bench.payment(customerId, [
    [good, 100],
    [id, 100],
  ]);
  expect(await asked(request)).toMatchObject(refused(code, pointer, { invoice_id: id }));
});

test('an invoice that does not exist, and one that stands twice', async () => {
  const id = randomUUID();
  expect(await asked(bench.payment(customerId, [[id, 100]]))).toMatchObject(
    refused('unknown_invoice', '/allocations/0/invoice_id'),
  );
  const twice = bench.payment(customerId, [
    [good, 100],
    [good, 200],
  ]);
  expect(await asked(twice)).toMatchObject(refused('duplicate_invoice', '/allocations/1/invoice_id'));
});

test('more than is due on one invoice, although the payment is large enough', async () => {
  const request = bench.payment(customerId, [[good, due + 1]], { amount: due + 500 });
  expect(await asked(request)).toMatchObject(
    refused('amount_exceeds_due', '/allocations/0/amount_cents', { due }),
  );
});

test('allocations above the amount', async () => {
  const request = bench.payment(customerId, [[good, 101]], { amount: 100 });
  expect(await asked(request)).toMatchObject(
    refused('allocations_exceed_amount', '/allocations', { allocated: 101, amount: 100 }),
  );
});

const wrongAmounts = [0, -1, 1.5, Number.NaN, 10 ** 13];
test.each(wrongAmounts)('an amount of %s, of the whole or of a part', async (amount) => {
  expect(await asked(bench.payment(customerId, [[good, 100]], { amount }))).toMatchObject(
    refused('invalid_amount', '/amount_cents'),
  );
  const part = bench.payment(customerId, [[good, amount]], { amount: 100 });
  expect(await asked(part)).toMatchObject(refused('invalid_amount', '/allocations/0/amount_cents'));
});

const values: [string, Change, string, string][] = [
  ['a date in the future', { date: '2999-01-01' }, 'date_in_future', '/date'],
  ['a day of no calendar', { date: '2026-02-30' }, 'invalid_date', '/date'],
  ['an unknown customer', { customerId: randomUUID() }, 'unknown_customer', '/customer_id'],
  ['another currency than the customer’s', { currency: 'EUR' }, 'currency_mismatch', '/currency'],
  ['an unknown account', { depositToAccountId: randomUUID() }, 'unknown_account', '/deposit_to_account_id'],
];
test.each(values)('%s, with allocations and without', async (_, change, code, pointer) => {
  expect(await asked(bench.payment(customerId, [[good, 100]], change))).toMatchObject(refused(code, pointer));
  expect(await asked(bench.payment(customerId, [], { amount: 100, ...change }))).toMatchObject(
    refused(code, pointer),
  );
});

test.each(['accounts_receivable', 'sales'] as const)('%s takes no deposits', async (role) => {
  const account = await bench.store.accounts.findOne({ organization_id: bench.organizationId, role });
  const request = bench.payment(customerId, [[good, 100]], { depositToAccountId: account?._id ?? '' });
  expect(await asked(request)).toMatchObject(refused('unknown_account', '/deposit_to_account_id'));
});

test('more than a hundred allocations', async () => {
  const many = Array.from({ length: 101 }, () => [randomUUID(), 1] as const);
  expect(await asked(bench.payment(customerId, many))).toMatchObject(
    refused('invalid_value', '/allocations'),
  );
});

test('an invoice whose money is on its way', async () => {
  const free = others.get('free') ?? '';
  const [busy] = await bench.issued(free, 1);
  if (busy === undefined) throw new Error('not issued');
  const provided = { ...aPayment(100), provider: 'stripe', providerPaymentId: randomUUID() };
  const paid = await bench.stored(aRequest(busy, provided));
  const disposition = [{ type: 'refund', amount: 100 }] as const;
  await bench.stored(aRequest(paid, { name: 'void', reason: null, disposition }));
  const request = bench.payment(free, [[busy, 100]]);
  expect(await asked(request)).toMatchObject(refused('payment_in_flight', '/allocations/0/invoice_id'));
});
