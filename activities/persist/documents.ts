// The rows that one command writes: event, invoice, journal and payment documents from a request.
import { instant } from '../../src/domain/calendar.ts';
import type { PersistRequest } from '../../src/contract/invoice.ts';
import { amountDue, amountPaid } from '../../src/domain/invoice/invoice.ts';
import { displayStatus } from '../../src/domain/invoice/words.ts';
import { entryLines, type JournalEntry } from '../../src/domain/ledger/entry.ts';
import { sum } from '../../src/domain/money.ts';
import type {
  CustomerDocument,
  EventDocument,
  InvoiceDocument,
  JournalEntryDocument,
  JournalLineDocument,
  PaymentDocument,
} from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';
import type { AccountOf } from './accounts.ts';

/** Before everything: an instant at which nothing is overdue. */
const longAgo = instant(0);

/** The request with its number from the series in the three places that carry it. */
export function numbered(request: PersistRequest, number: string): PersistRequest {
  return {
    ...request,
    invoice: { ...request.invoice, number },
    events: request.events.map((event) => (event.type === 'invoice.issued' ? { ...event, number } : event)),
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
    currency: invoice.currency,
    issue_date: invoice.issueDate,
    due_date: invoice.dueDate,
    due_at: invoice.dueAt,
    total_cents: int64(invoice.totals.total),
    amount_paid_cents: int64(amountPaid(invoice)),
    amount_due_cents: int64(amountDue(invoice)),
    metadata: { ...invoice.metadata },
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

export function entryDocuments(request: PersistRequest, accountOf: AccountOf): JournalEntryDocument[] {
  return request.entries.map((entry) => {
    const event = eventOf(request, entry);
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
      hash: '',
      lines: lineDocuments(entry, accountOf),
      event_id: `${request.invoiceId}:${event.sequence}`,
      created_at: event.at,
      recorded_at: new Date(),
    };
  });
}

/** The nth entry of a type belongs to the nth event of that name. */
function eventOf(request: PersistRequest, entry: JournalEntry): PersistRequest['events'][number] {
  const entries = request.entries.filter((one) => one.type === entry.type);
  const events = request.events.filter((event) => event.type === `invoice.${entry.type}`);
  const event = events[entries.indexOf(entry)];
  if (event === undefined) throw new Error(`Entry ${entry.id} (${entry.type}) has no event`);
  return event;
}

function lineDocuments(entry: JournalEntry, accountOf: AccountOf): JournalLineDocument[] {
  const lines = entryLines(entry.postings);
  const debit = sum(lines.map((line) => line.debit));
  const credit = sum(lines.map((line) => line.credit));
  if (lines.length === 0 || debit !== credit || lines.some((line) => line.debit < 0 || line.credit < 0)) {
    throw new Error(`Entry ${entry.id} does not balance: debit ${debit}, credit ${credit}`);
  }
  return lines.map((line) => {
    const account = accountOf(line.account);
    return {
      account_id: account._id,
      account_code: account.code,
      account_name: account.name,
      label: line.label,
      debit_cents: int64(line.debit),
      credit_cents: int64(line.credit),
    };
  });
}

export function paymentDocuments(request: PersistRequest): PaymentDocument[] {
  return request.events.flatMap((event) => {
    if (event.type !== 'invoice.payment_recorded') return [];
    const { payment } = event;
    return [
      {
        _id: payment.id,
        organization_id: request.organizationId,
        live_mode: request.liveMode,
        customer_id: request.invoice.customerId,
        currency: request.invoice.currency,
        amount_cents: int64(payment.amount),
        unapplied_cents: int64(payment.unapplied),
        date: payment.date,
        payment_method: payment.method,
        deposit_to_account_id: payment.depositToAccountId,
        reference: payment.reference,
        note: payment.note,
        status: payment.status,
        allocations: [{ invoice_id: request.invoiceId, amount_cents: int64(payment.applied) }],
        created_at: payment.createdAt,
      },
    ];
  });
}
