// Bad input in terms of a document and in the commands that correct, hold and plan, field by field.
import type { z } from 'zod';
import {
  applyCreditBody,
  attachBody,
  createBody,
  creditNoteBody,
  holdBody,
  lateFeesBody,
  recordPaymentBody,
  refundBody,
  remindersBody,
  resumeBody,
  reverseBody,
  scheduleBody,
  updateBody,
  voidBody,
  waiveBody,
  writeOffBody,
} from '../../src/gateway/api/invoice-bodies.ts';
import { checkBody } from '../../src/gateway/validation.ts';
import { long, seen } from './faults.ts';

const line = { description: 'Paper', quantity: 1, rate_cents: 4_500 };
const invoice = { customer_id: 'c-1', line_items_attributes: [line] };
const fees = { type: 'fixed', value: 500, frequency: { interval: 'month', interval_count: 1 } };

describe('the terms of a document', () => {
  const whole = {
    discount: { type: 'percentage', value: 10, product_ids: ['p-1'] },
    discounts: [{ type: 'fixed', value: 100 }],
    taxes: [{ name: 'City', amount_cents: 5 }],
    tax_rate_ids: ['t-1'],
    tips: { enabled: true, percentages: [5, '7.5'], allow_custom: false },
    installments: {
      deposit: { type: 'fixed', value: 100, due_date: '2026-01-01' },
      schedule: [
        { type: 'percentage', value: 50, due_date: '2026-02-01' },
        { type: 'percentage', value: '50', due_date: '2026-03-01' },
      ],
    },
    early_payment: { percentage: 2, days: 10 },
    attachments: [{ file_id: 'f-1' }],
    line_items_attributes: [
      {
        ...line,
        discountable: false,
        discount: { type: 'percentage', value: '12.5' },
        discounts: [{ type: 'fixed', value: 5 }],
        tax_rates: [{ name: 'VAT', rate: 20, inclusive: true }],
        taxes: [{ name: 'Bottle', amount_cents: 25 }],
      },
    ],
  };

  test('pass whole, in create and in update, and with null for each', () => {
    expect(seen(createBody, { ...invoice, ...whole, send_at: '2026-12-01T09:00' })).toEqual([]);
    expect(seen(updateBody, whole)).toEqual([]);
    const { line_items_attributes: _lines, ...terms } = whole;
    const nothing = Object.fromEntries(Object.keys(terms).map((field) => [field, null]));
    expect(seen(createBody, { ...invoice, ...nothing, send_at: null })).toEqual([]);
    expect(seen(updateBody, nothing)).toEqual([]);
  });

  const part = { type: 'percentage', value: 50, due_date: '2026-02-01' };
  const table: [object, string, string][] = [
    [{ discount: 10 }, '/discount', 'invalid_value'],
    [{ discount: { type: 'half', value: 1 } }, '/discount/type', 'invalid_value'],
    [{ discount: { type: 'fixed' } }, '/discount/value', 'invalid_value'],
    [{ discount: { type: 'fixed', value: 1, product_ids: [] } }, '/discount/product_ids', 'invalid_value'],
    [{ discount: { type: 'fixed', value: 1, code: 'X' } }, '/discount/code', 'unknown_field'],
    [{ discounts: {} }, '/discounts', 'invalid_value'],
    [{ discounts: [{ type: 'fixed', value: true }] }, '/discounts/0/value', 'invalid_value'],
    [{ tax_rate_ids: 't-1' }, '/tax_rate_ids', 'invalid_value'],
    [{ tax_rate_ids: [5] }, '/tax_rate_ids/0', 'invalid_value'],
    [{ taxes: [{ name: 'T', amount_cents: 1.5 }] }, '/taxes/0/amount_cents', 'invalid_amount'],
    [{ tips: true }, '/tips', 'invalid_value'],
    [{ tips: { percentages: 'all' } }, '/tips/percentages', 'invalid_value'],
    [{ tips: { percentage: [5] } }, '/tips/percentage', 'unknown_field'],
    [{ installments: [] }, '/installments', 'invalid_value'],
    [{ installments: { schedule: [part] } }, '/installments/schedule', 'invalid_value'],
    [
      { installments: { schedule: Array.from({ length: 13 }, () => part) } },
      '/installments/schedule',
      'invalid_value',
    ],
    [
      { installments: { schedule: [part, { ...part, due_date: 'soon' }] } },
      '/installments/schedule/1/due_date',
      'invalid_date',
    ],
    [
      { installments: { deposit: { ...part, type: 'x' }, schedule: [part, part] } },
      '/installments/deposit/type',
      'invalid_value',
    ],
    [{ early_payment: { percentage: 2 } }, '/early_payment/days', 'invalid_value'],
    [{ early_payment: { percentage: 2, days: 366 } }, '/early_payment/days', 'invalid_value'],
    [{ attachments: ['f-1'] }, '/attachments/0', 'invalid_value'],
    [{ attachments: [{ file_id: '' }] }, '/attachments/0/file_id', 'invalid_value'],
    [{ attachments: [{ file_id: 'f', url: 'x' }] }, '/attachments/0/url', 'unknown_field'],
    [
      { line_items_attributes: [{ ...line, discountable: 'no' }] },
      '/line_items_attributes/0/discountable',
      'invalid_value',
    ],
    [
      { line_items_attributes: [{ ...line, discount: { type: 'fixed', value: 1, product_ids: ['p'] } }] },
      '/line_items_attributes/0/discount/product_ids',
      'unknown_field',
    ],
    [
      { line_items_attributes: [{ ...line, taxes: [{ name: 'T', amount_cents: '5' }] }] },
      '/line_items_attributes/0/taxes/0/amount_cents',
      'invalid_amount',
    ],
  ];
  test.each(table)('%j are refused at %s as %s', (change, pointer, code) => {
    expect(seen(createBody, { ...invoice, ...change })).toEqual([[pointer, code]]);
    expect(seen(updateBody, change)).toEqual([[pointer, code]]);
  });

  test('a send in the future is asked for at create, not at update', () => {
    expect(seen(createBody, { ...invoice, send_at: '2026-12-01' })).toEqual([['/send_at', 'invalid_value']]);
    expect(seen(updateBody, { send_at: '2026-12-01T09:00' })).toEqual([['/send_at', 'unknown_field']]);
  });
});

describe('a command', () => {
  test('may leave everything out where everything has a default', () => {
    const schemas = [reverseBody, refundBody, voidBody, writeOffBody, resumeBody, waiveBody];
    for (const schema of [...schemas, applyCreditBody, creditNoteBody]) expect(seen(schema, {})).toEqual([]);
  });

  test('of terms takes them whole, or null', () => {
    expect(seen(lateFeesBody, fees)).toEqual([]);
    expect(seen(lateFeesBody, null)).toEqual([]);
    expect(seen(remindersBody, { steps: [{ offset_days: 1 }] })).toEqual([]);
    expect(seen(remindersBody, [{ offset_days: 1 }])).toEqual([]);
    expect(seen(remindersBody, null)).toEqual([]);
  });

  test('to send later takes a time to the minute, however many zeros follow', () => {
    for (const written of ['2026-12-01T09:00', '2026-12-01T09:00:00', '2026-12-01T09:00:00.000']) {
      expect(checkBody(scheduleBody, { send_at: written })).toEqual({ send_at: '2026-12-01T09:00' });
    }
  });

  const table: [string, z.ZodType, object, string, string][] = [
    ['record_payment', recordPaymentBody, { tip_cents: -1 }, '/tip_cents', 'invalid_amount'],
    ['record_payment', recordPaymentBody, { tip_cents: '5' }, '/tip_cents', 'invalid_amount'],
    ['record_payment', recordPaymentBody, { provider: '' }, '/provider', 'invalid_value'],
    [
      'record_payment',
      recordPaymentBody,
      { provider_payment_id: 5 },
      '/provider_payment_id',
      'invalid_value',
    ],
    ['reverse', reverseBody, { reason: 5 }, '/reason', 'invalid_value'],
    ['reverse', reverseBody, { amount_cents: 5 }, '/amount_cents', 'unknown_field'],
    ['refund', refundBody, { amount_cents: 0 }, '/amount_cents', 'invalid_amount'],
    ['refund', refundBody, { mode: 'cash' }, '/mode', 'invalid_value'],
    ['refund', refundBody, { reason: long(5_000) }, '/reason', 'invalid_value'],
    ['void', voidBody, { disposition: {} }, '/disposition', 'invalid_value'],
    [
      'void',
      voidBody,
      { disposition: [{ type: 'burn', amount_cents: 1 }] },
      '/disposition/0/type',
      'invalid_value',
    ],
    [
      'void',
      voidBody,
      { disposition: [{ type: 'refund', amount_cents: 0 }] },
      '/disposition/0/amount_cents',
      'invalid_amount',
    ],
    [
      'void',
      voidBody,
      { disposition: [{ type: 'refund' }] },
      '/disposition/0/amount_cents',
      'invalid_amount',
    ],
    ['write_off', writeOffBody, { amount_cents: 1 }, '/amount_cents', 'unknown_field'],
    ['hold', holdBody, {}, '/kind', 'invalid_value'],
    ['hold', holdBody, { kind: 'freeze' }, '/kind', 'invalid_value'],
    ['hold', holdBody, { kind: 'promise', until: 'tomorrow' }, '/until', 'invalid_date'],
    ['hold', holdBody, { kind: 'promise', until: '2026-02-30' }, '/until', 'invalid_date'],
    ['hold', holdBody, { kind: 'promise', until: '2026-02-20T10:00' }, '/until', 'invalid_date'],
    ['hold', holdBody, { kind: 'dispute', note: long(5_000) }, '/note', 'invalid_value'],
    ['resume', resumeBody, { kind: 'all' }, '/kind', 'invalid_value'],
    ['waive', waiveBody, { occurrence: 1 }, '/occurrence', 'unknown_field'],
    ['apply_credit', applyCreditBody, { amount_cents: 1.5 }, '/amount_cents', 'invalid_amount'],
    ['credit_notes', creditNoteBody, { line_items: [] }, '/line_items', 'invalid_value'],
    ['credit_notes', creditNoteBody, { line_items: [{}] }, '/line_items/0/id', 'invalid_value'],
    [
      'credit_notes',
      creditNoteBody,
      { line_items: [{ id: 'l', amount_cents: -1 }] },
      '/line_items/0/amount_cents',
      'invalid_amount',
    ],
    ['attachments', attachBody, {}, '/file_id', 'invalid_value'],
    ['attachments', attachBody, { file_id: 'f', name: 'x' }, '/name', 'unknown_field'],
    ['schedule', scheduleBody, {}, '/send_at', 'invalid_value'],
    ['schedule', scheduleBody, { send_at: '2026-12-01T09:00Z' }, '/send_at', 'invalid_value'],
    ['schedule', scheduleBody, { send_at: '2026-12-01T09:00:30' }, '/send_at', 'invalid_value'],
    [
      'schedule',
      scheduleBody,
      { send_at: '2026-12-01T09:00', time_zone: 'Mars' },
      '/time_zone',
      'invalid_time_zone',
    ],
    ['late_fees', lateFeesBody, { ...fees, type: 'x' }, '/type', 'invalid_value'],
    ['late_fees', lateFeesBody, { ...fees, late: 1 }, '/late', 'unknown_field'],
    ['reminders', remindersBody, { steps: [{ offset_days: 'x' }] }, '/steps/0/offset_days', 'invalid_value'],
  ];
  test.each(table)('%s does not take %#', (_name, schema, body, pointer, code) => {
    expect(seen(schema, body)).toEqual([[pointer, code]]);
  });
});
