// The message row as outbox: each move is one conditional write, so two attempts never both believe they own it.
import type { DeliveryOutcome } from '../../src/contract/invoice.ts';
import { type Instant, instant } from '../../src/domain/calendar.ts';
import type { MessageAttempt, MessageDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { oneOf } from '../../src/store/exactly.ts';

/** A row that this attempt has claimed. The lease's end is also the mark that the claim is still ours. */
export type Claim = { readonly row: MessageDocument; readonly leaseUntil: Instant };

type Final = Extract<MessageAttempt['outcome'], 'failed' | 'unknown' | 'suppressed'>;

/** The answer that a settled row gives, always the same; null while it is under way. */
export function settledOutcome(row: MessageDocument): DeliveryOutcome | null {
  switch (row.state) {
    case 'accepted':
    case 'delivered':
    case 'bounced':
      return { outcome: 'accepted' };
    case 'failed':
    case 'unknown':
    case 'suppressed':
      return { outcome: row.state, code: lastCode(row, row.state) };
    case 'queued':
    case 'claimed':
      return null;
  }
}

function lastCode(row: MessageDocument, outcome: Final): string {
  const attempt = row.attempts.findLast((one) => one.outcome === outcome);
  return attempt?.code ?? outcome;
}

export async function claim(
  store: Store,
  row: MessageDocument,
  now: number,
  lease: number,
): Promise<Claim | null> {
  const leaseUntil = instant(now + lease);
  const claimed = await store.messages.findOneAndUpdate(
    { _id: row._id, state: 'queued' },
    { $set: { state: 'claimed', lease_until: leaseUntil } },
    { returnDocument: 'after' },
  );
  return claimed === null ? null : { row: claimed, leaseUntil };
}

/** Ours, or one whose lease has run out: whoever holds this exact claim. */
function held(row: MessageDocument, leaseUntil: Instant | null) {
  return { _id: row._id, state: 'claimed' as const, lease_until: leaseUntil };
}

/** Puts a claimed row back for another try. False when the claim had been lost meanwhile. */
export async function putBack(
  store: Store,
  row: MessageDocument,
  leaseUntil: Instant | null,
  attempt: MessageAttempt,
): Promise<boolean> {
  const result = await store.messages.updateOne(held(row, leaseUntil), {
    $set: { state: 'queued', lease_until: null },
    $push: { attempts: attempt },
  });
  return result.modifiedCount === 1;
}

/**
 * The provider has it. Wins over every state but a later report, also when the claim was lost meanwhile: it is
 * the truth, and a copy that was about to be sent again stays unsent.
 */
export async function accept(
  store: Store,
  row: MessageDocument,
  attempt: MessageAttempt,
  taken: { readonly providerId: string; readonly segments: number | null },
): Promise<boolean> {
  const facts = { provider_id: taken.providerId, segments: taken.segments, sent_at: attempt.at };
  const result = await store.messages.updateOne(
    { _id: row._id, state: { $in: ['queued', 'claimed', 'unknown'] } },
    { $set: { state: 'accepted', lease_until: null, ...facts }, $push: { attempts: attempt } },
  );
  if (result.modifiedCount === 1) return true;
  // The provider's report was faster than its answer to us: the state is further on, the facts are still missing.
  const overtaken = await store.messages.updateOne(
    { _id: row._id, state: { $in: ['delivered', 'bounced'] }, sent_at: null },
    { $set: { lease_until: null, ...facts }, $push: { attempts: attempt } },
  );
  return overtaken.modifiedCount === 1;
}

export type Ending = {
  readonly attempt: MessageAttempt & { readonly outcome: Final };
  /** The phone that has opted out, in every spelling that is known: nothing is texted to it again. */
  readonly optedOut: readonly string[];
};

/**
 * Ends a row that is not going to be sent (again). A message that definitely did not leave gives back its place
 * under the recipient's cap, in the same transaction: a repetition must not find one without the other.
 */
export async function finish(
  store: Store,
  row: MessageDocument,
  from: { readonly state: 'queued' } | { readonly state: 'claimed'; readonly leaseUntil: Instant | null },
  ending: Ending,
): Promise<boolean> {
  const { attempt, optedOut } = ending;
  const filter =
    from.state === 'queued' ? { _id: row._id, state: 'queued' as const } : held(row, from.leaseUntil);
  return store.transaction(async (session) => {
    const result = await store.messages.updateOne(
      filter,
      { $set: { state: attempt.outcome, lease_until: null }, $push: { attempts: attempt } },
      { session },
    );
    if (result.modifiedCount !== 1) return false;
    if (attempt.outcome !== 'unknown' && row.cap_key !== null) {
      await store.messageCaps.updateOne(
        { _id: row.cap_key },
        { $pull: { claims: { message_id: row._id } } },
        { session },
      );
    }
    if (optedOut.length > 0) {
      await store.customers.updateMany(
        { organization_id: row.organization_id, phone: oneOf(optedOut) },
        { $set: { sms_consent: false } },
        { session },
      );
    }
    return true;
  });
}

/** What was seen by an attempt that had lost its claim: kept, without changing what the row says. */
export async function noteAttempt(
  store: Store,
  row: MessageDocument,
  attempt: MessageAttempt,
): Promise<void> {
  await store.messages.updateOne({ _id: row._id }, { $push: { attempts: attempt } });
}
