// What the delivery tests stand on: an invoice with its organization, customer and message row, made of plain values.
import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import type { Deadlines } from '../../activities/deliver/channel.ts';
import type { DeliverRequest, DeliveryOutcome } from '../../src/contract/invoice.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { restore } from '../../src/domain/invoice/restore.ts';
import type {
  CustomerDocument,
  InvoiceDocument,
  MessageDocument,
  OrganizationDocument,
  SandboxFailureDocument,
} from '../../src/store/documents.ts';
import { plainCustomer } from '../../src/store/customers.ts';
import type { Store } from '../../src/store/store.ts';

export const publicUrl = 'http://127.0.0.1:3999';
export const issuedAt = '2026-03-01T10:00:00.000Z';

/** Short, so that what never answers takes milliseconds. */
export const shortDeadlines: Deadlines = {
  connection: 2_000,
  greeting: 2_000,
  socket: 250,
  email: 1_500,
  sms: 250,
};

export function invoiceState(organizationId: string, over: Partial<Invoice> = {}): Invoice {
  const line = {
    id: 'line-1',
    productId: null,
    accountId: null,
    description: 'Copy Paper <Case>',
    quantity: '1',
    rate: 4500,
    amountGiven: null,
    taxable: true,
    taxRates: null,
    metadata: {},
    fixedTaxes: [],
    discountable: true,
    discounts: [],
    amount: 4500,
    discount: 0,
    tax: 385,
    taxParts: [385],
    net: 4500,
  };
  return restore({
    schemaVersion: 1,
    id: randomUUID(),
    organizationId,
    liveMode: false,
    version: 2,
    sequence: 3,
    entrySequence: 1,
    status: 'open',
    number: 'TEST-0001',
    policy: {
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
    },
    customerId: randomUUID(),
    currency: 'USD',
    timeZone: 'UTC',
    recipientTimeZone: null,
    requestedNumber: null,
    issueDate: '2026-03-01',
    dueDate: '2026-03-31',
    terms: null,
    memo: null,
    noteToCustomer: 'Thank you & good day',
    purchaseOrder: null,
    shipToRef: null,
    metadata: {},
    lines: [line],
    fixedTaxes: [],
    lateFeeTerms: null,
    reminderSteps: [],
    totals: {
      subtotal: 4500,
      discountTotal: 0,
      taxAmount: 385,
      total: 4885,
      taxes: [{ name: 'Sales tax', rate: '8.55', amount: 385 }],
    },
    createdAt: issuedAt,
    updatedAt: issuedAt,
    issuedAt,
    dueAt: '2026-04-01T00:00:00.000Z',
    overdueNoticedAt: null,
    sentAt: null,
    firstViewedAt: null,
    paidAt: null,
    voidedAt: null,
    voidReason: null,
    closedAt: null,
    payments: [],
    lateFees: [],
    nextFeeOccurrence: 1,
    reminders: [],
    finalActionAt: null,
    messages: [],
    ...over,
  });
}

export type World = {
  readonly organizationId: string;
  readonly invoice: Invoice;
  readonly message: MessageDocument;
  readonly request: DeliverRequest;
};

export type WorldOptions = {
  readonly invoice?: Partial<Invoice>;
  readonly message?: Partial<MessageDocument>;
  readonly customer?: Partial<CustomerDocument>;
  readonly clockOffset?: number;
};

function organizationOf(id: string, clockOffset: number): OrganizationDocument {
  return {
    _id: id,
    name: 'Acme & Sons',
    time_zone: 'UTC',
    currency: 'USD',
    settings: {
      numbering: { prefix: 'INV-', test_prefix: 'TEST-', padding: 4 },
      default_tax_rate: null,
      default_net_days: 30,
      overpayment: 'credit',
      reminder_cap: { messages: 3, days: 7 },
      late_reminder_tolerance_hours: 48,
      grace_after_close_days: 30,
      apply_credit_automatically: false,
      quiet_hours: null,
      send_on_weekends: true,
      holiday_country: null,
      burst_window_minutes: { live: 15, test: 0 },
      final_action: { action: 'none', after_days: 1 },
      locale: 'en-US',
    },
    clock_offset_ms: clockOffset,
    highlevel_location_id: randomUUID().replaceAll('-', '').slice(0, 24),
    created_at: issuedAt,
  };
}

function customerOf(id: string, organizationId: string): CustomerDocument {
  const named = { _id: id, organization_id: organizationId, display_name: 'Jane <Doe>' };
  return {
    ...plainCustomer(named, issuedAt),
    email: 'jane@example.com',
    phone: '+1 415 555 2671',
    sms_consent: true,
  };
}

function invoiceDocument(state: Invoice): InvoiceDocument {
  return {
    _id: state.id,
    organization_id: state.organizationId,
    live_mode: state.liveMode,
    version: state.version,
    customer_id: state.customerId,
    status: state.status,
    display_status: state.status,
    number: state.number,
    currency: state.currency,
    issue_date: state.issueDate,
    due_date: state.dueDate,
    due_at: state.dueAt,
    total_cents: state.totals.total,
    amount_paid_cents: 0,
    amount_due_cents: state.totals.total,
    late_fee_total_cents: 0,
    credit_applied_cents: 0,
    written_off_cents: 0,
    on_hold: false,
    is_processing: false,
    issued_at: state.issuedAt,
    closed_at: state.closedAt,
    metadata: {},
    search: '',
    next_action_at: null,
    public_token: `token-${state.id}`,
    created_at: state.createdAt,
    updated_at: state.updatedAt,
    state,
  };
}

/** Writes an organization of its own with one customer, one invoice and one queued message. */
export async function makeWorld(store: Store, options: WorldOptions = {}): Promise<World> {
  const organizationId = randomUUID();
  const invoice = invoiceState(organizationId, options.invoice);
  const channel = options.message?.channel ?? 'email';
  const message: MessageDocument = {
    _id: `${invoice.id}:command-1:${channel}`,
    organization_id: organizationId,
    live_mode: invoice.liveMode,
    invoice_id: invoice.id,
    customer_id: invoice.customerId,
    channel,
    kind: channel === 'sms' ? 'text2pay' : 'invoice',
    template: channel === 'sms' ? 'text2pay' : 'invoice',
    command_id: 'command-1',
    to: [channel === 'sms' ? '+14155552671' : 'jane@example.com'],
    cc: [],
    bcc: [],
    subject: null,
    message: null,
    state: 'queued',
    lease_until: null,
    attempts: [],
    segments: null,
    provider_id: null,
    cap_key: null,
    queued_at: issuedAt,
    sent_at: null,
    ...options.message,
  };
  const customer = { ...customerOf(invoice.customerId, organizationId), ...options.customer };
  await Promise.all([
    store.organizations.insertOne(organizationOf(organizationId, options.clockOffset ?? 0)),
    store.customers.insertOne(customer),
    store.invoices.insertOne(invoiceDocument(invoice)),
    store.messages.insertOne(message),
  ]);
  return {
    organizationId,
    invoice,
    message,
    request: { organizationId, invoiceId: invoice.id, messageId: message._id },
  };
}

export async function scriptFailure(
  store: Store,
  organizationId: string,
  failure: Pick<SandboxFailureDocument, 'channel' | 'fail'> & Partial<SandboxFailureDocument>,
): Promise<void> {
  await store.sandboxFailures.insertOne({
    _id: randomUUID(),
    organization_id: organizationId,
    match: {},
    left: 1,
    created_at: issuedAt,
    ...failure,
  });
}

export type Ran =
  | { readonly outcome: DeliveryOutcome; readonly failure: null }
  | {
      readonly outcome: null;
      readonly failure: { type: string | null | undefined; nextRetryDelay: unknown; nonRetryable: unknown };
    };

/** An activity's surroundings that keep what is logged as an error instead of printing it. */
export function quietEnvironment(errors: LogEntry[] = []): MockActivityEnvironment {
  const logger = new DefaultLogger('ERROR', (entry) => errors.push(entry));
  return new MockActivityEnvironment({}, { logger });
}

/** Runs the activity once as a worker would; what it throws comes back as a value. */
export async function runOnce(
  deliver: (request: DeliverRequest) => Promise<DeliveryOutcome>,
  request: DeliverRequest,
  environment = quietEnvironment(),
): Promise<Ran> {
  try {
    return { outcome: await environment.run(deliver, request), failure: null };
  } catch (error) {
    const thrown = error as { type?: string; nextRetryDelay?: unknown; nonRetryable?: unknown };
    if (thrown.type === undefined) throw error;
    const { type, nextRetryDelay, nonRetryable } = thrown;
    return { outcome: null, failure: { type, nextRetryDelay, nonRetryable } };
  }
}
