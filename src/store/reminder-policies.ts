// Reminder policies as whoever makes or changes an invoice asks for them, and the invoices that follow one.
import type { mongo } from 'mongoose';
import type { NamedPolicy } from '../domain/invoice/reminder-policy.ts';
import type { ReminderTerms } from '../domain/invoice/terms.ts';
import { isSame } from '../domain/same.ts';
import type { InvoiceDocument, PolicyApply, ReminderPolicyDocument } from './documents.ts';
import type { Session, Store } from './store.ts';
import { exactly } from './exactly.ts';

type Said = Pick<ReminderPolicyDocument, '_id' | 'name' | 'version'>;

export function namedPolicy({ _id, name, version }: Said): NamedPolicy {
  return { id: _id, name, version };
}

/** What an invoice takes from the policy. */
function termsOf(policy: ReminderPolicyDocument): ReminderTerms {
  return { steps: policy.steps, policy: namedPolicy(policy) };
}

export async function readPolicyTerms(
  store: Store,
  organizationId: string,
  policyId: string,
): Promise<ReminderTerms | null> {
  const policy = await store.reminderPolicies.findOne({ _id: policyId, organization_id: organizationId });
  return policy === null ? null : termsOf(policy);
}

/** What an invoice takes that says nothing of reminders itself: the customer's policy, else the default; else null. */
export async function readStandingTerms(
  store: Store,
  organizationId: string,
  customerPolicyId: string | null,
): Promise<ReminderTerms | null> {
  const own =
    customerPolicyId === null ? null : await readPolicyTerms(store, organizationId, customerPolicyId);
  if (own !== null) return own;
  const standard = await store.reminderPolicies.findOne({ organization_id: organizationId, default: true });
  return standard === null ? null : termsOf(standard);
}

type Following = {
  readonly organizationId: string;
  readonly policyId: string;
  /** Those alone that have an earlier version. */
  readonly behind?: number;
  /** Those alone that come after this one. */
  readonly after?: string | null;
  /** Those alone of this mode. */
  readonly liveMode?: boolean;
};

/** The invoices, not closed, that follow a policy: answered by the index `reminder_policy` alone. */
export function following({
  organizationId,
  policyId,
  behind,
  after = null,
  liveMode,
}: Following): mongo.Filter<InvoiceDocument> {
  return {
    organization_id: organizationId,
    'reminder_policy.id': exactly(policyId),
    ...(after === null ? {} : { _id: { $gt: after } }),
    ...(behind === undefined ? {} : { 'reminder_policy.version': { $lt: behind } }),
    ...(liveMode === undefined ? {} : { live_mode: liveMode }),
  };
}

const triesMost = 5;

function isDuplicate(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 11_000;
}

/** One default at most: who becomes it takes it from the one before, in one transaction. */
async function takeDefault(store: Store, policy: ReminderPolicyDocument, session: Session): Promise<void> {
  await store.reminderPolicies.updateMany(
    { organization_id: policy.organization_id, default: true, _id: { $ne: policy._id } },
    { $set: { default: false, updated_at: policy.updated_at } },
    { session },
  );
}

/** A repeated insert finds the first one. */
export async function addPolicy(
  store: Store,
  policy: ReminderPolicyDocument,
): Promise<ReminderPolicyDocument> {
  for (let left = triesMost; ; left -= 1) {
    const there = await store.reminderPolicies.findOne({ _id: policy._id });
    if (there !== null) return there;
    try {
      await store.transaction(async (session) => {
        if (policy.default) await takeDefault(store, policy, session);
        await store.reminderPolicies.insertOne(policy, { session });
      });
      return policy;
    } catch (error) {
      if (!isDuplicate(error) || left === 0) throw error;
    }
  }
}

export type PolicyChange = {
  readonly fields: Partial<Pick<ReminderPolicyDocument, 'name' | 'default' | 'steps'>>;
  readonly commandId: string;
  /** Who wants it for open invoices too; null: it is for new ones. */
  readonly applyFor: string | null;
};

async function applyOf(store: Store, next: ReminderPolicyDocument, actor: string): Promise<PolicyApply> {
  const { _id: policyId, organization_id: organizationId, version, name, steps } = next;
  return {
    version,
    name,
    steps,
    actor,
    state: 'under_way',
    invoices: await store.invoices.countDocuments(following({ organizationId, policyId, behind: version })),
    applied: 0,
    passed_over: 0,
    since: next.updated_at,
  };
}

/** What the policy is after the change, written if nobody else has changed it meanwhile; null if somebody has. */
async function write(
  store: Store,
  before: ReminderPolicyDocument,
  { fields, commandId, applyFor }: PolicyChange,
): Promise<ReminderPolicyDocument | null> {
  const isOther = !isSame({ ...before, ...fields }, before);
  if (!isOther && applyFor === null) return before;
  const next: ReminderPolicyDocument = {
    ...before,
    ...fields,
    version: before.version + (isOther ? 1 : 0),
    changed_by: commandId,
    updated_at: new Date().toISOString(),
  };
  // A version that is on its way goes on unless another one takes its place.
  const { applying: _applying, ...rest } = next;
  const set = applyFor === null ? rest : { ...rest, applying: await applyOf(store, next, applyFor) };
  return store.transaction(async (session) => {
    if (next.default && !before.default) await takeDefault(store, next, session);
    return store.reminderPolicies.findOneAndUpdate(
      { _id: before._id, version: before.version, changed_by: before.changed_by },
      { $set: set },
      { session, returnDocument: 'after' },
    );
  });
}

/** The policy after the change; null where it is gone. The same command changes it once. */
export async function changePolicy(
  store: Store,
  { _id, organization_id }: ReminderPolicyDocument,
  change: PolicyChange,
): Promise<ReminderPolicyDocument | null> {
  for (let left = triesMost; ; left -= 1) {
    const before = await store.reminderPolicies.findOne({ _id, organization_id });
    if (before === null || before.changed_by === change.commandId) return before;
    try {
      const after = await write(store, before, change);
      if (after !== null) return after;
      if (left === 0) throw new Error('The policy is changed by too many at once');
    } catch (error) {
      if (!isDuplicate(error) || left === 0) throw error;
    }
  }
}

/** What still needs the policy; null when nothing does. Invoices never do: they have taken what it said. */
export async function policyNeeds(store: Store, policy: ReminderPolicyDocument) {
  const customers = await store.customers.countDocuments({
    organization_id: policy.organization_id,
    reminder_policy_id: exactly(policy._id),
  });
  const applying = policy.applying?.state === 'under_way';
  return policy.default || customers > 0 || applying
    ? { default: policy.default, customers, applying }
    : null;
}

export async function removePolicy(
  store: Store,
  { _id, organization_id }: ReminderPolicyDocument,
): Promise<void> {
  await store.reminderPolicies.deleteOne({ _id, organization_id });
}
