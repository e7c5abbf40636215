// Ids in a body that must name something of the organization, as the routes ask for them: what names nothing is
// refused at once.
import { type Rejection, reject } from '../../domain/rejection.ts';
import {
  type Faults,
  filesOf,
  hasFaults,
  itemsOfLines,
  type LineReferences,
  type Named,
  whatIsNamed,
} from '../../drafting/references.ts';
import type { CustomerDocument, ItemDocument } from '../../store/documents.ts';
import type { Store } from '../../store/store.ts';
import { type Fault, refused, refusedFaults } from '../problem.ts';

function faultAt(rejection: Rejection): Fault {
  return {
    pointer: rejection.pointer ?? '',
    code: rejection.rejected,
    detail: rejection.message,
  };
}

/** The refusal of faults, to be thrown. One alone keeps what it knows. */
export function refusalOf({ faults }: Faults): Error {
  return faults.length === 1 ? refused(faults[0]) : refusedFaults(faults.map(faultAt));
}

/** What was found, or the refusal. */
export function orRefuse<T extends object>(found: T | Faults): T {
  if (hasFaults(found)) throw refusalOf(found);
  return found;
}

export async function findCustomer(
  store: Store,
  organizationId: string,
  id: string,
): Promise<CustomerDocument> {
  const customer = await store.customers.findOne({ _id: id, organization_id: organizationId });
  if (customer === null) throw refused(reject('unknown_customer', undefined, '/customer_id'));
  return customer;
}

/** Every account and product that lines name must exist; answers the items by their id. */
export async function checkLines(
  store: Store,
  organizationId: string,
  lines: readonly LineReferences[],
): Promise<Map<string, ItemDocument>> {
  return orRefuse(await itemsOfLines(store, organizationId, lines));
}

/** Money goes into an asset account that is not the receivables themselves. */
export async function checkDepositAccount(store: Store, organizationId: string, id: string): Promise<void> {
  const account = await store.accounts.findOne({ _id: id, organization_id: organizationId, type: 'asset' });
  if (account === null || account.role === 'accounts_receivable') {
    throw refused(reject('unknown_account', undefined, '/deposit_to_account_id'));
  }
}

/** A customer's policy must be there; null takes it away. */
export async function checkReminderPolicy(
  store: Store,
  organizationId: string,
  id: string | null | undefined,
): Promise<void> {
  if (id === undefined || id === null) return;
  const policy = { _id: id, organization_id: organizationId };
  if ((await store.reminderPolicies.countDocuments(policy)) > 0) return;
  throw refused(reject('unknown_reminder_policy', undefined, '/reminder_policy_id'));
}

/** The same of late fees. */
export async function checkLateFeePolicy(
  store: Store,
  organizationId: string,
  id: string | null | undefined,
): Promise<void> {
  if (id === undefined || id === null) return;
  const policy = { _id: id, organization_id: organizationId };
  if ((await store.lateFeePolicies.countDocuments(policy)) > 0) return;
  throw refused(reject('unknown_late_fee_policy', undefined, '/late_fee_policy_id'));
}

export async function resolveFiles(...asked: Parameters<typeof filesOf>) {
  return orRefuse(await filesOf(...asked));
}

/** The fields of a document that name tax rates and files, as what they name. What is left out stays out. */
export async function resolveNamed(store: Store, organizationId: string, body: Named) {
  return orRefuse(await whatIsNamed(store, organizationId, body));
}
