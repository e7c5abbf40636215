// A reminder policy that a command names is looked up before the command is read: the core knows no other documents.
import type { CommandName } from '../src/contract/names.ts';
import { policyAsked, withReminders } from '../src/domain/invoice/arguments.ts';
import type { Fields } from '../src/domain/reader.ts';
import { reject, type Rejection } from '../src/domain/rejection.ts';
import type { Entity, Store } from './invoice-entity.ts';

/** The arguments with the steps of the policy in place of its id. */
async function looked(
  { organizationId }: Entity,
  store: Store,
  name: CommandName,
  args: Fields,
  policyId: string,
): Promise<Fields | Rejection> {
  const terms = await store.reminderTerms({ organizationId, policyId });
  if (terms === null) return reject('unknown_reminder_policy', undefined, '/reminders/policy_id');
  return withReminders(name, args, terms);
}

/** Nothing is waited for where no policy is named. */
export function withPolicies(
  entity: Entity,
  store: Store,
  name: CommandName,
  args: Fields,
): Fields | Promise<Fields | Rejection> {
  const policyId = policyAsked(name, args);
  return policyId === null ? args : looked(entity, store, name, args, policyId);
}
