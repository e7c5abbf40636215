// Books in two blocks for tests that lay hands on them: three streams of three entries, the last of each in the second.
import { type Verification, verifyLedger } from '../../src/ledger/verify/verify.ts';
import type { JournalEntryDocument } from '../../src/store/documents.ts';
import { margin, sealLedger } from '../../src/store/ledger-blocks.ts';
import { entryHash } from '../../src/store/ledger-hash.ts';
import type { Store } from '../../src/store/store.ts';
import { openBooks, type Books } from './books.ts';

export type SealedBooks = Books & {
  /** In the order of their names. */
  readonly streams: readonly [string, string, string];
  seal(): Promise<number>;
  verify(): Promise<Verification>;
  /** `sound`, or the fault and where it is. */
  found(): Promise<string>;
  /** The id of a block. */
  block(index: number): string;
  change(id: string, set: Record<string, unknown>): Promise<unknown>;
  /** As change, with the hash that then belongs to it: what someone does who knows how hashes are made. */
  changeAndHash(id: string, set: Record<string, unknown>): Promise<string>;
  /** One more entry for the stream, hashed as it should be. */
  forge(stream: string, sequence: number): Promise<JournalEntryDocument>;
};

export async function openSealedBooks(store: Store): Promise<SealedBooks> {
  const books = await openBooks(store);
  const seal = () => sealLedger(store, books, { atOnce: true });
  const verify = () => verifyLedger(store, books.organizationId);
  const change = (id: string, set: Record<string, unknown>) =>
    store.journalEntries.updateOne({ _id: id }, { $set: set });
  const recordedAt = new Date(Date.now() - 3 * margin);
  const two = [{ recordedAt }, { recordedAt, amount: 300 }];
  const streams = [await books.begin(two), await books.begin(two), await books.begin(two)];
  await seal();
  for (const stream of streams) await books.goOn(stream, [{ amount: 20, date: '2026-03-09' }]);
  await seal();
  return {
    ...books,
    streams: streams.toSorted((left, right) => (left < right ? -1 : 1)) as [string, string, string],
    seal,
    verify,
    change,
    found: async () => {
      const { finding } = await verify();
      return finding === null ? 'sound' : `${finding.fault} ${finding.id}`;
    },
    block: (index) => `${books.organizationId}:live:${index}`,
    changeAndHash: async (id, set) => {
      await change(id, set);
      const entry = await books.entry(id);
      const { stream, sequence } = entry;
      const before = sequence === 1 ? null : await books.entry(`${stream}:${sequence - 1}`);
      const hash = entryHash(before?.hash ?? null, entry);
      await change(id, { hash });
      return hash;
    },
    forge: async (stream, sequence) => {
      const last = await books.entry(`${stream}:${sequence - 1}`);
      const _id = `${stream}:${sequence}`;
      const entry = { ...last, _id, sequence, event_id: _id, recorded_at: new Date() };
      return { ...entry, hash: entryHash(last.hash, entry) };
    },
  };
}
