// Builders of the domain's tests: a document, a policy, a history, and the two ways an invoice moves on.
import { decide } from '../../src/domain/invoice/commands.ts';
import { type Decision, recorded } from '../../src/domain/invoice/decision.ts';
import type { Circumstances, Command, CommandOn } from '../../src/domain/invoice/command.ts';
import type { InvoiceEvent, Reckoned } from '../../src/domain/invoice/events.ts';
import { evolve } from '../../src/domain/invoice/evolve.ts';
import {
  type Draft,
  type Invoice,
  type LateFeeTerms,
  type LineInput,
  type Policy,
  type ReminderStep,
} from '../../src/domain/invoice/invoice.ts';
import { keepBooks } from '../../src/domain/invoice/journal.ts';
import { turnOfTime } from '../../src/domain/invoice/time.ts';
import { reckon } from '../../src/domain/invoice/totals.ts';
import type { JournalEntry } from '../../src/domain/ledger/entry.ts';
import { isRejection, type Rejection } from '../../src/domain/rejection.ts';

/** Ten in the morning of a Monday; every story begins here unless it says otherwise. */
export const start = '2026-03-02T10:00:00.000Z';

export const policy: Policy = {
  numbering: { prefix: 'TEST-', padding: 4 },
  defaultTaxRate: null,
  defaultNetDays: 30,
  dueWithLastInstallment: true,
  overpayment: 'credit',
  reminderCap: { messages: 3, days: 7 },
  lateReminderToleranceHours: 48,
  graceAfterCloseDays: 30,
  applyCreditAutomatically: false,
  quietHours: null,
  sendOnWeekends: true,
  holidays: [],
  burstWindowMinutes: 0,
  finalAction: { action: 'none', afterDays: 1 },
  secondChannel: true,
};

export function line(change: Partial<LineInput> = {}): LineInput {
  return {
    id: 'line-1',
    productId: null,
    accountId: null,
    description: 'Copy Paper, Case',
    quantity: '1',
    rate: 4500,
    amountGiven: null,
    taxable: true,
    taxRates: null,
    fixedTaxes: [],
    discountable: true,
    discounts: [],
    metadata: {},
    ...change,
  };
}

/** S002's sample: 45 + 10 and a tax of 3.85 make 58.85 (the source prints 51.15). Without reminders, so that stories stay short. */
export function draft(change: Partial<Draft> = {}): Draft {
  return {
    customerId: 'customer-1',
    currency: 'USD',
    timeZone: 'UTC',
    recipientTimeZone: null,
    requestedNumber: null,
    issueDate: null,
    dueDate: null,
    terms: null,
    memo: null,
    noteToCustomer: null,
    purchaseOrder: null,
    shipToRef: null,
    metadata: {},
    lines: [line(), line({ id: 'line-2', description: 'Delivery', rate: 1000 })],
    fixedTaxes: [{ name: 'Sales tax', amount: 385 }],
    taxRates: null,
    discounts: [],
    tips: null,
    installments: null,
    earlyPayment: null,
    attachments: [],
    lateFeeTerms: null,
    reminderSteps: [],
    reminderPolicy: null,
    lateFeePolicy: null,
    ...change,
  };
}

/** A fixed fee of 10.00 at the end of the due date, once. */
export function terms(change: Partial<LateFeeTerms> = {}): LateFeeTerms {
  return {
    type: 'fixed',
    value: 1000,
    interval: 'one_time',
    intervalCount: 1,
    graceDays: 0,
    cap: null,
    percentageCap: null,
    base: 'outstanding_principal',
    compounding: false,
    ...change,
  };
}

export function step(change: Partial<ReminderStep> = {}): ReminderStep {
  return {
    id: 'due',
    anchor: 'due_date',
    offsetDays: 0,
    localTime: '09:00',
    channel: 'email',
    template: 'reminder_due',
    condition: null,
    ...change,
  };
}

/** One line of exactly this amount and no tax. */
export function priced(amount: number, change: Partial<Draft> = {}): Draft {
  return draft({ lines: [line({ rate: amount })], fixedTaxes: [], ...change });
}

export function must<T>(answer: T | Rejection): T {
  if (isRejection(answer)) throw new Error(`Refused: ${answer.rejected} ${answer.pointer ?? ''}`);
  return answer;
}

export function reckoned(document: Draft = draft(), by: Policy = policy): Reckoned {
  return must(reckon(document, by));
}

// --- a history: given these events --------------------------------------------------------------------------

export function created(document: Draft = draft(), by: Policy = policy): InvoiceEvent {
  return {
    type: 'invoice.created',
    id: 'invoice-1',
    organizationId: 'organization-1',
    liveMode: false,
    policy: by,
    reckoned: reckoned(document, by),
  };
}

/** Issued on 2 March, due on 1 April, both in UTC. */
export const issued: InvoiceEvent = {
  type: 'invoice.issued',
  number: 'TEST-0001',
  issueDate: '2026-03-02',
  dueDate: '2026-04-01',
  dueAt: '2026-04-02T00:00:00.000Z',
  reminders: [],
  finalActionAt: null,
  firstFeeOccurrence: 1,
};

export function payment(amount: number): InvoiceEvent {
  return {
    type: 'invoice.payment_recorded',
    payment: {
      id: 'payment-1',
      amount,
      applied: amount,
      unapplied: 0,
      refunded: 0,
      tip: 0,
      recovery: false,
      provider: null,
      providerPaymentId: null,
      date: '2026-03-02',
      method: 'check',
      depositToAccountId: null,
      reference: null,
      note: null,
      status: 'succeeded',
      createdAt: start,
    },
  };
}

export function given(...events: readonly InvoiceEvent[]): Invoice {
  const invoice = recorded(null, events, start).reduce<Invoice | null>(evolve, null);
  if (invoice === null) throw new Error('A history begins with invoice.created');
  return invoice;
}

export function circumstances(now: string = start, newId = 'new-1'): Circumstances {
  return { now, commandId: 'command-1', newId };
}

/** When this command comes: what it makes happen, or why not. */
export function when(invoice: Invoice | null, command: Command, now: string = start): Decision | Rejection {
  return decide(invoice, command, circumstances(now));
}

/** The events a command makes happen; it has to be accepted. */
export function events(
  invoice: Invoice | null,
  command: Command,
  now: string = start,
): readonly InvoiceEvent[] {
  return must(when(invoice, command, now)).events;
}

export function refusal(invoice: Invoice | null, command: Command, now: string = start): Rejection {
  const answer = when(invoice, command, now);
  if (!isRejection(answer)) throw new Error('Accepted, but a refusal was expected');
  return answer;
}

// --- commands -----------------------------------------------------------------------------------------------

export function create(change: Partial<Extract<Command, { name: 'create' }>> = {}): Command {
  return {
    name: 'create',
    id: 'invoice-1',
    organizationId: 'organization-1',
    liveMode: false,
    draft: draft(),
    policy,
    action: 'draft',
    ...change,
  };
}

export function pay(
  amount: number | null = null,
  change: Partial<Extract<Command, { name: 'recordPayment' }>> = {},
): CommandOn {
  return {
    name: 'recordPayment',
    amount,
    date: null,
    method: 'check',
    depositToAccountId: null,
    reference: null,
    note: null,
    overpayment: null,
    tip: 0,
    provider: null,
    providerPaymentId: null,
    ...change,
  };
}

export function update(document: Draft, changed: readonly string[] = []): CommandOn {
  return { name: 'update', draft: document, changed };
}

export const send: CommandOn = { name: 'send', deliver: true };
export const issueOnly: CommandOn = { name: 'send', deliver: false };
export const text2pay: CommandOn = { name: 'text2pay' };
export const remind: CommandOn = { name: 'remind', channel: 'email' };
export const voidIt: CommandOn = { name: 'void', reason: null, disposition: null };
export const remove: CommandOn = { name: 'delete' };
export const markViewed: CommandOn = { name: 'markViewed' };

// --- a story: state and books move on together --------------------------------------------------------------

export type Story = { readonly invoice: Invoice; readonly entries: readonly JournalEntry[] };

/** The invoice and its books after a command at an instant. */
export function after(story: Story | null, command: Command, now: string = start): Story {
  const before = story?.invoice ?? null;
  const newId = `id-${before?.sequence ?? 0}`;
  return happens(story, must(decide(before, command, circumstances(now, newId))).events, now);
}

/** The invoice and its books after events. */
export function happens(story: Story | null, happening: readonly InvoiceEvent[], now: string = start): Story {
  const before = story?.invoice ?? null;
  const kept = keepBooks(before, recorded(before, happening, now));
  return { invoice: kept.invoice, entries: [...(story?.entries ?? []), ...kept.entries] };
}

/** The invoice and its books after one turn of time, as after a downtime that lasted until `now`. */
export function wake(story: Story, now: string): Story {
  const kept = keepBooks(story.invoice, turnOfTime(story.invoice, now).events);
  return { invoice: kept.invoice, entries: [...story.entries, ...kept.entries] };
}

/** Created and issued at `now` without a message. */
export function openStory(document: Draft, now: string = start, by: Policy = policy): Story {
  return after(null, create({ draft: document, policy: by, action: 'issue' }), now);
}

export function open(document: Draft, now: string = start, by: Policy = policy): Invoice {
  return openStory(document, now, by).invoice;
}
