import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import type { LogEntry } from '@temporalio/worker';
import twilio from 'twilio';
import { createChannels } from '../../activities/deliver/channels.ts';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import { retryAfterOf } from '../../activities/deliver/sms.ts';
import { type Sandboxes, startSandboxes } from '../../src/sandbox/sandboxes.ts';
import type { MessageDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import {
  makeWorld,
  quietEnvironment,
  runOnce,
  scriptFailure,
  shortDeadlines,
  type WorldOptions,
} from './deliver-fixture.ts';

type Callback = {
  readonly url: string;
  readonly signature: string;
  readonly parameters: Record<string, string>;
};

let database: TestDatabase;
let store: Store;
let sandboxes: Sandboxes;
let gateway: Server;
let publicUrl: string;
let deliver: ReturnType<typeof createDeliver>;
const callbacks: Callback[] = [];
const waiting: (() => void)[] = [];

/** Resolves when that many callbacks for the message have come. */
const calledBack = async (messageId: string, count: number): Promise<Callback[]> => {
  const ours = () => callbacks.filter((one) => new URL(one.url).searchParams.get('message') === messageId);
  while (ours().length < count) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  return ours();
};

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
  gateway = createServer((request, response) => {
    void readAll(request).then((body) => {
      callbacks.push({
        url: `${publicUrl}${request.url ?? ''}`,
        signature: String(request.headers['x-twilio-signature']),
        parameters: Object.fromEntries(new URLSearchParams(body)),
      });
      response.writeHead(204).end();
      for (const done of waiting.splice(0)) done();
    });
  });
  await new Promise<void>((resolve) => {
    gateway.listen(0, '127.0.0.1', resolve);
  });
  publicUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  sandboxes = await startSandboxes(store);
  deliver = createDeliver({ store, publicUrl, channels: createChannels({}, sandboxes, shortDeadlines) });
});
afterAll(async () => {
  await sandboxes.close();
  await new Promise((resolve) => {
    gateway.close(resolve);
  });
  await database.drop();
});

const text: WorldOptions = { message: { channel: 'sms', kind: 'text2pay', template: 'text2pay' } };
const row = async (id: string): Promise<MessageDocument> => {
  const found = await store.messages.findOne({ _id: id });
  if (found === null) throw new Error(`no message ${id}`);
  return found;
};
const taken = (organizationId: string) =>
  store.sandboxMessages.find({ organization_id: organizationId, channel: 'sms' }).toArray();

describe('a text through the vendor’s client', () => {
  it('arrives with its words and its link, and what becomes of it is told under a valid signature', async () => {
    const world = await makeWorld(store, text);
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    const [sms, ...others] = await taken(world.organizationId);
    expect(others).toEqual([]);
    expect(sms).toMatchObject({
      live_mode: false,
      invoice_id: world.invoice.id,
      message_id: world.message._id,
      to: ['+14155552671'],
      subject: null,
      html: null,
    });
    const link = `${publicUrl}/i/token-${world.invoice.id}`;
    expect(sms?.text).toBe(`Acme & Sons: invoice TEST-0001, $48.85 to pay. Pay here: ${link}`);
    const sent = await row(world.message._id);
    expect(sent).toMatchObject({ state: 'accepted', segments: 1, provider_id: sms?.provider_message_id });
    expect(sent.sent_at).not.toBeNull();
    const told = await calledBack(world.message._id, 2);
    expect(told.map((one) => one.parameters['MessageStatus'])).toEqual(['sent', 'delivered']);
    for (const one of told) {
      const { authToken } = sandboxes.twilio;
      expect(twilio.validateRequest(authToken, one.signature, one.url, one.parameters)).toBe(true);
      expect(twilio.validateRequest('another token', one.signature, one.url, one.parameters)).toBe(false);
      expect(one.parameters['MessageSid']).toBe(sms?.provider_message_id);
    }
  });

  it('counts its segments: an accent outside the cheap alphabet costs', async () => {
    const message = { ...text.message, message: `${'ç'.repeat(80)} end` };
    const world = await makeWorld(store, { message });
    await runOnce(deliver, world.request);
    expect((await row(world.message._id)).segments).toBeGreaterThan(1);
    const [sms] = await taken(world.organizationId);
    expect(sms?.text).toContain(`/i/token-${world.invoice.id}`);
  });

  it('is sent once however often the activity runs', async () => {
    const world = await makeWorld(store, text);
    for (let run = 0; run < 3; run += 1) {
      expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    }
    expect(await taken(world.organizationId)).toHaveLength(1);
  });
});

describe('a text that Twilio refuses', () => {
  it.each(['21211', '21614'])('ends on %s', async (fail) => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail });
    const failed = { outcome: 'failed', code: `twilio_${fail}` };
    expect((await runOnce(deliver, world.request)).outcome).toEqual(failed);
    expect((await runOnce(deliver, world.request)).outcome).toEqual(failed);
    expect(await taken(world.organizationId)).toEqual([]);
    const { attempts } = await row(world.message._id);
    expect(attempts).toMatchObject([{ outcome: 'failed', detail: `answered 400 with code ${fail}` }]);
    expect(JSON.stringify(attempts)).not.toContain('+1415');
  });

  it('ends on 21610, and the customer’s consent with it', async () => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail: '21610' });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({
      outcome: 'failed',
      code: 'twilio_21610',
    });
    const customer = await store.customers.findOne({ _id: world.invoice.customerId });
    // The record writes the number with spaces: it is the same phone.
    expect(customer).toMatchObject({ phone: '+1 415 555 2671', sms_consent: false });
  });

  it('is tried again after 20429, which was not processed', async () => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail: '20429' });
    const ran = await runOnce(deliver, world.request);
    expect(ran.failure).toMatchObject({ type: 'twilio_20429', nextRetryDelay: 5_000, nonRetryable: false });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(await taken(world.organizationId)).toHaveLength(1);
  });

  it('is tried again slowly after 20003, and the operator is told', async () => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail: '20003' });
    const errors: LogEntry[] = [];
    const ran = await runOnce(deliver, world.request, quietEnvironment(errors));
    expect(ran.failure).toMatchObject({ type: 'twilio_20003', nextRetryDelay: 25_000 });
    expect(errors.map((entry) => entry.meta)).toMatchObject([{ channel: 'sms', code: 'twilio_20003' }]);
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
  });
});

describe('a text whose outcome nobody knows', () => {
  it.each([
    ['500', 'twilio_20500'],
    ['timeout', 'no_answer'],
  ])('is never repeated: %s', async (fail, code) => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'unknown', code });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'unknown', code });
    expect(await row(world.message._id)).toMatchObject({ state: 'unknown', sent_at: null });
    expect(await taken(world.organizationId)).toEqual([]);
  });
});

describe('a text that was accepted and not delivered', () => {
  it.each(['30003', '30005', '30006', '30007', '30008'])('is reported with %s', async (fail) => {
    const world = await makeWorld(store, text);
    await scriptFailure(store, world.organizationId, { channel: 'sms', fail });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    const told = await calledBack(world.message._id, 2);
    expect(told.map((one) => one.parameters['MessageStatus'])).toEqual(['sent', 'undelivered']);
    expect(told[1]?.parameters['ErrorCode']).toBe(fail);
    expect(told[0]?.parameters).not.toHaveProperty('ErrorCode');
  });
});

describe('Twilio itself', () => {
  const account = {
    TWILIO_ACCOUNT_SID: `AC${'1'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: 'secret',
    TWILIO_FROM: '+15005550006',
  };
  const live: WorldOptions = { invoice: { liveMode: true }, message: { ...text.message, live_mode: true } };
  const through = (url: string) =>
    createDeliver({
      store,
      publicUrl,
      channels: createChannels({ ...account, TWILIO_API_URL: url }, sandboxes, shortDeadlines),
    });

  it('is tried again when the connection was never made', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => {
      server.close(resolve);
    });
    const world = await makeWorld(store, live);
    const ran = await runOnce(through(`http://127.0.0.1:${port}`), world.request);
    expect(ran.failure).toMatchObject({ type: 'twilio_unreachable', nextRetryDelay: 5_000 });
    expect((await row(world.message._id)).state).toBe('queued');
  });

  it('leaves the outcome unknown when the connection breaks after the request', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    const world = await makeWorld(store, live);
    const ran = await runOnce(through(`http://127.0.0.1:${port}`), world.request);
    expect(ran.outcome).toEqual({ outcome: 'unknown', code: 'no_answer' });
    await new Promise((resolve) => {
      server.close(resolve);
    });
  });

  it('gets live texts only: test texts stay in the sandbox', async () => {
    const world = await makeWorld(store, text);
    const ran = await runOnce(through('http://127.0.0.1:1'), world.request);
    expect(ran.outcome).toEqual({ outcome: 'accepted' });
    expect(await taken(world.organizationId)).toHaveLength(1);
  });

  it('is refused by name where its settings are incomplete', () => {
    const { TWILIO_FROM: _sender, ...withoutSender } = account;
    expect(() => createChannels(withoutSender, sandboxes)).toThrow('TWILIO_FROM');
    expect(() => createChannels({ TWILIO_AUTH_TOKEN: 'x' }, sandboxes)).toThrow('TWILIO_ACCOUNT_SID');
  });

  it('says how long to wait in seconds or as a date', () => {
    expect(retryAfterOf('12', 0)).toBe(12_000);
    expect(retryAfterOf('Thu, 01 Jan 1970 00:00:30 GMT', 10_000)).toBe(20_000);
    expect(retryAfterOf('soon', 0)).toBeNull();
    expect(retryAfterOf(undefined, 0)).toBeNull();
  });
});
