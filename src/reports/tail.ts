// Entries that no block has sealed yet.
import type { JournalEntryDocument } from '../store/documents.ts';
import type { Session, Store } from '../store/store.ts';

/** A transaction may commit after a younger one: so long, in milliseconds, a block may have passed it by. */
const overlap = 60_000;

export async function unsealedEntries(
  store: Store,
  session: Session,
  scope: { readonly organizationId: string; readonly live: boolean },
): Promise<JournalEntryDocument[]> {
  const mine = { organization_id: scope.organizationId, live_mode: scope.live };
  const last = await store.ledgerBlocks.findOne(mine, {
    session,
    sort: { index: -1 },
    projection: { through: 1 },
  });
  const from = new Date(last === null ? 0 : last.through.getTime() - overlap);
  const blocks = await store.ledgerBlocks
    .find({ ...mine, through: { $gte: from } }, { session, projection: { 'entries.id': 1 } })
    .toArray();
  const sealed = new Set(blocks.flatMap((block) => block.entries.map((entry) => entry.id)));
  const entries = await store.journalEntries
    .find({ ...mine, recorded_at: { $gte: from } }, { session })
    .toArray();
  return entries.filter((entry) => !sealed.has(entry._id));
}
