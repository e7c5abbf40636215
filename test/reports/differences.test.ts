// Reconciliation finds what is wrong and names it: each time one thing is put out of order by hand.
import { int64 } from '../../src/store/int64.ts';
import { type Desk, type Hand, openDesk } from './hand-made.ts';
import { type Example, writeExample } from './worked-example.ts';
import type { Body } from './worlds.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

type Case = { readonly hand: Hand; readonly who: Example; readonly id: (short: string) => string };

async function books(sealed: boolean): Promise<Case> {
  const hand = await desk.hand('One');
  const who = await writeExample(hand);
  if (sealed) await hand.seal();
  return { hand, who, id: (short) => `${short}-${hand.organization._id}` };
}

/** The checks that do not come out, and what is named. */
async function findings({ hand }: Case) {
  const { body } = await desk.get(hand.key, '/reports/reconciliation?as_of=2026-03-31').expect(200);
  const { checks, differences, difference_cents } = body as {
    checks: Body[];
    differences: Body[];
    difference_cents: number;
  };
  const off = checks.filter((check) => check['difference_cents'] !== 0);
  return {
    off: Object.fromEntries(off.map((check) => [check['name'], check['difference_cents']])),
    named: differences,
    difference_cents,
  };
}

const nobody = { invoice_id: null, customer_id: null, payment_id: null, account_id: null };
const sides = (expected: number, actual: number) => ({
  expected_cents: expected,
  actual_cents: actual,
  difference_cents: actual - expected,
});

describe.each([false, true])('with everything sealed: %s', (sealed) => {
  test('an invoice that says it is owed less than the ledger says', async () => {
    const one = await books(sealed);
    const invoice = { _id: one.id('A1') };
    await desk.store.invoices.updateOne(invoice, { $set: { amount_due_cents: int64(5_999) } });
    expect(await findings(one)).toEqual({
      off: { accounts_receivable: -1, receivable_by_invoice: 1 },
      named: [
        { ...nobody, check: 'receivable_by_invoice', invoice_id: one.id('A1'), ...sides(6_000, 5_999) },
      ],
      difference_cents: 2,
    });
  });

  test('two invoices whose errors cancel out', async () => {
    const one = await books(sealed);
    const put = (short: string, cents: number) =>
      desk.store.invoices.updateOne({ _id: one.id(short) }, { $set: { amount_due_cents: int64(cents) } });
    await put('A1', 6_010);
    await put('B1', 20_490);
    const found = await findings(one);
    expect(found.off).toEqual({ receivable_by_invoice: 20 });
    const named = new Map(found.named.map((row) => [row['invoice_id'], row['difference_cents']]));
    expect(named).toEqual(
      new Map([
        [one.id('A1'), 10],
        [one.id('B1'), -10],
      ]),
    );
  });

  test('an invoice that is gone, and one that owes what no entry says', async () => {
    const one = await books(sealed);
    await desk.store.invoices.deleteOne({ _id: one.id('A3') });
    const facts = { number: null, customer: one.who.cy, issued: '2026-01-01', due: '2026-01-01' };
    await one.hand.invoice(one.id('X1'), { ...facts, total: 11, amountDue: 11 });
    const found = await findings(one);
    expect(found.off).toEqual({ accounts_receivable: -7_589, receivable_by_invoice: 7_611 });
    expect(found.named.map((row) => [row['invoice_id'], row['expected_cents'], row['actual_cents']])).toEqual(
      expect.arrayContaining([
        [one.id('A3'), 7_600, 0],
        [one.id('X1'), 0, 11],
      ]),
    );
  });

  test('a customer’s credit', async () => {
    const one = await books(sealed);
    await desk.store.creditBalances.updateOne(
      { customer_id: one.who.ada },
      { $set: { amount_cents: int64(650) } },
    );
    expect(await findings(one)).toEqual({
      off: { customer_credit: 50, credit_by_customer: 50 },
      named: [{ ...nobody, check: 'credit_by_customer', customer_id: one.who.ada, ...sides(600, 650) }],
      difference_cents: 100,
    });
  });

  test('money that a void left unapplied', async () => {
    const one = await books(sealed);
    await desk.store.invoices.updateOne({ _id: one.id('B2') }, { $set: { 'state.leftUnapplied': 0 } });
    expect(await findings(one)).toEqual({
      off: { unapplied_payments: -3_000, unapplied_by_invoice: 3_000 },
      named: [{ ...nobody, check: 'unapplied_by_invoice', invoice_id: one.id('B2'), ...sides(3_000, 0) }],
      difference_cents: 6_000,
    });
  });

  test('a payment whose amount is another, and one that is gone', async () => {
    const one = await books(sealed);
    await desk.store.payments.updateOne({ _id: one.id('p1') }, { $set: { amount_cents: int64(4_001) } });
    await desk.store.payments.deleteOne({ _id: one.id('p3') });
    const found = await findings(one);
    expect(found.off).toEqual({ payments_received: -3_299, payments_by_day: 3_301 });
    expect(found.named).toEqual([
      {
        ...nobody,
        check: 'payments_received',
        customer_id: one.who.ada,
        payment_id: one.id('p1'),
        invoice_id: one.id('A1'),
        ...sides(4_000, 4_001),
      },
      {
        ...nobody,
        check: 'payments_received',
        customer_id: one.who.bob,
        payment_id: one.id('p3'),
        invoice_id: one.id('B2'),
        ...sides(3_300, 0),
      },
    ]);
  });

  test('a payment moved to another day, which the sum does not show', async () => {
    const one = await books(sealed);
    await desk.store.payments.updateOne({ _id: one.id('p1') }, { $set: { date: '2026-02-02' } });
    const found = await findings(one);
    expect(found.off).toEqual({ payments_by_day: 8_000 });
    expect(found.named.map((row) => [row['payment_id'], row['difference_cents']])).toEqual([
      [one.id('p1'), -4_000],
      [one.id('p1'), 4_000],
    ]);
  });

  test('a refund that the ledger does not know', async () => {
    const one = await books(sealed);
    await one.hand.refund(one.id('r1'), {
      customer_id: one.who.ada,
      payment_id: one.id('p2'),
      invoice_id: one.id('A2'),
      amount_cents: int64(25),
      date: '2026-03-15',
    });
    const found = await findings(one);
    expect(found.off).toEqual({ payments_received: -25, payments_by_day: 25 });
    expect(found.named).toMatchObject([{ payment_id: one.id('p2'), ...sides(0, -25) }]);
  });

  test('an attempt that failed is in no book and no difference', async () => {
    const one = await books(sealed);
    const facts = { customer_id: one.who.ada, amount_cents: int64(1_000), date: '2026-03-15' };
    await one.hand.payment(one.id('failed'), { ...facts, status: 'failed' });
    await one.hand.payment(one.id('pending'), { ...facts, status: 'pending' });
    expect(await findings(one)).toMatchObject({ off: {}, named: [], difference_cents: 0 });
  });
});

test('an entry changed after it was sealed shows in books that are counted again', async () => {
  const one = await books(true);
  const entry = { _id: `${one.id('A3')}:1` };
  await desk.store.journalEntries.updateOne(entry, { $inc: { 'lines.0.debit_cents': int64(3) } });
  const found = await findings(one);
  expect(found.off).toEqual({ sealed_totals: 3 });
  expect(found.named).toEqual([
    {
      ...nobody,
      check: 'sealed_totals',
      account_id: one.hand.account('accounts_receivable'),
      invoice_id: one.id('A3'),
      ...sides(8_000 - 400 + 3, 7_600),
    },
  ]);
});

test('an entry changed before it was sealed unbalances the books', async () => {
  const one = await books(false);
  const entry = { _id: `${one.id('A3')}:1` };
  await desk.store.journalEntries.updateOne(entry, { $inc: { 'lines.0.debit_cents': int64(3) } });
  const found = await findings(one);
  expect(found.off).toEqual({ trial_balance: -3, accounts_receivable: -3, receivable_by_invoice: 3 });
  expect(found.named).toMatchObject([{ invoice_id: one.id('A3'), ...sides(7_603, 7_600) }]);
  const trial = await desk.get(one.hand.key, '/reports/trial_balance?as_of=2026-03-31').expect(200);
  expect(trial.body).toMatchObject({ difference_cents: 3 });
});

test('money of a payment that no invoice is part of is laid to its customer', async () => {
  const one = await books(false);
  const about = { customer: one.who.cy };
  await one.hand.post(about, 'payment_recorded', '2026-03-30', [
    ['undeposited_funds', 'customer_credit', 900],
  ]);
  await desk.store.creditBalances.updateOne(
    { customer_id: one.who.cy },
    { $inc: { amount_cents: int64(900) } },
  );
  const found = await findings(one);
  expect(found.off).toEqual({ payments_received: -900, payments_by_day: 900 });
  expect(found.named).toEqual([
    { ...nobody, check: 'payments_received', customer_id: one.who.cy, ...sides(900, 0) },
  ]);
  const facts = { customer_id: one.who.cy, date: '2026-03-30', by_allocation: true };
  await one.hand.payment(one.id('p9'), { ...facts, amount_cents: int64(900), unapplied_cents: int64(900) });
  expect(await findings(one)).toMatchObject({ off: {}, difference_cents: 0 });
});

test('a hundred of each are listed, and all are counted', async () => {
  const hand = await desk.hand('Many');
  const customer = await hand.customer('Ada');
  const facts = { number: null, customer, issued: '2026-01-01', due: '2026-01-01', total: 7, amountDue: 7 };
  for (let index = 0; index < 120; index += 1) await hand.invoice(`many-${index}`, facts);
  const { body } = await desk.get(hand.key, '/reports/reconciliation').expect(200);
  expect((body as { differences: Body[] }).differences).toHaveLength(100);
  expect((body as { checks: Body[] }).checks).toEqual(
    expect.arrayContaining([{ name: 'receivable_by_invoice', ...sides(0, 840) }]),
  );
});
