// Refusals on their way out: one error shape that handlers throw, one renderer to application/problem+json.
import type { Action } from './api/actions.ts';
import {
  type Rejection,
  type RejectionCode,
  type RejectionData,
  httpStatus,
  reject,
} from '../domain/rejection.ts';

export const problemType = 'application/problem+json';

/** One value at fault. `pointer` is a JSON pointer into the body, or `/name` of a query parameter. */
export type Fault = { readonly pointer: string; readonly code: RejectionCode; readonly detail: string };

export type Refusal = {
  readonly rejection: Rejection;
  readonly faults: readonly Fault[];
  readonly actions: readonly Action[] | null;
  readonly headers: Readonly<Record<string, string>>;
};

type RefusedError = Error & { readonly refusal: Refusal };

/** How long a caller should wait before it repeats, in seconds, where the code says that it may. */
const patience: Partial<Record<RejectionCode, number>> = {
  idempotency_in_flight: 1,
  clock_busy: 5,
  command_expired: 1,
  engine_unavailable: 5,
  outcome_unknown: 2,
};

/** Whether it only says that something else has to end first. */
export function passes(code: RejectionCode): boolean {
  return code in patience;
}

/** Where the value lies that a code is about, for refusals from where bodies are not known. */
const fields: Partial<Record<RejectionCode, string>> = {
  insufficient_credit: '/amount_cents',
  invalid_phone_number: '/phone',
  no_email_address: '/to',
  no_phone_number: '/phone',
  number_taken: '/invoice_number',
};

type Extras = {
  readonly faults?: readonly Fault[];
  readonly actions?: readonly Action[] | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/** An error to throw: everything between the handler and the renderer lets it pass. */
export function refused(rejection: Rejection, extras: Extras = {}): RefusedError {
  const { rejected, message, pointer = fields[rejected] } = rejection;
  // What is not there was named by the address, in which there is nothing to point at.
  const isPointed = pointer !== undefined && httpStatus(rejected) !== 404;
  const own = !isPointed ? [] : [{ pointer, code: rejected, detail: message }];
  const refusal: Refusal = {
    rejection,
    faults: extras.faults ?? own,
    actions: extras.actions ?? null,
    headers: extras.headers ?? {},
  };
  return Object.assign(new Error(message), { refusal });
}

/** The same from a code of the catalogue. */
export function refusedAs(code: RejectionCode, data?: RejectionData, pointer?: string): RefusedError {
  return refused(reject(code, data, pointer));
}

/** Several values at fault: their common code, else `invalid_value`. */
export function refusedFaults(faults: readonly Fault[], headers: Extras['headers'] = {}): RefusedError {
  const codes = new Set(faults.map((fault) => fault.code));
  const [first] = faults;
  const code = codes.size === 1 && first !== undefined ? first.code : 'invalid_value';
  const rejection = { rejected: code, message: first?.detail ?? '' };
  return refused(faults.length === 1 ? rejection : reject(code), { faults, headers });
}

export function isRefused(error: unknown): error is RefusedError {
  return error instanceof Error && 'refusal' in error;
}

function title(code: RejectionCode): string {
  const words = code.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function secondsUntil(at: unknown, now: number): number | undefined {
  if (typeof at !== 'string') return undefined;
  const wait = Date.parse(at) - now;
  return Number.isNaN(wait) ? undefined : Math.max(1, Math.ceil(wait / 1000));
}

export type Problem = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
};

/** The answer for a refusal. `now` is the invoice's clock, against which an instant to retry at is read. */
export function problem(refusal: Refusal, requestId: string, now: number): Problem {
  const { rejected: code, message, data } = refusal.rejection;
  const status = httpStatus(code);
  const wait = patience[code] ?? secondsUntil(data?.['retry_at'], now);
  return {
    status,
    headers: {
      ...(wait === undefined ? {} : { 'Retry-After': String(wait) }),
      ...refusal.headers,
    },
    body: {
      ...data,
      type: `urn:duewell:problem:${code}`,
      title: title(code),
      status,
      code,
      detail: message,
      request_id: requestId,
      ...(refusal.faults.length === 0 ? {} : { errors: refusal.faults }),
      ...(refusal.actions === null ? {} : { available_actions: refusal.actions }),
    },
  };
}
