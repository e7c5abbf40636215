// Bearer tokens: how they look, how they are kept, how a presented one is found.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../domain/calendar.ts';
import type { OrganizationDocument, TokenDocument } from './documents.ts';
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

type Presented = { readonly shape: (typeof shapes)[number]; readonly id: string; readonly secret: string };

function read(presented: string): Presented | null {
  for (const shape of shapes) {
    const [, id, secret] = shape.pattern.exec(presented) ?? [];
    if (id !== undefined && secret !== undefined) return { shape, id, secret };
  }
  return null;
}

/** Whether it is the very token that was presented, and may be used. */
function fits<T extends TokenDocument>({ shape, secret }: Presented, document: T | null): document is T {
  // An unknown id takes the same path, so that an answer's time does not tell the two apart.
  const expected = Buffer.from(document?.secret_hash ?? hash('').toString('hex'), 'hex');
  const same = timingSafeEqual(hash(secret), expected);
  if (document === null || !same) return false;
  if (shape.live !== null && shape.live !== document.live) return false;
  return isUsable(document);
}

/** The token that was presented; null when it is unknown, altered, expired or revoked. */
export async function findToken(store: Store, presented: string): Promise<TokenDocument | null> {
  const wanted = read(presented);
  if (wanted === null) return null;
  const document = await store.tokens.findOne({ _id: wanted.id, kind: wanted.shape.kind });
  return fits(wanted, document) ? document : null;
}

export type Bearer = { readonly token: TokenDocument; readonly organization: OrganizationDocument };

/** The same with its organization, in one read: every request begins with it. */
export async function findBearer(store: Store, presented: string): Promise<Bearer | null> {
  const wanted = read(presented);
  if (wanted === null) return null;
  const [document = null] = await store.tokens
    .aggregate<TokenDocument & { readonly organization: readonly OrganizationDocument[] }>([
      // With the hash: where the id is known and the secret is not, nothing is joined and it takes no longer either.
      {
        $match: { _id: wanted.id, kind: wanted.shape.kind, secret_hash: hash(wanted.secret).toString('hex') },
      },
      {
        $lookup: {
          from: store.organizations.collectionName,
          localField: 'organization_id',
          foreignField: '_id',
          as: 'organization',
        },
      },
    ])
    .toArray();
  if (!fits(wanted, document)) return null;
  const { organization: found, ...token } = document;
  const [organization] = found;
  return organization === undefined ? null : { token, organization };
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
