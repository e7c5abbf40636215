// Reads what a message is about, as it is now: whether it still makes sense, and what the channel sends.
import { messageIsMoot } from '../../src/domain/invoice/moot.ts';
import type { CustomerDocument, MessageDocument, OrganizationDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { gatherDunning } from '../dunning/gather.ts';
import { factsOf, oneLine } from '../render/facts.ts';
import { renderEmail, renderSms } from '../render/render.ts';
import type { About } from './about.ts';
import type { OutgoingEmail, OutgoingSms } from './channel.ts';

export type Surroundings = About & {
  readonly organization: OrganizationDocument | null;
  readonly customer: CustomerDocument | null;
  /** The clock of what it is about minus real time, in milliseconds. */
  readonly clockOffset: number;
};

export async function gather(store: Store, row: MessageDocument): Promise<Surroundings> {
  const own = { organization_id: row.organization_id };
  const [organization, customer] = await Promise.all([
    store.organizations.findOne({ _id: row.organization_id }),
    store.customers.findOne({ _id: row.customer_id, ...own }),
  ]);
  const around = {
    organization,
    customer,
    clockOffset: row.live_mode ? 0 : (organization?.clock_offset_ms ?? 0),
  };
  const about =
    row.kind === 'dunning'
      ? await gatherDunning(store, row, around)
      : await gatherInvoice(store, { ...row, kind: row.kind }, around);
  return { ...around, ...about };
}

async function gatherInvoice(
  store: Store,
  row: Omit<MessageDocument, 'kind'> & { readonly kind: Exclude<MessageDocument['kind'], 'dunning'> },
  around: Pick<Surroundings, 'organization' | 'customer'>,
): Promise<About> {
  const _id = row.invoice_id ?? '';
  const invoice = await store.invoices.findOne({ _id, organization_id: row.organization_id });
  if (invoice === null) return { moot: 'invoice_missing', words: () => null };
  return {
    moot: messageIsMoot(row.kind, invoice.state),
    words: (publicUrl) => {
      const facts = factsOf({ invoice, ...around, publicUrl });
      return { email: () => renderEmail(row, facts), sms: () => renderSms(row, facts) };
    },
  };
}

export function statusCallback(publicUrl: string, messageId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/callbacks/twilio/status?message=${encodeURIComponent(messageId)}`;
}

/** null when there is nobody to send it to. */
export function compose(
  row: MessageDocument,
  around: Surroundings,
  publicUrl: string,
): OutgoingEmail | OutgoingSms | null {
  const words = around.words(publicUrl);
  const to = row.to[0];
  if (words === null || to === undefined) return null;
  const ids = { messageId: row._id, invoiceId: row.invoice_id, commandId: row.command_id };
  if (row.channel === 'sms') {
    return { ...ids, to, body: words.sms(), statusCallback: statusCallback(publicUrl, row._id) };
  }
  return {
    ...ids,
    fromName: oneLine(around.organization?.name ?? ''),
    to: row.to,
    cc: row.cc,
    bcc: row.bcc,
    date: row.queued_at,
    ...words.email(),
  };
}
