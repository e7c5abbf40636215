// The rows that one command writes: event, invoice and journal documents from a request.
import { instant } from '../../src/domain/calendar.ts';
import type { PersistRequest } from '../../src/contract/invoice.ts';
import {
  amountDue,
  amountPaid,
  closes,
  creditApplied,
  isOnHold,
  isProcessing,
  lateFeeTotal,
  unrecovered,
} from '../../src/domain/invoice/invoice.ts';
import { displayStatus } from '../../src/domain/invoice/words.ts';
import type {
  CustomerDocument,
  EventDocument,
  InvoiceDocument,
  JournalEntryDocument,
} from '../../src/store/documents.ts';
import { type AccountOf, lineDocuments } from '../../src/store/entry-lines.ts';
import { int64 } from '../../src/store/int64.ts';
import { chain } from '../../src/store/ledger-hash.ts';

/** Before everything: an instant at which nothing is overdue. */
const longAgo = instant(0);

/** The request with its number from the series in the three places that carry it. */
export function numbered(request: PersistRequest, number: string): PersistRequest {
  return {
    ...request,
    invoice: { ...request.invoice, number },
    events: request.events.map((event) => (event.type === 'invoice.issued' ? { ...event, number } : event)),
    result: { ...request.result, number },
  };
}

export function eventDocuments(request: PersistRequest, recordedAt: Date): EventDocument[] {
  return request.events.map(({ type, sequence, at, ...data }, index) => ({
    _id: `${request.invoiceId}:${sequence}`,
    organization_id: request.organizationId,
    live_mode: request.liveMode,
    invoice_id: request.invoiceId,
    sequence,
    version: request.invoice.version,
    type,
    at,
    recorded_at: recordedAt,
    actor: request.actor,
    reason: request.reason,
    command: request.command,
    command_id: request.commandId,
    ...(index === 0 ? answerOf(request) : {}),
    data,
  }));
}

/** What a repetition of the command is answered with. */
function answerOf(request: PersistRequest): Pick<EventDocument, 'command_key' | 'fingerprint' | 'result'> {
  return {
    command_key: request.commandId,
    fingerprint: request.fingerprint,
    result: { ...request.result, number: request.invoice.number },
  };
}

/** What a write changes on the stored invoice. What it leaves alone stays as it was. */
export type InvoiceColumns = Omit<InvoiceDocument, '_id' | 'search' | 'public_token'>;

export function invoiceColumns(request: PersistRequest): InvoiceColumns {
  const { invoice } = request;
  return {
    organization_id: request.organizationId,
    live_mode: request.liveMode,
    version: invoice.version,
    customer_id: invoice.customerId,
    status: invoice.status,
    display_status: displayStatus(invoice, longAgo),
    number: invoice.number,
    recurring_schedule_id: invoice.recurringScheduleId,
    currency: invoice.currency,
    issue_date: invoice.issueDate,
    due_date: invoice.dueDate,
    due_at: invoice.dueAt,
    total_cents: int64(invoice.totals.total),
    amount_paid_cents: int64(amountPaid(invoice)),
    amount_due_cents: int64(amountDue(invoice)),
    late_fee_total_cents: int64(lateFeeTotal(invoice)),
    credit_applied_cents: int64(creditApplied(invoice)),
    written_off_cents: int64(unrecovered(invoice)),
    on_hold: isOnHold(invoice),
    is_processing: isProcessing(invoice),
    issued_at: invoice.issuedAt,
    closed_at: invoice.closedAt,
    metadata: { ...invoice.metadata },
    reminder_policy: closes[invoice.status] ? null : invoice.reminderPolicy,
    next_action_at: request.nextActionAt,
    created_at: invoice.createdAt,
    updated_at: invoice.updatedAt,
    state: invoice,
  };
}

/** Whether the words that `search` looks through may have changed. */
export function changesSearch(request: PersistRequest): boolean {
  return request.events.some(
    ({ type }) => type === 'invoice.created' || type === 'invoice.updated' || type === 'invoice.issued',
  );
}

export function searchWords(request: PersistRequest, customer: CustomerDocument | null): string {
  const { number, memo } = request.invoice;
  const words = [number, memo, customer?.display_name, customer?.company_name, customer?.email];
  return words
    .filter((word) => word !== null && word !== undefined)
    .join(' ')
    .toLowerCase();
}

/** Each chained to the one before; `recorded_at` is set when they are written, and no part of what is hashed. */
export function entryDocuments(request: PersistRequest, accountOf: AccountOf): JournalEntryDocument[] {
  const entries = request.entries.map((entry) => {
    const event = request.events.find((one) => one.sequence === entry.eventSequence);
    if (event === undefined) throw new Error(`Entry ${entry.id} (${entry.type}) has no event`);
    return {
      _id: entry.id,
      organization_id: request.organizationId,
      live_mode: request.liveMode,
      stream: request.invoiceId,
      invoice_id: request.invoiceId,
      customer_id: request.invoice.customerId,
      sequence: entry.sequence,
      type: entry.type,
      date: entry.date,
      currency: entry.currency,
      reverses: entry.reverses,
      lines: lineDocuments(entry.id, entry.postings, accountOf),
      event_id: `${request.invoiceId}:${event.sequence}`,
      created_at: event.at,
      recorded_at: new Date(0),
    };
  });
  return chain(request.invoice.entryHash, entries);
}
