// How a message over all open invoices reaches a customer, and whether it may.
import type { Channel } from '../domain/invoice/invoice.ts';
import { capKey, e164, normalisedAddress } from '../store/addresses.ts';
import type { CustomerDocument, DunningStateDocument } from '../store/documents.ts';

export type Reach = { readonly channel: Channel; readonly address: string } | { readonly refused: string };

/** By mail; by text where there is no address and the customer has agreed to texts. */
function wayTo(customer: CustomerDocument | null): Reach {
  const email = customer?.email?.trim() ?? '';
  if (customer === null || (email === '' && customer.sms_consent !== true)) {
    return { refused: 'no_email_address' };
  }
  if (customer.email_opt_out) return { refused: 'opted_out' };
  if (email !== '') return { channel: 'email', address: email };
  const phone = e164(customer.phone ?? '');
  return phone === null ? { refused: 'no_email_address' } : { channel: 'sms', address: phone };
}

export function reachOf(
  customer: CustomerDocument | null,
  state: Pick<DunningStateDocument, 'undeliverable'> | null,
): Reach {
  const way = wayTo(customer);
  const dead = state?.undeliverable ?? null;
  if ('refused' in way || dead === null) return way;
  const same = normalisedAddress(way.address) === normalisedAddress(dead);
  return same ? { refused: 'undeliverable' } : way;
}

type Scope = { readonly organizationId: string; readonly liveMode: boolean };

/** Under which addresses the customer's reminders are counted. */
export function capAddresses(scope: Scope, { email, phone }: CustomerDocument): string[] {
  const number = e164(phone ?? '');
  return [
    ...(email === null ? [] : [capKey(scope, 'email', email)]),
    ...(number === null ? [] : [capKey(scope, 'sms', number)]),
  ];
}
