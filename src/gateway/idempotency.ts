// The same key, the same answer, a refusal too. A row per key holds the command's id, so that whoever goes on after
// a crash sends the very same command and the invoice answers it once.
import { createHash, randomUUID } from 'node:crypto';
import type { mongo } from 'mongoose';
import type { IdempotencyDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { httpStatus } from '../domain/rejection.ts';
import type { Answer } from './answer.ts';
import { within } from './engine.ts';
import { canonicalJson } from './json.ts';
import { isRefused, passes, problemType, type Refusal, refusedAs } from './problem.ts';

/** After so long another request may go on with the first one's command; sent twice it is answered once. */
const lockPatience = 15_000;
/** How long we wait for the row: until it is there nothing has been done, and a silent database is away. */
const rowPatience = 4_000;
const forgetPatience = 500;
const keptHours = 24;
/** The refusals that are a command's answer. The others are about the request itself, or pass. */
const answering: readonly number[] = [402, 404, 409, 410, 422];
/** Keys of payments never expire. */
const endOfTime = new Date('9999-12-31T00:00:00Z');

export type Keyed = {
  readonly key: string;
  readonly organizationId: string;
  readonly live: boolean;
  readonly method: string;
  /** The path as it was asked for: the same key on another invoice is another request. */
  readonly path: string;
  readonly body: unknown;
  readonly movesMoney: boolean;
  /** Fields of the answer that must not be kept. */
  readonly secrets: readonly string[];
  /** A refusal as it is told. */
  readonly tell: (refusal: Refusal) => Answer;
};

/** The two halves of a request. What is wrong with its values leaves the key free: it never became a command. */
export type Steps<Ready> = {
  readonly check: (hold: Hold) => Promise<Ready>;
  readonly run: (ready: Ready) => Promise<Answer>;
};

/** The key in the header, bare or quoted; null where there is none. */
export function idempotencyKey(header: string | undefined): string | null {
  if (header === undefined) return null;
  const bare = /^"(.*)"$/.exec(header)?.[1] ?? header;
  if (/^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/.test(bare)) return bare;
  throw refusedAs('malformed_header', {
    reason: 'Idempotency-Key takes 1 to 255 printable ASCII characters',
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function rowId(keyed: Keyed): string {
  const { organizationId, live, method, path, key } = keyed;
  return sha256(canonicalJson([organizationId, live, method, path, key]));
}

function isDuplicateKey(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}

export type Hold = { readonly commandId: string; readonly repeated: boolean };

async function begin(store: Store, keyed: Keyed, now: number): Promise<Hold | Answer> {
  const fingerprint = sha256(canonicalJson(keyed.body));
  const lockedUntil = new Date(now + lockPatience);
  const fresh: IdempotencyDocument = {
    _id: rowId(keyed),
    organization_id: keyed.organizationId,
    fingerprint,
    command_id: randomUUID(),
    state: 'running',
    locked_until: lockedUntil,
    status: null,
    headers: {},
    body: null,
    expires_at: keyed.movesMoney ? endOfTime : new Date(now + keptHours * 3_600_000),
  };
  try {
    await store.idempotencyKeys.insertOne(fresh);
    return { commandId: fresh.command_id, repeated: false };
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  return resume(store, fresh, now);
}

/** The key is known: its answer, a refusal, or the command of an owner that is gone. */
async function resume(store: Store, fresh: IdempotencyDocument, now: number): Promise<Hold | Answer> {
  const row = await store.idempotencyKeys.findOne({ _id: fresh._id });
  if (row === null) throw refusedAs('idempotency_in_flight');
  if (row.fingerprint !== fresh.fingerprint) throw refusedAs('idempotency_mismatch');
  if (row.state === 'done') {
    const status = row.status ?? 200;
    return {
      status,
      headers: { ...row.headers, 'Idempotent-Replayed': 'true' },
      ...(typeof row.body === 'string' ? { body: row.body } : {}),
      ...(status >= 400 ? { contentType: problemType } : {}),
    };
  }
  if (row.locked_until.getTime() > now) throw refusedAs('idempotency_in_flight');
  const taken = await store.idempotencyKeys.updateOne(
    { _id: row._id, state: 'running', locked_until: row.locked_until },
    { $set: { locked_until: fresh.locked_until } },
  );
  if (taken.modifiedCount === 0) throw refusedAs('idempotency_in_flight');
  return { commandId: row.command_id, repeated: true };
}

function withoutSecrets(body: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0 || typeof body !== 'object' || body === null) return body;
  return { ...body, ...Object.fromEntries(secrets.map((field) => [field, null])) };
}

type Row = mongo.Filter<IdempotencyDocument>;

/** Should its row be lost, a repetition sends the same command, and finds what it did or is refused again. */
async function keep(store: Store, mine: Row, { status, headers, body }: Answer): Promise<void> {
  const told = { status, headers: { ...headers }, body: body === undefined ? null : JSON.stringify(body) };
  const kept = store.idempotencyKeys.updateOne(mine, { $set: { state: 'done', ...told } });
  await within(kept, rowPatience).catch(() => undefined);
}

/** Whether the refusal is the answer for good. What a path names is there or not, whatever the values are. */
export function isAnswer(refusal: Refusal, begun: boolean): boolean {
  const code = refusal.rejection.rejected;
  const status = httpStatus(code);
  return (begun || status === 404) && answering.includes(status) && !passes(code);
}

/** What was refused or broke off before it had an effect frees its key; what may have had one keeps its id. */
async function forget(store: Store, mine: Row, hold: Hold, error: unknown): Promise<void> {
  const hadNoEffect = isRefused(error) && httpStatus(error.refusal.rejection.rejected) < 500;
  await (hadNoEffect && !hold.repeated
    ? store.idempotencyKeys.deleteOne(mine)
    : store.idempotencyKeys.updateOne(mine, { $set: { locked_until: new Date(0) } }));
}

/** Runs the command once for a key. Its answer is kept and told again to whoever repeats the request. */
export async function once<Ready>(store: Store, keyed: Keyed, steps: Steps<Ready>): Promise<Answer> {
  const hold = await within(begin(store, keyed, Date.now()), rowPatience, () =>
    refusedAs('engine_unavailable'),
  );
  if ('status' in hold) return hold;
  const mine = { _id: rowId(keyed), command_id: hold.commandId };
  // Whoever went on with the same command may have been answered by now, and what it did is true.
  const running = { ...mine, state: 'running' as const };
  let begun = false;
  try {
    const ready = await steps.check(hold);
    begun = true;
    const answer = await steps.run(ready);
    await keep(store, mine, { ...answer, body: withoutSecrets(answer.body, keyed.secrets) });
    return answer;
  } catch (error) {
    if (isRefused(error) && isAnswer(error.refusal, begun)) {
      await keep(store, running, keyed.tell(error.refusal));
    } else {
      // When even this cannot be written, the lock runs out by itself; whoever waits has waited long enough.
      await within(forget(store, running, hold, error), forgetPatience).catch(() => undefined);
    }
    throw error;
  }
}
