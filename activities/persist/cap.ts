// The cap on reminders: one document per recipient, a claim per message, counted over a sliding window.
import type { Condition } from '../../src/domain/invoice/condition.ts';
import { instant, milliseconds } from '../../src/domain/calendar.ts';
import type { RejectionData } from '../../src/domain/rejection.ts';
import type { Session, Store } from '../../src/store/store.ts';

type Cap = Extract<Condition, { kind: 'reminderCap' }>;
const dayLength = 86_400_000;

/**
 * Claims a place for the message in one step: claims that have left the window go, the message's own claim
 * counts as there already, and a new one is added while there is room. Answers with the facts of the refusal
 * when there was none.
 */
export async function claimCap(
  store: Store,
  session: Session,
  key: string,
  cap: Cap,
): Promise<RejectionData | null> {
  const windowStart = instant(milliseconds(cap.at) - cap.days * dayLength);
  const open = {
    $filter: { input: { $ifNull: ['$claims', []] }, cond: { $gt: ['$$this.at', windowStart] } },
  };
  const claim = { message_id: { $literal: cap.messageId }, at: { $literal: cap.at } };
  const hasRoom = {
    $and: [
      { $not: { $in: [{ $literal: cap.messageId }, '$claims.message_id'] } },
      { $lt: [{ $size: '$claims' }, cap.messages] },
    ],
  };
  const document = await store.messageCaps.findOneAndUpdate(
    { _id: key },
    [
      { $set: { claims: open } },
      { $set: { claims: { $cond: [hasRoom, { $concatArrays: ['$claims', [claim]] }, '$claims'] } } },
    ],
    { session, upsert: true, returnDocument: 'after' },
  );
  const claims = document?.claims ?? [];
  if (claims.some((one) => one.message_id === cap.messageId)) return null;
  const { messages, days } = cap;
  return { messages, days, retry_at: retryAt(claims, cap) };
}

/** When enough claims will have left the window; null where the cap allows none at all. */
function retryAt(claims: readonly { at: string }[], cap: Cap): string | null {
  const instants = claims.map((claim) => claim.at).sort();
  const leaving = instants[instants.length - cap.messages];
  return leaving === undefined ? null : instant(milliseconds(leaving) + cap.days * dayLength);
}
