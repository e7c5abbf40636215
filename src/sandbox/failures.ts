// Scripted failures: which one a message or a payment meets. Each is taken by one atomic write, so `times` is exact.
import type { Channel } from '../domain/invoice/invoice.ts';
import type { Store } from '../store/store.ts';
import type { Subject } from './subject.ts';

/** Takes the oldest script that fits, if there is one. Recipients are given in lower case; a payment has none. */
export async function takeFailure(
  store: Store,
  channel: Channel | 'payment',
  subject: Pick<Subject, 'organizationId' | 'amountDue'>,
  recipients: readonly string[],
): Promise<string | null> {
  if (subject.organizationId === null) return null;
  const taken = await store.sandboxFailures.findOneAndUpdate(
    {
      organization_id: subject.organizationId,
      channel,
      left: { $ne: 0 },
      $and: [
        {
          $or: [
            { 'match.to': null },
            { $expr: { $in: [{ $toLower: { $ifNull: ['$match.to', ''] } }, [...recipients]] } },
          ],
        },
        { $or: [{ 'match.amount_cents': null }, { 'match.amount_cents': subject.amountDue ?? -1 }] },
      ],
    },
    [{ $set: { left: { $cond: [{ $gt: ['$left', 0] }, { $subtract: ['$left', 1] }, '$left'] } } }],
    { sort: { created_at: 1, _id: 1 } },
  );
  return taken?.fail ?? null;
}
