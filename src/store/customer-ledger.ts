// A customer's own stream of journal entries, for what no invoice is part of: money that nothing was allocated of,
// and credit that was given by hand.
import type { Instant, LocalDate } from '../domain/calendar.ts';
import type { AccountRef, EntryType, Posting } from '../domain/ledger/entry.ts';
import type { AccountRole } from '../domain/ledger/account.ts';
import { clashOf } from './clash.ts';
import { changeCredit, collided, type CreditHolder } from './credit-balance.ts';
import type { EventDocument } from './documents.ts';
import { type AccountOf, lineDocuments } from './entry-lines.ts';
import { inLane } from './lane.ts';
import { chain } from './ledger-hash.ts';
import type { Session, Store } from './store.ts';
import { exactly } from './exactly.ts';

/** One writer at a time: each entry carries the hash of the one before. */
export function customerStream(customerId: string, liveMode: boolean): string {
  return `${customerId}:${liveMode ? 'live' : 'test'}`;
}

export type CustomerEntry = CreditHolder & {
  readonly type: EntryType;
  readonly date: LocalDate;
  readonly reverses: string | null;
  readonly postings: readonly Posting[];
  /** null: an event of the customer's own, named like the entry. */
  readonly eventId: string | null;
  /** By the clock of the mode. */
  readonly at: Instant;
};

/** Writes the next entry of the stream. Whoever comes at the same time waits for this transaction's end. */
export async function postToCustomer(
  store: Store,
  session: Session,
  accountOf: AccountOf,
  entry: CustomerEntry,
  recordedAt: Date,
): Promise<{ readonly id: string; readonly sequence: number }> {
  const { organizationId, liveMode, customerId } = entry;
  const stream = customerStream(customerId, liveMode);
  const end = await collided(() =>
    store.customerLedgers.findOneAndUpdate(
      { _id: stream },
      { $inc: { sequence: 1 }, $setOnInsert: { organization_id: organizationId, hash: null } },
      { session, upsert: true, returnDocument: 'after' },
    ),
  );
  if (end === null) throw new Error('The customer’s stream was not carried on');
  const { sequence } = end;
  const id = `${stream}:${sequence}`;
  const unhashed = {
    _id: id,
    organization_id: organizationId,
    live_mode: liveMode,
    stream,
    invoice_id: null,
    customer_id: customerId,
    sequence,
    type: entry.type,
    date: entry.date,
    currency: entry.currency,
    reverses: entry.reverses,
    lines: lineDocuments(id, entry.postings, accountOf),
    event_id: entry.eventId ?? id,
    created_at: entry.at,
    recorded_at: recordedAt,
  };
  const chained = chain(end.hash, [unhashed]);
  await store.journalEntries.insertMany(chained, { session });
  const hash = chained[0]?.hash ?? null;
  await store.customerLedgers.updateOne({ _id: stream }, { $set: { hash } }, { session });
  return { id, sequence };
}

export type CreditGrant = CreditHolder & {
  /** The same id gives once. */
  readonly commandId: string;
  /** Tells a repetition from another request under the same id. */
  readonly fingerprint: string;
  readonly actor: string;
  /** Minor units, above zero. */
  readonly amount: number;
  readonly reason: string | null;
  readonly date: LocalDate;
  readonly at: Instant;
};

export type GrantResult = { readonly entryId: string; readonly amount: number; readonly balance: number };

export type Granted =
  | { readonly outcome: 'granted' | 'duplicate'; readonly result: GrantResult }
  /** The command id was used for something else. */
  | { readonly outcome: 'mismatch' };

const grantedRoles = ['sales', 'customer_credit'] as const satisfies readonly AccountRole[];

/** Credit by hand: less revenue, more that the customer has in hand. Written once for a command id. */
export async function grantCredit(store: Store, grant: CreditGrant): Promise<Granted> {
  if (!Number.isSafeInteger(grant.amount) || grant.amount <= 0) {
    throw new Error(`Not an amount of credit: ${grant.amount}`);
  }
  const accountOf = await readAccounts(store, grant.organizationId);
  try {
    const result = await inLane(`stream:${grant.customerId}`, () =>
      store.transaction((session) => give(store, session, accountOf, grant)),
    );
    return { outcome: 'granted', result };
  } catch (error) {
    if (clashOf(error) === null) throw error;
    const first = await findGrant(store, grant);
    if (first === null) throw error;
    if (first.fingerprint !== grant.fingerprint) return { outcome: 'mismatch' };
    return { outcome: 'duplicate', result: first.result as GrantResult };
  }
}

async function readAccounts(store: Store, organizationId: string): Promise<AccountOf> {
  const accounts = await store.accounts
    .find({ organization_id: organizationId, role: { $in: [...grantedRoles] } })
    .toArray();
  return (wanted: AccountRef) => {
    const found = accounts.find((one) => 'role' in wanted && one.role === wanted.role);
    if (found === undefined) throw new Error(`No account ${JSON.stringify(wanted)} in the chart`);
    return found;
  };
}

async function give(
  store: Store,
  session: Session,
  accountOf: AccountOf,
  grant: CreditGrant,
): Promise<GrantResult> {
  const recordedAt = new Date();
  const [debit, credit] = grantedRoles;
  const posting = { debit: { role: debit }, credit: { role: credit }, amount: grant.amount, label: null };
  const { amount } = grant;
  const entry = await postToCustomer(
    store,
    session,
    accountOf,
    { ...grant, type: 'credit_note_issued', reverses: null, postings: [posting], eventId: null },
    recordedAt,
  );
  const balance = await changeCredit(store, session, grant, { by: amount, atLeast: null });
  if (balance === null) throw new Error('The credit balance was not changed');
  const result = { entryId: entry.id, amount, balance };
  await store.events.insertOne(grantEvent(grant, entry.sequence, result, recordedAt), { session });
  return result;
}

/** Who gave it and why. It stands in the customer's stream, as the entry does. */
function grantEvent(
  grant: CreditGrant,
  sequence: number,
  result: GrantResult,
  recordedAt: Date,
): EventDocument {
  const stream = customerStream(grant.customerId, grant.liveMode);
  return {
    _id: result.entryId,
    organization_id: grant.organizationId,
    live_mode: grant.liveMode,
    invoice_id: stream,
    sequence,
    version: sequence,
    type: 'credit_note.issued',
    at: grant.at,
    recorded_at: recordedAt,
    actor: grant.actor,
    reason: grant.reason,
    command: 'grantCredit',
    command_id: grant.commandId,
    command_key: grant.commandId,
    fingerprint: grant.fingerprint,
    result,
    data: { customer_id: grant.customerId, amount: grant.amount, currency: grant.currency },
  };
}

/** In a transaction, because what stood in the way was committed here but perhaps not yet by a majority. */
function findGrant(store: Store, grant: CreditGrant): Promise<EventDocument | null> {
  const stream = customerStream(grant.customerId, grant.liveMode);
  return store.transaction((session) =>
    store.events.findOne({ invoice_id: stream, command_key: exactly(grant.commandId) }, { session }),
  );
}
