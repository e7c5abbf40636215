// The documents of one invoice of the benchmark's books, as commands would have left them.
import { randomUUID } from 'node:crypto';
import { plusDays } from '../src/domain/calendar.ts';
import type { AccountRole } from '../src/domain/ledger/account.ts';
import type {
  AccountDocument,
  InvoiceDocument,
  JournalEntryDocument,
  PaymentDocument,
} from '../src/store/documents.ts';
import { int64 } from '../src/store/int64.ts';
import { chain } from '../src/store/ledger-hash.ts';
import type { Life } from './book-lives.ts';

export type Mine = { readonly organization_id: string; readonly live_mode: boolean };

/** About as large as the state of an invoice with two lines and its reminders. */
function stateOf(id: string, life: Life): unknown {
  const line = {
    id: randomUUID(),
    description: 'Copy Paper, Case',
    quantity: '1',
    rate: life.total,
    taxParts: [0],
  };
  const reminder = {
    stepId: 'before',
    channel: 'email',
    template: 'reminder_due',
    status: 'PLANNED',
    reason: null,
  };
  return {
    schemaVersion: 1,
    id,
    lines: [line, line],
    leftUnapplied: life.leftUnapplied,
    reminders: Array.from({ length: 12 }, (_, occurrence) => ({
      ...reminder,
      occurrence,
      plannedAt: life.dueDate,
    })),
    memo: 'x'.repeat(500),
  };
}

export function entriesOf(
  mine: Mine,
  chart: readonly AccountDocument[],
  id: string,
  customerId: string,
  life: Life,
): JournalEntryDocument[] {
  const side = (role: AccountRole, debit: number, credit: number) => {
    const account = chart.find((one) => one.role === role);
    if (account === undefined) throw new Error(`No account for ${role}`);
    const { _id: account_id, code: account_code, name: account_name } = account;
    return {
      account_id,
      account_code,
      account_name,
      label: null,
      debit_cents: int64(debit),
      credit_cents: int64(credit),
    };
  };
  return chain(
    null,
    life.moves.map(([type, date, lines], index) => ({
      _id: `${id}:${index + 1}`,
      ...mine,
      stream: id,
      invoice_id: id,
      customer_id: customerId,
      sequence: index + 1,
      type,
      date,
      currency: 'USD',
      reverses: null,
      lines: lines.flatMap(([debit, credit, cents]) => [side(debit, cents, 0), side(credit, 0, cents)]),
      event_id: `${id}:${index + 1}`,
      created_at: `${date}T09:00:00.000Z`,
      recorded_at: new Date(0),
    })),
  );
}

export function invoiceDocument(
  mine: Mine,
  id: string,
  customerId: string,
  number: number,
  life: Life,
): InvoiceDocument {
  const at = `${life.issueDate}T09:00:00.000Z`;
  const paid = life.payments.reduce((sum, payment) => sum + payment.amount - payment.unapplied, 0);
  return {
    _id: id,
    ...mine,
    version: 2,
    customer_id: customerId,
    status: life.status,
    display_status: life.status === 'open' ? 'sent' : life.status,
    number: `TEST-${String(number).padStart(4, '0')}`,
    currency: 'USD',
    issue_date: life.issueDate,
    due_date: life.dueDate,
    due_at: `${plusDays(life.dueDate, 1)}T00:00:00.000Z`,
    total_cents: int64(life.total),
    amount_paid_cents: int64(paid),
    amount_due_cents: int64(life.due),
    late_fee_total_cents: int64(0),
    credit_applied_cents: int64(0),
    written_off_cents: int64(0),
    on_hold: false,
    is_processing: false,
    issued_at: at,
    closed_at: null,
    metadata: {},
    search: `test-${number}`,
    next_action_at: null,
    public_token: randomUUID(),
    created_at: at,
    updated_at: at,
    state: stateOf(id, life) as InvoiceDocument['state'],
  };
}

export function paymentDocument(
  mine: Mine,
  invoiceId: string,
  customerId: string,
  { date, amount, unapplied }: Life['payments'][number],
): PaymentDocument {
  return {
    _id: randomUUID(),
    ...mine,
    customer_id: customerId,
    currency: 'USD',
    amount_cents: int64(amount),
    tip_cents: int64(0),
    unapplied_cents: int64(unapplied),
    date,
    payment_method: 'check',
    deposit_to_account_id: null,
    reference: null,
    note: null,
    provider: null,
    provider_payment_id: null,
    by_allocation: false,
    created_at: `${date}T09:00:00.000Z`,
    status: 'succeeded',
    refunded_cents: int64(0),
    allocations: [{ invoice_id: invoiceId, amount_cents: int64(amount - unapplied) }],
  };
}
