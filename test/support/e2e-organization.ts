// An organization of a test's own on a running product, and the steps that many stories begin with.
import { randomUUID } from 'node:crypto';
import type { CustomerObject } from '../../src/gateway/api/customer-object.ts';
import type { EntryObject } from '../../src/gateway/api/entry-object.ts';
import type { InvoiceObject } from '../../src/gateway/api/invoice-object.ts';
import type { TimelineEntryObject } from '../../src/gateway/api/timeline-object.ts';
import { eventually } from './e2e-eventually.ts';
import { good, type User, userOf } from './e2e-http.ts';
import type { CredentialsFile } from './product.ts';

export type {
  CustomerObject as Customer,
  EntryObject as Entry,
  InvoiceObject as Invoice,
  TimelineEntryObject,
};

export type Page<Item> = { data: Item[]; has_more: boolean; next_cursor: string | null };

/** What the mailbox and the SMS sandbox took. */
export type Taken = {
  id: string;
  invoice_id: string;
  channel: 'email' | 'sms';
  to: string[];
  cc: string[];
  bcc: string[];
  from: string;
  subject: string | null;
  text: string;
  html: string | null;
  message_id: string;
  at: string;
};

export type Message = {
  id: string;
  channel: string;
  kind: string;
  template: string;
  to: string[];
  status: string;
  segments: number | null;
  attempts: { at: string; outcome: string; code: string | null; detail: string | null }[];
  sent_at: string | null;
  provider_id: string | null;
  command_id: string;
};

export type Activity = {
  id: string;
  type: string;
  actor: string;
  command: string;
  command_id: string;
  code: string | null;
  version: number | null;
  data: Record<string, unknown>;
};

type Keys = { organization_id: string; api_key: string; live_api_key: string };

export type Organization = User & {
  readonly id: string;
  readonly baseUrl: string;
  /** The same organization's live mode. */
  readonly live: User;
  readonly keys: Keys;
};

/** Paper 45, delivery 10, tax 3.85: the sample of S002. Its source subtracts the tax; it comes to 58.85. */
export const sample = {
  line_items_attributes: [
    { description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 },
    { description: 'Delivery', quantity: 1, rate_cents: 1_000 },
  ],
  taxes: [{ name: 'Tax', amount_cents: 385 }],
};

export async function newOrganization(
  product: Pick<CredentialsFile, 'base_url' | 'api_key'>,
  change: Record<string, unknown> = {},
): Promise<Organization> {
  const operator = userOf(product.base_url, product.api_key);
  const wanted = { name: 'Dunder Mifflin', time_zone: 'UTC', currency: 'USD', ...change };
  const keys = await good(operator.post<Keys>('/organizations', wanted), 201);
  return organizationOf(product.base_url, keys);
}

export function organizationOf(baseUrl: string, keys: Keys): Organization {
  const live = userOf(baseUrl, keys.live_api_key);
  return { ...userOf(baseUrl, keys.api_key), id: keys.organization_id, baseUrl, live, keys };
}

/** A user of the organization whose key has these scopes only. */
export async function userWith(organization: Organization, ...scopes: string[]): Promise<User> {
  const made = await good(organization.post<{ token: string }>('/tokens', { name: 'narrow', scopes }), 201);
  return userOf(organization.baseUrl, made.token);
}

let people = 0;

/** Someone new, with an address and a phone that nobody else has. */
export function newCustomer(user: User, change: Record<string, unknown> = {}): Promise<CustomerObject> {
  people += 1;
  const own = {
    display_name: `Customer ${people}`,
    email: `person-${people}-${randomUUID().slice(0, 8)}@dunder.example`,
    phone: `+1415555${String(2_000 + people).padStart(4, '0')}`,
    sms_consent: true,
  };
  return good(user.post<CustomerObject>('/customers', { ...own, ...change }), 201);
}

/** An invoice of the sample, for a new customer where none is named. */
export async function newInvoice(user: User, change: Record<string, unknown> = {}): Promise<InvoiceObject> {
  const customer = change['customer_id'] ?? (await newCustomer(user)).id;
  return good(user.post<InvoiceObject>('/invoices', { customer_id: customer, ...sample, ...change }), 201);
}

export function read(user: User, id: string): Promise<InvoiceObject> {
  return good(user.get<InvoiceObject>(`/invoices/${id}`), 200);
}

export function send(user: User, id: string, body: unknown = {}): Promise<InvoiceObject> {
  return good(user.post<InvoiceObject>(`/invoices/${id}/send`, body), 200);
}

export function pay(user: User, id: string, body: unknown = {}, key: string = randomUUID()) {
  return user.post<InvoiceObject>(`/invoices/${id}/record_payment`, body, { 'Idempotency-Key': key });
}

export async function everything<Item>(user: User, path: string): Promise<Item[]> {
  return (await good(user.get<Page<Item>>(path), 200)).data;
}

export const journal = (user: User, id: string) => everything<EntryObject>(user, `/invoices/${id}/journal`);
export const messages = (user: User, id: string) => everything<Message>(user, `/invoices/${id}/messages`);
export const activity = (user: User, id: string) => everything<Activity>(user, `/invoices/${id}/activity`);
export const mailbox = (user: User, id: string) =>
  everything<Taken>(user, `/sandbox/messages?invoice_id=${id}`);
export const timeline = (user: User, id: string) =>
  everything<TimelineEntryObject>(user, `/invoices/${id}/timeline`);

/** The invoice once what it says holds. */
export function invoiceThat(
  what: string,
  user: User,
  id: string,
  holds: (invoice: InvoiceObject) => boolean,
  seconds?: number,
): Promise<InvoiceObject> {
  const look = async () => {
    const invoice = await read(user, id);
    return holds(invoice) && invoice;
  };
  return eventually(`an invoice that is ${what}`, look, seconds);
}

/** Sent, and taken by the mail server. */
export async function sent(user: User, id: string, body: unknown = {}): Promise<InvoiceObject> {
  await send(user, id, body);
  return invoiceThat('sent', user, id, (invoice) => invoice.sent_at !== null);
}

export async function clock(user: User): Promise<string> {
  return (await good(user.get<{ now: string }>('/test_clock'), 200)).now;
}

export function advance(user: User, to: string): Promise<{ now: string; ran: number }> {
  return good(user.post<{ now: string; ran: number }>('/test_clock/advance', { to }), 200);
}

export function fail(user: User, channel: string, error: string, more: Record<string, unknown> = {}) {
  return good(user.post('/sandbox/failures', { channel, fail: error, times: 1, ...more }), 201);
}

export function plusDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

/** An account's balance in the entries, debits positive. */
export function balance(entries: readonly EntryObject[], code: string): number {
  return entries
    .flatMap((entry) => entry.lines)
    .filter((line) => line.account_code === code)
    .reduce((sum, line) => sum + line.debit_cents - line.credit_cents, 0);
}

/** Entries of which debits and credits are not equal. There must be none. */
export function unbalanced(entries: readonly EntryObject[]): EntryObject[] {
  return entries.filter(
    (entry) => entry.lines.reduce((sum, line) => sum + line.debit_cents - line.credit_cents, 0) !== 0,
  );
}
