// Walks the streams of a book, entry by entry in their order, and compares the end of each with what the invoice or
// the customer knows of it.
import type { JournalEntryDocument } from '../../store/documents.ts';
import { type Book, ofBook, sealedHash } from '../../store/ledger-blocks.ts';
import { entryHash } from '../../store/ledger-hash.ts';
import { asOf } from '../../store/snapshot.ts';
import type { Session, Store } from '../../store/store.ts';
import { sealedHashes } from './blocks.ts';
import { type Finding, type Report, reporting } from './finding.ts';

export type StreamsWalk = {
  readonly streams: number;
  readonly entries: number;
  readonly finding: Finding | null;
};

/** How far a stream is: its last entry and hash. */
type End = { readonly stream: string; readonly sequence: number; readonly hash: string | null };

/** What the owner of a stream says about its end. */
type Head = { readonly sequence: number; readonly hash: string | null };

type Walk = {
  readonly store: Store;
  readonly session: Session;
  readonly report: Report;
};

const streamsAtOnce = 500;
const entriesAtOnce = 1_000;

/** Hands every entry to `see` as it comes by. Stops at the first that is not as it was written. */
export async function walkStreams(
  store: Store,
  session: Session,
  book: Book,
  see: (entry: JournalEntryDocument) => void,
): Promise<StreamsWalk> {
  const walk: Walk = { store, session, report: reporting(book) };
  const cursor = store.journalEntries
    // A byte that makes a text unreadable is to be found like any other, and not to end the reading.
    .find(ofBook(book), { ...asOf(session), batchSize: entriesAtOnce, enableUtf8Validation: false })
    .sort({ stream: 1, sequence: 1 })
    .allowDiskUse(true);
  let streams = 0;
  let entries = 0;
  let end: End | null = null;
  let ended: End[] = [];
  const stop = (finding: Finding) => ({ streams, entries, finding });
  for await (const entry of cursor) {
    if (end === null || end.stream !== entry.stream) {
      if (end !== null) ended.push(end);
      end = { stream: entry.stream, sequence: 0, hash: null };
      streams += 1;
      if (ended.length === streamsAtOnce) {
        const finding = await compareEnds(walk, ended);
        if (finding !== null) return stop(finding);
        ended = [];
      }
    }
    const wrong = checkEntry(walk.report, end, entry);
    if (wrong !== null) {
      // Of two breaks the earlier stream's comes first.
      return stop((await compareEnds(walk, ended)) ?? (await blame(walk, end, wrong)));
    }
    see(entry);
    entries += 1;
    end = { ...end, sequence: entry.sequence, hash: entry.hash === '' ? null : entry.hash };
  }
  if (end !== null) ended.push(end);
  return { streams, entries, finding: await compareEnds(walk, ended) };
}

function checkEntry(report: Report, end: End, entry: JournalEntryDocument): Finding | null {
  const { _id, stream, sequence } = entry;
  const due = end.sequence + 1;
  if (sequence > due && Number.isInteger(sequence)) {
    const id = `${stream}:${due}`;
    return report('missing', id, `${_id} is there, and ${id}, which comes before it, is not.`);
  }
  if (sequence !== due || _id !== `${stream}:${sequence}`) {
    return report(
      'extra',
      _id,
      `Its place in the stream ${stream} would be ${due}, and it says ${sequence}.`,
    );
  }
  if (!isAsHashed(end, entry)) {
    return report('changed', _id, 'Its hash does not follow from what it says and from the entry before it.');
  }
  const [debit, credit] = ['debit_cents', 'credit_cents'].map((side) =>
    entry.lines.reduce((sum, line) => sum + line[side as 'debit_cents' | 'credit_cents'], 0),
  );
  if (debit === credit && entry.lines.length > 0) return null;
  return report('unbalanced', _id, `Its debits come to ${debit} and its credits to ${credit}.`);
}

/** Streams that the first release began have no hashes until the first entry of a later one. */
function isAsHashed(end: End, entry: JournalEntryDocument): boolean {
  if (entry.hash === '' && end.hash === null) return true;
  return entry.hash === entryHash(end.hash, entry);
}

/** An entry that does not fit may be right, and one before it changed together with its hash: the blocks know. */
async function blame(walk: Walk, end: End, wrong: Finding): Promise<Finding> {
  if (wrong.fault !== 'changed') return wrong;
  const changed = await firstUnlikeItsBlock(walk, end);
  if (changed !== null) return changed;
  const head = (await readHeads(walk, [end])).get(end.stream);
  const isLast = head === undefined || head.sequence <= end.sequence;
  return isLast ? walk.report('extra', wrong.id, `${end.stream} knows nothing of it.`) : wrong;
}

/** The first entry of the stream, up to its end as far as it was walked, that is not what its block sealed. */
async function firstUnlikeItsBlock({ store, session, report }: Walk, end: End): Promise<Finding | null> {
  const entries = await store.journalEntries
    .find({ stream: end.stream, sequence: { $lte: end.sequence } }, asOf(session))
    .sort({ sequence: 1 })
    .toArray();
  const ids = entries.map(({ _id }) => _id);
  const sealed = await sealedHashes(store, session, ids);
  const changed = entries.find((entry) => {
    const hash = sealedHash(entry);
    return (sealed.get(entry._id)?.hash ?? hash) !== hash;
  });
  if (changed === undefined) return null;
  const block = sealed.get(changed._id)?.block ?? '';
  return report('changed', changed._id, `Its hash is not the one that block ${block} sealed.`);
}

/** The first of these streams, in their order, whose owner says something else about its end. */
async function compareEnds(walk: Walk, ends: readonly End[]): Promise<Finding | null> {
  if (ends.length === 0) return null;
  const heads = await readHeads(walk, ends);
  for (const end of ends) {
    const wrong = await compareEnd(walk, end, heads.get(end.stream));
    if (wrong !== null) return wrong;
  }
  return null;
}

async function compareEnd(walk: Walk, end: End, head: Head | undefined): Promise<Finding | null> {
  const { report } = walk;
  const { stream, sequence } = end;
  if (head === undefined) {
    const id = `${stream}:1`;
    return report('extra', id, `Its stream ${stream} is that of no invoice and no customer.`);
  }
  if (head.sequence > sequence) {
    const id = `${stream}:${sequence + 1}`;
    return report('missing', id, `${stream} has ${head.sequence} entries, and ${sequence} are there.`);
  }
  if (head.sequence < sequence) {
    const id = `${stream}:${head.sequence + 1}`;
    return report('extra', id, `${stream} has ${head.sequence} entries, and ${sequence} are there.`);
  }
  if (head.hash === end.hash) return null;
  const id = `${stream}:${sequence}`;
  const detail = `Its hash is not the one that ${stream} keeps of its last entry.`;
  return (await firstUnlikeItsBlock(walk, end)) ?? report('changed', id, detail);
}

async function readHeads({ store, session }: Walk, ends: readonly End[]): Promise<Map<string, Head>> {
  const ids = { $in: ends.map(({ stream }) => stream) };
  const invoices = await store.invoices
    .find({ _id: ids }, { ...asOf(session), projection: { 'state.entrySequence': 1, 'state.entryHash': 1 } })
    .toArray();
  const heads = new Map(
    invoices.map(({ _id, state }): [string, Head] => [
      _id,
      // The first release kept no hash.
      { sequence: state.entrySequence, hash: state.entryHash ?? null },
    ]),
  );
  if (heads.size === ends.length) return heads;
  const customers = await store.customerLedgers.find({ _id: ids }, asOf(session)).toArray();
  for (const { _id, sequence, hash } of customers) heads.set(_id, { sequence, hash });
  return heads;
}
