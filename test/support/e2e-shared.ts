// The one running product that most tests of this tier share. The test runner starts it, as `npm start` would.
import { readFileSync } from 'node:fs';
import { newOrganization, type Organization } from './e2e-organization.ts';
import type { CredentialsFile } from './product.ts';
import { required } from './servers.ts';

let known: CredentialsFile | null = null;

export function sharedProduct(): CredentialsFile {
  known ??= JSON.parse(readFileSync(required('TEST_PRODUCT_CREDENTIALS'), 'utf8')) as CredentialsFile;
  return known;
}

/** An organization of the test's own: nothing that other tests do is in it. */
export function ownOrganization(change: Record<string, unknown> = {}): Promise<Organization> {
  return newOrganization(sharedProduct(), change);
}
