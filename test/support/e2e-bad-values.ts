// Values that a field does not take, field by field, and where the refusal must point.

export type Case = {
  readonly on: 'create' | 'update' | 'send' | 'text2pay' | 'remind' | 'record_payment' | 'void';
  readonly body: Record<string, unknown>;
  readonly pointer: string;
};

const long = (length: number) => 'x'.repeat(length);

const noText: readonly unknown[] = [1, true, [], {}];
const texts = (most: number): readonly unknown[] => [...noText, long(most + 1), 'nul \u0000'];
const noAmount: readonly unknown[] = ['100', -1, 1.5, 1e308, 1e13, true, [], {}, 'NaN', 'Infinity', '1e3'];
const noDate: readonly unknown[] = [
  20_260_101,
  '2026-02-30',
  '2026-13-01',
  '26-01-01',
  '2026-01-01T00:00:00Z',
  'tomorrow',
  '',
  {},
  '0000-01-01',
  '+012026-01-01',
];
const noQuantity: readonly unknown[] = [
  0,
  -1,
  1e308,
  1e10,
  'NaN',
  'Infinity',
  '-1',
  '1e3',
  '0x10',
  '1,5',
  '',
  '1.0000001',
  true,
  [],
  {},
];
const noPercent: readonly unknown[] = [-1, 100.5, 1e308, '7.12345', 'NaN', '', true, []];
const noId: readonly unknown[] = [1, true, [], {}, '', 'nobody', long(300)];
const noChoice: readonly unknown[] = ['', 'none', 1, true, [], {}];
const noFlag: readonly unknown[] = ['true', 1, 0, [], {}];
const noList: readonly unknown[] = ['x', 1, true, {}];

const line = { description: 'Paper', quantity: 1, rate_cents: 100 };
const lines = '/line_items_attributes/0';

type Row = readonly [
  pointer: string,
  values: readonly unknown[],
  body: (value: unknown) => Record<string, unknown>,
];

const field = (name: string, values: readonly unknown[]): Row => [
  `/${name}`,
  values,
  (value) => ({ [name]: value }),
];
const onLine = (name: string, values: readonly unknown[]): Row => [
  `${lines}/${name}`,
  values,
  (value) => ({ line_items_attributes: [{ ...line, [name]: value }] }),
];
const terms = { type: 'fixed', value: 500, frequency: { interval: 'week', interval_count: 1 } };
const onFees = (name: string, values: readonly unknown[]): Row => [
  `/late_fees/${name}`,
  values,
  (value) => ({ late_fees: { ...terms, [name]: value } }),
];
const step = { offset_days: 1 };
const onStep = (name: string, values: readonly unknown[]): Row => [
  `/reminders/steps/0/${name}`,
  values,
  (value) => ({ reminders: { steps: [{ ...step, [name]: value }] } }),
];

const documentRows: readonly Row[] = [
  field('customer_id', noId),
  field('invoice_number', [...texts(50), '', ' lead', 'ümlaut', 'line\nbreak']),
  field('issue_date', noDate),
  field('due_date', noDate),
  field('terms', [...texts(255), 'two\nlines']),
  field('note_to_customer', texts(5_000)),
  field('memo', texts(5_000)),
  field('purchase_order', texts(255)),
  field('time_zone', ['Mars/Base', '+02:00', '', 1, [], long(300)]),
  field('metadata', ['x', 1, [], { a: 1 }, { a: null }, { a: long(501) }, { [long(256)]: 'x' }]),
  field('taxes', [...noList, [1], Array.from({ length: 21 }, () => ({ name: 'T', amount_cents: 1 }))]),
  field('late_fees', ['x', 1, true, [], {}]),
  field('reminders', ['x', 1, true, { steps: 'x' }]),
  field('line_items_attributes', ['x', 1, true, {}, [1], Array.from({ length: 501 }, () => line)]),
  field('ship_to', ['x', 1, [], { city: 1 }, { city: long(501) }]),
  field('surprise', [1, null, 'x']),
  field('status', ['paid']),
  field('total_cents', [1]),
  onLine('description', texts(5_000)),
  onLine('quantity', noQuantity),
  onLine('rate_cents', noAmount),
  onLine('amount_cents', noAmount),
  onLine('taxable', noFlag),
  onLine('product_id', noId),
  onLine('account_id', noId),
  onLine('tax_rates', noList),
  onLine('metadata', ['x', { a: 1 }]),
  onLine('surprise', [1]),
  onFees('type', noChoice),
  onFees('value', [0, -1, 1.5, 1e308, 'NaN', '', true, [], null]),
  onFees('grace_days', [-1, 366, 1.5, '1', true]),
  onFees('cap_cents', noAmount),
  onFees('percentage_cap', noPercent),
  onFees('base', noChoice),
  onFees('compounding', noFlag),
  onFees('surprise', [1]),
  [
    '/late_fees/frequency/interval',
    noChoice,
    (value) => ({ late_fees: { ...terms, frequency: { interval: value } } }),
  ],
  [
    '/late_fees/frequency/interval_count',
    [0, -1, 1.5, 1_001, 'two'],
    (value) => ({ late_fees: { ...terms, frequency: { interval: 'day', interval_count: value } } }),
  ],
  ['/late_fees/value', noPercent, (value) => ({ late_fees: { ...terms, type: 'percentage', value } })],
  onStep('offset_days', [-366, 366, 1.5, '1', null, true]),
  onStep('local_time', ['24:00', '9:00', '09:60', 900, '']),
  onStep('channel', noChoice),
  onStep('anchor', noChoice),
  onStep('id', [1, '', long(101)]),
  onStep('surprise', [1]),
  [`/taxes/0/amount_cents`, noAmount, (value) => ({ taxes: [{ name: 'T', amount_cents: value }] })],
  [`/taxes/0/name`, [1, '', long(256)], (value) => ({ taxes: [{ name: value, amount_cents: 1 }] })],
  [
    `${lines}/tax_rates/0/rate`,
    noPercent,
    (rate) => ({ line_items_attributes: [{ ...line, tax_rates: [{ name: 'VAT', rate }] }] }),
  ],
  ['/due_date', ['2026-01-31'], (due) => ({ issue_date: '2026-02-01', due_date: due })],
];

const onCreate: readonly Row[] = [
  field('customer_id', [null]),
  field('line_items_attributes', [null, []]),
  field('currency', ['usd', 'XXX', 'MGA', '', 1, {}]),
  field('action', [...noChoice, 'void']),
  field('live_mode', ['false', 1, true]),
  // One line above the cap, and two that are above it together.
  [`${lines}`, [2], (quantity) => ({ line_items_attributes: [{ quantity, rate_cents: 9_999_999_999_999 }] })],
];
const onUpdate: readonly Row[] = [
  field('currency', ['EUR', 'usd', 1]),
  [`${lines}/id`, ['nobody', 1, ''], (id) => ({ line_items_attributes: [{ id, quantity: 1 }] })],
  [`${lines}/_destroy`, ['yes', 1], (value) => ({ line_items_attributes: [{ ...line, _destroy: value }] })],
  field('action', ['send']),
  field('live_mode', [false]),
];

function cases(on: Case['on'], rows: readonly Row[]): Case[] {
  return rows.flatMap(([pointer, values, body]) =>
    values.map((value) => ({ on, body: body(value), pointer })),
  );
}

export function documentCases(on: 'create' | 'update'): Case[] {
  return cases(on, [...documentRows, ...(on === 'create' ? onCreate : onUpdate)]);
}

const addresses: readonly unknown[] = [
  'pam@dunder.example',
  [1],
  ['nobody'],
  ['a@b.example, c@d.example'],
  [''],
  Array.from({ length: 21 }, (_, index) => `p${index}@d.example`),
];

export const commandCases: readonly Case[] = [
  ...cases('send', [
    field('to', addresses),
    field('cc', addresses),
    field('bcc', addresses),
    field('subject', [...texts(255), 'two\r\nBcc: spy@example.com']),
    field('message', texts(5_000)),
    field('deliver', noFlag),
    field('phone', ['+14155552671']),
    field('surprise', [1]),
  ]),
  ...cases('text2pay', [
    field('phone', ['4155552671', '+0155552671', '+1 415 555 2671', '+1', 'phone', 1, [], '']),
    field('message', texts(5_000)),
    field('to', [['+14155552671']]),
  ]),
  ...cases('remind', [
    field('channel', [...noChoice, 'letter', 'EMAIL']),
    field('message', texts(5_000)),
    field('surprise', [1]),
  ]),
  ...cases('record_payment', [
    field('amount_cents', [...noAmount, 0]),
    field('date', [...noDate, '2099-01-01']),
    field('payment_method', [...noChoice, 'bitcoin', 'Check']),
    field('deposit_to_account_id', noId),
    field('reference', texts(255)),
    field('note', texts(5_000)),
    field('overpayment', noChoice),
    field('amount', [100]),
    field('currency', ['EUR', 'USD']),
    ['/amount_cents', [5_886], (amount) => ({ amount_cents: amount, overpayment: 'refuse' })],
  ]),
  ...cases('void', [field('reason', texts(5_000)), field('disposition', [[]]), field('surprise', [1])]),
];
