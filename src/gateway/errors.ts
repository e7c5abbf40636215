// The last stop of everything that was thrown: a refusal as it is, an engine that is away as 503, the rest as ours.
import type { NextFunction, Request, Response } from 'express';
import mongoose from 'mongoose';
import type { Logger } from 'pino';
import { reject, type RejectionCode } from '../domain/rejection.ts';
import { write } from './answer.ts';
import type { Metrics } from './metrics.ts';
import { isRefused, type Problem, problem, problemType, type Refusal, refused } from './problem.ts';

/** What the body reader and the router throw. */
const byType: Readonly<Record<string, RejectionCode>> = {
  'entity.too.large': 'payload_too_large',
  'parameters.too.many': 'payload_too_large',
  'encoding.unsupported': 'unsupported_media_type',
  'charset.unsupported': 'unsupported_media_type',
  'request.aborted': 'malformed_json',
  'request.size.invalid': 'malformed_json',
};

const { MongoNetworkError, MongoOperationTimeoutError, MongoServerSelectionError, MongoNotConnectedError } =
  mongoose.mongo;
const databaseAway = [
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerSelectionError,
  MongoNotConnectedError,
];

export function isDatabaseAway(error: unknown): boolean {
  return databaseAway.some((kind) => error instanceof kind);
}

export function refusalFor(error: unknown): Refusal {
  if (isRefused(error)) return error.refusal;
  if (isDatabaseAway(error)) return refused(reject('engine_unavailable')).refusal;
  const type = error instanceof Error && 'type' in error ? String(error.type) : '';
  // An address that does not decode names nothing.
  const code = byType[type] ?? (error instanceof URIError ? 'not_found' : 'internal_error');
  return refused(reject(code)).refusal;
}

/** The refusal as this request is told it. */
export function problemFor(request: Request, response: Response, refusal: Refusal): Problem {
  const now: unknown = response.locals['now'];
  return problem(
    refusal,
    typeof request.id === 'string' ? request.id : '',
    typeof now === 'number' ? now : Date.now(),
  );
}

export function renderErrors(logger: Logger, metrics: Metrics) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const refusal = refusalFor(error);
    const code = refusal.rejection.rejected;
    metrics.refused(code);
    if (code === 'internal_error' || (code === 'engine_unavailable' && !isRefused(error))) {
      logger.error({ err: error, requestId: request.id }, 'a request failed');
    }
    if (response.headersSent) {
      next(error);
      return;
    }
    write(response, problemFor(request, response, refusal), problemType);
  };
}
