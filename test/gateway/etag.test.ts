// Versions in headers.
import { etag, expectedVersion } from '../../src/gateway/etag.ts';
import { isRefused } from '../../src/gateway/problem.ts';

function codeOf(header: string, stored: number): string {
  try {
    return String(expectedVersion(header, stored));
  } catch (error) {
    if (isRefused(error)) return error.refusal.rejection.rejected;
    throw error;
  }
}

test('a version is a strong tag', () => {
  expect(etag(7)).toBe('"7"');
});

test.each([
  ['"3"', 5, '3'],
  ['*', 5, 'null'],
  ['"3", "5"', 5, '5'],
  ['"3", "4"', 5, 'version_mismatch'],
  ['W/"5"', 5, 'version_mismatch'],
  ['"abc"', 5, 'version_mismatch'],
  ['5', 5, 'malformed_header'],
  ['"5', 5, 'malformed_header'],
  ['', 5, 'malformed_header'],
])('If-Match %s at version %d comes to %s', (header, stored, wanted) => {
  expect(codeOf(header, stored)).toBe(wanted);
});

test('no header asks for no version', () => {
  expect(expectedVersion(undefined, 5)).toBeNull();
});
