import { type DraftDefaults, readDraft } from '../../../src/domain/invoice/draft.ts';
import { decide } from '../../../src/domain/invoice/commands.ts';
import { defaultReminderSteps } from '../../../src/domain/invoice/reminder.ts';
import { AMOUNT_MAX } from '../../../src/domain/money.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { circumstances, create, must } from '../given.ts';

function defaults(): DraftDefaults {
  let made = 0;
  return { currency: 'USD', timeZone: 'Europe/Paris', newId: () => `line-${(made += 1)}` };
}

const minimal = { customerId: 'c1', lineItemsAttributes: [{ rate: 100 }] };
const read = (change: Fields) => readDraft({ ...minimal, ...change }, defaults());
const readLine = (change: Fields) => read({ lineItemsAttributes: [{ rate: 100 }, { rate: 100, ...change }] });
const fault = (answer: ReturnType<typeof read>) =>
  isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted', undefined];
const long = (length: number) => 'x'.repeat(length);
type Row = readonly [field: string, value: unknown, code: string, pointer: string];
/** With the value cut short for the title. */
const rows = (all: readonly Row[]) =>
  all.map(([field, value, code, pointer]) => {
    const shown = String(JSON.stringify(value) ?? value);
    return [field, shown.length > 60 ? `${shown.slice(0, 40)}…` : shown, value, code, pointer] as const;
  });

describe('a document', () => {
  it('needs a customer and a line; all else has its default', () => {
    expect(must(read({}))).toEqual({
      customerId: 'c1',
      currency: 'USD',
      timeZone: 'Europe/Paris',
      recipientTimeZone: null,
      requestedNumber: null,
      issueDate: null,
      dueDate: null,
      terms: null,
      memo: null,
      noteToCustomer: null,
      purchaseOrder: null,
      shipToRef: null,
      metadata: {},
      lines: [
        {
          id: 'line-1',
          productId: null,
          accountId: null,
          description: '',
          quantity: '1',
          rate: 100,
          amountGiven: null,
          taxable: true,
          taxRates: null,
          fixedTaxes: [],
          discountable: true,
          discounts: [],
          metadata: {},
        },
      ],
      fixedTaxes: [],
      taxRates: null,
      discounts: [],
      tips: null,
      installments: null,
      earlyPayment: null,
      attachments: [],
      lateFeeTerms: null,
      lateFeePolicy: null,
      reminderSteps: defaultReminderSteps,
      reminderPolicy: null,
    });
  });

  it('takes every field that a caller may give', () => {
    const asked = {
      currency: 'KWD',
      timeZone: 'Asia/Kuwait',
      invoiceNumber: 'A 7/2026',
      issueDate: '2026-03-01',
      dueDate: '2026-03-31',
      terms: 'NET 30',
      memo: 'm',
      noteToCustomer: 'n',
      purchaseOrder: 'PO-1',
      shipToRef: 's1',
      metadata: { a: 'b', ['__proto__']: 'kept as a name' },
      taxes: [{ name: 'Stamp', amount: 5 }],
      lineItemsAttributes: [
        {
          productId: 'p1',
          accountId: 'a1',
          description: 'd',
          quantity: 1.5,
          rate: 3,
          amount: 7,
          taxable: false,
          taxRates: [{ name: 'VAT', rate: 7.5, inclusive: true }],
          metadata: { k: 'v' },
        },
      ],
      reminders: [],
      lateFees: null,
    };
    expect(must(read(asked))).toMatchObject({
      requestedNumber: 'A 7/2026',
      metadata: asked.metadata,
      fixedTaxes: [{ name: 'Stamp', amount: 5 }],
      reminderSteps: [],
      lines: [
        {
          quantity: '1.5',
          rate: 3,
          amountGiven: 7,
          taxable: false,
          taxRates: [{ rate: '7.5', inclusive: true }],
        },
      ],
    });
  });

  it.each(
    rows([
      // field, value, code, pointer
      ['customerId', undefined, 'invalid_value', '/customer_id'],
      ['customerId', null, 'invalid_value', '/customer_id'],
      ['customerId', '', 'invalid_value', '/customer_id'],
      ['customerId', 7, 'invalid_value', '/customer_id'],
      ['customerId', long(256), 'invalid_value', '/customer_id'],
      ['currency', 'DOLLAR', 'invalid_value', '/currency'],
      ['currency', 840, 'invalid_value', '/currency'],
      ['timeZone', [], 'invalid_value', '/time_zone'],
      ['timeZone', long(256), 'invalid_value', '/time_zone'],
      ['invoiceNumber', '', 'invalid_value', '/invoice_number'],
      ['invoiceNumber', ' A', 'invalid_value', '/invoice_number'],
      ['invoiceNumber', 'A\n1', 'invalid_value', '/invoice_number'],
      ['invoiceNumber', long(51), 'invalid_value', '/invoice_number'],
      ['issueDate', '2026-02-30', 'invalid_date', '/issue_date'],
      ['issueDate', 20_260_301, 'invalid_date', '/issue_date'],
      ['dueDate', '2026-03-01T00:00:00Z', 'invalid_date', '/due_date'],
      ['dueDate', {}, 'invalid_date', '/due_date'],
      ['terms', long(256), 'invalid_value', '/terms'],
      ['memo', long(5001), 'invalid_value', '/memo'],
      ['memo', false, 'invalid_value', '/memo'],
      ['noteToCustomer', 1, 'invalid_value', '/note_to_customer'],
      ['purchaseOrder', long(256), 'invalid_value', '/purchase_order'],
      ['metadata', 'x', 'invalid_value', '/metadata'],
      ['metadata', ['x'], 'invalid_value', '/metadata'],
      ['metadata', { a: 1 }, 'invalid_value', '/metadata'],
      ['metadata', { a: long(501) }, 'invalid_value', '/metadata'],
      [
        'metadata',
        Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, ''])),
        'invalid_value',
        '/metadata',
      ],
      ['taxes', {}, 'invalid_value', '/taxes'],
      ['taxes', [null], 'invalid_value', '/taxes/0'],
      [
        'taxes',
        [
          { name: 'x', amount: 1 },
          { name: 'y', amount: -1 },
        ],
        'invalid_amount',
        '/taxes/1/amount_cents',
      ],
      ['taxes', [{ name: 'x' }], 'invalid_amount', '/taxes/0/amount_cents'],
      ['taxes', [{ amount: 1 }], 'invalid_value', '/taxes/0/name'],
      ['lineItemsAttributes', undefined, 'no_line_items', '/line_items_attributes'],
      ['lineItemsAttributes', {}, 'invalid_value', '/line_items_attributes'],
      ['lineItemsAttributes', 'x', 'invalid_value', '/line_items_attributes'],
      ['lineItemsAttributes', [1], 'invalid_value', '/line_items_attributes/0'],
      [
        'lineItemsAttributes',
        Array.from({ length: 501 }, () => ({ rate: 1 })),
        'too_many_lines',
        '/line_items_attributes',
      ],
      ['dueDat', '2026-03-01', 'unknown_field', '/due_dat'],
      ['__proto__', { customerId: 'c2' }, 'unknown_field', '/__proto__'],
      ['constructor', 'x', 'unknown_field', '/constructor'],
      ['a/b~c', 'x', 'unknown_field', '/a~1b~0c'],
    ]),
  )('with %s %s is refused', (field, _, value, code, pointer) => {
    const body = JSON.parse(JSON.stringify({ ...minimal, [field]: value })) as Fields;
    const draft = readDraft(body, defaults());
    const answer = isRejection(draft) ? draft : decide(null, create({ draft }), circumstances());
    expect(answer).toMatchObject({ rejected: code, pointer });
  });
});

describe('a line', () => {
  it.each(
    rows([
      ['id', 'unknown', 'unknown_line_item', 'id'],
      ['_destroy', true, 'invalid_value', '_destroy'],
      ['_destroy', 'yes', 'invalid_value', '_destroy'],
      ['quantity', 0, 'invalid_value', 'quantity'],
      ['quantity', -1, 'invalid_value', 'quantity'],
      ['quantity', '0.0000001', 'too_many_decimals', 'quantity'],
      ['quantity', 1e-7, 'too_many_decimals', 'quantity'],
      ['quantity', 0.1 + 0.2, 'too_many_decimals', 'quantity'],
      ['quantity', 1_000_000_001, 'invalid_value', 'quantity'],
      ['quantity', 1e308, 'invalid_value', 'quantity'],
      ['quantity', Number.NaN, 'invalid_value', 'quantity'],
      ['quantity', Number.POSITIVE_INFINITY, 'invalid_value', 'quantity'],
      ['quantity', '1e3', 'invalid_value', 'quantity'],
      ['quantity', '1,5', 'invalid_value', 'quantity'],
      ['quantity', '', 'invalid_value', 'quantity'],
      ['quantity', true, 'invalid_value', 'quantity'],
      ['rate', -1, 'invalid_amount', 'rate_cents'],
      ['rate', 0.5, 'invalid_amount', 'rate_cents'],
      ['rate', '100', 'invalid_amount', 'rate_cents'],
      ['rate', null, 'invalid_amount', 'rate_cents'],
      ['rate', Number.NaN, 'invalid_amount', 'rate_cents'],
      ['rate', AMOUNT_MAX + 1, 'invalid_amount', 'rate_cents'],
      ['rate', 1e308, 'invalid_amount', 'rate_cents'],
      ['amount', -5, 'invalid_amount', 'amount_cents'],
      ['amount', AMOUNT_MAX + 1, 'invalid_amount', 'amount_cents'],
      ['taxable', 1, 'invalid_value', 'taxable'],
      ['description', long(5001), 'invalid_value', 'description'],
      ['productId', {}, 'invalid_value', 'product_id'],
      ['accountId', long(256), 'invalid_value', 'account_id'],
      ['taxRates', 'VAT', 'invalid_value', 'tax_rates'],
      ['taxRates', [{ name: 'VAT', rate: 100.1 }], 'invalid_value', 'tax_rates/0/rate'],
      ['taxRates', [{ name: 'VAT', rate: 7.00001 }], 'too_many_decimals', 'tax_rates/0/rate'],
      ['taxRates', [{ name: 'VAT', rate: -7 }], 'invalid_value', 'tax_rates/0/rate'],
      ['taxRates', [{ name: 'VAT' }], 'invalid_value', 'tax_rates/0/rate'],
      ['taxRates', [{ rate: 7 }], 'invalid_value', 'tax_rates/0/name'],
      ['taxRates', [{ name: 'VAT', rate: 7, inclusive: 'no' }], 'invalid_value', 'tax_rates/0/inclusive'],
      ['taxRates', [{ name: 'VAT', rate: 7, compound: true }], 'unknown_field', 'tax_rates/0/compound'],
      ['metadata', { a: null }, 'invalid_value', 'metadata'],
      ['unitCost', 5, 'unknown_field', 'unit_cost'],
    ]),
  )('with %s %s is refused at that field', (field, _, value, code, pointer) => {
    expect(fault(readLine({ [field]: value }))).toEqual([code, `/line_items_attributes/1/${pointer}`]);
  });

  it('without a rate needs an amount', () => {
    expect(fault(read({ lineItemsAttributes: [{}] }))).toEqual([
      'invalid_amount',
      '/line_items_attributes/0/rate_cents',
    ]);
    expect(must(read({ lineItemsAttributes: [{ amount: 5 }] })).lines[0]).toMatchObject({
      rate: 0,
      amountGiven: 5,
    });
  });

  it.each([
    [1, '1'],
    ['1.500000000', '1.5'],
    ['0007', '7'],
    [0.000001, '0.000001'],
    ['0.000001', '0.000001'],
    [1_000_000_000, '1000000000'],
  ])('keeps the quantity %p exactly, as %s', (quantity, text) => {
    expect(must(readLine({ quantity })).lines[1]?.quantity).toBe(text);
  });

  it('never holds a negative zero, which would not survive being stored', () => {
    const [, line] = must(readLine({ rate: -0, amount: -0, quantity: '1' })).lines;
    expect([line?.rate, line?.amountGiven]).toEqual([0, 0]);
  });
});
