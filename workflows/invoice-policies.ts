// A policy that a command names is looked up before the command is read: the core knows no other documents.
import type { CommandName } from '../src/contract/names.ts';
import { type PolicyField, policyAsked, withTerms } from '../src/domain/invoice/arguments.ts';
import type { Fields } from '../src/domain/reader.ts';
import { isRejection, reject, type Rejection } from '../src/domain/rejection.ts';
import type { Entity, Store } from './invoice-entity.ts';
import { takesFeePolicies } from './invoice-releases.ts';

type Asked = { readonly field: PolicyField; readonly policyId: string };
type Looked = { readonly field: PolicyField; readonly terms: Fields };

async function look({ organizationId }: Entity, store: Store, asked: Asked): Promise<Looked | Rejection> {
  const { field, policyId } = asked;
  if (field === 'reminders') {
    const terms = await store.reminderTerms({ organizationId, policyId });
    return terms === null
      ? reject('unknown_reminder_policy', undefined, '/reminders/policy_id')
      : { field, terms };
  }
  const terms = await store.lateFeeTerms({ organizationId, policyId });
  return terms === null
    ? reject('unknown_late_fee_policy', undefined, '/late_fees/policy_id')
    : { field, terms };
}

/** The arguments with the terms of the policies in place of their ids. */
async function lookAll(
  entity: Entity,
  store: Store,
  name: CommandName,
  args: Fields,
  asked: readonly Asked[],
): Promise<Fields | Rejection> {
  const looked = await Promise.all(asked.map((one) => look(entity, store, one)));
  return looked.reduce<Fields | Rejection>((known, one) => {
    if (isRejection(known)) return known;
    return isRejection(one) ? one : withTerms(name, known, one.field, one.terms);
  }, args);
}

function asked(name: CommandName, args: Fields, field: PolicyField): readonly Asked[] {
  const policyId = policyAsked(name, args, field);
  return policyId === null ? [] : [{ field, policyId }];
}

/** Nothing is waited for where no policy is named. */
export function withPolicies(
  entity: Entity,
  store: Store,
  name: CommandName,
  args: Fields,
): Fields | Promise<Fields | Rejection> {
  const fees = asked(name, args, 'lateFees');
  const known = fees.length > 0 && takesFeePolicies() ? fees : [];
  const all = [...known, ...asked(name, args, 'reminders')];
  return all.length === 0 ? args : lookAll(entity, store, name, args, all);
}
