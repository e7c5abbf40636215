// A customer's statement and the list of entries over the worked example.
import type { Hand } from './hand-made.ts';
import { type Body, openWorlds, type Way, ways, type Worlds } from './worlds.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

const world = (way: Way) => worlds.world(way);
const ask = (hand: Hand, path: string) => worlds.ask(hand, path);

describe.each(ways)('with %s sealed', (way) => {
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
  await worlds.desk.get(hand.key, '/journal_entries?type=nonsense').expect(422);
});
