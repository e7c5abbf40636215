// The status callbacks of the Twilio stand-in: what happened to an accepted text, told in Twilio's form and signed.
import { createHmac, randomUUID } from 'node:crypto';
import type { Instant } from '../domain/calendar.ts';
import type { Store } from '../store/store.ts';
import { whenSettled } from './subject.ts';
import { undeliveredReasons } from './twilio-request.ts';
import { apiVersion, type MessageResource, twilioDate, updateMessage } from './twilio-resource.ts';

const settlePatience = 5_000;
const callbackPatience = 10_000;

/** Base64 of HMAC-SHA1 over the exact URL followed by each parameter's name and value, by name. */
export function twilioSignature(authToken: string, url: string, parameters: Record<string, string>): string {
  const signed = Object.keys(parameters)
    .sort()
    .reduce((text, name) => text + name + (parameters[name] ?? ''), url);
  return createHmac('sha1', authToken).update(signed, 'utf8').digest('base64');
}

async function post(url: string, authToken: string, parameters: Record<string, string>): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      'user-agent': 'TwilioProxy/1.1',
      'x-twilio-signature': twilioSignature(authToken, url, parameters),
      'i-twilio-idempotency-token': randomUUID(),
    },
    body: new URLSearchParams(parameters).toString(),
    signal: AbortSignal.timeout(callbackPatience),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`The status callback was answered with ${response.status}`);
}

type Life = {
  readonly store: Store;
  readonly authToken: string;
  readonly resource: MessageResource;
  readonly statusCallback: string | null;
  /** Our message, where the text is one of ours. */
  readonly messageId: string | null;
  readonly at: Instant;
  /** The error that ends it undelivered. */
  readonly errorCode: string | null;
};

/** Lives the rest of a text's life: sent, then delivered or not. Twilio calls nobody for the first status. */
export async function liveOn(life: Life): Promise<void> {
  const { store, resource, errorCode } = life;
  if (life.messageId !== null) await whenSettled(store, life.messageId, settlePatience);
  const last = errorCode === null ? 'delivered' : 'undelivered';
  for (const status of ['sent', last] as const) {
    const failed = status === 'undelivered' ? { error_code: Number(errorCode) } : {};
    const at = twilioDate(life.at);
    await updateMessage(store, resource.sid, {
      status,
      date_updated: at,
      ...(status === 'sent' && { date_sent: at }),
      ...failed,
      ...(status === 'undelivered' && { error_message: undeliveredReasons[errorCode ?? ''] ?? null }),
    });
    if (life.statusCallback === null) continue;
    await post(life.statusCallback, life.authToken, {
      AccountSid: resource.account_sid,
      ApiVersion: apiVersion,
      From: resource.from ?? '',
      MessageSid: resource.sid,
      MessageStatus: status,
      SmsSid: resource.sid,
      SmsStatus: status,
      To: resource.to,
      ...(status === 'undelivered' && { ErrorCode: errorCode ?? '' }),
      ...(resource.messaging_service_sid !== null && {
        MessagingServiceSid: resource.messaging_service_sid,
      }),
    });
  }
}
