// What a customer has in hand, by mode and currency. Changes in the transaction of the entries that change it.
import mongoose from 'mongoose';
import { clashOf } from './clash.ts';
import { int64 } from './int64.ts';
import type { Session, Store } from './store.ts';

export type CreditHolder = {
  readonly organizationId: string;
  readonly liveMode: boolean;
  readonly customerId: string;
  readonly currency: string;
};

export type CreditChange = {
  /** By how much; negative where it is used. */
  readonly by: number;
  /** How much there must be before, above zero; null: however little, it may go below zero. */
  readonly atLeast: number | null;
};

export function creditKey({ customerId, liveMode, currency }: CreditHolder): string {
  return `${customerId}:${liveMode ? 'live' : 'test'}:${currency}`;
}

/** Changes the balance and answers what it is then; null, and nothing changed, where there is too little. */
export async function changeCredit(
  store: Store,
  session: Session,
  holder: CreditHolder,
  change: CreditChange,
): Promise<number | null> {
  const _id = creditKey(holder);
  const { organizationId: organization_id, liveMode: live_mode, customerId: customer_id, currency } = holder;
  const { atLeast } = change;
  const balance = await collided(() =>
    store.creditBalances.findOneAndUpdate(
      atLeast === null ? { _id } : { _id, amount_cents: { $gte: int64(atLeast) } },
      {
        $inc: { amount_cents: int64(change.by) },
        $setOnInsert: { organization_id, live_mode, customer_id, currency },
      },
      { session, upsert: atLeast === null, returnDocument: 'after' },
    ),
  );
  return balance === null ? null : balance.amount_cents;
}

/** What there is now: as the transaction sees it, or outside of one. */
export async function readCredit(
  store: Store,
  holder: CreditHolder,
  session: Session | null = null,
): Promise<number> {
  const { organizationId: organization_id } = holder;
  const options = session === null ? {} : { session };
  const balance = await store.creditBalances.findOne({ _id: creditKey(holder), organization_id }, options);
  return balance?.amount_cents ?? 0;
}

/** Two that make the same document at once: whoever comes second finds it there when it tries again. */
export async function collided<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (clashOf(error) !== null && error instanceof mongoose.mongo.MongoError) {
      error.addErrorLabel('TransientTransactionError');
    }
    throw error;
  }
}
