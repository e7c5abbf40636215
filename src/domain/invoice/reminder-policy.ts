// A reminder policy as an invoice knows it: which one its steps are from, and in which version.
import type { Reader } from '../reader.ts';
import type { Invoice, PolicyVersion } from './invoice.ts';

export type NamedPolicy = PolicyVersion & { readonly name: string };

/** What an invoice keeps of it. */
export function versionOf(policy: NamedPolicy | null): PolicyVersion | null {
  return policy === null ? null : { id: policy.id, version: policy.version };
}

/** How the timeline says why the plan is another. */
export function policyWords({ name, version }: NamedPolicy): string {
  return `policy ${name} version ${version}`;
}

/** What `policy` beside the steps says of where they are from; null when nothing is said. */
export function readNamedPolicy(holder: Reader): NamedPolicy | null {
  const reader = holder.object('policy');
  if (reader === null) return null;
  const id = reader.text('id', 255);
  const name = reader.text('name', 255);
  const version = reader.integer('version', 1, Number.MAX_SAFE_INTEGER);
  if (id === null) reader.blame('id');
  if (name === null) reader.blame('name');
  if (version === null) reader.blame('version');
  reader.finish();
  holder.adopt(reader);
  return id === null || name === null || version === null ? null : { id, name, version };
}

/** Whether a change of the policy concerns the invoice: it follows this one, and has not had this version yet. */
export function isBehind(invoice: Invoice, policy: PolicyVersion): boolean {
  const own = invoice.reminderPolicy;
  return own !== null && own.id === policy.id && own.version < policy.version;
}
