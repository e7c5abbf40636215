// What is taken for a body, and what is not.
import type { Request } from 'express';
import { parseBody, pointer } from '../../src/gateway/body.ts';
import { isRefused } from '../../src/gateway/problem.ts';

function request(text: string | Buffer, type: string | null = 'application/json'): Request {
  const body = Buffer.isBuffer(text) ? text : Buffer.from(text);
  const essence = type?.split(';')[0]?.trim() ?? '';
  return {
    body,
    headers: type === null ? {} : { 'content-type': type },
    is: (wanted: string[]) => (wanted.includes(essence) ? essence : false),
  } as unknown as Request;
}

function refusalOf(text: string | Buffer, type?: string | null) {
  try {
    parseBody(request(text, type));
  } catch (error) {
    if (isRefused(error)) return error.refusal;
    throw error;
  }
  throw new Error('It was accepted.');
}

test('an empty body counts as an empty object, whatever its type', () => {
  expect(parseBody(request('', null))).toEqual({});
  expect(parseBody({ headers: {} } as unknown as Request)).toEqual({});
});

test('JSON is read, also with its charset named', () => {
  expect(parseBody(request('{"a":[1,{"b":null}]}', 'application/json; charset=UTF-8'))).toEqual({
    a: [1, { b: null }],
  });
});

test.each([
  ['{"a":1', 'an open object'],
  ["{'a':1}", 'single quotes'],
  ['{"a":NaN}', 'NaN'],
  ['{"a":Infinity}', 'Infinity'],
  ['{"a":1,}', 'a trailing comma'],
  ['// hello\n{}', 'a comment'],
  ['{} {}', 'two values'],
])('%s is malformed (%s)', (text) => {
  expect(refusalOf(text).rejection.rejected).toBe('malformed_json');
});

test('bytes that are no UTF-8 are malformed', () => {
  expect(refusalOf(Buffer.from([0x22, 0xff, 0xfe, 0x22])).rejection.rejected).toBe('malformed_json');
});

test('nesting without end is malformed, at any depth', () => {
  for (const depth of [40, 300_000]) {
    expect(refusalOf('['.repeat(depth) + ']'.repeat(depth)).rejection.rejected).toBe('malformed_json');
  }
});

test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1', null])(
  'a body of type %s is refused',
  (type) => {
    expect(refusalOf('{"a":1}', type).rejection.rejected).toBe('unsupported_media_type');
  },
);

test('a key that stands twice is refused where it stands, however it is spelt', () => {
  const text = String.raw`{"lines":[{"amount_cents":1,"amount_cents":2}],"a/b":1,"a/b":1}`;
  const { faults } = refusalOf(text);
  expect(faults.map((fault) => [fault.pointer, fault.code])).toEqual([
    ['/lines/0/amount_cents', 'duplicate_field'],
    ['/a~1b', 'duplicate_field'],
  ]);
});

test('a key that would reach the prototype is refused', () => {
  const { faults } = refusalOf('{"metadata":{"__proto__":{"admin":"yes"}}}');
  expect(faults.map((fault) => [fault.pointer, fault.code])).toEqual([
    ['/metadata/__proto__', 'unknown_field'],
  ]);
});

test('a pointer escapes what has a meaning in it', () => {
  expect(pointer(['a/b', 0, '~c'])).toBe('/a~1b/0/~0c');
});
