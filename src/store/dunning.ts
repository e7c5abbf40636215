// Where a customer stands with dunning, and what became of its messages. Each write may be repeated.
import type { DeliveryOutcome, MessageStatusArguments } from '../contract/invoice.ts';
import type { DunningRowDocument, MessageDocument } from './documents.ts';
import type { Session, Store } from './store.ts';

export function dunningStateKey(customerId: string, liveMode: boolean): string {
  return `${customerId}:${liveMode ? 'live' : 'test'}`;
}

type End = Pick<DunningRowDocument, 'status' | 'reason'> & {
  /** The message definitely is not with the customer: its stage may be sent again. */
  readonly givesBack: boolean;
  /** And never will be at this address. */
  readonly undeliverable: string | null;
};

/** Ends the row and gives its stage back, together. Nothing where the row is not in one of these statuses any more. */
async function endRow(
  store: Store,
  session: Session,
  messageId: string,
  from: readonly DunningRowDocument['status'][],
  { status, reason, givesBack, undeliverable }: End,
): Promise<void> {
  const row = await store.dunningMessages.findOneAndUpdate(
    { _id: messageId, status: { $in: [...from] } },
    { $set: { status, reason } },
    { session },
  );
  if (row === null || !givesBack) return;
  await store.dunningStates.updateOne(
    { _id: dunningStateKey(row.customer_id, row.live_mode) },
    {
      $pull: { stages_sent: row.stage },
      ...(undeliverable === null ? {} : { $set: { undeliverable } }),
    },
    { session },
  );
}

/** An outcome that nobody knows keeps its stage: the message may be with the customer. */
export function settleDunning(
  store: Store,
  messageId: string,
  outcome: DeliveryOutcome,
  undeliverable: string | null,
): Promise<void> {
  const end: End =
    outcome.outcome === 'accepted'
      ? { status: 'SENT', reason: null, givesBack: false, undeliverable: null }
      : {
          status: outcome.outcome === 'suppressed' ? 'SUPPRESSED' : 'FAILED',
          reason: outcome.code,
          givesBack: outcome.outcome !== 'unknown',
          undeliverable,
        };
  return store.transaction((session) => endRow(store, session, messageId, ['QUEUED'], end));
}

const unreported = ['queued', 'claimed', 'accepted', 'unknown'] as const;

/** What a provider reports after it had taken the message. It may come before the answer to the send; a bounce stays. */
export function reportDunning(
  store: Store,
  message: MessageDocument,
  { state, code }: Omit<MessageStatusArguments, 'messageId'>,
): Promise<void> {
  const bounced = state === 'bounced';
  return store.transaction(async (session) => {
    const moved = await store.messages.updateOne(
      { _id: message._id, state: { $in: bounced ? [...unreported, 'delivered'] : [...unreported] } },
      { $set: { state, lease_until: null } },
      { session },
    );
    if (moved.modifiedCount !== 1) return;
    await endRow(store, session, message._id, ['QUEUED', 'SENT', 'FAILED'], {
      status: bounced ? 'FAILED' : 'SENT',
      reason: bounced ? (code ?? 'bounced') : null,
      givesBack: bounced,
      undeliverable: bounced ? (message.to[0] ?? null) : null,
    });
  });
}
