// What was written since the last block counts like what was sealed, also where it changes what was sealed.
import { exact, total } from '../../src/reports/books.ts';
import { type Desk, type Hand, openDesk } from './hand-made.ts';
import type { Body } from './worlds.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await openDesk();
});
afterAll(() => desk.close());

async function ages(hand: Hand, asOf: string): Promise<Body> {
  const { body } = await desk.get(hand.key, `/reports/ar_ageing?as_of=${asOf}`).expect(200);
  return (body as { totals: Body }).totals;
}

/** 100.00 due on 31 January and sealed; then revised to 120.00 due on 30 April. */
async function revised(): Promise<{ hand: Hand; customer: string }> {
  const hand = await desk.hand('One');
  const customer = await hand.customer('Ada');
  const id = `I-${hand.organization._id}`;
  const facts = { number: 'TEST-0001', customer, issued: '2026-01-01' };
  await hand.invoice(id, { ...facts, due: '2026-01-31', total: 10_000, amountDue: 12_000 });
  const about = { invoice: id, customer };
  await hand.post(about, 'issued', '2026-01-01', [['accounts_receivable', 'sales', 10_000]]);
  await hand.seal();
  await desk.store.invoices.updateOne({ _id: id }, { $set: { due_date: '2026-04-30' } });
  await hand.post(about, 'revised', '2026-03-15', [
    ['sales', 'accounts_receivable', 10_000],
    ['accounts_receivable', 'sales', 12_000],
  ]);
  return { hand, customer };
}

test('an invoice whose due date was moved ages by the new one, all of it, before and after it is sealed', async () => {
  const { hand } = await revised();
  const look = async () => [await ages(hand, '2026-03-14'), await ages(hand, '2026-03-31')];
  const wanted = [
    { current_cents: 10_000, days_31_60_cents: 0, total_cents: 10_000 },
    { current_cents: 12_000, days_31_60_cents: 0, days_1_30_cents: 0, total_cents: 12_000 },
  ];
  expect(await look()).toMatchObject(wanted);
  expect(await hand.seal()).toBe(1);
  expect(await look()).toMatchObject(wanted);
});

test('sealing changes no report, whatever it seals', async () => {
  const { hand, customer } = await revised();
  const read = async () => {
    const paths = ['trial_balance', 'ar_ageing', 'reconciliation', 'dso'].map((name) => `/reports/${name}`);
    return Promise.all(
      [...paths, `/customers/${customer}/statement`].map(
        async (path) => (await desk.get(hand.key, path).expect(200)).body as Body,
      ),
    );
  };
  const before = await read();
  await hand.seal();
  expect(await read()).toEqual(before);
  expect(before[2]).toMatchObject({ difference_cents: 0 });
});

test('a payment dated before its invoice leaves a credit on that day, and not a hole', async () => {
  const hand = await desk.hand('Early');
  const customer = await hand.customer('Ada');
  const id = `E-${hand.organization._id}`;
  const facts = { number: 'TEST-0001', customer, issued: '2026-02-10', due: '2026-03-10' };
  await hand.invoice(id, { ...facts, total: 500, amountDue: 0, status: 'paid' });
  const about = { invoice: id, customer };
  await hand.post(about, 'issued', '2026-02-10', [['accounts_receivable', 'sales', 500]]);
  await hand.post(about, 'payment_recorded', '2026-02-01', [
    ['undeposited_funds', 'accounts_receivable', 500],
  ]);
  for (const seal of [false, true]) {
    if (seal) await hand.seal();
    expect(await ages(hand, '2026-02-05')).toMatchObject({ current_cents: -500, total_cents: -500 });
    expect(await ages(hand, '2026-02-10')).toMatchObject({ total_cents: 0 });
    expect(await ages(hand, '2026-01-31')).toMatchObject({ total_cents: 0 });
  }
});

test('large amounts stay exact, and a sum that could not be is refused', async () => {
  const hand = await desk.hand('Large');
  const customer = await hand.customer('Ada');
  const most = 9_999_999_999_999;
  for (let index = 1; index <= 3; index += 1) {
    const id = `L${index}-${hand.organization._id}`;
    const facts = { number: `TEST-000${index}`, customer, issued: '2026-01-01', due: '2026-01-31' };
    await hand.invoice(id, { ...facts, total: most, amountDue: most });
    await hand.post({ invoice: id, customer }, 'issued', '2026-01-01', [
      ['accounts_receivable', 'sales', most],
    ]);
    if (index === 2) await hand.seal();
  }
  expect(await ages(hand, '2026-01-31')).toMatchObject({ total_cents: 29_999_999_999_997 });
  expect(exact(Number.MAX_SAFE_INTEGER)).toBe(2 ** 53 - 1);
  expect(() => exact(2 ** 53)).toThrow('beyond what can be told exactly');
  expect(() => exact(0.5)).toThrow('beyond what can be told exactly');
  expect(() => total([Number.MAX_SAFE_INTEGER, 1])).toThrow('beyond what can be told exactly');
});
