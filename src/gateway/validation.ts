// Values against a schema: every fault of a body or query, each with its pointer and a code of the catalogue.
import type { z } from 'zod';
import { isRejectionCode, type RejectionCode, sentence } from '../domain/rejection.ts';
import { pointer } from './body.ts';
import { type Fault, refusedAs, refusedFaults } from './problem.ts';

type Issue = z.core.$ZodIssue;

/** The code that a wrong value of this field has, where the schema itself names none. */
function codeOfField(path: readonly PropertyKey[]): RejectionCode {
  const last = path.at(-1);
  const name = typeof last === 'string' ? last : '';
  if (name.endsWith('_cents')) return 'invalid_amount';
  if (name === 'date' || name.endsWith('_date')) return 'invalid_date';
  if (name === 'currency') return 'invalid_currency';
  if (name === 'time_zone') return 'invalid_time_zone';
  if (name === 'line_items_attributes') return 'no_line_items';
  return 'invalid_value';
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function fault(path: readonly PropertyKey[], code: RejectionCode, more: string): Fault {
  return {
    pointer: pointer(path),
    code,
    detail: more === '' ? sentence(code) : `${sentence(code)} ${capitalised(more)}`,
  };
}

function codeOf(issue: Issue): RejectionCode {
  const named: unknown = issue.code === 'custom' ? issue.params?.['code'] : undefined;
  if (isRejectionCode(named)) return named;
  const isList = issue.path.at(-1) === 'line_items_attributes';
  if (isList && issue.code === 'too_big') return 'too_many_lines';
  const code = codeOfField(issue.path);
  return code === 'no_line_items' && issue.code !== 'too_small' && issue.code !== 'invalid_type'
    ? 'invalid_value'
    : code;
}

/** Of several shapes that would do, the one that the value comes closest to says what is wrong. */
function nearest(alternatives: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]): number => Math.max(0, ...issues.map((one) => one.path.length));
  return alternatives.reduce((best, next) => (depth(next) > depth(best) ? next : best), []);
}

function faultsOf(issue: Issue): Fault[] {
  if (issue.code === 'invalid_union') {
    const inside = nearest(issue.errors);
    if (inside.length > 0) {
      return inside.flatMap((one) => faultsOf({ ...one, path: [...issue.path, ...one.path] }));
    }
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => fault([...issue.path, key], 'unknown_field', ''));
  }
  const code = codeOf(issue);
  // The schema's own words say what would fit; those of a refusal with a code of its own already do.
  return [fault(issue.path, code, code === 'invalid_value' ? `${issue.message}.` : '')];
}

/** Every fault once: that a number is neither whole nor small enough is one thing to put right. */
function allFaults(issues: readonly Issue[]): Fault[] {
  const faults = new Map(issues.flatMap(faultsOf).map((one) => [`${one.pointer} ${one.code}`, one]));
  return [...faults.values()];
}

export function checkBody<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refusedFaults(allFaults(parsed.error.issues));
}

const metadataParameter = /^metadata\[(.+)\]$/;

/** `metadata[k]=v` becomes one object, as the schemas have it. */
function gathered(query: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  const metadata: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const key = metadataParameter.exec(name)?.[1];
    if (key === undefined) plain[name] = value;
    else metadata[key] = value;
  }
  return Object.keys(metadata).length === 0 ? plain : { ...plain, metadata };
}

export function checkQuery<T>(schema: z.ZodType<T>, query: Readonly<Record<string, unknown>>): T {
  const parsed = schema.safeParse(gathered(query));
  if (parsed.success) return parsed.data;
  const unknown = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : [],
  );
  if (unknown.length > 0) {
    throw refusedFaults(unknown.map((name) => fault([name], 'unknown_parameter', '')));
  }
  if (parsed.error.issues.some((issue) => issue.path[0] === 'cursor'))
    throw refusedAs('bad_cursor', {}, '/cursor');
  throw refusedFaults(allFaults(parsed.error.issues));
}
