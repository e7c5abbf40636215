// What came of a call to Temporal that did not succeed, sorted by what the caller may conclude from it.
import { isGrpcServiceError, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { type Rejection, type RejectionData, isRejectionCode } from '../domain/rejection.ts';
import { type Action, presentActions } from './api/actions.ts';

export type Failure =
  /** The invoice said no. */
  | { readonly kind: 'refused'; readonly rejection: Rejection; readonly actions: readonly Action[] | null }
  /** It certainly had no effect, and the same update may be sent again. `anew`: under another update id. */
  | { readonly kind: 'again'; readonly anew: boolean }
  /** No run of this workflow is open. */
  | { readonly kind: 'closed' }
  /** It certainly had no effect. */
  | { readonly kind: 'unavailable' }
  /** Nobody can say whether it had an effect. */
  | { readonly kind: 'unknown' };

const grpc = { deadlineExceeded: 4, resourceExhausted: 8, aborted: 10, unavailable: 14 } as const;

type FailureDetails = {
  readonly data?: RejectionData | null;
  readonly pointer?: string | null;
  readonly availableActions?: Parameters<typeof presentActions>[0] | null;
};

function fromApplication(failure: ApplicationFailure): Failure {
  const { type } = failure;
  if (type === 'UnprocessedUpdate') return { kind: 'again', anew: false };
  // The run ended before its handler did. Its own answer under that id would be this failure for ever.
  if (type === 'AcceptedUpdateCompletedWorkflow') return { kind: 'again', anew: true };
  if (type === 'persistence_unavailable') return { kind: 'unavailable' };
  if (!isRejectionCode(type)) return { kind: 'unknown' };
  const details = (failure.details?.[0] ?? {}) as FailureDetails;
  const { data = null, pointer = null, availableActions = null } = details;
  return {
    kind: 'refused',
    rejection: {
      rejected: type,
      message: failure.message,
      ...(data === null ? {} : { data }),
      ...(pointer === null ? {} : { pointer }),
    },
    actions: availableActions === null ? null : presentActions(availableActions),
  };
}

/** The gRPC status inside an error of the client, however deep. */
function grpcCause(error: unknown): { readonly code: number; readonly details: string } | null {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (isGrpcServiceError(at)) return { code: at.code, details: at.details };
  }
  return null;
}

const neverConnected = /ECONNREFUSED|No connection established|ENOTFOUND|EHOSTUNREACH|Name resolution failed/;

export function sortFailure(error: unknown): Failure {
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
    return fromApplication(error.cause);
  }
  if (error instanceof WorkflowNotFoundError) return { kind: 'closed' };
  const cause = grpcCause(error);
  if (cause === null) return { kind: 'unknown' };
  if (cause.code === grpc.resourceExhausted || cause.code === grpc.aborted) {
    return { kind: 'again', anew: false };
  }
  const unreached = cause.code === grpc.unavailable && neverConnected.test(cause.details);
  return { kind: unreached ? 'unavailable' : 'unknown' };
}
