// Whatever enters a workflow passes through here: every field added since an earlier release gets its neutral value.
// Adding a field to the invoice means adding its line here, or invoices already running cannot go on.
import type {
  Draft,
  Invoice,
  LateFee,
  Line,
  LineInput,
  Message,
  Payment,
  Policy,
  ReminderRow,
  ReminderStep,
} from './invoice.ts';

/** An invoice as some earlier release may have stored it: of the first one nothing is missing. */
export type StoredInvoice = Partial<Invoice> & Pick<Invoice, 'id' | 'organizationId' | 'status'>;

function restoreInput<Input extends LineInput>(line: Input): Input {
  const { fixedTaxes, discountable, discounts }: Partial<LineInput> = line;
  return {
    ...line,
    fixedTaxes: fixedTaxes ?? [],
    discountable: discountable ?? true,
    discounts: discounts ?? [],
  };
}

function restorePolicy(policy: Policy): Policy {
  const { dueWithLastInstallment, applyCreditAutomatically }: Partial<Policy> = policy;
  const { quietHours, sendOnWeekends, holidays }: Partial<Policy> = policy;
  const { burstWindowMinutes, finalAction, secondChannel }: Partial<Policy> = policy;
  return {
    ...policy,
    dueWithLastInstallment: dueWithLastInstallment ?? false,
    applyCreditAutomatically: applyCreditAutomatically ?? false,
    quietHours: quietHours ?? null,
    sendOnWeekends: sendOnWeekends ?? true,
    holidays: holidays ?? [],
    burstWindowMinutes: burstWindowMinutes ?? 0,
    finalAction: finalAction ?? { action: 'none', afterDays: 1 },
    secondChannel: secondChannel ?? false,
  };
}

function restoreStep(step: Partial<ReminderStep>): ReminderStep {
  return { ...(step as ReminderStep), condition: step.condition ?? null };
}

/** The document's fields that came later, lines apart. */
function documentFields(stored: Partial<Draft>) {
  return {
    recipientTimeZone: stored.recipientTimeZone ?? null,
    shipToRef: stored.shipToRef ?? null,
    metadata: stored.metadata ?? {},
    fixedTaxes: stored.fixedTaxes ?? [],
    taxRates: stored.taxRates ?? null,
    discounts: stored.discounts ?? [],
    tips: stored.tips ?? null,
    installments: stored.installments ?? null,
    earlyPayment: stored.earlyPayment ?? null,
    attachments: stored.attachments ?? [],
    reminderSteps: (stored.reminderSteps ?? []).map(restoreStep),
    reminderPolicy: stored.reminderPolicy ?? null,
    lateFeePolicy: stored.lateFeePolicy ?? null,
  };
}

/** What a new invoice was asked to be, perhaps by an earlier release. */
export function restoreRequest(
  draft: Draft,
  policy: Policy,
): { readonly draft: Draft; readonly policy: Policy } {
  const lines = draft.lines.map(restoreInput);
  return { draft: { ...draft, ...documentFields(draft), lines }, policy: restorePolicy(policy) };
}

function restoreLine(line: Partial<Line>): Line {
  const base = restoreInput(line as Line);
  return {
    ...base,
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

/** Until terms could be changed, the occurrence was the place. */
function restoreFee(fee: Partial<LateFee>): LateFee {
  const base = fee as LateFee;
  return {
    ...base,
    place: fee.place === undefined ? base.occurrence : fee.place,
    ground: fee.ground ?? null,
    replaces: fee.replaces ?? null,
    endedAt: fee.endedAt ?? null,
  };
}

/** Terms that were changed before anyone kept them are not known: those fees are without a place. */
function restoreFormerTerms(stored: StoredInvoice, fees: readonly LateFee[]): Invoice['formerFeeTerms'] {
  if (stored.formerFeeTerms !== undefined) return stored.formerFeeTerms;
  const last = fees.findLast((fee) => fee.place === null);
  return last === undefined ? [] : [{ below: last.occurrence + 1, terms: null }];
}

function restoreMessage(message: Partial<Message>): Message {
  return { ...(message as Message), switchedFrom: message.switchedFrom ?? null };
}

function restoreReminder(row: Partial<ReminderRow>): ReminderRow {
  const { nominal, moved, switched } = row;
  return {
    ...(row as ReminderRow),
    nominal: nominal ?? null,
    moved: moved ?? null,
    switched: switched ?? null,
  };
}

export function restore(stored: StoredInvoice): Invoice {
  const base = stored as Invoice;
  const lateFees = (stored.lateFees ?? []).map(restoreFee);
  return {
    ...base,
    ...documentFields(stored),
    schemaVersion: 1,
    entrySequence: stored.entrySequence ?? 0,
    voidReason: stored.voidReason ?? null,
    overdueNoticedAt: stored.overdueNoticedAt ?? null,
    nextFeeOccurrence: stored.nextFeeOccurrence ?? 1,
    messages: (stored.messages ?? []).map(restoreMessage),
    moments: stored.moments ?? [],
    lateFees,
    formerFeeTerms: restoreFormerTerms(stored, lateFees),
    lines: (stored.lines ?? []).map(restoreLine),
    policy: restorePolicy(base.policy),
    entryHash: stored.entryHash ?? null,
    recurringScheduleId: stored.recurringScheduleId ?? null,
    dunned: stored.dunned ?? null,
    scheduledSend: stored.scheduledSend ?? null,
    holds: stored.holds ?? [],
    voiding: stored.voiding ?? null,
    refunding: stored.refunding ?? null,
    reminders: (stored.reminders ?? []).map(restoreReminder),
    finalActionAt: stored.finalActionAt ?? null,
    payments: (stored.payments ?? []).map(restorePayment),
    refunds: stored.refunds ?? [],
    creditApplications: stored.creditApplications ?? [],
    creditNotes: (stored.creditNotes ?? []).map((note) => ({
      ...note,
      reversedBehind: note.reversedBehind ?? null,
    })),
    creditedBack: stored.creditedBack ?? 0,
    leftUnapplied: stored.leftUnapplied ?? 0,
    writtenOff: stored.writtenOff ?? 0,
    recovered: stored.recovered ?? 0,
    skippedFees: stored.skippedFees ?? [],
    feeOccurrenceOffset: stored.feeOccurrenceOffset ?? 0,
  };
}
