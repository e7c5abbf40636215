import {
  httpStatus,
  isRejection,
  isRejectionCode,
  reject,
  rejectionCodes,
  retryAt,
  sentence,
} from '../../src/domain/rejection.ts';

/** The codes that interface.md prints and that this part of the product can give. */
const promised = [
  'wrong_status',
  'already_paid',
  'already_void',
  'net_paid_not_zero',
  'amount_exceeds_due',
  'invalid_amount',
  'too_many_decimals',
  'date_in_future',
  'currency_mismatch',
  'field_frozen',
  'issued_delete',
  'unknown_customer',
  'opted_out',
  'idempotency_mismatch',
  'idempotency_in_flight',
  'version_mismatch',
  'unknown_field',
  'engine_unavailable',
  'outcome_unknown',
  'command_expired',
  'mixed_tax_inclusion',
  'number_taken',
  'reminder_cap',
  'sms_not_consented',
  'no_email_address',
  'no_phone_number',
  'idempotency_key_required',
  'insufficient_scope',
  'unknown_parameter',
  'bad_cursor',
];

describe('the catalogue of refusals', () => {
  it('has every code that is promised', () => {
    expect(promised.filter((code) => !isRejectionCode(code))).toEqual([]);
  });

  it.each(rejectionCodes)('gives %s an HTTP status and a sentence that is one', (code) => {
    expect([400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 500, 503]).toContain(httpStatus(code));
    expect(code).toMatch(/^[a-z][a-z0-9_]*$/);
    expect(sentence(code)).toMatch(/^[A-Z].*\.$/);
    expect(sentence(code)).not.toMatch(/[{}]|undefined|null/);
  });

  it.each([
    ['wrong_status', 409],
    ['already_paid', 409],
    ['already_void', 409],
    ['issued_delete', 409],
    ['invalid_amount', 422],
    ['unknown_field', 422],
    ['number_taken', 422],
    ['reminder_cap', 429],
    ['version_mismatch', 412],
    ['command_expired', 503],
    ['engine_unavailable', 503],
    ['outcome_unknown', 503],
    ['idempotency_mismatch', 422],
    ['idempotency_in_flight', 409],
    ['insufficient_scope', 403],
    ['unknown_parameter', 400],
  ] as const)('answers %s with %i', (code, status) => {
    expect(httpStatus(code)).toBe(status);
  });
});

describe('a sentence', () => {
  it('has its blanks filled with the data that is given, zero and false included', () => {
    expect(sentence('net_paid_not_zero', { net_paid: 0 })).toContain('(net paid 0:');
    expect(sentence('reminder_cap', { messages: 3, days: 7, retry_at: '2026-03-09T10:00:00.000Z' })).toBe(
      'This address has had its 3 reminders in 7 days. Try again at 2026-03-09T10:00:00.000Z, or send the invoice.',
    );
    expect(sentence('wrong_status', { status: 'paid', command: 'x', accepted: 'open, draft' })).toBe(
      'The invoice is paid, and x is accepted in open, draft only.',
    );
  });

  it('takes data for data and not for another blank', () => {
    expect(sentence('invalid_argument', { reason: '{reason} $& $1' })).toBe(
      'The argument does not have the documented shape: {reason} $& $1.',
    );
  });
});

describe('a refusal', () => {
  it('carries its code, its sentence, its data and the field at fault, and nothing that is undefined', () => {
    expect(reject('amount_exceeds_due', { due: 5 }, '/amount_cents')).toStrictEqual({
      rejected: 'amount_exceeds_due',
      message: 'The amount is above what is due (5). Pay at most that, or allow overpayment.',
      data: { due: 5 },
      pointer: '/amount_cents',
    });
    expect(reject('already_void')).toStrictEqual({
      rejected: 'already_void',
      message: sentence('already_void'),
    });
  });

  it('is told from an answer', () => {
    expect(isRejection(reject('already_void'))).toBe(true);
    expect([null, undefined, 'already_void', { code: 'already_void' }, []].some(isRejection)).toBe(false);
    expect(['toString', '__proto__', 'constructor', '', 5, null].some(isRejectionCode)).toBe(false);
  });

  it('says when to come back where it knows', () => {
    expect(retryAt(reject('reminder_cap', { retry_at: '2026-03-09T10:00:00.000Z' }))).toBe(
      '2026-03-09T10:00:00.000Z',
    );
    expect(retryAt(reject('reminder_cap'))).toBeNull();
  });
});
