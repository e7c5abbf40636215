// Parts of the stored invoice as the API answers them: terms with what they come to, and what was done to it.
import type { Instant } from '../../domain/calendar.ts';
import { earlyPayment } from '../../domain/invoice/early-payment.ts';
import { type InstallmentRow, installmentRows } from '../../domain/invoice/installments.ts';
import type {
  Attachment,
  CreditNote,
  Discount,
  Disposition,
  FixedTax,
  InstallmentPart,
  Invoice,
  Refund,
  RefundPart,
} from '../../domain/invoice/invoice.ts';
import type { InvoiceObject } from './invoice-object.ts';

type Part<Key extends keyof InvoiceObject> = InvoiceObject[Key];

function presentDiscount({ type, value, productIds }: Discount): Part<'discounts'>[number] {
  return { type, value: Number(value), product_ids: productIds === null ? null : [...productIds] };
}

/** The list, and its short form where one entry says all. */
export function presentDiscounts(
  discounts: readonly Discount[],
): Pick<InvoiceObject, 'discount' | 'discounts'> {
  const all = discounts.map(presentDiscount);
  const [only] = all;
  return { discount: all.length === 1 && only !== undefined ? only : null, discounts: all };
}

export function presentFixedTax({ name, amount }: FixedTax): { name: string; amount_cents: number } {
  return { name, amount_cents: amount };
}

type InstallmentObject = NonNullable<Part<'installments'>>['schedule'][number];

function presentInstallment(part: InstallmentPart, row: InstallmentRow | undefined): InstallmentObject {
  if (row === undefined) throw new Error('An instalment has no amount');
  return {
    type: part.type,
    value: Number(part.value),
    due_date: part.dueDate,
    amount_cents: row.amount,
    paid_cents: row.paid,
    status: row.status,
  };
}

function presentInstallments(invoice: Invoice, now: Instant): Part<'installments'> {
  if (invoice.installments === null) return null;
  const { deposit, schedule } = invoice.installments;
  const rows = installmentRows(invoice, now);
  const before = deposit === null ? 0 : 1;
  return {
    deposit: deposit === null ? null : presentInstallment(deposit, rows[0]),
    schedule: schedule.map((part, index) => presentInstallment(part, rows[index + before])),
  };
}

function presentEarlyPayment(invoice: Invoice, now: Instant): Part<'early_payment'> {
  const comes = earlyPayment(invoice, now);
  if (invoice.earlyPayment === null || comes === null) return null;
  const { percentage, days } = invoice.earlyPayment;
  return { percentage: Number(percentage), days, until: comes.until, amount_cents: comes.amount };
}

export function presentAttachment({ fileId, name, type, size }: Attachment): Part<'attachments'>[number] {
  return { file_id: fileId, name, type, size };
}

function presentTips({ tips }: Invoice): Part<'tips'> {
  if (tips === null) return null;
  const { enabled, percentages, allowCustom } = tips;
  return { enabled, percentages: percentages.map(Number), allow_custom: allowCustom };
}

export function presentTermsOfDocument(invoice: Invoice, now: Instant) {
  const rates = invoice.taxRates ?? [];
  return {
    ...presentDiscounts(invoice.discounts),
    tax_rates: rates.map(({ id, name, rate, inclusive }) => ({ id, name, rate: Number(rate), inclusive })),
    tax_rate_ids: rates.map(({ id }) => id).filter((id) => id !== null),
    tips: presentTips(invoice),
    installments: presentInstallments(invoice, now),
    early_payment: presentEarlyPayment(invoice, now),
    attachments: invoice.attachments.map(presentAttachment),
    send_at: invoice.scheduledSend?.localTime ?? null,
    send_time_zone: invoice.scheduledSend?.timeZone ?? null,
  };
}

function presentRefund(refund: Refund): Part<'refunds'>[number] {
  return {
    id: refund.id,
    payment_id: refund.paymentId,
    amount_cents: refund.amount,
    reopened_cents: refund.reopened,
    from_credit_cents: refund.fromCredit,
    from_unapplied_cents: refund.fromUnapplied,
    date: refund.date,
    reason: refund.reason,
    created_at: refund.createdAt,
  };
}

function presentCreditNote(note: CreditNote): Part<'credit_notes'>[number] {
  return {
    id: note.id,
    kind: note.kind,
    amount_cents: note.amount,
    applied_cents: note.applied,
    credited_cents: note.credited,
    line_items: note.lines.map(({ lineId, amount }) => ({ id: lineId, amount_cents: amount })),
    date: note.date,
    reason: note.reason,
    reversed: note.reversedBehind !== null,
  };
}

function presentDisposition({ type, amount }: Disposition) {
  return { type, amount_cents: amount };
}

function presentRefundAsked<State>({ id, paymentId, amount, state }: RefundPart & { readonly state: State }) {
  return { id, payment_id: paymentId, amount_cents: amount, state };
}

function presentVoiding({ voiding }: Invoice): Part<'voiding'> {
  if (voiding === null) return null;
  return {
    reason: voiding.reason,
    disposition: voiding.disposition.map(presentDisposition),
    refunds: voiding.refunds.map(presentRefundAsked),
    since: voiding.since,
  };
}

function presentRefunding({ refunding }: Invoice): Part<'refunding'> {
  if (refunding === null) return null;
  const { mode, reason, refunds, since } = refunding;
  return { mode, reason, refunds: refunds.map(presentRefundAsked), since };
}

export function presentCorrections(invoice: Invoice) {
  return {
    refunds: invoice.refunds.map(presentRefund),
    credit_applications: invoice.creditApplications.map(({ id, amount, date }) => ({
      id,
      amount_cents: amount,
      date,
    })),
    credit_notes: invoice.creditNotes.map(presentCreditNote),
    holds: invoice.holds.map(({ kind, until, note, since }) => ({ kind, until, note, since })),
    voiding: presentVoiding(invoice),
    refunding: presentRefunding(invoice),
  };
}
