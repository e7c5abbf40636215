// Bearer tokens: how they look, how they are kept, how a presented one is found.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../domain/calendar.ts';
import type { TokenDocument } from './documents.ts';
import type { Store } from './store.ts';

/** Key id (64 random bits, public) and secret (256 random bits) are hex, so that no separator occurs in them. */
const shapes = [
  { kind: 'canonical', live: false, pattern: /^dw_test_([0-9a-f]{16})_([0-9a-f]{64})$/ },
  { kind: 'canonical', live: true, pattern: /^dw_live_([0-9a-f]{16})_([0-9a-f]{64})$/ },
  { kind: 'highlevel', live: null, pattern: /^pit-([0-9a-f]{16})-([0-9a-f]{64})$/ },
  { kind: 'invoiced', live: null, pattern: /^([0-9a-f]{16})([0-9a-f]{64})$/ },
] as const;

export type TokenRequest = Pick<TokenDocument, 'organization_id' | 'name' | 'kind' | 'live' | 'scopes'> & {
  readonly expires_at?: Instant | null;
};

/** Makes a token. The text is shown once: only the hash of its secret is kept. */
export async function mintToken(
  store: Store,
  request: TokenRequest,
): Promise<{ document: TokenDocument; token: string }> {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('hex');
  const document: TokenDocument = {
    _id: id,
    organization_id: request.organization_id,
    name: request.name,
    kind: request.kind,
    live: request.live,
    scopes: request.scopes,
    secret_hash: hash(secret).toString('hex'),
    created_at: new Date().toISOString(),
    expires_at: request.expires_at ?? null,
    revoked_at: null,
  };
  await store.tokens.insertOne(document);
  return { document, token: text(document, secret) };
}

/** The token that was presented; null when it is unknown, altered, expired or revoked. */
export async function findToken(store: Store, presented: string): Promise<TokenDocument | null> {
  for (const shape of shapes) {
    const [, id, secret] = shape.pattern.exec(presented) ?? [];
    if (id === undefined || secret === undefined) continue;
    const document = await store.tokens.findOne({ _id: id, kind: shape.kind });
    // An unknown id takes the same path, so that an answer's time does not tell the two apart.
    const expected = Buffer.from(document?.secret_hash ?? hash('').toString('hex'), 'hex');
    const same = timingSafeEqual(hash(secret), expected);
    if (document === null || !same) return null;
    if (shape.live !== null && shape.live !== document.live) return null;
    return isUsable(document) ? document : null;
  }
  return null;
}

/** Whether there was such a token of the organization that was not revoked yet. */
export async function revokeToken(store: Store, organizationId: string, id: string): Promise<boolean> {
  const revoked = await store.tokens.updateOne(
    { _id: id, organization_id: organizationId, revoked_at: null },
    { $set: { revoked_at: new Date().toISOString() } },
  );
  return revoked.matchedCount === 1;
}

function isUsable(document: TokenDocument): boolean {
  if (document.revoked_at !== null) return false;
  return document.expires_at === null || Date.parse(document.expires_at) > Date.now();
}

function text(document: TokenDocument, secret: string): string {
  switch (document.kind) {
    case 'canonical':
      return `dw_${document.live ? 'live' : 'test'}_${document._id}_${secret}`;
    case 'highlevel':
      return `pit-${document._id}-${secret}`;
    case 'invoiced':
      return `${document._id}${secret}`;
  }
}

function hash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
