import type { LogEntry } from '@temporalio/worker';
import { createChannels } from '../../activities/deliver/channels.ts';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import { createEmailSender } from '../../activities/deliver/email.ts';
import { type Sandboxes, startSandboxes } from '../../src/sandbox/sandboxes.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import {
  issuedAt,
  makeWorld,
  publicUrl,
  quietEnvironment,
  runOnce,
  shortDeadlines,
  type WorldOptions,
} from './deliver-fixture.ts';
import { type RawServer, rawServer } from './raw-smtp.ts';

let database: TestDatabase;
let store: Store;
let sandboxes: Sandboxes;
const opened: RawServer[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
  sandboxes = await startSandboxes(store);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});
afterAll(async () => {
  await sandboxes.close();
  await database.drop();
});

const open = async (...how: Parameters<typeof rawServer>): Promise<RawServer> => {
  const server = await rawServer(...how);
  opened.push(server);
  return server;
};
const inbox = (organizationId: string) =>
  store.sandboxMessages.find({ organization_id: organizationId }).toArray();

describe('a mail server that is not there, or not for us', () => {
  const through = (url: string) =>
    createDeliver({
      store,
      publicUrl,
      channels: createChannels({ SMTP_URL: url }, sandboxes, shortDeadlines),
    });
  const live: WorldOptions = { invoice: { liveMode: true }, message: { kind: 'reminder', live_mode: true } };

  it('is tried again when it refuses the connection, also for a reminder', async () => {
    const server = await open(() => undefined, '250 OK');
    await server.close();
    const world = await makeWorld(store, live);
    const ran = await runOnce(through(server.url), world.request);
    expect(ran.failure).toMatchObject({ type: 'smtp_unreachable', nextRetryDelay: 5_000 });
    expect((await store.messages.findOne({ _id: world.message._id }))?.state).toBe('queued');
  });

  it('is tried again when it goes silent before the message', async () => {
    const server = await open(() => undefined, '250 OK', { silentAt: 'RCPT' });
    const world = await makeWorld(store, live);
    expect((await runOnce(through(server.url), world.request)).failure?.type).toBe('smtp_unreachable');
  });

  it('is asked slowly again, and the operator is told, when it refuses us', async () => {
    const server = await open(() => undefined, '250 OK', { greeting: '554 go away' });
    const world = await makeWorld(store, live);
    const errors: LogEntry[] = [];
    const ran = await runOnce(through(server.url), world.request, quietEnvironment(errors));
    expect(ran.failure).toMatchObject({ type: 'smtp_554', nextRetryDelay: 25_000 });
    expect(errors).toHaveLength(1);
    expect(errors[0]?.meta).toMatchObject({ channel: 'email', code: 'smtp_554' });
    expect(JSON.stringify(errors.map(({ message, meta }) => [message, meta]))).not.toContain('@');
  });

  it('gets live mail only: test mail stays in the mailbox', async () => {
    let taken = 0;
    const server = await open(() => (taken += 1), '250 OK');
    const world = await makeWorld(store);
    expect((await runOnce(through(server.url), world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(taken).toBe(0);
    expect(await inbox(world.organizationId)).toHaveLength(1);
    const other = await makeWorld(store, live);
    expect((await runOnce(through(server.url), other.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(taken).toBe(1);
    expect(await inbox(other.organizationId)).toEqual([]);
  });
});

describe('a second copy', () => {
  it('is the same mail, byte for byte', async () => {
    const copies: string[] = [];
    const server = await open((mail) => copies.push(mail), '250 OK');
    const send = createEmailSender({ url: server.url, from: 'a@example.com' }, shortDeadlines);
    const mail = {
      messageId: 'm',
      invoiceId: 'i',
      commandId: 'c',
      fromName: 'Acme',
      to: ['jane@example.com'],
      cc: [],
      bcc: [],
      subject: 'Größe',
      text: 'text',
      html: '<p>html</p>',
      date: issuedAt,
    };
    for (let copy = 0; copy < 2; copy += 1) await send(mail, new AbortController().signal);
    expect(copies).toHaveLength(2);
    expect(copies[0]).toContain('Date: Sun, 01 Mar 2026 10:00:00 +0000');
    expect(copies[0]).toBe(copies[1]);
  });
});
