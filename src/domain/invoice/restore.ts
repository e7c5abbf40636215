// Whatever enters a workflow passes through here: every field added since an earlier release gets its neutral value.
// Adding a field to the invoice means adding its line here, or invoices already running cannot go on.
import type { Invoice, Line, Payment } from './invoice.ts';

/** An invoice as some earlier release may have stored it: of the first one nothing is missing. */
export type StoredInvoice = Partial<Invoice> & Pick<Invoice, 'id' | 'organizationId' | 'status'>;

function restoreLine(line: Partial<Line>): Line {
  const base = line as Line;
  return {
    ...base,
    fixedTaxes: line.fixedTaxes ?? [],
    discountable: line.discountable ?? true,
    discounts: line.discounts ?? [],
    discount: line.discount ?? 0,
    taxParts: line.taxParts ?? [],
  };
}

function restorePayment(payment: Partial<Payment>): Payment {
  const base = payment as Payment;
  return {
    ...base,
    tip: payment.tip ?? 0,
    recovery: payment.recovery ?? false,
    provider: payment.provider ?? null,
    providerPaymentId: payment.providerPaymentId ?? null,
  };
}

export function restore(stored: StoredInvoice): Invoice {
  const base = stored as Invoice;
  return {
    ...base,
    schemaVersion: 1,
    entrySequence: stored.entrySequence ?? 0,
    voidReason: stored.voidReason ?? null,
    overdueNoticedAt: stored.overdueNoticedAt ?? null,
    nextFeeOccurrence: stored.nextFeeOccurrence ?? 1,
    messages: stored.messages ?? [],
    metadata: stored.metadata ?? {},
    fixedTaxes: stored.fixedTaxes ?? [],
    shipToRef: stored.shipToRef ?? null,
    lines: (stored.lines ?? []).map(restoreLine),
    policy: { ...base.policy, applyCreditAutomatically: base.policy.applyCreditAutomatically ?? false },
    taxRates: stored.taxRates ?? null,
    discounts: stored.discounts ?? [],
    tips: stored.tips ?? null,
    installments: stored.installments ?? null,
    earlyPayment: stored.earlyPayment ?? null,
    attachments: stored.attachments ?? [],
    entryHash: stored.entryHash ?? null,
    scheduledSend: stored.scheduledSend ?? null,
    holds: stored.holds ?? [],
    voiding: stored.voiding ?? null,
    payments: (stored.payments ?? []).map(restorePayment),
    refunds: stored.refunds ?? [],
    creditApplications: stored.creditApplications ?? [],
    creditNotes: stored.creditNotes ?? [],
    creditedBack: stored.creditedBack ?? 0,
    leftUnapplied: stored.leftUnapplied ?? 0,
    writtenOff: stored.writtenOff ?? 0,
    recovered: stored.recovered ?? 0,
    skippedFees: stored.skippedFees ?? [],
    feeOccurrenceOffset: stored.feeOccurrenceOffset ?? 0,
  };
}
