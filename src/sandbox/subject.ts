// Whose message a sandbox has in its hands. The message's id travels with it; everything else is looked up.
import { plusMilliseconds, type Instant } from '../domain/calendar.ts';
import type { Store } from '../store/store.ts';

export type Subject = {
  readonly organizationId: string | null;
  readonly liveMode: boolean;
  readonly invoiceId: string | null;
  readonly messageId: string | null;
  /** What was due on the invoice: scripted failures may match on it. */
  readonly amountDue: number | null;
  /** Now, by the clock of the invoice. */
  readonly at: Instant;
};

/** A message that names none of ours belongs to nobody and is seen by nobody. */
export async function findSubject(store: Store, messageId: string | null, now: Instant): Promise<Subject> {
  const message = messageId === null ? null : await store.messages.findOne({ _id: messageId });
  if (message === null) {
    return {
      organizationId: null,
      liveMode: false,
      invoiceId: null,
      messageId: null,
      amountDue: null,
      at: now,
    };
  }
  const [invoice, organization] = await Promise.all([
    message.invoice_id === null
      ? null
      : store.invoices.findOne({ _id: message.invoice_id }, { projection: { amount_due_cents: 1 } }),
    store.organizations.findOne({ _id: message.organization_id }, { projection: { clock_offset_ms: 1 } }),
  ]);
  return {
    organizationId: message.organization_id,
    liveMode: message.live_mode,
    invoiceId: message.invoice_id,
    messageId: message._id,
    amountDue: invoice?.amount_due_cents ?? null,
    at: message.live_mode ? now : plusMilliseconds(now, organization?.clock_offset_ms ?? 0),
  };
}

const pollEvery = 25;

/**
 * Resolves when the sender has written down how its try ended, or after the patience. What a provider reports
 * later comes later: a report that overtakes the acceptance would be about a message nobody knows to be sent.
 */
export async function whenSettled(store: Store, messageId: string, patience: number): Promise<void> {
  const end = performance.now() + patience;
  for (;;) {
    const message = await store.messages.findOne({ _id: messageId }, { projection: { state: 1 } });
    if (message?.state !== 'claimed' || performance.now() >= end) return;
    await new Promise((resolve) => {
      setTimeout(resolve, pollEvery);
    });
  }
}
