// How the tests of bodies and queries see what is refused.
import type { z } from 'zod';
import { isRefused } from '../../src/gateway/problem.ts';
import { checkBody } from '../../src/gateway/validation.ts';

export type Seen = readonly (readonly [string, string])[];

/** Pointer and code of every fault; none when it is accepted. */
export function faults(check: () => unknown): Seen {
  try {
    check();
    return [];
  } catch (error) {
    if (!isRefused(error)) throw error;
    return error.refusal.faults.map((fault) => [fault.pointer, fault.code] as const);
  }
}

export const seen = (schema: z.ZodType, body: unknown): Seen => faults(() => checkBody(schema, body));

/** One character more than allowed. */
export const long = (length: number) => 'x'.repeat(length + 1);
