// The message resource of the Twilio stand-in: its shape, how it is kept, found and listed.
import { randomUUID } from 'node:crypto';
import { SegmentedMessage } from 'sms-segments-calculator';
import { type Instant, milliseconds } from '../domain/calendar.ts';
import type { Store } from '../store/store.ts';
import type { Subject } from './subject.ts';
import type { MessageParameters } from './twilio-request.ts';

export const apiVersion = '2010-04-01';

export type MessageResource = {
  account_sid: string;
  api_version: string;
  body: string;
  date_created: string;
  date_sent: string | null;
  date_updated: string;
  direction: 'outbound-api';
  error_code: number | null;
  error_message: string | null;
  from: string | null;
  messaging_service_sid: string | null;
  num_media: string;
  num_segments: string;
  price: null;
  price_unit: string;
  sid: string;
  status: 'accepted' | 'queued' | 'sent' | 'delivered' | 'undelivered';
  subresource_uris: { media: string };
  to: string;
  uri: string;
};

/** RFC 2822 with a numeric zone, as Twilio writes dates. */
export function twilioDate(at: Instant): string {
  return new Date(milliseconds(at)).toUTCString().replace('GMT', '+0000');
}

export function newResource(accountSid: string, asked: MessageParameters, at: Instant): MessageResource {
  const sid = `SM${randomUUID().replaceAll('-', '')}`;
  const uri = `/${apiVersion}/Accounts/${accountSid}/Messages/${sid}`;
  // A messaging service picks the sender later, so until then nothing is counted.
  const viaService = asked.messagingServiceSid !== null;
  return {
    account_sid: accountSid,
    api_version: apiVersion,
    body: asked.body,
    date_created: twilioDate(at),
    date_sent: null,
    date_updated: twilioDate(at),
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: asked.from,
    messaging_service_sid: asked.messagingServiceSid,
    num_media: String(asked.mediaUrls.length),
    num_segments: viaService ? '0' : String(new SegmentedMessage(asked.body).segmentsCount),
    price: null,
    price_unit: 'USD',
    sid,
    status: viaService ? 'accepted' : 'queued',
    subresource_uris: { media: `${uri}/Media.json` },
    to: asked.to,
    uri: `${uri}.json`,
  };
}

/** The id of the kept message: the SID's own digits, so that a SID is found without an index of its own. */
function keptId(sid: string): string {
  return sid
    .slice(2)
    .toLowerCase()
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

export async function keepMessage(store: Store, resource: MessageResource, subject: Subject): Promise<void> {
  await store.sandboxMessages.insertOne({
    _id: keptId(resource.sid),
    organization_id: subject.organizationId,
    live_mode: subject.liveMode,
    invoice_id: subject.invoiceId,
    message_id: subject.messageId,
    channel: 'sms',
    to: [resource.to],
    cc: [],
    bcc: [],
    from: resource.from ?? resource.messaging_service_sid ?? '',
    subject: null,
    text: resource.body,
    html: null,
    attachments: [],
    provider_message_id: resource.sid,
    resource,
    at: subject.at,
  });
}

export async function updateMessage(
  store: Store,
  sid: string,
  change: Partial<MessageResource>,
): Promise<void> {
  const fields = Object.fromEntries(Object.entries(change).map(([key, value]) => [`resource.${key}`, value]));
  await store.sandboxMessages.updateOne({ _id: keptId(sid), channel: 'sms' }, { $set: fields });
}

export async function findMessage(store: Store, sid: string): Promise<MessageResource | null> {
  const kept = await store.sandboxMessages.findOne({ _id: keptId(sid), channel: 'sms' });
  return (kept?.resource ?? null) as MessageResource | null;
}

const day = 86_400_000;

/** The range of instants that the three date filters leave. A bare date stands for its whole UTC day. */
function sentBetween(query: URLSearchParams): { readonly $gte?: Instant; readonly $lt?: Instant } | null {
  const bound = (name: string): { start: number; end: number } | null | undefined => {
    const text = query.get(name);
    if (text === null || text === '') return undefined;
    const start = Date.parse(text);
    if (Number.isNaN(start)) return null;
    return { start, end: /^\d{4}-\d{2}-\d{2}$/.test(text) ? start + day : start + 1 };
  };
  const on = bound('DateSent');
  const before = bound('DateSent<');
  const after = bound('DateSent>');
  if (on === null || before === null || after === null) return null;
  const midnight = on === undefined ? undefined : Math.floor(on.start / day) * day;
  const starts = [midnight, after?.start].filter((one) => one !== undefined);
  const ends = [midnight === undefined ? undefined : midnight + day, before?.end].filter(
    (one) => one !== undefined,
  );
  return {
    ...(starts.length > 0 && { $gte: new Date(Math.max(...starts)).toISOString() }),
    ...(ends.length > 0 && { $lt: new Date(Math.min(...ends)).toISOString() }),
  };
}

/** One page, newest first. */
export async function listMessages(
  store: Store,
  query: URLSearchParams,
  page: { readonly index: number; readonly size: number },
): Promise<{ readonly messages: MessageResource[]; readonly more: boolean } | null> {
  const sent = sentBetween(query);
  if (sent === null) return null;
  const to = query.get('To');
  const from = query.get('From');
  const found = await store.sandboxMessages
    .find({
      channel: 'sms',
      ...(to !== null && { to }),
      ...(from !== null && { from }),
      ...(Object.keys(sent).length > 0 && { at: sent, 'resource.date_sent': { $ne: null } }),
    })
    .sort({ at: -1, _id: 1 })
    .skip(page.index * page.size)
    .limit(page.size + 1)
    .toArray();
  return {
    messages: found.slice(0, page.size).map((one) => one.resource as MessageResource),
    more: found.length > page.size,
  };
}
