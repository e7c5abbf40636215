// The gateway over a real database and the stand-in engine, with keys of two organizations.
import type { Express } from 'express';
import pino from 'pino';
import request from 'supertest';
import { readConfig } from '../../src/config.ts';
import { createGateway } from '../../src/gateway/app.ts';
import type { Config } from '../../src/config.ts';
import type { Store } from '../../src/store/store.ts';
import { createOrganization, issueCredentials } from '../../src/store/organizations.ts';
import { mintToken } from '../../src/store/tokens.ts';
import { openTestDatabase } from '../support/mongo.ts';
import { standIn, type StandIn } from './stand-in.ts';

export type Body = Record<string, unknown>;

export type Keys = {
  readonly organizationId: string;
  readonly test: string;
  readonly live: string;
};

export type Bench = {
  readonly app: Express;
  readonly store: Store;
  readonly engine: StandIn;
  readonly keys: Keys;
  readonly others: Keys;
  call(
    method: 'get' | 'post' | 'patch' | 'put' | 'delete' | 'head',
    path: string,
    key?: string,
  ): request.Test;
  /** A test key of the first organization with these scopes only. */
  keyWith(...scopes: string[]): Promise<string>;
  customer(change?: Body): Promise<string>;
  /** A draft of 5,500 minor units, or what the change makes of it. */
  draft(change?: Body): Promise<Body & { readonly id: string }>;
  beat(age?: number): Promise<void>;
  close(): Promise<void>;
};

async function organization(store: Store, name: string): Promise<Keys> {
  const made = await createOrganization(store, { name, timeZone: 'UTC', currency: 'USD' });
  const { api_key: test, live_api_key: live } = await issueCredentials(store, made);
  return { organizationId: made._id, test, live };
}

export const lines = [
  { description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 },
  { description: 'Delivery', quantity: 1, rate_cents: 1_000 },
];

export async function openBench(settings: Partial<Config> = {}): Promise<Bench> {
  const database = await openTestDatabase();
  const { store } = database;
  const engine = standIn(store);
  const config = { ...readConfig({ LOG_LEVEL: 'silent', DUEWELL_RATE_LIMIT: '600000' }), ...settings };
  const logger = pino({ level: 'silent' });
  const app = createGateway({
    store,
    client: engine.client,
    config,
    logger,
    publicUrl: 'http://gateway.test',
  });
  const [keys, others] = [await organization(store, 'One'), await organization(store, 'Two')];

  const call: Bench['call'] = (method, path, key = keys.test) => {
    const asked = request(app)[method](`/api/v1${path}`);
    return key === '' ? asked : asked.set('Authorization', `Bearer ${key}`);
  };
  const beat: Bench['beat'] = async (age = 0) => {
    const at = new Date(Date.now() - age);
    const worker = { _id: 'worker', task_queue: config.TEMPORAL_TASK_QUEUE, at };
    await store.workerHeartbeats.replaceOne({ _id: 'worker' }, worker, { upsert: true });
  };
  const customer: Bench['customer'] = async (change = {}) => {
    const body = { display_name: 'Ada Byron', email: 'ada@example.com', phone: '+14155552671', ...change };
    return ((await call('post', '/customers').send(body).expect(201)).body as { id: string }).id;
  };
  await beat();
  return {
    app,
    store,
    engine,
    keys,
    others,
    call,
    beat,
    customer,
    keyWith: async (...scopes) => {
      const wanted = {
        organization_id: keys.organizationId,
        name: 'k',
        kind: 'canonical',
        live: false,
      } as const;
      return (await mintToken(store, { ...wanted, scopes })).token;
    },
    draft: async (change = {}) => {
      const body = { customer_id: await customer(), line_items_attributes: lines, ...change };
      const answer = await call('post', '/invoices').send(body);
      if (answer.status !== 201) throw new Error(`Not created: ${answer.text}`);
      return answer.body as Body & { id: string };
    },
    close: () => database.drop(),
  };
}

/** Pointers and codes of the faults in a problem. */
export function faultsIn(body: unknown): string[][] {
  const { errors = [] } = body as { errors?: { pointer: string; code: string }[] };
  return errors.map((fault) => [fault.pointer, fault.code]);
}
