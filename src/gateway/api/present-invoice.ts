// From the stored invoice to the invoice object. Overdue and what may be done are reckoned here, at read time.
import { invoiceWorkflowId } from '../../contract/names.ts';
import type { Instant } from '../../domain/calendar.ts';
import { availableActions } from '../../domain/invoice/actions.ts';
import {
  amountDue,
  amountPaid,
  type Channel,
  creditApplied,
  creditNoteTotal,
  type HoldKind,
  isOverdue,
  isPartiallyPaid,
  isProcessing,
  type Invoice,
  type LateFee,
  type LateFeeTerms,
  lateFeeTotal,
  type Line,
  type Payment,
  unrecovered,
} from '../../domain/invoice/invoice.ts';

import { restore } from '../../domain/invoice/restore.ts';
import { sum } from '../../domain/money.ts';
import { apiStatus, displayStatus } from '../../domain/invoice/words.ts';
import type { CustomerDocument, InvoiceDocument } from '../../store/documents.ts';
import { presentActions } from './actions.ts';
import type { InvoiceObject } from './invoice-object.ts';
import {
  presentCorrections,
  presentDiscounts,
  presentFixedTax,
  presentTermsOfDocument,
} from './present-invoice-parts.ts';
import { presentReminder, presentStep } from './reminder-object.ts';

type Part<Key extends keyof InvoiceObject> = InvoiceObject[Key];

export type Surroundings = {
  readonly now: Instant;
  readonly publicUrl: string;
  readonly customer: CustomerDocument | null;
  readonly shipTo: Record<string, string> | null;
};

function presentLine(line: Line): Part<'line_items'>[number] {
  return {
    id: line.id,
    product_id: line.productId,
    account_id: line.accountId,
    description: line.description,
    quantity: Number(line.quantity),
    rate_cents: line.rate,
    amount_cents: line.amount,
    discount_cents: line.discount,
    tax_cents: line.tax,
    taxable: line.taxable,
    discountable: line.discountable,
    ...presentDiscounts(line.discounts),
    taxes: line.fixedTaxes.map(presentFixedTax),
    tax_rates: (line.taxRates ?? []).map((tax) => ({ ...tax, rate: Number(tax.rate) })),
    metadata: { ...line.metadata },
  };
}

export function presentPayment(payment: Payment): Part<'payments'>[number] {
  return {
    id: payment.id,
    amount_cents: payment.amount,
    tip_cents: payment.tip,
    unapplied_cents: payment.unapplied,
    refunded_cents: payment.refunded,
    date: payment.date,
    payment_method: payment.method,
    deposit_to_account_id: payment.depositToAccountId,
    reference: payment.reference,
    note: payment.note,
    status: payment.status,
    provider: payment.provider,
    provider_payment_id: payment.providerPaymentId,
    created_at: payment.createdAt,
  };
}

export function presentTerms(terms: LateFeeTerms): NonNullable<Part<'late_fee_terms'>> {
  return {
    type: terms.type,
    value: Number(terms.value),
    frequency: { interval: terms.interval, interval_count: terms.intervalCount },
    grace_days: terms.graceDays,
    cap_cents: terms.cap,
    percentage_cap: terms.percentageCap === null ? null : Number(terms.percentageCap),
    base: terms.base,
    compounding: terms.compounding,
  };
}

function presentFee(fee: LateFee): Part<'late_fees'>[number] {
  const { occurrence, amount, at, waived, reversed, reason } = fee;
  return { occurrence, amount_cents: amount, at, waived, reversed, reason };
}

/** How the document itself last travelled by a channel; reminders are told by their own rows. */
function delivery(invoice: Invoice, channel: Channel): Part<'delivery'>[Channel] {
  const message = invoice.messages.findLast((one) => one.channel === channel && one.kind !== 'reminder');
  if (message === undefined) return null;
  const { id, kind, state, settledAt, queuedAt, code } = message;
  return { state, at: settledAt ?? queuedAt, message_id: id, kind, code };
}

/** Tips that came in and stayed: a reversed payment takes its tip with it. */
function tipTotal(invoice: Invoice): number {
  const stayed = invoice.payments.filter(({ status }) => status === 'succeeded' || status === 'refunded');
  return sum(stayed.map(({ tip }) => tip));
}

function sums(invoice: Invoice) {
  return {
    subtotal_cents: invoice.totals.subtotal,
    discount_total_cents: invoice.totals.discountTotal,
    tax_amount_cents: invoice.totals.taxAmount,
    total_cents: invoice.totals.total,
    amount_paid_cents: amountPaid(invoice),
    amount_due_cents: amountDue(invoice),
    late_fee_total_cents: lateFeeTotal(invoice),
    tip_total_cents: tipTotal(invoice),
    credit_applied_cents: creditApplied(invoice),
    credit_note_total_cents: creditNoteTotal(invoice),
    credited_back_cents: invoice.creditedBack,
    written_off_cents: unrecovered(invoice),
    recovered_cents: invoice.recovered,
  };
}

function holds(invoice: Invoice, kind: HoldKind): boolean {
  return invoice.holds.some((hold) => hold.kind === kind);
}

function flags(invoice: Invoice, now: Instant) {
  return {
    is_overdue: isOverdue(invoice, now),
    is_partially_paid: isPartiallyPaid(invoice),
    is_viewed: invoice.firstViewedAt !== null,
    is_processing: isProcessing(invoice),
    is_disputed: holds(invoice, 'dispute'),
    is_promised: holds(invoice, 'promise'),
  };
}

const later = {
  consolidated_into: null,
  attempt_count: 0,
  next_payment_attempt: null,
};

function lists(invoice: Invoice) {
  return {
    line_items: invoice.lines.map(presentLine),
    taxes: invoice.totals.taxes.map(({ name, rate, amount }) => ({
      name,
      rate: rate === null ? null : Number(rate),
      amount_cents: amount,
    })),
    payments: invoice.payments.map(presentPayment),
    late_fees: invoice.lateFees.map(presentFee),
    late_fee_terms: invoice.lateFeeTerms === null ? null : presentTerms(invoice.lateFeeTerms),
    reminders: invoice.reminders.map(presentReminder),
    reminder_terms: { steps: invoice.reminderSteps.map(presentStep) },
    reminder_policy: invoice.reminderPolicy,
    late_fee_policy: invoice.lateFeePolicy,
  };
}

function briefly(invoice: Invoice, customer: CustomerDocument | null): Part<'customer'> {
  return {
    id: invoice.customerId,
    display_name: customer?.display_name ?? '',
    email: customer?.email ?? null,
  };
}

/** A deleted draft is never shown; should one be asked for here, it reads as the draft it was. */
function statusOf(invoice: Invoice, now: Instant): Part<'status'> {
  const word = apiStatus(invoice, now);
  return word === 'deleted' ? 'draft' : word;
}

function presentMoments(invoice: Invoice) {
  return {
    sent_at: invoice.sentAt,
    viewed_at: invoice.firstViewedAt,
    paid_at: invoice.paidAt,
    voided_at: invoice.voidedAt,
    void_reason: invoice.voidReason,
    closed_at: invoice.closedAt,
  };
}

/** What of a stored invoice is shown. */
type Shown = Pick<InvoiceDocument, 'state' | 'public_token'>;

export function presentInvoice(document: Shown, around: Surroundings): InvoiceObject {
  const invoice = restore(document.state);
  const publicToken = document.public_token;
  const { now, publicUrl } = around;
  return {
    id: invoice.id,
    invoice_number: invoice.number ?? invoice.requestedNumber,
    status: statusOf(invoice, now),
    display_status: displayStatus(invoice, now),
    issue_date: invoice.issueDate,
    due_date: invoice.dueDate,
    currency: invoice.currency,
    ...sums(invoice),
    terms: invoice.terms,
    memo: invoice.memo,
    note_to_customer: invoice.noteToCustomer,
    purchase_order: invoice.purchaseOrder,
    ship_to: around.shipTo,
    customer: briefly(invoice, around.customer),
    ...lists(invoice),
    delivery: { email: delivery(invoice, 'email'), sms: delivery(invoice, 'sms') },
    available_actions: presentActions(availableActions(invoice, now)),
    ...flags(invoice, now),
    ...presentTermsOfDocument(invoice, now),
    ...presentCorrections(invoice),
    ...later,
    ...presentMoments(invoice),
    public_url: publicToken === null ? null : `${publicUrl}/i/${publicToken}`,
    // There is no PDF yet, so there is no address to give.
    pdf_url: null,
    recurring_schedule_id: invoice.recurringScheduleId,
    workflow_id: invoiceWorkflowId(invoice.organizationId, invoice.id),
    version: invoice.version,
    live_mode: invoice.liveMode,
    metadata: { ...invoice.metadata },
    time_zone: invoice.timeZone,
    created_at: invoice.createdAt,
    updated_at: invoice.updatedAt,
  };
}
