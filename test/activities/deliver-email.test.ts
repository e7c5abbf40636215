import type { Channels } from '../../activities/deliver/channel.ts';
import { createChannels } from '../../activities/deliver/channels.ts';
import { createDeliver } from '../../activities/deliver/deliver.ts';
import { messageIdHeader } from '../../activities/deliver/email.ts';
import type { MessageStatusArguments } from '../../src/contract/invoice.ts';
import { type Sandboxes, startSandboxes } from '../../src/sandbox/sandboxes.ts';
import type { MessageDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';
import {
  issuedAt,
  makeWorld,
  publicUrl,
  quietEnvironment,
  runOnce,
  scriptFailure,
  shortDeadlines,
  type WorldOptions,
} from './deliver-fixture.ts';

let database: TestDatabase;
let store: Store;
let sandboxes: Sandboxes;
let channels: Channels;
let deliver: ReturnType<typeof createDeliver>;
const reports: MessageStatusArguments[] = [];
let reported: () => void = () => undefined;

beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
  sandboxes = await startSandboxes(store, {
    onReport: (report) => {
      reports.push(report);
      reported();
    },
  });
  channels = createChannels({}, sandboxes, shortDeadlines);
  deliver = createDeliver({ store, channels, publicUrl });
});
afterAll(async () => {
  await sandboxes.close();
  await database.drop();
});

const row = async (id: string): Promise<MessageDocument> => {
  const found = await store.messages.findOne({ _id: id });
  if (found === null) throw new Error(`no message ${id}`);
  return found;
};
const inbox = (organizationId: string) =>
  store.sandboxMessages.find({ organization_id: organizationId }).toArray();

const reminder: WorldOptions = { message: { kind: 'reminder', template: 'reminder_due' } };

describe('a mail to the mailbox', () => {
  it('arrives with its words, its link and its copies, and the row says so', async () => {
    const world = await makeWorld(store, {
      message: { to: ['jane@example.com'], cc: ['boss@example.com'], bcc: ['archive@example.com'] },
    });
    const environment = quietEnvironment();
    let beats = 0;
    environment.on('heartbeat', () => (beats += 1));
    expect(await runOnce(deliver, world.request, environment)).toEqual({
      outcome: { outcome: 'accepted' },
      failure: null,
    });
    expect(beats).toBeGreaterThan(0);
    const [mail, ...others] = await inbox(world.organizationId);
    expect(others).toEqual([]);
    expect(mail).toMatchObject({
      live_mode: false,
      invoice_id: world.invoice.id,
      message_id: world.message._id,
      channel: 'email',
      to: ['jane@example.com'],
      cc: ['boss@example.com'],
      bcc: ['archive@example.com'],
      subject: 'Invoice TEST-0001 from Acme & Sons',
      provider_message_id: messageIdHeader({ invoiceId: world.invoice.id, commandId: 'command-1' }),
    });
    const link = `${publicUrl}/i/token-${world.invoice.id}`;
    expect(mail?.text).toContain(link);
    expect(mail?.text).toContain('Copy Paper <Case>: 1 x $45.00 = $45.00');
    expect(mail?.text).toContain('Amount due: $48.85');
    expect(mail?.html).toContain(link);
    expect(mail?.html).toContain('Copy Paper &lt;Case&gt;');
    expect(mail?.html).not.toContain('<Case>');
    const sent = await row(world.message._id);
    expect(sent).toMatchObject({
      state: 'accepted',
      lease_until: null,
      provider_id: mail?.provider_message_id,
    });
    expect(sent.sent_at).not.toBeNull();
    expect(sent.attempts).toMatchObject([{ outcome: 'accepted', code: null, detail: null }]);
  });

  it('is sent once however often the activity runs', async () => {
    const world = await makeWorld(store);
    const answers = [];
    for (let run = 0; run < 3; run += 1) answers.push(await runOnce(deliver, world.request));
    expect(answers.map((answer) => answer.outcome)).toEqual(Array(3).fill({ outcome: 'accepted' }));
    expect(await inbox(world.organizationId)).toHaveLength(1);
  });

  it('is sent once when many attempts run at the same time', async () => {
    const world = await makeWorld(store);
    const runs = await Promise.all(Array.from({ length: 6 }, () => runOnce(deliver, world.request)));
    expect(runs.filter((run) => run.outcome?.outcome === 'accepted').length).toBeGreaterThan(0);
    expect(runs.every((run) => run.outcome !== null || run.failure.type === 'delivery_claimed')).toBe(true);
    expect(await inbox(world.organizationId)).toHaveLength(1);
  });

  it('carries the words that the caller gave', async () => {
    const world = await makeWorld(store, {
      message: { subject: 'Für Sie: Ihre Rechnung', message: 'Dear <Jane>,\nsee below.' },
    });
    await runOnce(deliver, world.request);
    const [mail] = await inbox(world.organizationId);
    expect(mail?.subject).toBe('Für Sie: Ihre Rechnung');
    expect(mail?.text).toContain('Dear <Jane>,\nsee below.');
    expect(mail?.html).toContain('Dear &lt;Jane&gt;,');
    expect(mail?.text).toContain(`/i/token-${world.invoice.id}`);
  });

  it('keeps time by the test clock', async () => {
    const world = await makeWorld(store, { clockOffset: 40 * 86_400_000 });
    await runOnce(deliver, world.request);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    const sent = await row(world.message._id);
    const [mail] = await inbox(world.organizationId);
    expect(sent.sent_at && sent.sent_at > tomorrow).toBe(true);
    expect(mail && mail.at > tomorrow).toBe(true);
  });

  it('finds its message again under a long and odd command id', async () => {
    const id = `x:${'cömmand "id"\n%'.repeat(60)}:email`;
    const world = await makeWorld(store, { message: { _id: id, command_id: id } });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect((await inbox(world.organizationId))[0]?.message_id).toBe(id);
  });
});

describe('a mail that could be read as something else', () => {
  const table: [string, Partial<MessageDocument>][] = [
    ['a line end in the subject', { subject: 'Hello\r\nBcc: evil@example.com' }],
    ['a control character in the subject', { subject: 'Hello\u0007' }],
    ['a line end in an address', { to: ['jane@example.com\r\nDATA'] }],
    ['two addresses in one', { cc: ['a@example.com, evil@example.com'] }],
    ['a name around an address', { bcc: ['Evil <evil@example.com>'] }],
    ['no recipient at all', { to: [] }],
  ];
  it.each(table)('is refused and never sent: %s', async (_name, message) => {
    const world = await makeWorld(store, { message });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({
      outcome: 'failed',
      code: 'unsafe_content',
    });
    expect(await inbox(world.organizationId)).toEqual([]);
    expect((await row(world.message._id)).state).toBe('failed');
  });
});

describe('a mail server that refuses', () => {
  it.each(['421', '450', '451', '452'])('is tried again after %s', async (fail) => {
    const world = await makeWorld(store, reminder);
    await scriptFailure(store, world.organizationId, { channel: 'email', fail });
    const first = await runOnce(deliver, world.request);
    expect(first.failure).toMatchObject({ type: `smtp_${fail}`, nextRetryDelay: 5_000, nonRetryable: false });
    expect(await row(world.message._id)).toMatchObject({ state: 'queued', lease_until: null, sent_at: null });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    expect(await inbox(world.organizationId)).toHaveLength(1);
    const attempts = (await row(world.message._id)).attempts;
    expect(attempts.map((attempt) => attempt.outcome)).toEqual(['retry', 'accepted']);
    expect(JSON.stringify(attempts)).not.toContain('@');
  });

  it.each(['550', '552', '554'])('ends the message on %s and frees its place under the cap', async (fail) => {
    const world = await makeWorld(store, { message: { ...reminder.message, cap_key: `cap-${fail}` } });
    const other = { message_id: 'another', at: issuedAt };
    await store.messageCaps.insertOne({
      _id: `cap-${fail}`,
      claims: [{ message_id: world.message._id, at: issuedAt }, other],
    });
    await scriptFailure(store, world.organizationId, { channel: 'email', fail, left: -1 });
    const failed = { outcome: 'failed', code: `smtp_${fail}` };
    expect((await runOnce(deliver, world.request)).outcome).toEqual(failed);
    expect((await runOnce(deliver, world.request)).outcome).toEqual(failed);
    expect(await row(world.message._id)).toMatchObject({ state: 'failed', sent_at: null });
    expect((await row(world.message._id)).attempts).toHaveLength(1);
    expect((await store.messageCaps.findOne({ _id: `cap-${fail}` }))?.claims).toEqual([other]);
    expect(await inbox(world.organizationId)).toEqual([]);
  });

  it('is given up after about a day of tries', async () => {
    const attempts = Array.from({ length: 11 }, () => ({
      at: issuedAt,
      outcome: 'retry' as const,
      code: 'smtp_451',
      detail: null,
    }));
    const world = await makeWorld(store, { message: { ...reminder.message, attempts } });
    await scriptFailure(store, world.organizationId, { channel: 'email', fail: '451' });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'failed', code: 'smtp_451' });
  });

  it('is not met by a message to somebody else', async () => {
    const world = await makeWorld(store);
    await scriptFailure(store, world.organizationId, {
      channel: 'email',
      fail: '550',
      match: { to: 'x@example.com' },
    });
    await scriptFailure(store, world.organizationId, {
      channel: 'email',
      fail: '554',
      match: { amount_cents: 1 },
    });
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
  });

  it('is met by the address however it is written, and by the amount due', async () => {
    for (const match of [{ to: 'JANE@example.com' }, { amount_cents: 4885 }]) {
      const world = await makeWorld(store);
      await scriptFailure(store, world.organizationId, { channel: 'email', fail: '550', match });
      expect((await runOnce(deliver, world.request)).outcome).toEqual({
        outcome: 'failed',
        code: 'smtp_550',
      });
    }
  });
});

describe('a mail whose reply never comes', () => {
  it.each(['timeout', 'drop_after_accept'])(
    'goes out once more when it is a first send: %s',
    async (fail) => {
      const world = await makeWorld(store);
      await scriptFailure(store, world.organizationId, { channel: 'email', fail });
      expect((await runOnce(deliver, world.request)).failure).toMatchObject({ type: 'no_answer' });
      expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
      const mails = await inbox(world.organizationId);
      expect(mails).toHaveLength(fail === 'timeout' ? 1 : 2);
      expect(new Set(mails.map((mail) => mail.provider_message_id)).size).toBe(1);
      expect((await row(world.message._id)).attempts).toMatchObject([
        { outcome: 'unknown', code: 'no_answer' },
        { outcome: 'accepted' },
      ]);
    },
  );

  it('stays unknown when the second copy is not answered either', async () => {
    const world = await makeWorld(store, { message: { kind: 'receipt', template: 'receipt' } });
    await scriptFailure(store, world.organizationId, {
      channel: 'email',
      fail: 'drop_after_accept',
      left: -1,
    });
    expect((await runOnce(deliver, world.request)).failure).toMatchObject({ type: 'no_answer' });
    const unknown = { outcome: 'unknown', code: 'no_answer' };
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect(await inbox(world.organizationId)).toHaveLength(2);
  });

  it.each(['timeout', 'drop_after_accept'])('is never repeated when it is a reminder: %s', async (fail) => {
    const world = await makeWorld(store, { message: { ...reminder.message, cap_key: `unknown-${fail}` } });
    const claims = [{ message_id: world.message._id, at: issuedAt }];
    await store.messageCaps.insertOne({ _id: `unknown-${fail}`, claims });
    await scriptFailure(store, world.organizationId, { channel: 'email', fail });
    const unknown = { outcome: 'unknown', code: 'no_answer' };
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect((await runOnce(deliver, world.request)).outcome).toEqual(unknown);
    expect(await inbox(world.organizationId)).toHaveLength(fail === 'timeout' ? 0 : 1);
    // It may have arrived, so it counts.
    expect((await store.messageCaps.findOne({ _id: `unknown-${fail}` }))?.claims).toEqual(claims);
  });
});

describe('what the mail world reports later', () => {
  it.each([
    ['bounce_later', 'bounce'],
    ['complaint', 'complaint'],
  ])('comes after the acceptance: %s', async (fail, code) => {
    const world = await makeWorld(store);
    await scriptFailure(store, world.organizationId, { channel: 'email', fail });
    const arrived = new Promise<void>((resolve) => (reported = resolve));
    expect((await runOnce(deliver, world.request)).outcome).toEqual({ outcome: 'accepted' });
    await arrived;
    expect(reports.at(-1)).toEqual({ messageId: world.message._id, state: 'bounced', code });
    expect(await inbox(world.organizationId)).toHaveLength(1);
  });
});
