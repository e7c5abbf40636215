// The same key, the same answer. A row per key holds the command's id, so that whoever goes on after a crash
// sends the very same command and the invoice answers it once.
import { createHash, randomUUID } from 'node:crypto';
import type { IdempotencyDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { httpStatus } from '../domain/rejection.ts';
import type { Answer } from './answer.ts';
import { within } from './engine.ts';
import { canonicalJson } from './json.ts';
import { isRefused, refusedAs } from './problem.ts';

/** After so long another request may go on with the first one's command; sent twice it is answered once. */
const lockPatience = 15_000;
/** How long we wait for the row: until it is there nothing has been done, and a silent database is away. */
const rowPatience = 4_000;
const forgetPatience = 500;
const keptHours = 24;
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

type Hold = { readonly commandId: string; readonly repeated: boolean };

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
    const body = typeof row.body === 'string' ? { body: row.body } : {};
    return {
      status: row.status ?? 200,
      headers: { ...row.headers, 'Idempotent-Replayed': 'true' },
      ...body,
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

async function keep(store: Store, keyed: Keyed, answer: Answer): Promise<void> {
  const body = withoutSecrets(answer.body, keyed.secrets);
  await store.idempotencyKeys.updateOne(
    { _id: rowId(keyed) },
    {
      $set: {
        state: 'done',
        status: answer.status,
        headers: { ...answer.headers },
        body: body === undefined ? null : JSON.stringify(body),
      },
    },
  );
}

/** A refusal is forgotten with its key; what may have had an effect keeps its command id for the next try. */
async function forget(store: Store, id: string, commandId: string, error: unknown): Promise<void> {
  const mine = { _id: id, command_id: commandId, state: 'running' as const };
  const refusedForGood = isRefused(error) && httpStatus(error.refusal.rejection.rejected) < 500;
  await (refusedForGood
    ? store.idempotencyKeys.deleteOne(mine)
    : store.idempotencyKeys.updateOne(mine, { $set: { locked_until: new Date(0) } }));
}

/** Runs the work once for a key. Its success is kept and told again to whoever repeats the request. */
export async function once(
  store: Store,
  keyed: Keyed,
  work: (hold: Hold) => Promise<Answer>,
): Promise<Answer> {
  const began = await within(begin(store, keyed, Date.now()), rowPatience, () =>
    refusedAs('engine_unavailable'),
  );
  if ('status' in began) return began;
  let answer: Answer;
  try {
    answer = await work(began);
  } catch (error) {
    // When even this cannot be written, the lock runs out by itself; whoever waits has waited long enough.
    await within(forget(store, rowId(keyed), began.commandId, error), forgetPatience).catch(() => undefined);
    throw error;
  }
  // What was done is done: should its row be lost, a repetition sends the same command and finds its answer.
  await within(keep(store, keyed, answer), rowPatience).catch(() => undefined);
  return answer;
}
