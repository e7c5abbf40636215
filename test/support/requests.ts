// Write requests as the workflow makes them: the real core decides and keeps the books, a test changes the rest.
import { randomUUID } from 'node:crypto';
import type { PersistRequest, PlannedMessage } from '../../src/contract/invoice.ts';
import type { Instant } from '../../src/domain/calendar.ts';
import { nextAction } from '../../src/domain/invoice/agenda.ts';
import type { Command } from '../../src/domain/invoice/command.ts';
import { decide, recorded } from '../../src/domain/invoice/commands.ts';
import type { Draft, Invoice, Policy, RefundMode } from '../../src/domain/invoice/invoice.ts';
import type { Turn } from '../../src/domain/invoice/time.ts';
import { keepBooks } from '../../src/domain/invoice/journal.ts';
import { creditChange } from '../../src/domain/ledger/credit.ts';
import { isRejection } from '../../src/domain/rejection.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
import { aDraft, aPolicy } from './builders.ts';

export const morning: Instant = '2026-03-02T09:00:00.000Z';

export type Asked = {
  readonly at?: Instant;
  readonly commandId?: string;
  readonly fingerprint?: string;
  readonly content?: PlannedMessage['content'];
};

/** The request of a command on an invoice (null: create). Throws what the core refuses. */
export function aRequest(invoice: Invoice | null, command: Command, asked: Asked = {}): PersistRequest {
  const at = asked.at ?? morning;
  const commandId = asked.commandId ?? randomUUID();
  const decision = decide(invoice, command, { now: at, commandId, newId: randomUUID() });
  if (isRejection(decision)) throw new Error(`Refused by the core: ${decision.rejected}`);
  const events = recorded(invoice, decision.events, at);
  return ofDecision(invoice, { ...decision, events }, command.name, { ...asked, commandId });
}

/** The request of a turn of time. */
export function aTurn(invoice: Invoice, turn: Turn): PersistRequest {
  return ofDecision(invoice, turn, 'time', { commandId: `time:${invoice.version}` });
}

function ofDecision(
  invoice: Invoice | null,
  decision: Turn,
  command: string,
  asked: Asked & { readonly commandId: string },
): PersistRequest {
  const { commandId } = asked;
  const { events } = decision;
  const kept = keepBooks(invoice, events);
  const next: Invoice = { ...kept.invoice, version: (invoice?.version ?? 0) + 1 };
  const needsNumber = events.some((event) => event.type === 'invoice.issued' && event.number === null);
  return {
    organizationId: next.organizationId,
    liveMode: next.liveMode,
    invoiceId: next.id,
    commandId,
    fingerprint: asked.fingerprint ?? 'fingerprint',
    command,
    actor: 'test',
    reason: null,
    expectedVersion: invoice?.version ?? 0,
    invoice: next,
    events,
    entries: kept.entries,
    messages: events.flatMap((event) =>
      event.type === 'invoice.message_queued'
        ? [{ message: event.message, content: asked.content ?? null }]
        : [],
    ),
    preconditions: decision.conditions,
    creditChange: creditChange(kept.entries),
    series: needsNumber ? next.policy.numbering : null,
    nextActionAt: nextAction(next)?.at ?? null,
    result: { invoiceId: next.id, version: next.version, status: next.status, ...decision.told },
  };
}

export type Wanted = Asked & {
  readonly organizationId: string;
  readonly liveMode?: boolean;
  readonly invoiceId?: string;
  readonly action?: 'draft' | 'issue' | 'send' | 'text2pay';
  readonly draft?: Partial<Draft>;
  readonly policy?: Partial<Policy>;
};

export function aCreation(wanted: Wanted): PersistRequest {
  const command: Command = {
    name: 'create',
    id: wanted.invoiceId ?? randomUUID(),
    organizationId: wanted.organizationId,
    liveMode: wanted.liveMode ?? true,
    draft: aDraft(wanted.draft),
    policy: aPolicy(wanted.policy),
    action: wanted.action ?? 'draft',
  };
  return aRequest(null, command, wanted);
}

export function aPayment(amount: number): Extract<Command, { name: 'recordPayment' }> {
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
  };
}

export function someCredit(amount: number | null): Extract<Command, { name: 'applyCredit' }> {
  return { name: 'applyCredit', amount };
}

export function aRefund(
  amount: number | null,
  mode: RefundMode,
  paymentId: string | null = null,
): Extract<Command, { name: 'refundPayment' }> {
  return { name: 'refundPayment', paymentId, amount, mode, reason: null };
}

export function aReversal(paymentId: string): Extract<Command, { name: 'reversePayment' }> {
  return { name: 'reversePayment', paymentId, reason: 'bounced' };
}

export function aCustomer(organizationId: string, change: Partial<CustomerDocument> = {}): CustomerDocument {
  return {
    _id: randomUUID(),
    organization_id: organizationId,
    display_name: 'Ada Byron',
    company_name: 'Engines Ltd',
    email: 'ada@example.com',
    phone: '+14155552671',
    contacts: [],
    sms_consent: true,
    email_opt_out: false,
    credit_hold: false,
    time_zone: null,
    locale: null,
    currency: null,
    payment_terms: null,
    address: null,
    metadata: {},
    created_at: morning,
    updated_at: morning,
    ...change,
  };
}
