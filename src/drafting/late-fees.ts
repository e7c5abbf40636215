// The late-fee terms of a new invoice: its own, else those of the customer's policy, else those of the default policy.
import type { Fields } from '../domain/reader.ts';
import { reject } from '../domain/rejection.ts';
import { feeTermsOf, policyTerms, standingTerms } from '../store/late-fee-policies.ts';
import type { CustomerDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { Faults } from './references.ts';

/** What it takes from a policy as that is now; nothing where the body gives terms, or says that there are none. */
export async function lateFeesOf(
  store: Store,
  { organization_id: organizationId, late_fee_policy_id: own = null }: CustomerDocument,
  asked: unknown,
): Promise<{ readonly lateFees?: Fields } | Faults> {
  if (asked === undefined) {
    const policy = await standingTerms(store, organizationId, own);
    return policy === null ? {} : { lateFees: feeTermsOf(policy) };
  }
  if (typeof asked !== 'object' || asked === null || !('policy_id' in asked)) return {};
  const policy = await policyTerms(store, organizationId, String(asked.policy_id));
  if (policy !== null) return { lateFees: feeTermsOf(policy) };
  return { faults: [reject('unknown_late_fee_policy', undefined, '/late_fees/policy_id')] };
}
