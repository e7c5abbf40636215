// A caller of the HTTP API: an organization, its key, one customer, and connections that are kept alive.
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createOrganization } from '../src/store/organizations.ts';
import type { Store } from '../src/store/store.ts';
import { mintToken } from '../src/store/tokens.ts';

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

export type Caller = {
  readonly organizationId: string;
  readonly customerId: string;
  /** Throws when the answer is not a success. */
  post(path: string, body: object): Promise<Record<string, unknown>>;
  patch(path: string, body: object): Promise<Record<string, unknown>>;
  /** Whatever the answer is. */
  ask(method: string, path: string, body: object): Promise<Answer>;
};

/** Never closed: nothing of it outlives the benchmark's process. */
const agent = new Agent({ keepAlive: true });

function send(url: URL, method: string, key: string, body: object): Promise<Answer> {
  const text = JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'idempotency-key': randomUUID(),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const said = Buffer.concat(parts).toString();
        const status = response.statusCode ?? 0;
        try {
          resolve({ status, body: said === '' ? {} : (JSON.parse(said) as Answer['body']) });
        } catch (error) {
          reject(new Error(`${method} ${url.pathname} answered ${status}: ${said}`, { cause: error }));
        }
      });
    });
    sent.once('error', reject);
    sent.end(text);
  });
}

export async function organizationOn(store: Store, baseUrl: string): Promise<Caller> {
  const organization = await createOrganization(store, { name: 'Bench', timeZone: 'UTC', currency: 'USD' });
  const { token } = await mintToken(store, {
    organization_id: organization._id,
    name: 'bench',
    kind: 'canonical',
    live: false,
    scopes: ['*'],
  });
  const ask = (method: string, path: string, body: object) =>
    send(new URL(`/api/v1${path}`, baseUrl), method, token, body);
  const succeed = async (method: string, path: string, body: object) => {
    const answer = await ask(method, path, body);
    if (answer.status < 300) return answer.body;
    throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  };
  const customer = await succeed('POST', '/customers', {
    display_name: 'Acme Corp',
    email: 'ap@acme.example',
    phone: '+14155552671',
    sms_consent: true,
  });
  return {
    organizationId: organization._id,
    customerId: String(customer['id']),
    ask,
    post: (path, body) => succeed('POST', path, body),
    patch: (path, body) => succeed('PATCH', path, body),
  };
}

/** The sample of the demo, with a total that a thousand small payments do not use up where it is to be `large`. */
export function invoiceBody(caller: Caller, change: object = {}, large = false): object {
  return {
    customer_id: caller.customerId,
    terms: 'NET 14',
    line_items_attributes: [
      { description: 'Copy Paper, Case', quantity: large ? 10_000 : 1, rate_cents: 4_500 },
      { description: 'Delivery', quantity: 1, rate_cents: 1_000 },
    ],
    taxes: [{ name: 'Tax', amount_cents: 385 }],
    ...change,
  };
}
