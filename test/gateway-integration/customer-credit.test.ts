// A customer's credit: given once for a key, apart by mode and currency, and in the books.
import { type Bench, type Body, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const code = (response: { body: unknown }) => (response.body as { code: string }).code;
const give = (customer: string, key: string, body: Body) =>
  bench.call('post', `/customers/${customer}/credits`).set('Idempotency-Key', key).send(body);
const balances = async (customer: string) =>
  ((await bench.call('get', `/customers/${customer}/credit_balance`).expect(200)).body as Body)['balances'];

test('nobody has any at first', async () => {
  expect(await balances(await bench.customer({ display_name: 'Ada' }))).toEqual([]);
});

test('what is given is in hand and in the books, once for a key', async () => {
  const ada = await bench.customer({ display_name: 'Ada' });
  const asked = { amount_cents: 2_500, reason: 'Late delivery' };
  const made = (await give(ada, 'credit-1', asked).expect(201)).body as Body;
  expect(made).toMatchObject({ customer_id: ada, ...asked, currency: 'USD' });
  expect((await give(ada, 'credit-1', asked).expect(201)).body).toEqual(made);
  await give(ada, 'credit-2', { amount_cents: 1, currency: 'EUR' }).expect(201);
  expect(await balances(ada)).toEqual([
    { currency: 'EUR', amount_cents: 1 },
    { currency: 'USD', amount_cents: 2_500 },
  ]);
  const [entry] = await bench.store.journalEntries.find({ customer_id: ada, currency: 'USD' }).toArray();
  expect(entry?.lines.map((line) => [line.account_code, line.debit_cents, line.credit_cents])).toEqual([
    ['4000', 2_500, 0],
    ['2100', 0, 2_500],
  ]);
});

test('what does not fit is refused, and nothing is given', async () => {
  const bob = await bench.customer({ display_name: 'Bob', currency: 'EUR' });
  const keyless = bench.call('post', `/customers/${bob}/credits`).send({ amount_cents: 1 });
  expect(code(await keyless.expect(400))).toBe('idempotency_key_required');
  expect(code(await give(bob, 'k-1', { amount_cents: 0 }).expect(422))).toBe('invalid_amount');
  expect(code(await give(bob, 'k-2', { amount_cents: 1, currency: 'USD' }).expect(422))).toBe(
    'currency_mismatch',
  );
  expect(code(await give('nobody', 'k-3', { amount_cents: 1 }).expect(404))).toBe('not_found');
  expect(await balances(bob)).toEqual([]);
});
