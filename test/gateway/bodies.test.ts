// Bad input in a new invoice, field by field: refused with a pointer to it and a code that says what it is.
import {
  createBody,
  recordPaymentBody,
  remindBody,
  sendBody,
  text2payBody,
  updateBody,
  voidBody,
} from '../../src/gateway/api/invoice-bodies.ts';
import { customerCreate } from '../../src/gateway/api/customer-object.ts';
import { checkBody } from '../../src/gateway/validation.ts';
import { long, seen } from './faults.ts';

const line = { description: 'Paper', quantity: 1, rate_cents: 4_500 };
const invoice = { customer_id: 'c-1', line_items_attributes: [line] };

describe('a good body', () => {
  test('passes with every field of S001', () => {
    const whole = {
      customer_id: 'c-1',
      invoice_number: 'INV-7',
      issue_date: '2026-01-01',
      due_date: '2026-01-31',
      terms: 'NET 30',
      note_to_customer: 'Thanks\nfor all',
      memo: 'internal',
      line_items_attributes: [
        {
          product_id: 'p-1',
          account_id: 'a-1',
          description: 'Paper',
          quantity: 1.5,
          rate_cents: 4_500,
          amount_cents: 10_000,
          taxable: true,
        },
      ],
    };
    expect(seen(createBody, whole)).toEqual([]);
    expect(checkBody(createBody, whole)).toEqual(whole);
  });

  test('passes with every field that we add', () => {
    const whole = {
      ...invoice,
      currency: 'JPY',
      time_zone: 'Asia/Tokyo',
      action: 'send',
      purchase_order: 'PO-1',
      ship_to: { city: 'Kyoto' },
      taxes: [{ name: 'City', amount_cents: 5 }],
      late_fees: { type: 'fixed', value: 500, frequency: { interval: 'one_time' }, grace_days: 3 },
      reminders: { steps: [{ offset_days: -3 }] },
      metadata: { project: 'x' },
      live_mode: false,
    };
    expect(seen(createBody, whole)).toEqual([]);
    expect(seen(createBody, { ...invoice, reminders: [] })).toEqual([]);
    expect(seen(createBody, { ...invoice, reminders: { steps: [] } })).toEqual([]);
  });

  test('may leave everything out where everything has a default', () => {
    for (const schema of [sendBody, text2payBody, remindBody, recordPaymentBody, voidBody, updateBody]) {
      expect(seen(schema, {})).toEqual([]);
    }
  });
});

describe('a body that is no object', () => {
  test.each([[null], [[]], ['text'], [5], [true]])('%j is refused as a whole', (body) => {
    for (const schema of [createBody, updateBody, sendBody, recordPaymentBody, voidBody, customerCreate]) {
      expect(seen(schema, body)).toEqual([['', 'invalid_value']]);
    }
  });
});

describe('fields of a new invoice', () => {
  const table: [string, unknown, string][] = [
    ['customer_id', undefined, 'invalid_value'],
    ['customer_id', null, 'invalid_value'],
    ['customer_id', 5, 'invalid_value'],
    ['customer_id', '', 'invalid_value'],
    ['customer_id', long(255), 'invalid_value'],
    ['customer_id', { $ne: null }, 'invalid_value'],
    ['invoice_number', 7, 'invalid_value'],
    ['invoice_number', long(50), 'invalid_value'],
    ['invoice_number', 'INV\n7', 'invalid_value'],
    ['issue_date', 'tomorrow', 'invalid_date'],
    ['issue_date', '2026-02-30', 'invalid_date'],
    ['issue_date', '2026-2-3', 'invalid_date'],
    ['issue_date', 20_260_203, 'invalid_date'],
    ['due_date', '2026-01-01T00:00:00Z', 'invalid_date'],
    ['due_date', '99999-01-01', 'invalid_date'],
    ['due_date', '', 'invalid_date'],
    ['terms', 14, 'invalid_value'],
    ['terms', long(255), 'invalid_value'],
    ['memo', long(5_000), 'invalid_value'],
    ['memo', ['a'], 'invalid_value'],
    ['memo', 'bell \u0007', 'invalid_value'],
    ['note_to_customer', long(5_000), 'invalid_value'],
    ['note_to_customer', 'half \ud800', 'invalid_value'],
    ['currency', 'usd', 'invalid_currency'],
    ['currency', 'XXX', 'invalid_currency'],
    ['currency', 'DOLLAR', 'invalid_currency'],
    ['currency', 840, 'invalid_currency'],
    ['time_zone', 'Mars/Olympus', 'invalid_time_zone'],
    ['time_zone', 1, 'invalid_time_zone'],
    ['purchase_order', long(255), 'invalid_value'],
    ['ship_to', 'Kyoto', 'invalid_value'],
    ['ship_to', [], 'invalid_value'],
    ['action', 'burn', 'invalid_value'],
    ['live_mode', 'yes', 'invalid_value'],
    ['metadata', 'x', 'invalid_value'],
    ['metadata', Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, 'v'])), 'invalid_value'],
    ['late_fees', 5, 'invalid_value'],
    ['reminders', 'never', 'invalid_value'],
    ['taxes', {}, 'invalid_value'],
    ['line_items_attributes', undefined, 'no_line_items'],
    ['line_items_attributes', null, 'no_line_items'],
    ['line_items_attributes', [], 'no_line_items'],
    ['line_items_attributes', { 0: line }, 'no_line_items'],
    ['line_items_attributes', Array.from({ length: 501 }, () => line), 'too_many_lines'],
  ];
  test.each(table)('%s = %j is %s', (field, value, code) => {
    expect(seen(createBody, { ...invoice, [field]: value })).toEqual([[`/${field}`, code]]);
  });

  test.each(['status', 'total_cents', '_id', 'organization_id', 'amount_paid', 'sent_at', 'constructor'])(
    'an unknown field %s is refused by its name',
    (field) => {
      expect(seen(createBody, { ...invoice, [field]: 1 })).toEqual([[`/${field}`, 'unknown_field']]);
    },
  );

  test('every fault is told at once', () => {
    const body = { ...invoice, due_date: 'x', currency: 'x', bogus: 1, memo: 5 };
    const wanted = [
      ['/bogus', 'unknown_field'],
      ['/currency', 'invalid_currency'],
      ['/due_date', 'invalid_date'],
      ['/memo', 'invalid_value'],
    ];
    expect(seen(createBody, body)).toHaveLength(wanted.length);
    expect(seen(createBody, body)).toEqual(expect.arrayContaining(wanted));
  });
});

describe('fields of a line', () => {
  const money: unknown[] = [
    -1,
    1.5,
    1e308,
    10 ** 13,
    2 ** 53,
    '100',
    'NaN',
    Number.NaN,
    Infinity,
    {},
    [],
    true,
  ];
  const table: [string, unknown, string][] = [
    ...['rate_cents', 'amount_cents'].flatMap((field) =>
      money.map((value): [string, unknown, string] => [field, value, 'invalid_amount']),
    ),
    ['product_id', 5, 'invalid_value'],
    ['account_id', {}, 'invalid_value'],
    ['description', 5, 'invalid_value'],
    ['description', long(5_000), 'invalid_value'],
    ['quantity', true, 'invalid_value'],
    ['quantity', {}, 'invalid_value'],
    ['quantity', Infinity, 'invalid_value'],
    ['taxable', 'yes', 'invalid_value'],
    ['taxable', 1, 'invalid_value'],
    ['tax_rates', 7.75, 'invalid_value'],
    ['metadata', [], 'invalid_value'],
    ['id', 'l-1', 'unknown_field'],
    ['total', 5, 'unknown_field'],
  ];
  test.each(table)('%s = %j is %s', (field, value, code) => {
    const body = { ...invoice, line_items_attributes: [line, { ...line, [field]: value }] };
    expect(seen(createBody, body)).toEqual([[`/line_items_attributes/1/${field}`, code]]);
  });

  test('a line that is no object is refused at its place', () => {
    const body = { ...invoice, line_items_attributes: [line, 'paper'] };
    expect(seen(createBody, body)).toEqual([['/line_items_attributes/1', 'invalid_value']]);
  });

  test('an unknown field of a tax is refused at its place', () => {
    const taxed = { ...line, tax_rates: [{ name: 'VAT', rate: 20, country: 'FR' }] };
    expect(seen(createBody, { ...invoice, line_items_attributes: [taxed] })).toEqual([
      ['/line_items_attributes/0/tax_rates/0/country', 'unknown_field'],
    ]);
  });
});

describe('terms', () => {
  const terms = { type: 'fixed', value: 500, frequency: { interval: 'month', interval_count: 1 } };
  const table: [object, string, string][] = [
    [{ ...terms, type: 'daily' }, '/late_fees/type', 'invalid_value'],
    [{ ...terms, frequency: { interval: 'year' } }, '/late_fees/frequency/interval', 'invalid_value'],
    [
      { ...terms, frequency: { interval: 'day', interval_count: 0 } },
      '/late_fees/frequency/interval_count',
      'invalid_value',
    ],
    [{ ...terms, grace_days: -1 }, '/late_fees/grace_days', 'invalid_value'],
    [{ ...terms, cap_cents: -5 }, '/late_fees/cap_cents', 'invalid_amount'],
    [{ ...terms, base: 'everything' }, '/late_fees/base', 'invalid_value'],
    [{ ...terms, compounding: 'no' }, '/late_fees/compounding', 'invalid_value'],
    [{ ...terms, rate: 5 }, '/late_fees/rate', 'unknown_field'],
  ];
  test.each(table)('of late fees %j are refused at %s', (lateFees, pointer, code) => {
    expect(seen(createBody, { ...invoice, late_fees: lateFees })).toEqual([[pointer, code]]);
  });

  test('of reminders are refused at the step', () => {
    const steps = [{ offset_days: 1 }, { offset_days: 'soon' }];
    expect(seen(createBody, { ...invoice, reminders: { steps } })).toEqual([
      ['/reminders/steps/1/offset_days', 'invalid_value'],
    ]);
    expect(seen(createBody, { ...invoice, reminders: steps })).toEqual([
      ['/reminders/1/offset_days', 'invalid_value'],
    ]);
  });
});
