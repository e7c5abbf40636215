// Books made by hand in a real database, behind the real gateway: every document is written as the test says.
import { randomUUID } from 'node:crypto';
import type { Client } from '@temporalio/client';
import pino from 'pino';
import request from 'supertest';
import { readConfig } from '../../src/config.ts';
import type { AccountRole } from '../../src/domain/ledger/account.ts';
import type { EntryType } from '../../src/domain/ledger/entry.ts';
import { createGateway } from '../../src/gateway/app.ts';
import type { AccountDocument, CustomerDocument, OrganizationDocument } from '../../src/store/documents.ts';
import { int64 } from '../../src/store/int64.ts';
import { sealLedger } from '../../src/store/ledger-blocks.ts';
import { chain } from '../../src/store/ledger-hash.ts';
import { createOrganization, issueCredentials } from '../../src/store/organizations.ts';
import type { Store } from '../../src/store/store.ts';
import { mintToken } from '../../src/store/tokens.ts';
import { openTestDatabase } from '../support/mongo.ts';
import {
  customerDocument,
  type InvoiceFacts,
  invoiceDocument,
  made,
  type PaymentFacts,
  paymentDocument,
  type RefundFacts,
  refundDocument,
} from './documents.ts';

export type Line = readonly [debit: AccountRole, credit: AccountRole, cents: number];

/** One organization's books in one mode. */
export type Hand = {
  readonly organization: OrganizationDocument;
  readonly key: string;
  customer(name: string, change?: Partial<CustomerDocument>): Promise<string>;
  invoice(id: string, facts: InvoiceFacts): Promise<void>;
  /** An entry of the invoice, or of the customer where there is none. Answers with its id. */
  post(
    about: { invoice?: string; customer: string },
    type: EntryType,
    date: string,
    lines: readonly Line[],
    more?: { currency?: string; paymentId?: string },
  ): Promise<string>;
  payment(id: string, facts: PaymentFacts): Promise<void>;
  refund(id: string, facts: RefundFacts): Promise<void>;
  credit(customer: string, cents: number, currency?: string): Promise<void>;
  account(role: AccountRole): string;
  seal(): Promise<number>;
};

export type Desk = {
  readonly store: Store;
  hand(name: string, live?: boolean, change?: Partial<OrganizationDocument>): Promise<Hand>;
  /** The same organization in the other mode. */
  otherMode(hand: Hand): Promise<Hand>;
  keyWith(hand: Hand, ...scopes: string[]): Promise<string>;
  get(key: string, path: string, accept?: string): request.Test;
  close(): Promise<void>;
};

async function handOf(store: Store, organization: OrganizationDocument, live: boolean, key: string) {
  const mine = { organization_id: organization._id, live_mode: live };
  const chart = await store.accounts.find({ organization_id: organization._id }).toArray();
  const accountOf = (role: AccountRole): AccountDocument => {
    const found = chart.find((account) => account.role === role);
    if (found === undefined) throw new Error(`No ${role}`);
    return found;
  };
  const streams = new Map<string, { sequence: number; hash: string | null }>();
  const side = (role: AccountRole, debit: number, credit: number) => ({
    account_id: accountOf(role)._id,
    account_code: accountOf(role).code,
    account_name: accountOf(role).name,
    label: null,
    debit_cents: int64(debit),
    credit_cents: int64(credit),
  });

  const hand: Hand = {
    organization,
    key,
    account: (role) => accountOf(role)._id,
    seal: () => sealLedger(store, { organizationId: organization._id, liveMode: live }, { atOnce: true }),
    customer: async (name, change = {}) => {
      const _id = change._id ?? randomUUID();
      await store.customers.insertOne(
        customerDocument(organization._id, { ...change, _id, display_name: name }),
      );
      return _id;
    },
    invoice: async (id, facts) => {
      await store.invoices.insertOne(invoiceDocument(mine, id, facts));
    },
    post: async ({ invoice, customer }, type, date, lines, { currency = 'USD', paymentId } = {}) => {
      const stream = invoice ?? `${customer}:${live ? 'live' : 'test'}`;
      const before = streams.get(stream) ?? { sequence: 0, hash: null };
      const sequence = before.sequence + 1;
      const eventId = invoice === undefined ? null : `${invoice}:${sequence}`;
      const [entry] = chain(before.hash, [
        {
          _id: `${stream}:${sequence}`,
          ...mine,
          stream,
          invoice_id: invoice ?? null,
          customer_id: customer,
          sequence,
          type,
          date,
          currency,
          reverses: null,
          lines: lines.flatMap(([debit, credit, cents]) => [side(debit, cents, 0), side(credit, 0, cents)]),
          event_id: eventId,
          created_at: made,
          recorded_at: new Date(),
        },
      ]);
      if (entry === undefined) throw new Error('No entry');
      streams.set(stream, { sequence, hash: entry.hash });
      await store.journalEntries.insertOne(entry);
      if (paymentId !== undefined && eventId !== null) {
        const event = {
          _id: eventId,
          invoice_id: invoice ?? '',
          sequence,
          data: { payment: { id: paymentId } },
        };
        await store.events.insertOne(event as never);
      }
      return entry._id;
    },
    payment: async (id, facts) => {
      await store.payments.insertOne(paymentDocument(mine, id, facts));
    },
    refund: async (id, facts) => {
      await store.refunds.insertOne(refundDocument(mine, id, facts));
    },
    credit: async (customer, cents, currency = 'USD') => {
      const mode = live ? 'live' : 'test';
      await store.creditBalances.insertOne({
        _id: `${customer}:${mode}:${currency}`,
        ...mine,
        customer_id: customer,
        currency,
        amount_cents: int64(cents),
      });
    },
  };
  return hand;
}

/** Nothing here is asked of the engine. */
const noEngine = {} as Client;

export async function openDesk(): Promise<Desk> {
  const database = await openTestDatabase();
  const { store } = database;
  const app = createGateway({
    store,
    client: noEngine,
    config: readConfig({ LOG_LEVEL: 'silent', DUEWELL_RATE_LIMIT: '600000' }),
    logger: pino({ level: 'silent' }),
    publicUrl: 'http://gateway.test',
  });
  const keys = new Map<string, { test: string; live: string }>();
  const keyOf = (organization: OrganizationDocument, live: boolean): string => {
    const pair = keys.get(organization._id);
    if (pair === undefined) throw new Error('No keys');
    return live ? pair.live : pair.test;
  };
  return {
    store,
    hand: async (name, live = false, change = {}) => {
      const { _id } = await createOrganization(store, { name, timeZone: 'UTC', currency: 'USD' });
      await store.organizations.updateOne({ _id }, { $set: { name, ...change } });
      const organization = await store.organizations.findOne({ _id });
      if (organization === null) throw new Error('No organization');
      const { api_key, live_api_key } = await issueCredentials(store, organization);
      keys.set(_id, { test: api_key, live: live_api_key });
      return handOf(store, organization, live, keyOf(organization, live));
    },
    otherMode: (hand) => {
      const live = hand.key === keyOf(hand.organization, false);
      return handOf(store, hand.organization, live, keyOf(hand.organization, live));
    },
    keyWith: async ({ organization }, ...scopes) => {
      const wanted = {
        organization_id: organization._id,
        name: 'k',
        kind: 'canonical',
        live: false,
      } as const;
      return (await mintToken(store, { ...wanted, scopes })).token;
    },
    get: (key, path, accept = 'application/json') =>
      request(app).get(`/api/v1${path}`).set('Authorization', `Bearer ${key}`).set('Accept', accept),
    close: () => database.drop(),
  };
}
