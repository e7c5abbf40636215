// Bad input over HTTP: a 4xx that points at the field, nothing stored, no workflow started.
import request from 'supertest';
import { type Bench, type Body, faultsIn, lines, openBench } from './bench.ts';

let bench: Bench;
let customerId: string;
beforeAll(async () => {
  bench = await openBench();
  customerId = await bench.customer();
});
afterAll(() => bench.close());

async function traces(): Promise<number[]> {
  const { invoices, events, contents, messages } = bench.store;
  const counts = [invoices, events, contents, messages].map((one) => one.countDocuments());
  return [...(await Promise.all(counts)), bench.engine.started.length, bench.engine.updates.length];
}

const line = { description: 'Paper', quantity: 1, rate_cents: 4_500 };
const at = (field: string) => `/line_items_attributes/0/${field}`;
const onLine = (change: Body): Body => ({ line_items_attributes: [{ ...line, ...change }] });

const values: [Body, string, string][] = [
  [{ customer_id: 'nobody' }, '/customer_id', 'unknown_customer'],
  [{ currency: 'usd' }, '/currency', 'invalid_currency'],
  [{ time_zone: 'Mars' }, '/time_zone', 'invalid_time_zone'],
  [{ due_date: '2026-02-30' }, '/due_date', 'invalid_date'],
  [{ issue_date: '2026-03-02', due_date: '2026-03-01' }, '/due_date', 'due_before_issue'],
  [{ line_items_attributes: [] }, '/line_items_attributes', 'no_line_items'],
  [{ bogus: true }, '/bogus', 'unknown_field'],
  [{ tips: { tip: 1 } }, '/tips/tip', 'unknown_field'],
  [{ tax_rate_ids: ['none'] }, '/tax_rate_ids/0', 'unknown_tax_rate'],
  [{ attachments: [{ file_id: 'none' }] }, '/attachments/0/file_id', 'unknown_file'],
  [{ send_at: '2020-01-01T09:00' }, '/send_at', 'date_in_past'],
  [{ send_at: '2999-01-01T09:00', action: 'issue' }, '/send_at', 'conflicting_fields'],
  [{ discount: { type: 'percentage', value: 101 } }, '/discount/value', 'invalid_value'],
  [{ discount: { type: 'fixed', value: '1.5' } }, '/discount/value', 'invalid_value'],
  [
    { discount: { type: 'fixed', value: 1 }, discounts: [{ type: 'fixed', value: 1 }] },
    '/discount',
    'conflicting_fields',
  ],
  [
    {
      installments: {
        schedule: [
          { type: 'percentage', value: 50, due_date: '2999-01-01' },
          { type: 'percentage', value: 49, due_date: '2999-02-01' },
        ],
      },
    },
    '/installments/schedule',
    'invalid_installments',
  ],
  [{ early_payment: { percentage: 0, days: 10 } }, '/early_payment/percentage', 'invalid_value'],
  [onLine({ product_id: 'none' }), at('product_id'), 'unknown_product'],
  [onLine({ account_id: 'none' }), at('account_id'), 'unknown_account'],
  [onLine({ quantity: 0 }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: -1 }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: 1e308 }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: 'NaN' }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: '1e3' }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: '١' }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: 1_000_000_001 }), at('quantity'), 'invalid_value'],
  [onLine({ quantity: '1.0000001' }), at('quantity'), 'too_many_decimals'],
  [onLine({ quantity: 1e-7 }), at('quantity'), 'too_many_decimals'],
  [onLine({ rate_cents: 1e308 }), at('rate_cents'), 'invalid_amount'],
  [onLine({ rate_cents: -1 }), at('rate_cents'), 'invalid_amount'],
  [onLine({ rate_cents: 1.5 }), at('rate_cents'), 'invalid_amount'],
  [onLine({ rate_cents: null }), at('rate_cents'), 'invalid_amount'],
  [onLine({ amount_cents: 10_000_000_000_000 }), at('amount_cents'), 'invalid_amount'],
  [onLine({ rate_cents: 9_999_999_999_999, quantity: 2 }), '/line_items_attributes/0', 'amount_too_large'],
  [onLine({ tax_rates: [{ name: 'VAT', rate: 101 }] }), at('tax_rates/0/rate'), 'invalid_value'],
  [onLine({ tax_rates: [{ name: 'VAT', rate: -1 }] }), at('tax_rates/0/rate'), 'invalid_value'],
  [onLine({ tax_rates: [{ name: 'VAT', rate: 7.12345 }] }), at('tax_rates/0/rate'), 'too_many_decimals'],
  [
    onLine({
      tax_rates: [
        { name: 'In', rate: 5, inclusive: true },
        { name: 'Out', rate: 5 },
      ],
    }),
    at('tax_rates'),
    'mixed_tax_inclusion',
  ],
  [{ ...onLine({ taxable: false }), taxes: [{ name: 'T', amount_cents: 1 }] }, '/taxes', 'tax_without_base'],
  [
    { late_fees: { type: 'percentage', value: 101, frequency: { interval: 'day' } } },
    '/late_fees/value',
    'invalid_value',
  ],
  [
    { late_fees: { type: 'fixed', value: 500, frequency: { interval: 'day' }, base: 'outstanding_balance' } },
    '/late_fees/compounding',
    'invalid_late_fee_terms',
  ],
  [
    { late_fees: { type: 'fixed', value: 500, frequency: { interval: 'day' }, cap_cents: 499 } },
    '/late_fees/cap_cents',
    'invalid_late_fee_terms',
  ],
  [
    {
      reminders: {
        steps: [
          { id: 'a', offset_days: 1 },
          { id: 'a', offset_days: 2 },
        ],
      },
    },
    '/reminders',
    'invalid_reminder_terms',
  ],
];

test.each(values)('%j is refused at %s as %s', async (change, pointer, code) => {
  const before = await traces();
  const body = { customer_id: customerId, line_items_attributes: lines, ...change };
  const refused = await bench.call('post', '/invoices').send(body);
  expect(refused.headers['content-type']).toContain('application/problem+json');
  expect([refused.status, ...faultsIn(refused.body)]).toEqual([422, [pointer, code]]);
  expect(await traces()).toEqual(before);
});

test('who cannot be reached is refused before anything starts', async () => {
  const silent = await bench.customer({ email: null, phone: null });
  const unwilling = await bench.customer({ sms_consent: false });
  const before = await traces();
  const make = (customer: string, action: string) =>
    bench.call('post', '/invoices').send({ customer_id: customer, line_items_attributes: lines, action });
  expect((await make(silent, 'send').expect(422)).body).toMatchObject({ code: 'no_email_address' });
  expect((await make(silent, 'text2pay').expect(422)).body).toMatchObject({ code: 'no_phone_number' });
  expect((await make(unwilling, 'text2pay').expect(409)).body).toMatchObject({ code: 'sms_not_consented' });
  expect(await traces()).toEqual(before);
});

test('a number that is taken is refused, in its own mode only', async () => {
  const make = (key?: string) =>
    bench
      .call('post', '/invoices', key)
      .send({ customer_id: customerId, line_items_attributes: lines, invoice_number: 'A-1' });
  expect((await make().expect(201)).body).toMatchObject({ invoice_number: 'A-1' });
  const before = await traces();
  const refused = await make().expect(422);
  expect(faultsIn(refused.body)).toEqual([['/invoice_number', 'number_taken']]);
  expect(await traces()).toEqual(before);
  await make(bench.keys.live).expect(201);
});

describe('bytes', () => {
  const raw = (text: string | Buffer, type = 'application/json') =>
    request(bench.app)
      .post('/api/v1/invoices')
      .set('Authorization', `Bearer ${bench.keys.test}`)
      .set('Content-Type', type)
      .send(text);
  const codeOf = (answer: { body: unknown }) => (answer.body as Body)['code'];

  test('malformed JSON is 400', async () => {
    for (const text of ['{"a":', '{"a":NaN}', 'null garbage']) {
      expect(codeOf(await raw(text).expect(400))).toBe('malformed_json');
    }
  });

  test('another content type is 415, compressed too', async () => {
    expect(codeOf(await raw('a=1', 'application/x-www-form-urlencoded').expect(415))).toBe(
      'unsupported_media_type',
    );
    expect(codeOf(await raw('{}', 'text/plain').expect(415))).toBe('unsupported_media_type');
    const packed = raw('{}').set('Content-Encoding', 'gzip');
    expect(codeOf(await packed.expect(415))).toBe('unsupported_media_type');
  });

  test('more than a megabyte is 413, a little less is read', async () => {
    const body = (length: number) => JSON.stringify({ memo: 'x'.repeat(length) });
    expect(codeOf(await raw(body(1_000_001)).expect(413))).toBe('payload_too_large');
    await raw(body(900_000)).expect(422);
  });

  test('a field that stands twice is refused', async () => {
    const refused = await raw('{"customer_id":"a","customer_id":"b"}').expect(422);
    expect(faultsIn(refused.body)).toEqual([['/customer_id', 'duplicate_field']]);
  });

  test('1e999, which no number can hold, is refused where it stands', async () => {
    const refused = await raw(
      `{"customer_id":"${customerId}","line_items_attributes":[{"rate_cents":1e999,"quantity":1}]}`,
    ).expect(422);
    expect(faultsIn(refused.body)).toEqual([['/line_items_attributes/0/rate_cents', 'invalid_amount']]);
  });

  test('null, a list, a text and a number are no body', async () => {
    for (const text of ['null', '[]', '"x"', '5']) {
      expect(faultsIn((await raw(text).expect(422)).body)).toEqual([['', 'invalid_value']]);
    }
  });
});

describe('a payment', () => {
  const cases: [Body, string, string][] = [
    [{ amount_cents: 0 }, '/amount_cents', 'invalid_amount'],
    [{ amount_cents: -5 }, '/amount_cents', 'invalid_amount'],
    [{ amount_cents: 1e308 }, '/amount_cents', 'invalid_amount'],
    [{ amount_cents: '100' }, '/amount_cents', 'invalid_amount'],
    [{ date: '2999-01-01' }, '/date', 'date_in_future'],
    [{ date: 'today' }, '/date', 'invalid_date'],
    [{ payment_method: 'gold' }, '/payment_method', 'invalid_value'],
    [{ deposit_to_account_id: 'x' }, '/deposit_to_account_id', 'unknown_account'],
  ];
  test.each(cases)('%j is refused at %s as %s', async (body, pointer, code) => {
    const { id } = await bench.draft({ action: 'issue' });
    const refused = await bench
      .call('post', `/invoices/${id}/record_payment`)
      .set('Idempotency-Key', 'k')
      .send(body)
      .expect(422);
    expect(faultsIn(refused.body)).toEqual([[pointer, code]]);
    expect(await bench.store.payments.countDocuments({ 'allocations.invoice_id': id })).toBe(0);
  });
});

test('a change with a line that is not there is refused at the line', async () => {
  const { id } = await bench.draft();
  const refused = await bench
    .call('patch', `/invoices/${id}`)
    .send({ line_items_attributes: [{ id: 'none', quantity: 2 }] })
    .expect(422);
  expect(faultsIn(refused.body)).toEqual([['/line_items_attributes/0/id', 'unknown_line_item']]);
});
