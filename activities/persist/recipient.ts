// Who a message goes to, and whether it may: addresses, consent, opt-out.
import type { MessageContent } from '../../src/contract/invoice.ts';
import type { Message } from '../../src/domain/invoice/invoice.ts';
import type { RejectionCode } from '../../src/domain/rejection.ts';
import { e164 } from '../../src/store/addresses.ts';
import type { CustomerDocument, MessageDocument } from '../../src/store/documents.ts';

type Words = Exclude<MessageContent, { ref: string }>;

/** What the message will be sent with. */
export type Envelope = {
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string | null;
  readonly message: string | null;
};

/** The caller's recipients where there are any, else the customer's own address or phone. */
export function envelopeOf(
  message: Message,
  content: Words | null,
  customer: CustomerDocument | null,
): Envelope {
  const words = { subject: content?.subject ?? null, message: content?.message ?? null };
  if (message.channel === 'sms') {
    const phone = content?.phone ?? content?.to?.[0] ?? customer?.phone ?? '';
    const number = e164(phone) ?? phone.trim();
    return { to: number === '' ? [] : [number], cc: [], bcc: [], ...words };
  }
  const given = addresses(content?.to);
  const to = given.length > 0 ? given : addresses([customer?.email ?? '']);
  return { to, cc: addresses(content?.cc), bcc: addresses(content?.bcc), ...words };
}

/** Whether the customer wants such a message at all; null when nothing is known against it. */
export function consentRefusal(
  message: Pick<MessageDocument, 'channel' | 'kind'>,
  customer: CustomerDocument | null,
  automatic: boolean,
): RejectionCode | null {
  if (message.channel === 'email') {
    const unwanted = automatic && message.kind === 'reminder' && customer?.email_opt_out === true;
    return unwanted ? 'opted_out' : null;
  }
  const consent = customer?.sms_consent ?? null;
  // Silence allows what a person asks for and nothing that a machine does by itself.
  return consent === true || (consent === null && !automatic) ? null : 'sms_not_consented';
}

/** Why the message may not go to its recipient; null when it may. */
export function recipientRefusal(
  message: Message,
  envelope: Envelope,
  customer: CustomerDocument | null,
  automatic: boolean,
): RejectionCode | null {
  const [first] = envelope.to;
  if (message.channel === 'email' && first === undefined) return 'no_email_address';
  if (message.channel === 'sms' && first === undefined) return 'no_phone_number';
  if (message.channel === 'sms' && e164(first ?? '') === null) return 'invalid_phone_number';
  return consentRefusal(message, customer, automatic);
}

function addresses(list: readonly string[] | undefined): string[] {
  return [...new Set((list ?? []).map((address) => address.trim()).filter((address) => address !== ''))];
}
