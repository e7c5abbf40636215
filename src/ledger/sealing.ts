// Seals the books as time goes by: once a minute what was written since, in the background of a worker.
// Commands neither wait for it nor notice it.
import type { Logger } from '../logging.ts';
import { type Book, databaseTime, margin, sealLedger } from '../store/ledger-blocks.ts';
import type { Store } from '../store/store.ts';

const interval = 60_000;

type Parts = {
  readonly store: Store;
  readonly logger: Logger;
  /** False once this worker stops: what is left is for another. */
  readonly isRunning: () => boolean;
};

/** One round over the books in which something was written. The first looks at all of them. */
export function createSealing({ store, logger, isRunning }: Parts): () => Promise<void> {
  let since: Date | null = null;
  let failed: readonly Book[] = [];
  return async () => {
    const now = await databaseTime(store);
    const found = since === null ? await allBooks(store) : await booksWrittenIn(store, since);
    const books = new Map([...failed, ...found].map((book) => [keyOf(book), book]));
    const unsealed: Book[] = [];
    for (const book of books.values()) {
      if (!isRunning()) return;
      try {
        await sealLedger(store, book);
      } catch (error) {
        unsealed.push(book);
        logger.warn({ err: error, ...book }, 'a ledger could not be sealed; it is tried again in a minute');
      }
    }
    since = new Date(now.getTime() - margin);
    failed = unsealed;
  };
}

/** Runs the rounds, each a minute after the end of the one before; answers with how they are stopped. */
export function startSealing(parts: Parts): () => Promise<void> {
  const seal = createSealing(parts);
  let timer: NodeJS.Timeout | null = null;
  let sealing: Promise<void> = Promise.resolve();
  let stopped = false;
  const goRound = () => {
    timer = null;
    sealing = seal()
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'no ledger could be sealed'))
      .then(() => {
        if (!stopped) timer = setTimeout(goRound, interval);
      });
  };
  goRound();
  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    await sealing;
  };
}

function keyOf({ organizationId, liveMode }: Book): string {
  return `${organizationId}:${liveMode}`;
}

/** Every book of every organization that has ever written one, which the index knows without reading entries. */
async function allBooks(store: Store): Promise<Book[]> {
  const organizations = await store.journalEntries.distinct('organization_id');
  return organizations.flatMap((organizationId) =>
    [true, false].map((liveMode) => ({ organizationId, liveMode })),
  );
}

async function booksWrittenIn(store: Store, since: Date): Promise<Book[]> {
  const rows = await store.journalEntries
    .aggregate<{ _id: Book }>(
      [
        { $match: { recorded_at: { $gte: since } } },
        { $group: { _id: { organizationId: '$organization_id', liveMode: '$live_mode' } } },
      ],
      { hint: 'lately' },
    )
    .toArray();
  return rows.map((row) => row._id);
}
