// May it happen? decide() answers a command with what then happens, or with a refusal. Pure: time and ids are given.
import { endOfDay, type Instant, localDate, plusDays } from '../calendar.ts';
import { isAmount } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { type Circumstances, type Command, type CommandOn, statusRefusal } from './command.ts';
import { checkDraft } from './draft.ts';
import type { InvoiceEvent, Recorded } from './events.ts';
import { evolve } from './evolve.ts';
import {
  amountDue,
  amountPaid,
  type Channel,
  type Invoice,
  type Message,
  type MessageKind,
} from './invoice.ts';
import { firstOccurrenceFrom } from './late-fee.ts';
import { planReminders, replacedBy, templateToday } from './reminder.ts';
import { netDays } from './terms.ts';
import { reckon } from './totals.ts';

/** Rules over state that the invoice does not own; tested where they are written (contract/invoice.ts). */
export type Condition =
  | { readonly kind: 'recipient'; readonly messageId: string; readonly automatic: boolean }
  | {
      readonly kind: 'reminderCap';
      readonly messageId: string;
      readonly at: Instant;
      readonly messages: number;
      readonly days: number;
    }
  | { readonly kind: 'numberFree'; readonly number: string }
  | { readonly kind: 'creditAtLeast'; readonly amount: number }
  | { readonly kind: 'providerIdFree'; readonly provider: string; readonly providerPaymentId: string };

/** What happens if it is written: the events in order, on what condition, and what the answer tells. */
export type Decision = {
  readonly events: readonly InvoiceEvent[];
  readonly conditions: readonly Condition[];
  readonly told: {
    readonly messageIds?: readonly string[];
    readonly paymentId?: string;
    readonly refundIds?: readonly string[];
    readonly creditNoteId?: string;
    readonly processing?: boolean;
    readonly replaces?: { readonly stepId: string; readonly plannedAt: Instant } | null;
  };
};

export const nothing: Decision = { events: [], conditions: [], told: {} };

export function recorded(invoice: Invoice | null, events: readonly InvoiceEvent[], at: Instant): Recorded[] {
  const from = invoice?.sequence ?? 0;
  return events.map((event, index) => ({ ...event, sequence: from + index + 1, at }));
}

export function after(invoice: Invoice | null, events: readonly Recorded[]): Invoice {
  const result = events.reduce<Invoice | null>(evolve, invoice);
  if (result === null) throw new Error('No invoice: nothing was created');
  return result;
}

function message(
  invoice: Invoice,
  at: Circumstances,
  what: { readonly channel: Channel; readonly kind: MessageKind; readonly template: string },
): Message {
  return {
    ...what,
    id: `${invoice.id}:${at.commandId}:${what.channel}`,
    commandId: at.commandId,
    stepId: null,
    occurrence: null,
    queuedAt: at.now,
    state: 'queued',
    settledAt: null,
    code: null,
  };
}

/** Issues: dates are settled, the policy's reminders become rows, the clock starts. The number comes with the write. */
function issue(invoice: Invoice, now: Instant): InvoiceEvent | Rejection {
  const { timeZone, lateFeeTerms } = invoice;
  const issueDate = invoice.issueDate ?? localDate(now, timeZone);
  const days = netDays(invoice.terms) ?? invoice.policy.defaultNetDays;
  const dueDate = invoice.dueDate ?? plusDays(issueDate, days);
  if (dueDate < issueDate) return reject('due_before_issue', undefined, '/due_date');
  return {
    type: 'invoice.issued',
    number: invoice.number,
    issueDate,
    dueDate,
    dueAt: endOfDay(dueDate, timeZone),
    reminders: planReminders(invoice.reminderSteps, { issueDate, dueDate, timeZone }, now),
    firstFeeOccurrence:
      lateFeeTerms === null ? 1 : firstOccurrenceFrom(lateFeeTerms, { dueDate, timeZone }, now),
  };
}

/** Issues first where that has not happened, then queues the message. Nothing due at issue is paid at once. */
function deliver(invoice: Invoice, at: Circumstances, queued: Message | null): Decision | Rejection {
  const events: InvoiceEvent[] = [];
  if (invoice.issuedAt === null) {
    const issued = issue(invoice, at.now);
    if (isRejection(issued)) return issued;
    events.push(issued);
  }
  if (queued !== null) events.push({ type: 'invoice.message_queued', message: queued });
  if (invoice.issuedAt === null && invoice.totals.total === 0) events.push({ type: 'invoice.paid' });
  if (queued === null) return { ...nothing, events };
  return {
    events,
    conditions: [{ kind: 'recipient', messageId: queued.id, automatic: false }],
    told: { messageIds: [queued.id] },
  };
}

function send(invoice: Invoice, at: Circumstances, wanted: boolean): Decision | Rejection {
  const kind = invoice.status === 'paid' ? 'receipt' : 'invoice';
  return deliver(
    invoice,
    at,
    wanted ? message(invoice, at, { channel: 'email', kind, template: kind }) : null,
  );
}

function text2pay(invoice: Invoice, at: Circumstances): Decision | Rejection {
  return deliver(
    invoice,
    at,
    message(invoice, at, { channel: 'sms', kind: 'text2pay', template: 'text2pay' }),
  );
}

function remind(invoice: Invoice, at: Circumstances, channel: Channel): Decision {
  const template = templateToday(invoice, at.now);
  const queued = message(invoice, at, { channel, kind: 'reminder', template });
  const replaced = replacedBy(invoice, at.now);
  const skip: InvoiceEvent[] =
    replaced === null
      ? []
      : [
          {
            type: 'invoice.reminder_skipped',
            stepId: replaced.stepId,
            occurrence: replaced.occurrence,
            status: 'SKIPPED',
            reason: 'replaced_by_manual',
          },
        ];
  return {
    events: [{ type: 'invoice.message_queued', message: queued }, ...skip],
    conditions: [
      { kind: 'recipient', messageId: queued.id, automatic: false },
      { kind: 'reminderCap', messageId: queued.id, at: at.now, ...invoice.policy.reminderCap },
    ],
    told: {
      messageIds: [queued.id],
      replaces: replaced === null ? null : { stepId: replaced.stepId, plannedAt: replaced.plannedAt },
    },
  };
}

type RecordPayment = Extract<CommandOn, { name: 'recordPayment' }>;

function recordPayment(invoice: Invoice, at: Circumstances, command: RecordPayment): Decision | Rejection {
  const due = amountDue(invoice);
  const amount = command.amount ?? due;
  if (!isAmount(amount) || amount === 0) return reject('invalid_amount', undefined, '/amount_cents');
  const today = localDate(at.now, invoice.timeZone);
  const date = command.date ?? today;
  if (date > today) return reject('date_in_future', undefined, '/date');
  const overpayment = command.overpayment ?? invoice.policy.overpayment;
  if (amount > due && overpayment === 'refuse') return reject('amount_exceeds_due', { due }, '/amount_cents');
  const applied = Math.min(amount, due);
  const settled: InvoiceEvent =
    applied === due ? { type: 'invoice.paid' } : { type: 'invoice.partially_paid', amountDue: due - applied };
  return {
    events: [
      {
        type: 'invoice.payment_recorded',
        payment: {
          id: at.newId,
          amount,
          applied,
          unapplied: amount - applied,
          refunded: 0,
          tip: command.tip,
          recovery: false,
          provider: command.provider,
          providerPaymentId: command.providerPaymentId,
          date,
          method: command.method,
          depositToAccountId: command.depositToAccountId,
          reference: command.reference,
          note: command.note,
          status: 'succeeded',
          createdAt: at.now,
        },
      },
      settled,
    ],
    conditions: [],
    told: { paymentId: at.newId },
  };
}

function voidInvoice(invoice: Invoice, reason: string | null): Decision | Rejection {
  const paid = amountPaid(invoice);
  if (paid !== 0) return reject('net_paid_not_zero', { net_paid: paid });
  return { ...nothing, events: [{ type: 'invoice.voided', reason, disposition: [] }] };
}

function update(invoice: Invoice, command: Extract<CommandOn, { name: 'update' }>): Decision | Rejection {
  if (command.draft.customerId !== invoice.customerId && command.draft.currency !== invoice.currency) {
    return reject('currency_mismatch', undefined, '/customer_id');
  }
  const fault = checkDraft(command.draft, invoice.policy);
  if (fault !== null) return fault;
  const reckoned = reckon(command.draft, invoice.policy);
  if (isRejection(reckoned)) return reckoned;
  const number = command.draft.requestedNumber;
  const asksNumber = number !== null && number !== invoice.number;
  return {
    ...nothing,
    events: [{ type: 'invoice.updated', reckoned, changed: command.changed, revision: null }],
    conditions: asksNumber ? [{ kind: 'numberFree', number }] : [],
  };
}

function create(command: Extract<Command, { name: 'create' }>, at: Circumstances): Decision | Rejection {
  const { draft, policy, action } = command;
  const fault = checkDraft(draft, policy);
  if (fault !== null) return fault;
  const reckoned = reckon(draft, policy);
  if (isRejection(reckoned)) return reckoned;
  const { id, organizationId, liveMode } = command;
  const created: InvoiceEvent = { type: 'invoice.created', id, organizationId, liveMode, policy, reckoned };
  const invoice = after(null, recorded(null, [created], at.now));
  const next =
    action === 'draft'
      ? nothing
      : action === 'text2pay'
        ? text2pay(invoice, at)
        : send(invoice, at, action === 'send');
  if (isRejection(next)) return next;
  const number: Condition[] =
    draft.requestedNumber === null ? [] : [{ kind: 'numberFree', number: draft.requestedNumber }];
  return { ...next, events: [created, ...next.events], conditions: [...number, ...next.conditions] };
}

function decideOn(invoice: Invoice, command: CommandOn, at: Circumstances): Decision | Rejection {
  const refusal = statusRefusal(command.name, invoice);
  if (refusal !== null) return refusal;
  switch (command.name) {
    case 'update':
      return update(invoice, command);
    case 'send':
      return send(invoice, at, command.deliver);
    case 'text2pay':
      return text2pay(invoice, at);
    case 'remind':
      return remind(invoice, at, command.channel);
    case 'recordPayment':
      return recordPayment(invoice, at, command);
    case 'void':
      return voidInvoice(invoice, command.reason);
    case 'delete':
      return { ...nothing, events: [{ type: 'invoice.deleted' }] };
    case 'markViewed':
      return invoice.firstViewedAt === null ? { ...nothing, events: [{ type: 'invoice.viewed' }] } : nothing;
  }
}

/** What the command makes happen, or why it may not. `invoice` is null for `create` alone. */
export function decide(invoice: Invoice | null, command: Command, at: Circumstances): Decision | Rejection {
  if (command.name === 'create') return create(command, at);
  if (invoice === null) throw new Error(`${command.name} without an invoice`);
  return decideOn(invoice, command, at);
}
