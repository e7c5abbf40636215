// The reminders of a new invoice: its own, else those of the customer's policy, else those of the default policy.
import type { ReminderTerms } from '../domain/invoice/terms.ts';
import { reject } from '../domain/rejection.ts';
import { readPolicyTerms, readStandingTerms } from '../store/reminder-policies.ts';
import type { CustomerDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import type { Faults } from './references.ts';

/** What it takes from a policy as that is now; nothing where the body gives steps, or none are asked for. */
export async function remindersOf(
  store: Store,
  { organization_id: organizationId, reminder_policy_id: own = null }: CustomerDocument,
  asked: unknown,
): Promise<{ readonly reminders?: ReminderTerms } | Faults> {
  if (asked === undefined) {
    const reminders = await readStandingTerms(store, organizationId, own);
    return reminders === null ? {} : { reminders };
  }
  if (typeof asked !== 'object' || asked === null || !('policy_id' in asked)) return {};
  const reminders = await readPolicyTerms(store, organizationId, String(asked.policy_id));
  if (reminders !== null) return { reminders };
  return { faults: [reject('unknown_reminder_policy', undefined, '/reminders/policy_id')] };
}
