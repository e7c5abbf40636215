// Ids that are the same for the same words, and personal data of a request under such an id: kept in the database,
// so that Temporal only ever sees a reference.
import { createHash } from 'node:crypto';
import type { ContentDocument } from './documents.ts';
import type { Store } from './store.ts';

/** A UUID that is the same for the same words: a repeated command makes the same things, not new ones. */
export function derivedId(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join('\n')).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** Keeps the data under an id made from the command's, and answers that id. */
export async function keepContent(
  store: Store,
  organizationId: string,
  commandId: string,
  kind: ContentDocument['kind'],
  data: Readonly<Record<string, unknown>>,
): Promise<string> {
  const content: ContentDocument = {
    _id: derivedId(commandId, kind),
    organization_id: organizationId,
    kind,
    data: { ...data },
    created_at: new Date().toISOString(),
  };
  await store.contents.updateOne({ _id: content._id }, { $setOnInsert: content }, { upsert: true });
  return content._id;
}
