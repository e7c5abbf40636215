// Reminder policies as whoever makes or changes an invoice asks for them, and the invoices that follow one.
import type { mongo } from 'mongoose';
import type { NamedPolicy } from '../domain/invoice/reminder-policy.ts';
import type { ReminderTerms } from '../domain/invoice/terms.ts';
import type { InvoiceDocument, ReminderPolicyDocument } from './documents.ts';
import type { Store } from './store.ts';

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
    'reminder_policy.id': policyId,
    ...(after === null ? {} : { _id: { $gt: after } }),
    ...(behind === undefined ? {} : { 'reminder_policy.version': { $lt: behind } }),
    ...(liveMode === undefined ? {} : { live_mode: liveMode }),
  };
}
