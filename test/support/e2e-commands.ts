// Commands on one invoice as a user of the API gives them, and what the books say after each.
import { randomUUID } from 'node:crypto';
import { good, refusal, type User } from './e2e-http.ts';
import { balance, type Entry, type Invoice, journal, type Organization } from './e2e-organization.ts';

const asked = (user: User, id: string, path: string, body: unknown, key: string) =>
  user.post<Invoice>(`/invoices/${id}/${path}`, body, { 'Idempotency-Key': key });

/** The invoice after the command, which must succeed. */
export function does(user: User, id: string, path: string, body: unknown = {}, key: string = randomUUID()) {
  return good(asked(user, id, path, body, key), 200);
}

/** Status, code and fields of the refusal; version and books must stay as they were. */
export async function refusedWithoutTrace(user: Organization, id: string, path: string, body: unknown = {}) {
  const before = await stand(user, id);
  const told = await refusal(asked(user, id, path, body, randomUUID()));
  expect(await stand(user, id)).toEqual(before);
  return told;
}

async function stand(user: User, id: string) {
  const invoice = await good(user.get<Invoice>(`/invoices/${id}`), 200);
  return { version: invoice.version, entries: await journal(user, id) };
}

/** What the accounts of the invoice's entries come to, debits positive, those at zero left out. */
export function accounts(entries: readonly Entry[]): Record<string, number> {
  const codes = [...new Set(entries.flatMap(({ lines }) => lines.map((line) => line.account_code)))];
  const sums = codes.toSorted().map((code) => [code, balance(entries, code)] as const);
  return Object.fromEntries(sums.filter(([, sum]) => sum !== 0));
}

type Balance = { currency: string; amount_cents: number };

/** What the customer has in hand, in the only currency there is. */
export async function creditOf(user: User, customerId: string): Promise<number> {
  const path = `/customers/${customerId}/credit_balance`;
  const { balances } = await good(user.get<{ balances: Balance[] }>(path), 200);
  return balances[0]?.amount_cents ?? 0;
}

export function grant(user: User, customerId: string, amount: number) {
  const headers = { 'Idempotency-Key': randomUUID() };
  return good(user.post(`/customers/${customerId}/credits`, { amount_cents: amount }, headers), 201);
}
