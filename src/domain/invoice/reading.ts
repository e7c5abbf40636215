// The invoice as an operator reads it in a query: amounts, dates and what is next. No contact data, no free words.
import { decimal } from '../money.ts';
import type { Instant } from '../calendar.ts';
import { nextAction } from './agenda.ts';
import { availableActions } from './actions.ts';
import {
  amountDue,
  amountPaid,
  creditApplied,
  creditNoteTotal,
  type Hold,
  type Invoice,
  isProcessing,
  lateFeeTotal,
  type Refunding,
  type Voiding,
} from './invoice.ts';
import { displayStatus } from './words.ts';

export function reading(invoice: Invoice, now: Instant) {
  const next = nextAction(invoice);
  return {
    invoiceId: invoice.id,
    number: invoice.number,
    status: invoice.status,
    displayStatus: displayStatus(invoice, now),
    version: invoice.version,
    liveMode: invoice.liveMode,
    currency: invoice.currency,
    total: invoice.totals.total,
    lateFeeTotal: lateFeeTotal(invoice),
    amountPaid: amountPaid(invoice),
    creditApplied: creditApplied(invoice),
    creditNoteTotal: creditNoteTotal(invoice),
    writtenOff: invoice.writtenOff,
    recovered: invoice.recovered,
    amountDue: amountDue(invoice),
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    timeZone: invoice.timeZone,
    customerId: invoice.customerId,
    scheduledSend: invoice.scheduledSend,
    holds: invoice.holds.map(({ kind, until, since }) => ({ kind, until, since })),
    isProcessing: isProcessing(invoice),
    voiding: invoice.voiding === null ? null : standing(invoice.voiding),
    refunding: invoice.refunding === null ? null : standing(invoice.refunding),
    payments: invoice.payments.map(({ id, amount, date, status }) => ({ id, amount, date, status })),
    lateFees: invoice.lateFees.map(({ occurrence, amount, at, waived, reversed }) => ({
      occurrence,
      amount,
      at,
      waived,
      reversed,
    })),
    skippedFees: invoice.skippedFees,
    reminderPolicy: invoice.reminderPolicy,
    lateFeePolicy: invoice.lateFeePolicy,
    reminders: invoice.reminders,
    messages: invoice.messages.map(({ id, channel, kind, state, code }) => ({
      id,
      channel,
      kind,
      state,
      code,
    })),
    nextAction: next,
    now,
    availableActions: availableActions(invoice, now).map(({ name, allowed, code }) => ({
      name,
      allowed,
      code,
    })),
  };
}

/** Where a void or a refund stands that waits for a processor. */
function standing({ since, refunds }: Voiding | Refunding) {
  return { since, refunds, made: refunds.filter(({ state }) => state === 'succeeded').length };
}

function underWay(what: 'void' | 'refund', asked: Voiding | Refunding | null): string[] {
  if (asked === null) return [];
  const { made, refunds } = standing(asked);
  const all = refunds.filter(({ state }) => state !== 'by_hand').length;
  return [`- a ${what} is under way: ${made} of ${all} refunds made`];
}

/** What reduced the invoice without money, told where there is any. */
function correctionsLine(invoice: Invoice, amount: (value: number) => string): string[] {
  const parts = [
    ['credit applied', creditApplied(invoice)],
    ['credit notes', creditNoteTotal(invoice)],
    ['written off', invoice.writtenOff],
    ['recovered', invoice.recovered],
  ] as const;
  const some = parts.filter(([, value]) => value !== 0).map(([name, value]) => `${name} ${amount(value)}`);
  return some.length === 0 ? [] : [`- ${some.join(', ')}`];
}

function holdLine({ kind, until }: Hold): string {
  return `- on hold: ${kind}${until === null ? '' : ` until ${until}`}`;
}

/** Markdown for the details panel of the Temporal UI. */
export function details(invoice: Invoice, now: Instant, more: readonly string[] = []): string {
  const amount = (value: number) => `${decimal(value, invoice.currency)} ${invoice.currency}`;
  const next = nextAction(invoice);
  const lines = [
    `**${invoice.number ?? 'Draft'}** is **${displayStatus(invoice, now).replaceAll('_', ' ')}**`,
    `- total ${amount(invoice.totals.total)}, late fees ${amount(lateFeeTotal(invoice))}, paid ${amount(amountPaid(invoice))}, due ${amount(amountDue(invoice))}`,
    ...correctionsLine(invoice, amount),
    `- due date ${invoice.dueDate ?? 'not set'} (${invoice.timeZone})`,
    ...invoice.holds.map(holdLine),
    ...underWay('void', invoice.voiding),
    ...underWay('refund', invoice.refunding),
    `- next: ${next === null ? 'nothing by itself' : `${next.kind.replaceAll('_', ' ')} at ${next.at}`}`,
    ...more.map((line) => `- ${line}`),
  ];
  return lines.join('\n');
}
