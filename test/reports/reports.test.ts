// The reports over the worked example, whose figures are reckoned here by hand. The same books are read three times:
// with nothing sealed, with half of it sealed, and with all of it.
import { type Desk, type Hand, openDesk } from './hand-made.ts';
import { type Example, writeExample } from './worked-example.ts';

type Body = Record<string, unknown>;
type World = { readonly hand: Hand; readonly who: Example };

const ways = ['nothing', 'half', 'everything'] as const;
let desk: Desk;
const worlds = new Map<string, World>();

function world(way: string): World {
  const found = worlds.get(way);
  if (found === undefined) throw new Error(`No books with ${way} sealed`);
  return found;
}

beforeAll(async () => {
  desk = await openDesk();
  for (const way of ways) {
    const hand = await desk.hand(way);
    const who = await writeExample(hand, async () => {
      if (way !== 'nothing') await hand.seal();
    });
    if (way === 'everything') await hand.seal();
    worlds.set(way, { hand, who });
    // Of the same organization's live mode, and of other customers: nothing of this may be seen below.
    const live = await desk.otherMode(hand);
    const zed = await live.customer('Zed', { _id: `zed-${way}` });
    const facts = {
      customer: zed,
      issued: '2026-01-05',
      due: '2026-01-05',
      total: 99_900,
      amountDue: 99_900,
    };
    await live.invoice(`L-${way}`, { ...facts, number: 'INV-0001' });
    await live.post({ invoice: `L-${way}`, customer: zed }, 'issued', '2026-01-05', [
      ['accounts_receivable', 'sales', 99_900],
    ]);
    const [series, mode] = [desk.store.numberSeries, hand.organization._id];
    await series.insertMany([
      { _id: `${mode}:test:TEST-`, last: 6 },
      { _id: `${mode}:live:INV-`, last: 1 },
    ]);
  }
});
afterAll(() => desk.close());

async function ask(hand: Hand, path: string): Promise<Body> {
  return (await desk.get(hand.key, path).expect(200)).body as Body;
}

async function file(hand: Hand, path: string): Promise<string> {
  const answer = await desk.get(hand.key, path, 'text/csv').expect(200);
  expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
  return answer.text;
}

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

  test('a statement: what was owed, each movement, what is owed', async () => {
    const { hand, who } = world(way);
    const path = `/customers/${who.ada}/statement?from=2026-02-01&to=2026-03-31`;
    const body = await ask(hand, path);
    const movements = (body['movements'] as Body[]).map((row) => [
      row['date'],
      row['type'],
      row['invoice_number'],
      row['amount_cents'],
      row['balance_cents'],
    ]);
    expect(movements).toEqual([
      ['2026-02-01', 'payment_recorded', 'TEST-0001', -4_000, 6_000],
      ['2026-02-15', 'issued', 'TEST-0002', 5_000, 11_000],
      ['2026-03-01', 'payment_recorded', 'TEST-0002', -6_000, 5_000],
      ['2026-03-20', 'issued', 'TEST-0006', 8_000, 13_000],
      // Credit used on an invoice changes nothing of what is owed altogether.
      ['2026-03-21', 'credit_applied', 'TEST-0006', 0, 13_000],
    ]);
    expect(body).toMatchObject({
      customer_id: who.ada,
      currency: 'USD',
      from: '2026-02-01',
      to: '2026-03-31',
      opening_balance_cents: 10_000,
      closing_balance_cents: 13_000,
      credit_balance_cents: 600,
      open_invoices: [
        { invoice_number: 'TEST-0001', due_date: '2026-02-09', total_cents: 10_000, amount_due_cents: 6_000 },
        { invoice_number: 'TEST-0006', due_date: '2026-04-19', total_cents: 8_000, amount_due_cents: 7_600 },
      ],
      has_more: false,
      next_cursor: null,
    });
  });

  test('a statement that ends in the past, one of a customer with credit only, and one page by page', async () => {
    const { hand, who } = world(way);
    expect(await ask(hand, `/customers/${who.ada}/statement?to=2026-02-28`)).toMatchObject({
      from: null,
      opening_balance_cents: 0,
      closing_balance_cents: 11_000,
      credit_balance_cents: 0,
      open_invoices: [{ amount_due_cents: 6_000 }, { amount_due_cents: 5_000 }],
    });
    expect(await ask(hand, `/customers/${who.cy}/statement?to=2026-03-31`)).toMatchObject({
      movements: [{ date: '2026-03-02', type: 'credit_note_issued', invoice_id: null, amount_cents: -700 }],
      closing_balance_cents: -700,
      credit_balance_cents: 700,
      open_invoices: [],
    });
    const path = `/customers/${who.bob}/statement?to=2026-03-31&from=2026-01-01`;
    const whole = (await ask(hand, path))['movements'] as Body[];
    expect(whole.map((row) => row['balance_cents'])).toEqual([20_500, 23_500, 20_500, 20_500]);
    const seen: Body[] = [];
    let next: string | null = path + '&limit=1';
    while (next !== null && seen.length < 10) {
      const page = await ask(hand, next);
      seen.push(...(page['movements'] as Body[]));
      const cursor = page['next_cursor'] as string | null;
      next = cursor === null ? null : `${path}&limit=1&cursor=${cursor}`;
    }
    expect(seen).toEqual(whole);
  });

  test('every number of the series is on an invoice, and of the other mode nothing is told', async () => {
    const { hand } = world(way);
    expect(await ask(hand, '/reports/number_gaps')).toEqual({
      series: [{ prefix: 'TEST-', live_mode: false, first: 1, last: 6, count: 6, gaps: [], skipped: [] }],
      gaps: [],
    });
  });

  test('live mode sees its own', async () => {
    const live = await desk.otherMode(world(way).hand);
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

test('journal entries by account, dates, type, invoice and customer', async () => {
  const { hand, who } = world('half');
  const types = async (query: string) =>
    ((await ask(hand, `/journal_entries?limit=50&${query}`))['data'] as Body[]).map((one) => one['type']);
  expect(await types('')).toHaveLength(13);
  expect(await types(`account_id=${hand.account('customer_credit')}`)).toEqual([
    'payment_recorded',
    'credit_note_issued',
    'credit_applied',
  ]);
  expect(await types('type=late_fee_assessed')).toEqual(['late_fee_assessed']);
  expect(await types('from=2026-03-05&to=2026-03-10')).toEqual(['payment_recorded', 'voided']);
  expect(await types('as_of=2026-01-01')).toEqual(['issued', 'issued']);
  expect(await types('currency=EUR')).toEqual(['issued']);
  expect(await types(`invoice_id=A3-${hand.organization._id}`)).toEqual(['issued', 'credit_applied']);
  expect(await types(`customer_id=${who.cy}`)).toEqual(['credit_note_issued']);
  await desk.get(hand.key, '/journal_entries?type=nonsense').expect(422);
});

describe('as CSV', () => {
  test('the trial balance, byte for byte', async () => {
    const { hand } = world('everything');
    const id = (role: Parameters<Hand['account']>[0]) => hand.account(role);
    expect(await file(hand, '/reports/trial_balance?as_of=2026-01-14')).toBe(
      [
        'as_of,currency,account_code,account_name,type,debit_cents,credit_cents,account_id',
        `2026-01-14,USD,1000,Undeposited funds,asset,0,0,${id('undeposited_funds')}`,
        `2026-01-14,USD,1200,Accounts receivable,asset,30000,0,${id('accounts_receivable')}`,
        `2026-01-14,USD,2100,Customer credit,liability,0,0,${id('customer_credit')}`,
        `2026-01-14,USD,2110,Unapplied payments,liability,0,0,${id('unapplied_payments')}`,
        `2026-01-14,USD,2200,Tax payable,liability,0,1000,${id('tax_payable')}`,
        `2026-01-14,USD,2300,Tips payable,liability,0,0,${id('tips_payable')}`,
        `2026-01-14,USD,2400,Refunds payable,liability,0,0,${id('refunds_payable')}`,
        `2026-01-14,USD,4000,Sales,revenue,0,29000,${id('sales')}`,
        `2026-01-14,USD,4900,Late-fee income,revenue,0,0,${id('late_fee_income')}`,
        `2026-01-14,USD,6000,Bad debt,expense,0,0,${id('bad_debt')}`,
        '2026-01-14,USD,,Total,,30000,30000,',
        '',
      ].join('\r\n'),
    );
  });

  test('names with commas and quotes are quoted, and none is a formula', async () => {
    const { hand, who } = world('everything');
    expect(await file(hand, '/reports/ar_ageing?as_of=2026-03-31')).toBe(
      [
        'as_of,currency,customer_name,current_cents,days_1_30_cents,days_31_60_cents,days_61_90_cents,over_90_cents,total_cents,customer_id',
        `2026-03-31,USD,"'=Bob ""B"" Ltd",0,0,0,0,20500,20500,${who.bob}`,
        `2026-03-31,USD,"Ada, Inc.",7600,0,6000,0,0,13600,${who.ada}`,
        '2026-03-31,USD,Total,7600,0,6000,0,20500,34100,',
        '',
      ].join('\r\n'),
    );
  });

  test('the others', async () => {
    const { hand, who } = world('everything');
    expect(await file(hand, '/reports/dso?as_of=2026-03-31')).toBe(
      'as_of,currency,window_days,receivable_cents,billed_cents,days\r\n2026-03-31,USD,90,34100,23000,133.43\r\n',
    );
    expect(await file(hand, '/reports/number_gaps')).toBe(
      'prefix,live_mode,first,last,count,gaps,skipped\r\nTEST-,false,1,6,6,,\r\n',
    );
    expect((await file(hand, '/reports/reconciliation?as_of=2026-03-31')).split('\r\n').slice(0, 3)).toEqual([
      'as_of,currency,check,invoice_id,customer_id,payment_id,account_id,expected_cents,actual_cents,difference_cents',
      '2026-03-31,USD,trial_balance,,,,,66900,66900,0',
      '2026-03-31,USD,accounts_receivable,,,,,34100,34100,0',
    ]);
    const entry = `${who.cy}:test:1`;
    expect(await file(hand, `/customers/${who.cy}/statement?from=2026-03-01&to=2026-03-31`)).toBe(
      [
        'date,type,invoice_number,currency,amount_cents,balance_cents,invoice_id,entry_id',
        '2026-03-01,opening_balance,,USD,,0,,',
        `2026-03-02,credit_note_issued,,USD,-700,-700,,${entry}`,
        '2026-03-31,closing_balance,,USD,,-700,,',
        '',
      ].join('\r\n'),
    );
    expect(await file(hand, `/journal_entries?customer_id=${who.cy}`)).toBe(
      [
        'date,type,account_code,account_name,label,currency,debit_cents,credit_cents,invoice_id,entry_id',
        `2026-03-02,credit_note_issued,4000,Sales,,USD,700,0,,${entry}`,
        `2026-03-02,credit_note_issued,2100,Customer credit,,USD,0,700,,${entry}`,
        '',
      ].join('\r\n'),
    );
  });

  test('by a parameter too, and JSON where both would do', async () => {
    const { hand } = world('everything');
    const csv = await desk.get(hand.key, '/reports/dso?format=csv').expect(200);
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(
        /^attachment; filename="dso-\d{4}-\d\d-\d\d\.csv"$/,
      ) as string,
    });
    for (const accept of [
      '*/*',
      'application/json, text/csv',
      'text/html',
      'text/csv;q=0.5, application/json',
    ]) {
      const answer = await desk.get(hand.key, '/reports/dso', accept).expect(200);
      expect([accept, answer.headers['content-type']]).toEqual([accept, 'application/json; charset=utf-8']);
    }
    const told = await desk.get(hand.key, '/reports/dso?format=json', 'text/csv').expect(200);
    expect(told.headers['content-type']).toBe('application/json; charset=utf-8');
  });
});

test('today is the organization’s, by its zone and test clock', async () => {
  const noon = Date.UTC(2026, 5, 30, 12);
  const east = await desk.hand('east', false, {
    time_zone: 'Pacific/Kiritimati',
    clock_offset_ms: noon - Date.now(),
  });
  const west = await desk.hand('west', false, {
    time_zone: 'Pacific/Pago_Pago',
    clock_offset_ms: noon - Date.now(),
  });
  // 14 hours ahead of noon it is the next day, 11 behind it the same.
  expect(await ask(east, '/reports/dso')).toMatchObject({ as_of: '2026-07-01' });
  expect(await ask(west, '/reports/dso')).toMatchObject({ as_of: '2026-06-30' });
});

test('who may not ask, and what is not accepted', async () => {
  const { hand, who } = world('half');
  const clerk = await desk.keyWith(hand, 'invoices:read');
  const auditor = await desk.keyWith(hand, 'reports:read');
  const stranger = world('everything').hand;
  for (const path of ['trial_balance', 'ar_ageing', 'reconciliation', 'number_gaps', 'dso']) {
    await desk.get(clerk, `/reports/${path}`).expect(403);
    await desk.get(auditor, `/reports/${path}`).expect(200);
    await desk.get(hand.key, `/reports/${path}?as_of=2026-02-30`).expect(422);
    await desk.get(hand.key, `/reports/${path}?currency=XXQ`).expect(422);
    await desk.get(hand.key, `/reports/${path}?bogus=1`).expect(400);
  }
  await desk.get(clerk, `/customers/${who.ada}/statement`).expect(403);
  await desk.get(stranger.key, `/customers/${who.ada}/statement`).expect(404);
  await desk.get(hand.key, `/customers/${who.ada}/statement?cursor=x`).expect(400);
  await desk.get(hand.key, '/reports/dso?window_days=0').expect(422);
});
