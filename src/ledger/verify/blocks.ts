// Walks the blocks of a book: each chained to the one before, and every entry that it names there as it was sealed.
import type { JournalEntryDocument, LedgerBlockDocument } from '../../store/documents.ts';
import { type Book, blockId, headId, inOrder, ofBook, sealedHash } from '../../store/ledger-blocks.ts';
import { blockHash } from '../../store/ledger-hash.ts';
import { asOf } from '../../store/snapshot.ts';
import type { Session, Store } from '../../store/store.ts';
import { type Finding, type Report, reporting } from './finding.ts';

export type BlocksWalk = {
  readonly blocks: number;
  /** Entries that the blocks name. */
  readonly sealed: number;
  readonly finding: Finding | null;
};

type Named = LedgerBlockDocument['entries'][number];
type Sealed = Pick<JournalEntryDocument, '_id' | 'hash' | 'recorded_at'>;

const blocksAtOnce = 10;

export async function walkBlocks(store: Store, session: Session, book: Book): Promise<BlocksWalk> {
  const report = reporting(book);
  const cursor = store.ledgerBlocks
    .find(ofBook(book), { ...asOf(session), batchSize: blocksAtOnce })
    .sort({ index: 1 });
  let blocks = 0;
  let sealed = 0;
  let previous: string | null = null;
  for await (const block of cursor) {
    const finding =
      checkBlock(report, book, block, blocks + 1, previous) ??
      (await checkNamed(store, session, book, block));
    if (finding !== null) return { blocks, sealed, finding };
    blocks += 1;
    sealed += block.entries.length;
    previous = block.hash;
  }
  return { blocks, sealed, finding: await checkHead(store, session, book, blocks, previous) };
}

function checkBlock(
  report: Report,
  book: Book,
  block: LedgerBlockDocument,
  due: number,
  previous: string | null,
): Finding | null {
  const { _id, index, previous_hash, hash, entries } = block;
  const id = blockId(book, due);
  if (index > due) {
    return report(
      'block_missing',
      id,
      `Block ${_id} is there, and block ${id}, which comes before it, is not.`,
    );
  }
  const hashes = entries.map((entry) => entry.hash);
  if (index !== due || _id !== id || previous_hash !== previous || hash !== blockHash(previous, hashes)) {
    return report('block_changed', _id, 'Its hash does not follow from its entries and the block before it.');
  }
  if (new Set(entries.map((entry) => entry.id)).size === entries.length) return null;
  return report('block_changed', _id, 'It names an entry twice.');
}

/** The entries that a block names: there, with the hash that it sealed, and recorded in its order. */
async function checkNamed(
  store: Store,
  session: Session,
  book: Book,
  block: LedgerBlockDocument,
): Promise<Finding | null> {
  const report = reporting(book);
  const ids = block.entries.map(({ id }) => id);
  const rows = await store.journalEntries
    .find<Sealed>(
      { _id: { $in: ids }, ...ofBook(book) },
      {
        ...asOf(session),
        hint: '_id_',
        batchSize: ids.length + 1,
        projection: { hash: 1, recorded_at: 1 },
      },
    )
    .toArray();
  const entries = new Map(rows.map((row) => [row._id, row]));
  let before: Sealed | null = null;
  for (const named of block.entries) {
    const entry = entries.get(named.id);
    if (entry === undefined) {
      return report('missing', named.id, `Block ${block._id} names it, and it is not there.`);
    }
    if (!(await isAsSealed(store, session, named, entry))) {
      return report('changed', named.id, `Its hash is not the one that block ${block._id} sealed.`);
    }
    if (before !== null && inOrder(before, entry) > 0) {
      return report('changed', named.id, `Block ${block._id} says that it was recorded at another time.`);
    }
    before = entry;
  }
  if (before?.recorded_at.getTime() === block.through.getTime()) return null;
  return report('block_changed', block._id, 'Its newest entry was recorded at another time than it says.');
}

/** An entry without a hash of its own was sealed by what it said. */
async function isAsSealed(store: Store, session: Session, named: Named, entry: Sealed): Promise<boolean> {
  if (entry.hash !== '') return entry.hash === named.hash;
  const whole = await store.journalEntries.findOne({ _id: entry._id }, asOf(session));
  return whole !== null && sealedHash(whole) === named.hash;
}

async function checkHead(
  store: Store,
  session: Session,
  book: Book,
  blocks: number,
  hash: string | null,
): Promise<Finding | null> {
  const report = reporting(book);
  const head = await store.ledgerHeads.findOne({ _id: headId(book) }, asOf(session));
  const due = head?.index ?? 0;
  if (due > blocks) {
    const id = blockId(book, blocks + 1);
    return report('block_missing', id, `There were ${due} blocks, and ${blocks} are there.`);
  }
  if (due === blocks && (head?.hash ?? null) === hash) return null;
  const id = blockId(book, blocks);
  return report('block_changed', id, 'It is not the one that is kept in mind as the last.');
}

export type SealedHash = { readonly hash: string; readonly block: string };

/** What the blocks say about these entries, by id; nothing about those that are in none. */
export async function sealedHashes(
  store: Store,
  session: Session,
  ids: readonly string[],
): Promise<Map<string, SealedHash>> {
  const wanted = new Set(ids);
  const blocks = store.ledgerBlocks.find({ 'entries.id': { $in: [...ids] } }, asOf(session));
  const found = new Map<string, SealedHash>();
  for await (const { _id, entries } of blocks) {
    for (const { id, hash } of entries) if (wanted.has(id)) found.set(id, { hash, block: _id });
  }
  return found;
}
