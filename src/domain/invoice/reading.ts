// The invoice as an operator reads it in a query: amounts, dates and what is next. No contact data, no free words.
import { decimal } from '../money.ts';
import type { Instant } from '../calendar.ts';
import { nextAction } from './agenda.ts';
import { availableActions } from './actions.ts';
import { amountDue, amountPaid, type Invoice, lateFeeTotal } from './invoice.ts';
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
    amountDue: amountDue(invoice),
    issueDate: invoice.issueDate,
    dueDate: invoice.dueDate,
    timeZone: invoice.timeZone,
    customerId: invoice.customerId,
    payments: invoice.payments.map(({ id, amount, date, status }) => ({ id, amount, date, status })),
    lateFees: invoice.lateFees,
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

/** Markdown for the details panel of the Temporal UI. */
export function details(invoice: Invoice, now: Instant, more: readonly string[] = []): string {
  const amount = (value: number) => `${decimal(value, invoice.currency)} ${invoice.currency}`;
  const next = nextAction(invoice);
  const lines = [
    `**${invoice.number ?? 'Draft'}** is **${displayStatus(invoice, now).replaceAll('_', ' ')}**`,
    `- total ${amount(invoice.totals.total)}, late fees ${amount(lateFeeTotal(invoice))}, paid ${amount(amountPaid(invoice))}, due ${amount(amountDue(invoice))}`,
    `- due date ${invoice.dueDate ?? 'not set'} (${invoice.timeZone})`,
    `- next: ${next === null ? 'nothing by itself' : `${next.kind.replaceAll('_', ' ')} at ${next.at}`}`,
    ...more.map((line) => `- ${line}`),
  ];
  return lines.join('\n');
}
