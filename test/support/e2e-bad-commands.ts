// Values that a command does not take, field by field, and where the refusal must point.
import {
  type Case,
  cases,
  field,
  noAmount,
  noChoice,
  noDate,
  noFlag,
  noId,
  noList,
  onFees,
  type Row,
  texts,
} from './e2e-bad-values.ts';

export type CommandCase = Case<
  | 'send'
  | 'text2pay'
  | 'remind'
  | 'record_payment'
  | 'void'
  | 'reverse'
  | 'refund'
  | 'write_off'
  | 'hold'
  | 'resume'
  | 'waive'
  | 'apply_credit'
  | 'credit_notes'
  | 'schedule'
  | 'late_fees'
  | 'reminders'
  | 'attachments'
>;

const addresses: readonly unknown[] = [
  'pam@dunder.example',
  [1],
  ['nobody'],
  ['a@b.example, c@d.example'],
  [''],
  Array.from({ length: 21 }, (_, index) => `p${index}@d.example`),
];

const surprise = field('surprise', [1]);
const reason = field('reason', texts(5_000));

/** The terms are the whole body: the same bad values, pointed at from there. */
const bare = ([pointer, values, body]: Row): Row => [
  pointer.replace('/late_fees', ''),
  values,
  (value) => (body(value) as { late_fees: unknown }).late_fees,
];

export const commandCases: readonly CommandCase[] = [
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
    field('tip_cents', noAmount),
    field('provider', [...texts(50), '']),
    ['/provider_payment_id', ['x'], (provider) => ({ provider })],
    ['/provider', ['x'], (id) => ({ provider_payment_id: id })],
    ['/amount_cents', [5_886], (amount) => ({ amount_cents: amount, overpayment: 'refuse' })],
  ]),
  ...cases('void', [
    reason,
    surprise,
    field('disposition', [...noList, [1], [{}]]),
    ['/disposition/0/type', noChoice, (type) => ({ disposition: [{ type, amount_cents: 1 }] })],
    [
      '/disposition/0/amount_cents',
      [...noAmount, 0],
      (amount) => ({ disposition: [{ type: 'credit', amount_cents: amount }] }),
    ],
    // Nothing was paid, so there is nothing to dispose of.
    ['/disposition', [1], (amount) => ({ disposition: [{ type: 'credit', amount_cents: amount }] })],
  ]),
  ...cases('reverse', [reason, surprise, field('amount_cents', [1])]),
  ...cases('refund', [reason, surprise, field('amount_cents', [...noAmount, 0]), field('mode', noChoice)]),
  ...cases('write_off', [reason, surprise]),
  ...cases('hold', [
    field('kind', noChoice),
    surprise,
    ['/note', texts(5_000), (note) => ({ kind: 'dispute', note })],
    [
      '/until',
      ['tomorrow', '2026-02-30', '2030-01-01T10:00', '', 1, [], '2020-01-01', '2020-01-01T00:00:00Z'],
      (until) => ({ kind: 'dispute', until }),
    ],
    ['/until', [null], (until) => ({ kind: 'promise', until })],
  ]),
  ...cases('resume', [field('kind', noChoice), surprise, field('until', ['2030-01-01'])]),
  ...cases('waive', [reason, surprise, field('occurrence', [1])]),
  ...cases('apply_credit', [field('amount_cents', [...noAmount, 0, 5_886]), surprise]),
  ...cases('credit_notes', [
    field('amount_cents', [...noAmount, 0, 5_886]),
    field('line_items', [...noList, [], [1], [{}], [{ id: 'nobody' }]]),
    reason,
    surprise,
  ]),
  ...cases('schedule', [
    field('send_at', [
      null,
      ...noDate,
      '2030-01-01',
      '2030-01-01T25:00',
      '2030-02-30T09:00',
      '2020-01-01T09:00',
    ]),
    ['/time_zone', ['Mars/Base', '', 1], (zone) => ({ send_at: '2030-01-01T09:00', time_zone: zone })],
    surprise,
  ]),
  ...cases('late_fees', [
    bare(onFees('type', noChoice)),
    bare(onFees('value', [0, -1, 1.5, 'NaN', true, null])),
    bare(onFees('grace_days', [-1, 366, 1.5, '1'])),
    bare(onFees('cap_cents', noAmount)),
    bare(onFees('surprise', [1])),
  ]),
  ...cases('reminders', [
    ['/steps', ['x', 1, true, {}], (steps) => ({ steps })],
    ['/steps/0/offset_days', [-366, 1.5, '1', null], (days) => ({ steps: [{ offset_days: days }] })],
    ['/steps/0/channel', noChoice, (channel) => ({ steps: [{ offset_days: 1, channel }] })],
  ]),
  ...cases('attachments', [field('file_id', [...noId, null]), surprise]),
];
