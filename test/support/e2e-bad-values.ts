// Values that a field does not take, field by field, and where the refusal must point.

export type Case<On extends string = 'create' | 'update'> = {
  readonly on: On;
  readonly body: unknown;
  readonly pointer: string;
};

export const long = (length: number) => 'x'.repeat(length);

export const noText: readonly unknown[] = [1, true, [], {}];
export const texts = (most: number): readonly unknown[] => [...noText, long(most + 1), 'nul \u0000'];
export const noAmount: readonly unknown[] = [
  '100',
  -1,
  1.5,
  1e308,
  1e13,
  true,
  [],
  {},
  'NaN',
  'Infinity',
  '1e3',
];
export const noDate: readonly unknown[] = [
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
export const noId: readonly unknown[] = [1, true, [], {}, '', 'nobody', long(300)];
export const noChoice: readonly unknown[] = ['', 'none', 1, true, [], {}];
export const noFlag: readonly unknown[] = ['true', 1, 0, [], {}];
export const noList: readonly unknown[] = ['x', 1, true, {}];

const line = { description: 'Paper', quantity: 1, rate_cents: 100 };
const lines = '/line_items_attributes/0';

export type Row = readonly [pointer: string, values: readonly unknown[], body: (value: unknown) => unknown];

export const field = (name: string, values: readonly unknown[]): Row => [
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
export const onFees = (name: string, values: readonly unknown[]): Row => [
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

const onDiscount = (name: string, values: readonly unknown[]): Row => [
  `/discount/${name}`,
  values,
  (value) => ({ discount: { type: 'percentage', value: 10, [name]: value } }),
];
const part = { type: 'percentage', value: 50, due_date: '2030-01-01' };
const onPart = (name: string, values: readonly unknown[]): Row => [
  `/installments/schedule/0/${name}`,
  values,
  (value) => ({
    installments: {
      schedule: [
        { ...part, [name]: value },
        { ...part, due_date: '2030-02-01' },
      ],
    },
  }),
];
const two = [part, { ...part, due_date: '2030-02-01' }];

/** Discounts, taxes by id, tips, instalments, early payment, files. */
const termRows: readonly Row[] = [
  field('discount', ['x', 10, true, [], {}]),
  onDiscount('type', noChoice),
  onDiscount('value', [...noPercent, 101, null]),
  onDiscount('product_ids', ['x', [], [1], {}]),
  onDiscount('surprise', [1]),
  ['/discount/value', ['1.5', 1.5, -1, 1e13, null], (value) => ({ discount: { type: 'fixed', value } })],
  field('discounts', [...noList, [1], Array.from({ length: 21 }, () => ({ type: 'fixed', value: 1 }))]),
  ['/discount', [[]], (discounts) => ({ discounts, discount: { type: 'fixed', value: 1 } })],
  field('tax_rate_ids', [...noList, [1], ['nobody'], ['']]),
  field('tips', ['x', true, [], { enabled: 'yes' }, { percentages: 5 }, { percentages: [101] }, { tip: 1 }]),
  field('installments', ['x', true, [], {}, { schedule: [] }, { schedule: [part] }]),
  onPart('type', noChoice),
  onPart('value', [...noPercent, 0, null]),
  onPart('due_date', [...noDate, null]),
  onPart('surprise', [1]),
  ['/installments/schedule', [49], (value) => ({ installments: { schedule: [{ ...part, value }, two[1]] } })],
  [
    '/installments/deposit',
    [5_886_00],
    (value) => {
      return {
        installments: { deposit: { ...part, type: 'fixed', value, due_date: '2029-01-01' }, schedule: two },
      };
    },
  ],
  field('early_payment', ['x', true, [], {}, { percentage: 2 }, { percentage: 0, days: 10 }]),
  ['/early_payment/days', [-1, 366, 1.5, '10'], (days) => ({ early_payment: { percentage: 2, days } })],
  ['/early_payment/percentage', noPercent, (percentage) => ({ early_payment: { percentage, days: 10 } })],
  field('attachments', [...noList, [1], [{}], [{ file_id: 'nobody' }], [{ file_id: 1 }]]),
  onLine('discountable', noFlag),
  onLine('discount', ['x', 10, [], {}, { type: 'fixed', value: 1.5 }, { type: 'percentage', value: 101 }]),
  onLine('discounts', noList),
  onLine('taxes', [...noList, [1]]),
  [
    `${lines}/taxes/0/amount_cents`,
    noAmount,
    (value) => {
      return { line_items_attributes: [{ ...line, taxes: [{ name: 'T', amount_cents: value }] }] };
    },
  ],
];

const documentRows: readonly Row[] = [
  ...termRows,
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
  field('send_at', ['2030-01-01', '2030-01-01T09:00Z', '2030-02-30T09:00', '2020-01-01T09:00', 1, {}]),
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

export function cases<On extends string>(on: On, rows: readonly Row[]): Case<On>[] {
  return rows.flatMap(([pointer, values, body]) =>
    values.map((value) => ({ on, body: body(value), pointer })),
  );
}

export function documentCases(on: 'create' | 'update'): Case[] {
  return cases(on, [...documentRows, ...(on === 'create' ? onCreate : onUpdate)]);
}
