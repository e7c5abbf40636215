// Who asks: a bearer token, its organization, its mode, and what it may do.
import { instant } from '../domain/calendar.ts';
import type { TokenDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { findBearer } from '../store/tokens.ts';
import { refused, refusedAs } from './problem.ts';
import { reject } from '../domain/rejection.ts';
import type { Caller, Scope } from './route.ts';

function presented(header: string | undefined): string | null {
  return /^Bearer +([\x21-\x7e]{1,512}) *$/i.exec(header ?? '')?.[1] ?? null;
}

export async function authenticate(store: Store, header: string | undefined): Promise<Caller> {
  const secret = presented(header);
  const bearer = secret === null ? null : await findBearer(store, secret);
  if (bearer === null || bearer.token.kind !== 'canonical') {
    throw refused(reject('unauthenticated'), { headers: { 'WWW-Authenticate': 'Bearer realm="duewell"' } });
  }
  const { token, organization } = bearer;
  const clockOffset = token.live ? null : organization.clock_offset_ms;
  return {
    token,
    organization,
    live: token.live,
    actor: `token:${token._id}`,
    clockOffset,
    now: instant(Date.now() + (clockOffset ?? 0)),
  };
}

export function hasScope(token: TokenDocument, scope: Scope): boolean {
  return token.scopes.includes('*') || token.scopes.includes(scope);
}

export function authorize(caller: Caller, needs: { scope: Scope | null; testOnly?: boolean }): void {
  if (needs.scope !== null && !hasScope(caller.token, needs.scope)) {
    throw refusedAs('insufficient_scope', { scope: needs.scope });
  }
  if (needs.testOnly === true && caller.live) throw refusedAs('test_mode_only');
}
