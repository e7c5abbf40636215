// Reads what a message is about, as it is now: whether it still makes sense, and what the channel sends.
import { amountDue, type Invoice, type MessageKind } from '../../src/domain/invoice/invoice.ts';
import { messageIsMoot } from '../../src/domain/invoice/moot.ts';
import { quietRules } from '../../src/domain/invoice/quiet.ts';
import { latestTime, rowOf } from '../../src/domain/invoice/reminder.ts';
import { restore } from '../../src/domain/invoice/restore.ts';
import { readCredit } from '../../src/store/credit-balance.ts';
import type { CustomerDocument, MessageDocument, OrganizationDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { gatherDunning } from '../dunning/gather.ts';
import { consentRefusal } from '../persist/recipient.ts';
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

type InvoiceRow = Omit<MessageDocument, 'kind'> & { readonly kind: MessageKind };

async function gatherInvoice(
  store: Store,
  row: InvoiceRow,
  around: Pick<Surroundings, 'organization' | 'customer'>,
): Promise<About> {
  const _id = row.invoice_id ?? '';
  const document = await store.invoices.findOne({ _id, organization_id: row.organization_id });
  if (document === null) return { moot: 'invoice_missing', words: () => null };
  const invoice = restore(document.state);
  const message = invoice.messages.find(({ id }) => id === row._id) ?? null;
  const step = message === null ? null : rowOf(invoice, message);
  return {
    moot: await whyMoot(store, row, invoice, around.customer, step !== null),
    ...(step === null || !row.live_mode
      ? {}
      : { timing: { quiet: quietRules(invoice), latest: latestTime(invoice, step) } }),
    words: (publicUrl) => {
      const facts = factsOf({ invoice: document, ...around, publicUrl });
      return { email: () => renderEmail(row, facts), sms: () => renderSms(row, facts) };
    },
  };
}

/** Everything that could have changed since it was asked for is looked at again, right before it leaves. */
async function whyMoot(
  store: Store,
  row: InvoiceRow,
  invoice: Invoice,
  customer: CustomerDocument | null,
  isAutomatic: boolean,
): Promise<string | null> {
  const moot = messageIsMoot(row.kind, invoice, isAutomatic) ?? consentRefusal(row, customer, isAutomatic);
  if (moot !== null || !isAutomatic) return moot;
  const { organizationId, customerId, liveMode, currency } = invoice;
  const credit = await readCredit(store, { organizationId, customerId, liveMode, currency });
  return credit >= amountDue(invoice) ? 'covered_by_credit' : null;
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
