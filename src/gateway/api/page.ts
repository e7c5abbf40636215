// Lists: a page by a key that never skips or repeats a row, with a cursor that only this list understands.
import { z } from 'zod';
import type { Answer } from '../answer.ts';
import { refusedAs } from '../problem.ts';

export const limitDefault = 25;
const limitMax = 50;

const digits = /^\d{1,4}$/;

/** Query parameters are texts; a limit is a text of digits between its bounds. */
export function limitParameter(otherwise: number, max: number) {
  return z
    .string()
    .refine((text) => digits.test(text) && Number(text) >= 1 && Number(text) <= max, {
      error: `write a whole number from 1 to ${max}`,
    })
    .transform(Number)
    .default(otherwise)
    .meta({
      type: 'integer',
      minimum: 1,
      maximum: max,
      default: otherwise,
      description: 'Number of results.',
    });
}

export const pageQuery = {
  limit: limitParameter(limitDefault, limitMax),
  cursor: z.string().min(1).max(1_000).optional().meta({ description: '`next_cursor` of the page before.' }),
};

/** Lists that belong to one invoice come whole unless a page is asked for. */
export const wholeListQuery = {
  ...pageQuery,
  limit: limitParameter(1_000, 1_000),
};

export type Position = readonly (string | number | null)[];

/** `list` names the list and its order, so that a cursor of another is refused. */
export function encodeCursor(list: string, position: Position): string {
  return Buffer.from(JSON.stringify([list, ...position]), 'utf8').toString('base64url');
}

function isPosition(value: unknown): value is Position {
  const plain = (item: unknown): boolean =>
    item === null || typeof item === 'string' || typeof item === 'number';
  return Array.isArray(value) && value.every(plain);
}

export function decodeCursor(list: string, length: number, cursor: string | undefined): Position | null {
  if (cursor === undefined) return null;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    value = null;
  }
  if (!isPosition(value) || value[0] !== list || value.length !== length + 1) {
    throw refusedAs('bad_cursor', {}, '/cursor');
  }
  return value.slice(1);
}

export type Page<T> = { readonly rows: readonly T[]; readonly nextCursor: string | null };

/** Rows were asked for with one more than the limit; that one only says that there is more. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { rows: kept, nextCursor: more ? cursorOf(last) : null };
}

/** For an answer that is more than a list and goes on in the same way. */
export function nextPageLink(url: URL, nextCursor: string | null): Record<string, string> {
  if (nextCursor === null) return {};
  const next = new URL(url);
  next.searchParams.set('cursor', nextCursor);
  return { Link: `<${next.href}>; rel="next"` };
}

export function listAnswer(
  url: URL,
  page: { readonly data: readonly unknown[]; readonly nextCursor: string | null },
): Answer {
  const body = { data: page.data, has_more: page.nextCursor !== null, next_cursor: page.nextCursor };
  return { status: 200, body, headers: nextPageLink(url, page.nextCursor) };
}

export function listSchema(item: z.ZodType, id: string) {
  return z
    .strictObject({
      data: z.array(item),
      has_more: z.boolean(),
      next_cursor: z.string().nullable(),
    })
    .meta({ id });
}

/** Keyset on two descending fields of which the second is unique. */
export function afterDescending(
  first: string,
  second: string,
  position: Position | null,
): Record<string, unknown> {
  if (position === null) return {};
  const [one, two] = position;
  return {
    [first]: { $lte: one },
    $or: [{ [first]: { $lt: one } }, { [first]: one, [second]: { $lt: two } }],
  };
}
