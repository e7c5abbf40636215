// Proves the books, or names the first place where they are not as they were written: seals what is open, then walks
// streams, blocks and sums as they were at one moment.
import type { JournalEntryDocument } from '../../store/documents.ts';
import { type Book, ofBook, sealLedger, unsealedEntries } from '../../store/ledger-blocks.ts';
import { addTo, type Totals } from '../../store/ledger-totals.ts';
import { asOf, atOneMoment } from '../../store/snapshot.ts';
import type { Session, Store } from '../../store/store.ts';
import { sealedHashes, walkBlocks } from './blocks.ts';
import { type Finding, reporting } from './finding.ts';
import { walkStreams } from './streams.ts';
import { compareTotals } from './totals.ts';

export type Counts = {
  readonly organizations: number;
  readonly streams: number;
  readonly entries: number;
  readonly blocks: number;
  /** Entries that were written while the books were read, and are in no block yet. */
  readonly unsealed: number;
};

/** What was looked at until it was over: all of it, or up to the first broken link. */
export type Verification = Counts & { readonly finding: Finding | null };

const nothing: Counts = { organizations: 0, streams: 0, entries: 0, blocks: 0, unsealed: 0 };
const idsAtOnce = 1_000;

/** Of one organization, or with null of all that ever wrote an entry. */
export async function verifyLedger(store: Store, organizationId: string | null): Promise<Verification> {
  const organizations = organizationId === null ? await allOrganizations(store) : [organizationId];
  let counts = { ...nothing };
  for (const organization of organizations) {
    counts.organizations += 1;
    for (const liveMode of [true, false]) {
      const book = { organizationId: organization, liveMode };
      await sealLedger(store, book, { atOnce: true });
      const found = await atOneMoment(store, (session) => verifyBook(store, session, book));
      counts = {
        organizations: counts.organizations,
        streams: counts.streams + found.streams,
        entries: counts.entries + found.entries,
        blocks: counts.blocks + found.blocks,
        unsealed: counts.unsealed + found.unsealed,
      };
      if (found.finding !== null) return { ...counts, finding: found.finding };
    }
  }
  return { ...counts, finding: null };
}

async function allOrganizations(store: Store): Promise<string[]> {
  const from = [store.journalEntries, store.ledgerBlocks, store.ledgerHeads, store.ledgerTotals];
  const ids = await Promise.all(from.map((collection) => collection.distinct('organization_id')));
  return [...new Set(ids.flat())].toSorted((left, right) => (left < right ? -1 : 1));
}

type BookCounts = Omit<Verification, 'organizations'>;

async function verifyBook(store: Store, session: Session, book: Book): Promise<BookCounts> {
  const tail = await unsealedEntries(store, book.organizationId, book.liveMode, session);
  const open = new Set(tail.map((entry) => entry._id));
  const totals: Totals = new Map();
  const see = (entry: JournalEntryDocument) => {
    if (!open.has(entry._id)) addTo(totals, entry);
  };
  const { streams, entries, finding: broken } = await walkStreams(store, session, book, see);
  const walked = { streams, entries, blocks: 0, unsealed: open.size };
  if (broken !== null) return { ...walked, finding: broken };
  const { blocks, sealed, finding: unlike } = await walkBlocks(store, session, book);
  const counts = { ...walked, blocks };
  if (unlike !== null) return { ...counts, finding: unlike };
  const loose = sealed + open.size === entries ? null : await findLoose(store, session, book, open);
  return { ...counts, finding: loose ?? (await compareTotals(store, session, book, totals)) };
}

/** The first entry that is in no block, although it is too old for that. */
async function findLoose(
  store: Store,
  session: Session,
  book: Book,
  open: ReadonlySet<string>,
): Promise<Finding | null> {
  const cursor = store.journalEntries
    .find<{ _id: string }>(ofBook(book), { ...asOf(session), projection: { _id: 1 } })
    .sort({ recorded_at: 1, _id: 1 });
  let ids: string[] = [];
  const look = async () => {
    const sealed = await sealedHashes(store, session, ids);
    return ids.find((id) => !sealed.has(id));
  };
  let loose: string | undefined;
  for await (const { _id } of cursor) {
    if (!open.has(_id)) ids.push(_id);
    if (ids.length < idsAtOnce) continue;
    loose = await look();
    if (loose !== undefined) break;
    ids = [];
  }
  loose ??= await look();
  if (loose === undefined) return null;
  return reporting(book)('extra', loose, 'It is in no block, although younger entries are.');
}
