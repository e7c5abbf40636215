// Addresses and phone numbers, in the one spelling that they are compared and counted by.
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Channel } from '../domain/invoice/invoice.ts';

/** One spelling per mailbox, so that a cap cannot be passed by writing it differently. */
export function normalisedAddress(address: string): string {
  return address.trim().toLowerCase();
}

/** The phone number as E.164; null where it is none. A number without country code is none: we do not guess. */
export function e164(phone: string): string | null {
  const parsed = parsePhoneNumberFromString(phone);
  return parsed?.isPossible() === true ? parsed.number : null;
}

/** Of the document in which the reminders to an address are counted. */
export function capKey(
  { organizationId, liveMode }: { readonly organizationId: string; readonly liveMode: boolean },
  channel: Channel,
  address: string,
): string {
  return `${organizationId}:${liveMode ? 'live' : 'test'}:${channel}:${normalisedAddress(address)}`;
}
