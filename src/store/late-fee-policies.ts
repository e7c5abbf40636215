// Late-fee policies as whoever makes or changes an invoice asks for them, and how they change: one default at most.
import type { Fields } from '../domain/reader.ts';
import { isSame } from '../domain/same.ts';
import type { LateFeePolicyDocument } from './documents.ts';
import type { Session, Store } from './store.ts';
import { exactly } from './exactly.ts';

export function policyTerms(
  store: Store,
  organizationId: string,
  policyId: string,
): Promise<LateFeePolicyDocument | null> {
  return store.lateFeePolicies.findOne({ _id: policyId, organization_id: organizationId });
}

/** What an invoice takes from the policy: as the core reads terms, with what they are from. */
export function feeTermsOf({ _id: id, name, version, terms }: LateFeePolicyDocument): Fields {
  const { interval, intervalCount, ...rest } = terms;
  return { ...rest, frequency: { interval, intervalCount }, policy: { id, name, version } };
}

/** What an invoice takes that says nothing of late fees itself: the customer's policy, else the default; else null. */
export async function standingTerms(
  store: Store,
  organizationId: string,
  customerPolicyId: string | null,
): Promise<LateFeePolicyDocument | null> {
  const own = customerPolicyId === null ? null : await policyTerms(store, organizationId, customerPolicyId);
  return own ?? store.lateFeePolicies.findOne({ organization_id: organizationId, default: true });
}

const triesMost = 5;

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}

/** Again where somebody else became the default, or changed the policy, in between. */
async function untilDone<T>(attempt: () => Promise<T | null>): Promise<T> {
  for (let left = triesMost; ; left -= 1) {
    try {
      const done = await attempt();
      if (done !== null) return done;
      if (left === 0) throw new Error('The policy is changed by too many at once');
    } catch (error) {
      if (!isDuplicate(error) || left === 0) throw error;
    }
  }
}

async function takeDefault(store: Store, policy: LateFeePolicyDocument, session: Session): Promise<void> {
  await store.lateFeePolicies.updateMany(
    { organization_id: policy.organization_id, default: true, _id: { $ne: policy._id } },
    { $set: { default: false, updated_at: policy.updated_at } },
    { session },
  );
}

/** A repeated insert finds the first one. */
export function addPolicy(store: Store, policy: LateFeePolicyDocument): Promise<LateFeePolicyDocument> {
  return untilDone(async () => {
    const there = await store.lateFeePolicies.findOne({ _id: policy._id });
    if (there !== null) return there;
    await store.transaction(async (session) => {
      if (policy.default) await takeDefault(store, policy, session);
      await store.lateFeePolicies.insertOne(policy, { session });
    });
    return policy;
  });
}

export type PolicyFields = Partial<Pick<LateFeePolicyDocument, 'name' | 'default' | 'terms'>>;

/** The policy after the change, or 'gone'. The same command changes it once; what changes nothing raises nothing. */
export function changePolicy(
  store: Store,
  { _id, organization_id }: LateFeePolicyDocument,
  fieldsOf: (before: LateFeePolicyDocument) => PolicyFields,
  commandId: string,
): Promise<LateFeePolicyDocument | 'gone'> {
  return untilDone(async () => {
    const before = await store.lateFeePolicies.findOne({ _id, organization_id });
    if (before === null) return 'gone';
    if (before.changed_by === commandId) return before;
    const fields = fieldsOf(before);
    if (isSame({ ...before, ...fields }, before)) return before;
    const next = {
      ...before,
      ...fields,
      version: before.version + 1,
      changed_by: commandId,
      updated_at: new Date().toISOString(),
    };
    return store.transaction(async (session) => {
      if (next.default && !before.default) await takeDefault(store, next, session);
      return store.lateFeePolicies.findOneAndUpdate(
        { _id, version: before.version },
        { $set: next },
        { session, returnDocument: 'after' },
      );
    });
  });
}

/** Invoices keep what they have taken from it; its customers go on with the default policy. */
export async function removePolicy(
  store: Store,
  { _id, organization_id }: LateFeePolicyDocument,
): Promise<void> {
  await store.transaction(async (session) => {
    await store.lateFeePolicies.deleteOne({ _id, organization_id }, { session });
    await store.customers.updateMany(
      { organization_id, late_fee_policy_id: exactly(_id) },
      { $set: { late_fee_policy_id: null } },
      { session },
    );
  });
}
