// Reads a request body: JSON only, at most 1 MB, every key once.
import { type ObjectNode, parse, type ValueNode } from '@humanwhocodes/momoa';
import express, { type Request } from 'express';
import { type RejectionCode, sentence } from '../domain/rejection.ts';
import { type Fault, refusedAs, refusedFaults } from './problem.ts';

export const bodyLimit = 1_000_000;
const depthLimit = 32;

/** Keeps the bytes as they came; what they are is decided after authentication. */
export const readRawBody = express.raw({ type: () => true, limit: bodyLimit, inflate: false });

export function pointer(path: readonly (string | number | symbol)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isJson(request: Request): boolean {
  const charset = /;\s*charset="?([^";\s]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  return (
    request.is(['application/json', 'application/*+json']) !== false && charset.toLowerCase() === 'utf-8'
  );
}

type Path = readonly (string | number)[];

function strayMembers({ members }: ObjectNode, path: Path): Fault[] {
  const seen = new Set<string>();
  return members.flatMap(({ name, value }) => {
    const key = name.type === 'String' ? name.value : name.name;
    const at = [...path, key];
    const faults = strayKeys(value, at);
    const blame = (code: RejectionCode): Fault[] => [
      { pointer: pointer(at), code, detail: sentence(code) },
      ...faults,
    ];
    if (seen.has(key)) return blame('duplicate_field');
    seen.add(key);
    return key === '__proto__' ? blame('unknown_field') : faults;
  });
}

/** Keys that stand twice in one object, or that JSON.parse would turn into something else than a field. */
function strayKeys(value: ValueNode, path: Path): Fault[] {
  if (path.length > depthLimit) throw refusedAs('malformed_json');
  if (value.type === 'Object') return strayMembers(value, path);
  if (value.type !== 'Array') return [];
  return value.elements.flatMap((element, index) => strayKeys(element.value, [...path, index]));
}

/** The body as JSON; no body at all counts as an empty object. */
export function parseBody(request: Request): unknown {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body) || body.length === 0) return {};
  if (!isJson(request)) throw refusedAs('unsupported_media_type');
  let parsed: unknown;
  let tree: ValueNode;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    parsed = JSON.parse(text);
    // Nesting too deep for this parser is none of ours either.
    tree = parse(text).body;
  } catch {
    throw refusedAs('malformed_json');
  }
  const faults = strayKeys(tree, []);
  if (faults.length > 0) throw refusedFaults(faults);
  return parsed;
}
