// Reads what a message is about, as it is now, and turns the row into what the channel sends.
import type {
  CustomerDocument,
  InvoiceDocument,
  MessageDocument,
  OrganizationDocument,
} from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { factsOf, oneLine } from '../render/facts.ts';
import { renderEmail, renderSms } from '../render/render.ts';
import type { OutgoingEmail, OutgoingSms } from './channel.ts';

export type Surroundings = {
  readonly invoice: InvoiceDocument | null;
  readonly organization: OrganizationDocument | null;
  readonly customer: CustomerDocument | null;
  /** The invoice's clock minus real time, in milliseconds. */
  readonly clockOffset: number;
};

export async function gather(store: Store, row: MessageDocument): Promise<Surroundings> {
  const own = { organization_id: row.organization_id };
  const [invoice, organization, customer] = await Promise.all([
    store.invoices.findOne({ _id: row.invoice_id, ...own }),
    store.organizations.findOne({ _id: row.organization_id }),
    store.customers.findOne({ _id: row.customer_id, ...own }),
  ]);
  return {
    invoice,
    organization,
    customer,
    clockOffset: row.live_mode ? 0 : (organization?.clock_offset_ms ?? 0),
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
  const { invoice, organization, customer } = around;
  const to = row.to[0];
  if (invoice === null || to === undefined) return null;
  const facts = factsOf({ invoice, organization, customer, publicUrl });
  const ids = { messageId: row._id, invoiceId: row.invoice_id, commandId: row.command_id };
  if (row.channel === 'sms') {
    return { ...ids, to, body: renderSms(row, facts), statusCallback: statusCallback(publicUrl, row._id) };
  }
  return {
    ...ids,
    fromName: oneLine(organization?.name ?? ''),
    to: row.to,
    cc: row.cc,
    bcc: row.bcc,
    date: row.queued_at,
    ...renderEmail(row, facts),
  };
}
