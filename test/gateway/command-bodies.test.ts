// Bad input in commands, customers and queries, field by field.
import type { z } from 'zod';
import { customerCreate, customerUpdate } from '../../src/gateway/api/customer-object.ts';
import {
  recordPaymentBody,
  remindBody,
  sendBody,
  text2payBody,
  updateBody,
  voidBody,
} from '../../src/gateway/api/invoice-bodies.ts';
import { listQuery } from '../../src/gateway/api/invoice-filters.ts';
import { checkQuery } from '../../src/gateway/validation.ts';
import { faults, long, seen, type Seen } from './faults.ts';

describe('a payment', () => {
  const table: [string, unknown, string][] = [
    ...[0, -1, 1.5, 1e308, 10 ** 13, '5115', 'NaN', Infinity, {}].map((value): [string, unknown, string] => [
      'amount_cents',
      value,
      'invalid_amount',
    ]),
    ['date', '2026-13-01', 'invalid_date'],
    ['date', 5, 'invalid_date'],
    ['payment_method', 'gold', 'invalid_value'],
    ['payment_method', 5, 'invalid_value'],
    ['deposit_to_account_id', 5, 'invalid_value'],
    ['reference', long(255), 'invalid_value'],
    ['note', long(5_000), 'invalid_value'],
    ['overpayment', 'keep', 'invalid_value'],
    ['amount', 5, 'unknown_field'],
    ['currency', 'USD', 'unknown_field'],
  ];
  test.each(table)('%s = %j is %s', (field, value, code) => {
    expect(seen(recordPaymentBody, { [field]: value })).toEqual([[`/${field}`, code]]);
  });

  test.each(['check', 'cash', 'credit_card', 'bank_transfer', 'other', 'transfer', 'cheque', 'paypal'])(
    'by %s is taken',
    (method) => {
      expect(seen(recordPaymentBody, { payment_method: method })).toEqual([]);
    },
  );
});

describe('other commands', () => {
  const table: [string, z.ZodType, object, string, string][] = [
    ['update', updateBody, { due_date: 'x' }, '/due_date', 'invalid_date'],
    ['update', updateBody, { status: 'paid' }, '/status', 'unknown_field'],
    ['update', updateBody, { customer_id: null }, '/customer_id', 'invalid_value'],
    [
      'update',
      updateBody,
      { line_items_attributes: [{ id: 'l-1', _destroy: 'yes' }] },
      '/line_items_attributes/0/_destroy',
      'invalid_value',
    ],
    ['send', sendBody, { to: 'ap@example.com' }, '/to', 'invalid_value'],
    ['send', sendBody, { to: ['not an address'] }, '/to/0', 'invalid_value'],
    ['send', sendBody, { to: ['a@example.com\r\nBcc: b@example.com'] }, '/to/0', 'invalid_value'],
    ['send', sendBody, { cc: Array.from({ length: 21 }, () => 'a@example.com') }, '/cc', 'invalid_value'],
    ['send', sendBody, { subject: 'Hello\nBcc: x' }, '/subject', 'invalid_value'],
    ['send', sendBody, { message: long(5_000) }, '/message', 'invalid_value'],
    ['send', sendBody, { deliver: 'no' }, '/deliver', 'invalid_value'],
    ['send', sendBody, { phone: '+14155552671' }, '/phone', 'unknown_field'],
    ['text2pay', text2payBody, { phone: '4155552671' }, '/phone', 'invalid_phone_number'],
    ['text2pay', text2payBody, { phone: 14_155_552_671 }, '/phone', 'invalid_value'],
    ['text2pay', text2payBody, { to: [] }, '/to', 'unknown_field'],
    ['remind', remindBody, { channel: 'pigeon' }, '/channel', 'invalid_value'],
    ['void', voidBody, { reason: 5 }, '/reason', 'invalid_value'],
    ['void', voidBody, { because: 'x' }, '/because', 'unknown_field'],
    ['customer', customerCreate, {}, '/display_name', 'invalid_value'],
    ['customer', customerCreate, { display_name: 'A', email: 'x' }, '/email', 'invalid_value'],
    ['customer', customerCreate, { display_name: 'A', phone: '5' }, '/phone', 'invalid_phone_number'],
    ['customer', customerCreate, { display_name: 'A', currency: 'x' }, '/currency', 'invalid_currency'],
    ['customer', customerUpdate, { sms_consent: 'yes' }, '/sms_consent', 'invalid_value'],
    ['customer', customerUpdate, { organization_id: 'x' }, '/organization_id', 'unknown_field'],
  ];
  test.each(table)('%s refuses %#', (_name, schema, body, pointer, code) => {
    expect(seen(schema, body)).toEqual([[pointer, code]]);
  });
});

describe('a query', () => {
  const query = (parameters: Record<string, unknown>): Seen =>
    faults(() => checkQuery(listQuery, parameters));

  test.each([
    [{ limit: '0' }, '/limit', 'invalid_value'],
    [{ limit: '51' }, '/limit', 'invalid_value'],
    [{ limit: '1e1' }, '/limit', 'invalid_value'],
    [{ limit: 'all' }, '/limit', 'invalid_value'],
    [{ limit: ['1', '2'] }, '/limit', 'invalid_value'],
    [{ status: 'late' }, '/status', 'invalid_value'],
    [{ status: 'paid,deleted' }, '/status', 'invalid_value'],
    [{ due_before: 'x' }, '/due_before', 'invalid_date'],
    [{ currency: 'dollars' }, '/currency', 'invalid_currency'],
    [{ min_due_cents: '-1' }, '/min_due_cents', 'invalid_amount'],
    [{ min_due_cents: '1e308' }, '/min_due_cents', 'invalid_amount'],
    [{ sort: 'total' }, '/sort', 'invalid_value'],
    [{ bogus: '1' }, '/bogus', 'unknown_parameter'],
    [{ 'status[$ne]': 'paid' }, '/status[$ne]', 'unknown_parameter'],
    [{ cursor: '' }, '/cursor', 'bad_cursor'],
  ])('%j is refused', (parameters, pointer, code) => {
    expect(query(parameters)).toEqual([[pointer, code]]);
  });

  test('takes every word, numbers as texts, and metadata by key', () => {
    const parameters = {
      status: 'draft,sent,overdue,viewed,not_sent',
      limit: '50',
      min_due_cents: '100',
      'metadata[a.b]': '1',
      'metadata[$where]': '2',
    };
    expect(checkQuery(listQuery, parameters)).toMatchObject({
      status: ['draft', 'sent', 'overdue', 'viewed', 'not_sent'],
      limit: 50,
      min_due_cents: 100,
      metadata: { 'a.b': '1', $where: '2' },
      sort: '-created_at',
    });
    expect(checkQuery(listQuery, {})).toMatchObject({ limit: 25 });
  });
});
