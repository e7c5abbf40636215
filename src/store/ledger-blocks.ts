// Seals the books: entries written since the block before become a block that is chained to it, and are summed up
// in the same transaction. What is not sealed yet is the tail, which reports add to the sums.
import type { JournalEntryDocument, LedgerBlockDocument } from './documents.ts';
import { rollUpBalances } from './ledger-balances.ts';
import { blockHash, entryHash } from './ledger-hash.ts';
import { rollUpTotals } from './ledger-totals.ts';
import { asOf, atOneMoment } from './snapshot.ts';
import type { Session, Store } from './store.ts';

/** The books of one organization in one mode, which have blocks of their own. */
export type Book = { readonly organizationId: string; readonly liveMode: boolean };

type LastBlock = Pick<LedgerBlockDocument, 'index' | 'hash' | 'through' | 'sealed_at'>;
type Found = Pick<JournalEntryDocument, '_id' | 'recorded_at'>;

const entriesMost = 2_000;
/** A book is sealed at most this often, in milliseconds, however many workers there are. */
const interval = 60_000;
/** An entry is dated by its worker's clock and seen when its transaction ends: by so much it may come too late. */
export const margin = 10 * 60_000;

export function ofBook({ organizationId, liveMode }: Book) {
  return { organization_id: organizationId, live_mode: liveMode };
}

export function headId({ organizationId, liveMode }: Book): string {
  return `${organizationId}:${liveMode ? 'live' : 'test'}`;
}

export function blockId(book: Book, index: number): string {
  return `${headId(book)}:${index}`;
}

/** What a block says of an entry. Those of the release before the chain have no hash of their own, and get another. */
export function sealedHash(entry: JournalEntryDocument): string {
  return entry.hash === '' ? entryHash('', entry) : entry.hash;
}

/** The order of entries within a block. */
export function inOrder(left: Found, right: Found): number {
  return left.recorded_at.getTime() - right.recorded_at.getTime() || (left._id < right._id ? -1 : 1);
}

/** The database's clock, which all workers share. */
export async function databaseTime(store: Store): Promise<Date> {
  const { localTime } = await store.connection.getClient().db('admin').command({ hello: 1 });
  return localTime as Date;
}

export type SealOptions = {
  /** Also where the last block is younger than a minute. */
  readonly atOnce?: boolean;
};

/** Several may seal a book at once, and only one of them wins each time; nobody waits for an answer, in milliseconds. */
const patience = 20_000;

/** Seals all that the book has, in as many blocks as it takes, and says how many entries that were. */
export async function sealLedger(
  store: Store,
  book: Book,
  { atOnce = false }: SealOptions = {},
): Promise<number> {
  // All blocks of one go bear the instant of its beginning: whatever is not yet to be seen then is written later.
  const sealedAt = await databaseTime(store);
  let sealed = 0;
  for (let isFirst = true; ; isFirst = false) {
    const plan = { sealedAt, atOnce: atOnce || !isFirst, isFirst };
    const count = await store.transaction((session) => sealBlock(store, session, book, plan), patience);
    sealed += count;
    if (count < entriesMost) return sealed;
  }
}

type Plan = { readonly sealedAt: Date; readonly atOnce: boolean; readonly isFirst: boolean };

/** One block; answers with the number of its entries. Of several workers one wins, and the others look again. */
async function sealBlock(store: Store, session: Session, book: Book, plan: Plan): Promise<number> {
  const last = await lastBlock(store, session, book);
  const age = last === null ? Infinity : plan.sealedAt.getTime() - last.sealed_at.getTime();
  if (!plan.atOnce && age < interval) return 0;
  // The first block of a go looks for latecomers; the next ones go on where it ended.
  const from = last === null ? null : plan.isFirst ? tailFrom(last) : last.through;
  const ids = await unsealedIds(store, session, book, from, entriesMost);
  if (ids.length === 0) return 0;
  const entries = await readEntries(store, session, ids);
  const head = await store.ledgerHeads.findOne({ _id: headId(book) }, { session });
  // What a hand took away leaves a gap that is seen, and does not stop what is written from now on.
  const end = head !== null && head.index >= (last?.index ?? 0) ? head : last;
  const block = makeBlock(book, end, entries, plan.sealedAt);
  await store.ledgerBlocks.insertOne(block, { session });
  const { index, hash } = block;
  await store.ledgerHeads.replaceOne(
    { _id: headId(book) },
    { ...ofBook(book), index, hash },
    { session, upsert: true },
  );
  await rollUpTotals(store, session, entries);
  await rollUpBalances(store, session, entries);
  return entries.length;
}

/** Entries that were recorded before it are sealed. */
function tailFrom(last: LastBlock): Date {
  // A worker whose clock is fast may have recorded something that lies ahead of the rest.
  return new Date(Math.min(last.through.getTime(), last.sealed_at.getTime()) - margin);
}

function makeBlock(
  book: Book,
  end: Pick<LedgerBlockDocument, 'index' | 'hash'> | null,
  entries: readonly JournalEntryDocument[],
  sealedAt: Date,
): LedgerBlockDocument {
  const newest = entries.at(-1);
  if (newest === undefined) throw new Error('A block without entries');
  const index = (end?.index ?? 0) + 1;
  const previous = end?.hash ?? null;
  const named = entries.map((entry) => ({ id: entry._id, hash: sealedHash(entry) }));
  return {
    _id: blockId(book, index),
    ...ofBook(book),
    index,
    previous_hash: previous,
    hash: blockHash(
      previous,
      named.map(({ hash }) => hash),
    ),
    entries: named,
    through: newest.recorded_at,
    sealed_at: sealedAt,
  };
}

function lastBlock(store: Store, session: Session, book: Book): Promise<LastBlock | null> {
  return store.ledgerBlocks.findOne<LastBlock>(ofBook(book), {
    ...asOf(session),
    sort: { index: -1 },
    projection: { index: 1, hash: 1, through: 1, sealed_at: 1 },
  });
}

/** The oldest entries that are in no block, by id. */
async function unsealedIds(
  store: Store,
  session: Session,
  book: Book,
  from: Date | null,
  most: number,
): Promise<string[]> {
  const sealed = from === null ? new Set<string>() : await sealedSince(store, session, book, from);
  for (;;) {
    const ids = await idsExcept(store, session, book, from ?? new Date(0), sealed, most);
    const known = await alreadySealed(store, session, ids);
    if (known.length === 0) return ids;
    for (const id of known) sealed.add(id);
  }
}

async function idsExcept(
  store: Store,
  session: Session,
  book: Book,
  from: Date,
  sealed: ReadonlySet<string>,
  most: number,
): Promise<string[]> {
  const candidates = store.journalEntries
    .find<Found>(
      { ...ofBook(book), recorded_at: { $gte: from } },
      { ...asOf(session), projection: { _id: 1, recorded_at: 1 } },
    )
    .sort({ recorded_at: 1, _id: 1 });
  const ids: string[] = [];
  for await (const { _id } of candidates) {
    if (sealed.has(_id)) continue;
    ids.push(_id);
    if (ids.length === most) break;
  }
  return ids;
}

/** What is in the blocks that may hold an entry recorded since. */
async function sealedSince(store: Store, session: Session, book: Book, from: Date): Promise<Set<string>> {
  const blocks = store.ledgerBlocks.find<{ entries: { id: string }[] }>(
    { ...ofBook(book), through: { $gte: from } },
    { ...asOf(session), projection: { _id: 0, 'entries.id': 1 } },
  );
  const ids = new Set<string>();
  for await (const { entries } of blocks) for (const { id } of entries) ids.add(id);
  return ids;
}

/** Of these entries the ones that are in some block, of whatever age or book: only a hand in the database makes any. */
async function alreadySealed(store: Store, session: Session, ids: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const some of batches(ids)) {
    const blocks = store.ledgerBlocks.aggregate<{ ids: string[] }>(
      [
        { $match: { 'entries.id': { $in: some } } },
        { $project: { _id: 0, ids: { $setIntersection: ['$entries.id', { $literal: some }] } } },
      ],
      asOf(session),
    );
    for await (const block of blocks) found.push(...block.ids);
  }
  return found;
}

async function readEntries(
  store: Store,
  session: Session,
  ids: readonly string[],
): Promise<JournalEntryDocument[]> {
  const entries: JournalEntryDocument[] = [];
  for (const some of batches(ids)) {
    entries.push(...(await store.journalEntries.find({ _id: { $in: some } }, asOf(session)).toArray()));
  }
  return entries.toSorted(inOrder);
}

function* batches(ids: readonly string[]): Generator<string[]> {
  for (let at = 0; at < ids.length; at += entriesMost) yield ids.slice(at, at + entriesMost);
}

/**
 * The entries that are in no block yet, oldest first: what has to be added to `ledger_totals` and
 * `ledger_balances`. Whoever reads those too hands in the session of both reads (a transaction's, or that of
 * `atOneMoment`), or an entry that is sealed in between counts twice or not at all.
 */
export function unsealedEntries(
  store: Store,
  organizationId: string,
  liveMode: boolean,
  session?: Session,
): Promise<JournalEntryDocument[]> {
  const read = async (moment: Session) => {
    const book = { organizationId, liveMode };
    const last = await lastBlock(store, moment, book);
    const from = last === null ? null : tailFrom(last);
    return readEntries(store, moment, await unsealedIds(store, moment, book, from, Infinity));
  };
  return session === undefined ? atOneMoment(store, read) : read(session);
}
