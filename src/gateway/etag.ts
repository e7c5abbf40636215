// Versions of an invoice in HTTP: a strong ETag goes out, If-Match comes back.
import { reject } from '../domain/rejection.ts';
import { refused, refusedAs } from './problem.ts';

export function etag(version: number): string {
  return `"${version}"`;
}

const tagList = /^\s*(?:W\/)?"[\x21\x23-\x7e]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e]*")*\s*$/;

/**
 * The version that If-Match asks for; null where it asks for none. Of several the one that is stored counts.
 * Weak tags never match: what they promise is less than what we need.
 */
export function expectedVersion(header: string | undefined, stored: number): number | null {
  if (header === undefined || header.trim() === '*') return null;
  if (!tagList.test(header)) throw refusedAs('malformed_header', { reason: 'If-Match takes tags in quotes' });
  const versions = header
    .split(',')
    .map((tag) => /^"(\d{1,15})"$/.exec(tag.trim())?.[1])
    .map((version) => (version === undefined ? -1 : Number(version)));
  const [only] = versions;
  // A single version goes to the invoice as it is: repeated after a lost answer, it must find that answer.
  if (versions.length === 1 && only !== undefined && only >= 0) return only;
  if (versions.includes(stored)) return stored;
  throw refused(reject('version_mismatch', { version: stored }));
}
