// Scripted failures: which one a message meets. Each is taken by one atomic write, so `times` is exact.
import type { Channel } from '../domain/invoice/invoice.ts';
import type { Store } from '../store/store.ts';
import type { Subject } from './subject.ts';

export const emailFailures = [
  '421',
  '451',
  '452',
  '450',
  '550',
  '552',
  '554',
  'timeout',
  'drop_after_accept',
  'bounce_later',
  'complaint',
] as const;
export type EmailFailure = (typeof emailFailures)[number];

export const smsFailures = [
  '21211',
  '21610',
  '21614',
  '20429',
  '20003',
  '30003',
  '30005',
  '30006',
  '30007',
  '30008',
  '500',
  'timeout',
] as const;
export type SmsFailure = (typeof smsFailures)[number];

/** Takes the oldest script that fits the message, if there is one. Recipients are given in lower case. */
export async function takeFailure(
  store: Store,
  channel: Channel,
  subject: Subject,
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
