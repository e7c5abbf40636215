import {
  checkArguments,
  envelopeFields,
  readArguments,
  readCommand,
} from '../../../src/domain/invoice/arguments.ts';
import { type CommandOnName, commandTable } from '../../../src/domain/invoice/command.ts';
import type { Fields } from '../../../src/domain/reader.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { created, given, issued } from '../given.ts';

const names = Object.keys(commandTable) as CommandOnName[];
const open = given(created(), issued);
const read = (name: CommandOnName, args: Fields) => readCommand(name, args, open, () => 'line-new');
const fault = (answer: unknown) =>
  isRejection(answer) ? [answer.rejected, answer.pointer] : ['accepted', undefined];

/** What some commands cannot do without. */
const needed: Readonly<Partial<Record<CommandOnName, Fields>>> = {
  schedule: { sendAt: '2026-04-01T09:00' },
  hold: { kind: 'dispute' },
};

describe('the argument of a command', () => {
  it.each([[undefined], [null], [{}]])('that is %p counts as {}', (value) => {
    expect(readArguments(value)).toEqual({});
    expect(checkArguments('send', value)).toBeNull();
  });

  it.each([[[]], ['x'], [5], [true], [[{}]]])('that is %j is refused', (value) => {
    expect(readArguments(value)).toMatchObject({
      rejected: 'invalid_argument',
      message: 'The argument does not have the documented shape: it must be one object.',
    });
    expect(names.map((name) => fault(checkArguments(name, value))[0])).toEqual(
      names.map(() => 'invalid_argument'),
    );
  });

  it.each(names)('of %s may carry the envelope', (name) => {
    const envelope = {
      commandId: 'c1',
      actor: 'me',
      reason: 'because',
      notAfter: '2026-03-02T10:00:05.000Z',
      expectedVersion: 3,
      clockOffset: 0,
    };
    expect(Object.keys(envelope)).toEqual(envelopeFields);
    const args = { ...envelope, ...needed[name] };
    expect(checkArguments(name, args)).toBeNull();
    expect(fault(read(name, args))).toEqual(['accepted', undefined]);
  });

  it.each(
    names.flatMap((name) =>
      (
        [
          ['commandId', 7, 'invalid_value', '/command_id'],
          ['actor', {}, 'invalid_value', '/actor'],
          ['actor', 'x'.repeat(256), 'invalid_value', '/actor'],
          ['reason', 5, 'invalid_value', '/reason'],
          ['notAfter', 'soon', 'invalid_date', '/not_after'],
          ['notAfter', 5, 'invalid_value', '/not_after'],
          ['expectedVersion', -1, 'invalid_value', '/expected_version'],
          ['expectedVersion', 1.5, 'invalid_value', '/expected_version'],
          ['clockOffset', Number.POSITIVE_INFINITY, 'invalid_value', '/clock_offset'],
          ['clockOffset', -5, 'invalid_value', '/clock_offset'],
        ] as const
      ).map((row) => [name, ...row] as const),
    ),
  )('of %s with %s %j is refused', (name, field, value, code, pointer) => {
    expect(fault(checkArguments(name, { [field]: value }))).toEqual([code, pointer]);
    expect(fault(read(name, { [field]: value }))).toEqual([code, pointer]);
  });

  it.each([
    ['send', 'deliver', 'no', 'invalid_value', '/deliver'],
    ['send', 'to', 'a@b.example', 'invalid_value', '/to'],
    ['send', 'to', [5], 'invalid_value', '/to'],
    ['send', 'cc', Array.from({ length: 21 }, () => 'a@b.example'), 'invalid_value', '/cc'],
    ['send', 'subject', 5, 'invalid_value', '/subject'],
    ['send', 'message', 'x'.repeat(5001), 'invalid_value', '/message'],
    ['send', 'phone', '+14155552671', 'unknown_field', '/phone'],
    ['text2pay', 'phone', 14_155_552_671, 'invalid_value', '/phone'],
    ['text2pay', 'to', [], 'unknown_field', '/to'],
    ['remind', 'channel', 'fax', 'invalid_value', '/channel'],
    ['remind', 'subject', 'x', 'unknown_field', '/subject'],
    ['recordPayment', 'amount', -1, 'invalid_amount', '/amount_cents'],
    ['recordPayment', 'amount', 51.15, 'invalid_amount', '/amount_cents'],
    ['recordPayment', 'amount', '5115', 'invalid_amount', '/amount_cents'],
    ['recordPayment', 'amount', Number.NaN, 'invalid_amount', '/amount_cents'],
    ['recordPayment', 'amount', 1e308, 'invalid_amount', '/amount_cents'],
    ['recordPayment', 'date', '2026-02-30', 'invalid_date', '/date'],
    ['recordPayment', 'date', 5, 'invalid_date', '/date'],
    ['recordPayment', 'paymentMethod', 'gold', 'invalid_value', '/payment_method'],
    ['recordPayment', 'paymentMethod', '__proto__', 'invalid_value', '/payment_method'],
    ['recordPayment', 'method', 5, 'invalid_value', '/payment_method'],
    ['recordPayment', 'reference', 'x'.repeat(256), 'invalid_value', '/reference'],
    ['recordPayment', 'note', [], 'invalid_value', '/note'],
    ['recordPayment', 'depositToAccountId', 5, 'invalid_value', '/deposit_to_account_id'],
    ['recordPayment', 'overpayment', 'keep', 'invalid_value', '/overpayment'],
    ['recordPayment', 'amuont', 5, 'unknown_field', '/amuont'],
    ['unschedule', 'sendAt', '2026-04-01T09:00', 'unknown_field', '/send_at'],
    ['delete', 'force', true, 'unknown_field', '/force'],
    ['markViewed', '__proto__', {}, 'unknown_field', '/__proto__'],
  ] as const)('of %s with %s %j is refused', (name, field, value, code, pointer) => {
    const args = Object.defineProperty({}, field, { value, enumerable: true }) as Fields;
    expect(fault(read(name, args))).toEqual([code, pointer]);
    expect(fault(checkArguments(name, args))).toEqual([code, pointer]);
  });

  it.each([
    ['send', {}, { name: 'send', deliver: true }],
    ['send', { deliver: false, to: ['a@b.example'], contentRef: 'r' }, { name: 'send', deliver: false }],
    ['text2pay', { phone: '+14155552671', message: 'm' }, { name: 'text2pay' }],
    ['remind', {}, { name: 'remind', channel: 'email' }],
    ['remind', { channel: 'sms' }, { name: 'remind', channel: 'sms' }],
    ['void', { reason: 'twice' }, { name: 'void', reason: 'twice', disposition: null }],
    ['void', {}, { name: 'void', reason: null, disposition: null }],
    ['delete', { actor: 'me' }, { name: 'delete' }],
    ['markViewed', {}, { name: 'markViewed' }],
  ] as const)('of %s %j is read', (name, args, command) => {
    expect(read(name, args)).toEqual(command);
  });

  it.each([
    [{}, 'other'],
    [{ paymentMethod: 'check' }, 'check'],
    [{ method: 'check' }, 'check'],
    [{ paymentMethod: 'cheque' }, 'check'],
    [{ paymentMethod: 'credit_card' }, 'card'],
    [{ paymentMethod: 'transfer' }, 'bank_transfer'],
  ])('of recordPayment %j has the method %s', (args, method) => {
    expect(read('recordPayment', args)).toMatchObject({ method });
  });
});
