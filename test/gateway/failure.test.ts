// What a caller may conclude from a call to Temporal that failed.
import { ServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { sortFailure } from '../../src/gateway/failure.ts';

function updateFailed(type: string, details: unknown = { data: {}, pointer: null }): Error {
  const cause = ApplicationFailure.nonRetryable('The sentence.', type, details);
  return new WorkflowUpdateFailedError('Workflow Update failed', cause);
}

function grpcError(code: number, details: string): Error {
  const cause = Object.assign(new Error(details), { code, details, metadata: {} });
  return new ServiceError('Workflow Update failed', { cause });
}

test('a code of the catalogue is the invoice’s own refusal, with its facts', () => {
  const error = updateFailed('amount_exceeds_due', { data: { due: 5 }, pointer: '/amount_cents' });
  expect(sortFailure(error)).toEqual({
    kind: 'refused',
    rejection: {
      rejected: 'amount_exceeds_due',
      message: 'The sentence.',
      data: { due: 5 },
      pointer: '/amount_cents',
    },
    actions: null,
  });
});

test('a refusal without a field has no pointer', () => {
  expect(sortFailure(updateFailed('already_paid'))).toMatchObject({
    kind: 'refused',
    rejection: { rejected: 'already_paid' },
  });
  const failure = sortFailure(updateFailed('already_paid'));
  expect(failure.kind === 'refused' && 'pointer' in failure.rejection).toBe(false);
});

test('what may be done instead is passed on in the API’s shape', () => {
  const availableActions = [{ name: 'send', allowed: true, code: null, reason: null, requires: [] }];
  expect(sortFailure(updateFailed('already_void', { availableActions }))).toMatchObject({
    actions: availableActions,
  });
});

test.each([
  ['an update that no task took', updateFailed('UnprocessedUpdate'), { kind: 'again', anew: false }],
  ['a run that ended first', updateFailed('AcceptedUpdateCompletedWorkflow'), { kind: 'again', anew: true }],
  ['a busy server', grpcError(8, 'namespace rate limit exceeded'), { kind: 'again', anew: false }],
  ['an aborted update', grpcError(10, 'workflow update was aborted'), { kind: 'again', anew: false }],
  ['a store that is away', updateFailed('persistence_unavailable'), { kind: 'unavailable' }],
  [
    'a server that was never reached',
    grpcError(14, 'connect ECONNREFUSED 127.0.0.1:1'),
    { kind: 'unavailable' },
  ],
  ['a connection that broke', grpcError(14, 'Connection dropped'), { kind: 'unknown' }],
  ['a deadline', new WorkflowUpdateRPCTimeoutOrCancelledError('late'), { kind: 'unknown' }],
  ['no open run', new WorkflowNotFoundError('gone', 'invoice:o:i', undefined), { kind: 'closed' }],
  ['a failure that nobody knows', updateFailed('TypeError'), { kind: 'unknown' }],
  ['anything else', new TypeError('x'), { kind: 'unknown' }],
])('%s', (_name, error, wanted) => {
  expect(sortFailure(error)).toEqual(wanted);
});
