// What a refusal looks like when it leaves.
import { reject, rejectionCodes, httpStatus } from '../../src/domain/rejection.ts';
import { isRefused, problem, refused, refusedAs, refusedFaults } from '../../src/gateway/problem.ts';

const now = Date.parse('2026-03-02T09:00:00Z');

test('a refused value names its field', () => {
  const { refusal } = refusedAs('unknown_customer', undefined, '/customer_id');
  expect(problem(refusal, 'req-1', now)).toEqual({
    status: 422,
    headers: {},
    body: {
      type: 'urn:duewell:problem:unknown_customer',
      title: 'Unknown customer',
      status: 422,
      code: 'unknown_customer',
      detail: 'There is no customer with this id in the organization.',
      request_id: 'req-1',
      errors: [
        {
          pointer: '/customer_id',
          code: 'unknown_customer',
          detail: 'There is no customer with this id in the organization.',
        },
      ],
    },
  });
});

test.each([
  ['insufficient_credit', '/amount_cents'],
  ['no_email_address', '/to'],
  ['no_phone_number', '/phone'],
  ['number_taken', '/invoice_number'],
] as const)('%s names its field also where whoever refused knew of no body', (code, pointer) => {
  const { body } = problem(refusedAs(code).refusal, 'r', now);
  expect(body['errors']).toMatchObject([{ pointer, code }]);
  const named = problem(refusedAs(code, undefined, '/elsewhere').refusal, 'r', now);
  expect(named.body['errors']).toMatchObject([{ pointer: '/elsewhere', code }]);
});

test.each(['unknown_payment', 'unknown_late_fee', 'not_found'] as const)(
  '%s is about the address, and points at no field',
  (code) => {
    const { status, body } = problem(refusedAs(code, undefined, '/payment_id').refusal, 'r', now);
    expect([status, body['code']]).toEqual([404, code]);
    expect(body).not.toHaveProperty('errors');
  },
);

test('a refusal by state lists what may be done', () => {
  const actions = [{ name: 'send', allowed: true, code: null, reason: null, requires: [] }];
  const { body, status } = problem(refused(reject('already_void'), { actions }).refusal, 'r', now);
  expect(status).toBe(409);
  expect(body['available_actions']).toEqual(actions);
  expect(body).not.toHaveProperty('errors');
});

test('the facts of a refusal are told and never displace the problem’s own fields', () => {
  const data = { status: 'open', command: 'delete', accepted: 'draft' };
  const { body } = problem(refusedAs('issued_delete', data).refusal, 'r', now);
  expect(body).toMatchObject({ status: 409, command: 'delete' });
});

test('a cap says when to come back, in the body and in seconds', () => {
  const data = { messages: 3, days: 7, retry_at: '2026-03-02T09:01:30.000Z' };
  const { body, headers, status } = problem(refusedAs('reminder_cap', data).refusal, 'r', now);
  expect(status).toBe(429);
  expect(body['retry_at']).toBe('2026-03-02T09:01:30.000Z');
  expect(headers['Retry-After']).toBe('90');
});

test.each(['engine_unavailable', 'outcome_unknown', 'command_expired'] as const)(
  '%s is 503 and says when to come back',
  (code) => {
    const { status, headers, body } = problem(refusedAs(code, { command_id: 'c-1' }).refusal, 'r', now);
    expect(status).toBe(503);
    expect(Number(headers['Retry-After'])).toBeGreaterThan(0);
    expect(body['command_id']).toBe('c-1');
  },
);

test('several faults of one kind share its code, different ones are invalid values', () => {
  const fault = (pointer: string, code: 'unknown_field' | 'invalid_date') => ({ pointer, code, detail: 'x' });
  const same = refusedFaults([fault('/a', 'unknown_field'), fault('/b', 'unknown_field')]);
  const mixed = refusedFaults([fault('/a', 'unknown_field'), fault('/b', 'invalid_date')]);
  expect(problem(same.refusal, 'r', now).body['code']).toBe('unknown_field');
  expect(problem(mixed.refusal, 'r', now).body).toMatchObject({ code: 'invalid_value', status: 422 });
});

test('every code of the catalogue renders with its own status and a sentence', () => {
  for (const code of rejectionCodes) {
    const { status, body } = problem(refusedAs(code).refusal, 'r', now);
    expect(status).toBe(httpStatus(code));
    expect(String(body['detail']).length).toBeGreaterThan(10);
  }
});

test('only refusals are taken for refusals', () => {
  expect(isRefused(refusedAs('not_found'))).toBe(true);
  expect(isRefused(new Error('x'))).toBe(false);
});
