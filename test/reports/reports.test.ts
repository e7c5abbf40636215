// The reports over the worked example, whose figures are reckoned here by hand, however much of it is sealed.
import type { Hand } from './hand-made.ts';
import { type Body, openWorlds, type Way, ways, type Worlds } from './worlds.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const world = (way: Way) => worlds.world(way);
const ask = (hand: Hand, path: string) => worlds.ask(hand, path);

/** Only rows with anything in them, as `code: debit − credit`. */
function balances(body: Body): Record<string, number> {
  const rows = body['rows'] as { account_code: string; debit_cents: number; credit_cents: number }[];
  const some = rows.filter((row) => row.debit_cents !== 0 || row.credit_cents !== 0);
  return Object.fromEntries(some.map((row) => [row.account_code, row.debit_cents - row.credit_cents]));
}

const aged = (...[current, one, two, three, over]: [number, number, number, number, number]) => ({
  current_cents: current,
  days_1_30_cents: one,
  days_31_60_cents: two,
  days_61_90_cents: three,
  over_90_cents: over,
  total_cents: current + one + two + three + over,
});

describe.each(ways)('with %s sealed', (way) => {
  test('the trial balance of 31 March', async () => {
    const { hand } = world(way);
    const body = await ask(hand, '/reports/trial_balance?as_of=2026-03-31');
    // Receivable: A1 60.00 + B1 205.00 + A3 76.00. Funds: 40 + 60 + 33. Credit: 10 − 4 + 7. Sales: 200 + 90 + 50 − 7 + 80.
    expect(balances(body)).toEqual({
      1000: 13_300,
      1200: 34_100,
      2100: -1_300,
      2110: -3_000,
      2200: -1_000,
      2300: -300,
      4000: -41_300,
      4900: -500,
    });
    expect(body).toMatchObject({
      as_of: '2026-03-31',
      currency: 'USD',
      total_debit_cents: 47_400,
      total_credit_cents: 47_400,
      difference_cents: 0,
    });
    const [row] = (body['rows'] as Body[]).filter((one) => one['account_code'] === '1200');
    expect(row).toEqual({
      account_id: hand.account('accounts_receivable'),
      account_code: '1200',
      account_name: 'Accounts receivable',
      type: 'asset',
      debit_cents: 34_100,
      credit_cents: 0,
    });
    expect((body['rows'] as Body[]).map((one) => one['account_code'])).toEqual([
      '1000',
      '1200',
      '2100',
      '2110',
      '2200',
      '2300',
      '2400',
      '4000',
      '4900',
      '6000',
    ]);
  });

  test('the trial balance by earlier dates, the day itself included', async () => {
    const { hand } = world(way);
    const at = async (date: string) => balances(await ask(hand, `/reports/trial_balance?as_of=${date}`));
    expect(await at('2025-10-31')).toEqual({});
    expect(await at('2026-01-14')).toEqual({ 1200: 30_000, 2200: -1_000, 4000: -29_000 });
    expect(await at('2026-01-15')).toEqual({ 1200: 30_500, 2200: -1_000, 4000: -29_000, 4900: -500 });
    expect(await at('2026-03-09')).toEqual({
      1000: 13_300,
      1200: 26_500,
      2100: -1_700,
      2200: -1_000,
      2300: -300,
      4000: -36_300,
      4900: -500,
    });
  });

  test('another currency has books of its own', async () => {
    const { hand } = world(way);
    const body = await ask(hand, '/reports/trial_balance?as_of=2026-03-31&currency=EUR');
    expect(balances(body)).toEqual({ 1200: 7_000, 4000: -7_000 });
    expect(body).toMatchObject({ currency: 'EUR' });
  });

  test('receivables by age on 31 March', async () => {
    const { hand, who } = world(way);
    // A1 is due 9 February: 50 days late. A3 is due 19 April. B1 is due 1 December: 120 days late.
    expect(await ask(hand, '/reports/ar_ageing?as_of=2026-03-31')).toEqual({
      as_of: '2026-03-31',
      currency: 'USD',
      rows: [
        { customer_id: who.bob, customer_name: '=Bob "B" Ltd', ...aged(0, 0, 0, 0, 20_500) },
        { customer_id: who.ada, customer_name: 'Ada, Inc.', ...aged(7_600, 0, 6_000, 0, 0) },
      ],
      totals: aged(7_600, 0, 6_000, 0, 20_500),
    });
  });

  test('receivables by age on days past, by what was in the books and late then', async () => {
    const { hand } = world(way);
    const at = async (date: string) => (await ask(hand, `/reports/ar_ageing?as_of=${date}`))['totals'];
    expect(await at('2025-10-31')).toEqual(aged(0, 0, 0, 0, 0));
    expect(await at('2025-12-01')).toEqual(aged(20_000, 0, 0, 0, 0));
    expect(await at('2025-12-02')).toEqual(aged(0, 20_000, 0, 0, 0));
    expect(await at('2025-12-31')).toEqual(aged(0, 20_000, 0, 0, 0));
    expect(await at('2026-01-01')).toEqual(aged(0, 0, 20_000, 0, 0));
    // 60 and 61 days late, with the fee of 15 January, and A1 whole.
    expect(await at('2026-01-30')).toEqual(aged(10_000, 0, 20_500, 0, 0));
    expect(await at('2026-01-31')).toEqual(aged(10_000, 0, 0, 20_500, 0));
    // 90 and 91 days late; A1 paid down on 1 February, A2 open from 15 February until 1 March.
    expect(await at('2026-03-01')).toEqual(aged(3_000, 6_000, 0, 20_500, 0));
    expect(await at('2026-02-28')).toEqual(aged(5_000, 6_000, 0, 20_500, 0));
    expect(await at('2026-03-02')).toEqual(aged(3_000, 6_000, 0, 0, 20_500));
  });

  test('receivables by age come to what the trial balance says, on any day', async () => {
    const { hand } = world(way);
    for (const date of ['2025-11-01', '2026-01-20', '2026-02-15', '2026-03-05', '2026-03-21', '2027-01-01']) {
      const { totals } = (await ask(hand, `/reports/ar_ageing?as_of=${date}`)) as { totals: Body };
      const { 1200: receivable = 0 } = balances(await ask(hand, `/reports/trial_balance?as_of=${date}`));
      expect([date, totals['total_cents']]).toEqual([date, receivable]);
    }
  });

  test('nothing differs', async () => {
    const { hand } = world(way);
    const body = await ask(hand, '/reports/reconciliation?as_of=2026-03-31');
    expect(body).toEqual({
      as_of: '2026-03-31',
      currency: 'USD',
      checks: [
        // All that was ever debited: 200 + 100 + 40 + 50 + 5 + 60 + 30 + 7 + 33 + 60 + 80 + 4.
        { name: 'trial_balance', expected_cents: 66_900, actual_cents: 66_900, difference_cents: 0 },
        { name: 'accounts_receivable', expected_cents: 34_100, actual_cents: 34_100, difference_cents: 0 },
        { name: 'receivable_by_invoice', expected_cents: 0, actual_cents: 0, difference_cents: 0 },
        { name: 'customer_credit', expected_cents: 1_300, actual_cents: 1_300, difference_cents: 0 },
        { name: 'credit_by_customer', expected_cents: 0, actual_cents: 0, difference_cents: 0 },
        { name: 'unapplied_payments', expected_cents: 3_000, actual_cents: 3_000, difference_cents: 0 },
        { name: 'unapplied_by_invoice', expected_cents: 0, actual_cents: 0, difference_cents: 0 },
        { name: 'payments_received', expected_cents: 13_300, actual_cents: 13_300, difference_cents: 0 },
        { name: 'payments_by_day', expected_cents: 0, actual_cents: 0, difference_cents: 0 },
        { name: 'sealed_totals', expected_cents: 0, actual_cents: 0, difference_cents: 0 },
      ],
      differences: [],
      difference_cents: 0,
    });
    const past = await ask(hand, '/reports/reconciliation?as_of=2026-02-28');
    expect((past['checks'] as Body[]).slice(1, 4).map((one) => one['expected_cents'])).toEqual([
      31_500, 0, 0,
    ]);
    expect(past).toMatchObject({ difference_cents: 0 });
    expect(await ask(hand, '/reports/reconciliation?currency=EUR')).toMatchObject({ difference_cents: 0 });
  });

  test('days sales outstanding', async () => {
    const { hand } = world(way);
    // 31 March back to 1 January: A1 100 + A2 50 + A3 80 billed; the void and the year before are not. 341 ÷ 230 × 90.
    expect(await ask(hand, '/reports/dso?as_of=2026-03-31')).toEqual({
      as_of: '2026-03-31',
      currency: 'USD',
      window_days: 90,
      receivable_cents: 34_100,
      billed_cents: 23_000,
      days: 133.43,
    });
    // 10 January is the first day of these 81, and not of these 80.
    const billed = async (days: number) =>
      (await ask(hand, `/reports/dso?as_of=2026-03-31&window_days=${days}`))['billed_cents'];
    expect([await billed(81), await billed(80)]).toEqual([23_000, 13_000]);
    expect(await ask(hand, '/reports/dso?as_of=2025-10-31')).toMatchObject({ billed_cents: 0, days: null });
    expect(await ask(hand, '/reports/dso?as_of=2026-03-31&currency=EUR&window_days=365')).toMatchObject({
      receivable_cents: 7_000,
      days: 365,
    });
  });

  test('every number of the series is on an invoice, and of the other mode nothing is told', async () => {
    const { hand } = world(way);
    expect(await ask(hand, '/reports/number_gaps')).toEqual({
      series: [{ prefix: 'TEST-', live_mode: false, first: 1, last: 6, count: 6, gaps: [], skipped: [] }],
      gaps: [],
    });
  });

  test('live mode sees its own', async () => {
    const live = await worlds.desk.otherMode(world(way).hand);
    expect(balances(await ask(live, '/reports/trial_balance?as_of=2026-03-31'))).toEqual({
      1200: 99_900,
      4000: -99_900,
    });
    expect(await ask(live, '/reports/ar_ageing?as_of=2026-03-31')).toMatchObject({
      rows: [{ customer_name: 'Zed', days_61_90_cents: 99_900 }],
    });
    expect(await ask(live, '/reports/number_gaps')).toMatchObject({
      series: [{ prefix: 'INV-', live_mode: true, count: 1 }],
    });
    expect(await ask(live, '/reports/reconciliation')).toMatchObject({ difference_cents: 0 });
  });
});
