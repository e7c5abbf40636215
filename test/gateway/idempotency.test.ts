// Which refusals are kept for their key, and what counts as a key.
import { rejectionCodes } from '../../src/domain/rejection.ts';
import { idempotencyKey, isAnswer } from '../../src/gateway/idempotency.ts';
import { refusedAs } from '../../src/gateway/problem.ts';

const kept = (begun: boolean) =>
  rejectionCodes.filter((code) => isAnswer(refusedAs(code).refusal, begun)).toSorted();

test('what is refused for good once a command runs is its answer', () => {
  expect(kept(true)).toEqual(expect.arrayContaining(['already_paid', 'amount_exceeds_due', 'not_found']));
  expect(kept(true)).toEqual(expect.arrayContaining(['payment_in_flight', 'refund_refused', 'invalid_date']));
});

test('what is about the request, or passes, leaves the key free', () => {
  const free = rejectionCodes.filter((code) => !kept(true).includes(code));
  expect(free.toSorted()).toEqual([
    'bad_cursor',
    'bad_signature',
    'clock_busy',
    'command_expired',
    'engine_unavailable',
    'idempotency_in_flight',
    'idempotency_key_required',
    'insufficient_scope',
    'internal_error',
    'live_mode_only',
    'malformed_header',
    'malformed_json',
    'malformed_upload',
    'method_not_allowed',
    'outcome_unknown',
    'payload_too_large',
    'rate_limited',
    'reminder_cap',
    'test_mode_only',
    'unauthenticated',
    'unknown_parameter',
    'unsupported_media_type',
    'unsupported_upload_type',
    'version_mismatch',
  ]);
});

test('before it runs, only that there is no such thing is', () => {
  expect(kept(false)).toContain('not_found');
  expect(kept(false).filter((code) => !code.startsWith('unknown_') && code !== 'not_found')).toEqual([]);
});

test.each([
  ['bare', 'a-1', 'a-1'],
  ['in quotes', '"a-1"', 'a-1'],
  ['left out', undefined, null],
])('a key %s is read', (_how, header, key) => {
  expect(idempotencyKey(header)).toBe(key);
});
