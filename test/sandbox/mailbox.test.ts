import { createTransport } from 'nodemailer';
import { type Mailbox, startMailbox } from '../../src/sandbox/mailbox.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
let store: Store;
let mailbox: Mailbox;
beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
  mailbox = await startMailbox({ store });
});
afterAll(async () => {
  await mailbox.close();
  await database.drop();
});

const send = (mail: object) =>
  createTransport({ url: mailbox.url }).sendMail({ from: 'a@example.com', ...mail });

describe('the mailbox', () => {
  it('takes mail from anybody, and shows a stranger’s to nobody', async () => {
    await send({
      to: '"Jane, D." <Jane@Example.com>, team: b@example.com, c@example.com;',
      cc: 'd@example.com',
      bcc: 'e@example.com',
      subject: 'Grüße 🧾',
      text: 'plain',
      html: '<b>rich</b>',
      headers: { 'X-Duewell-Message': 'not%one' },
      attachments: [{ filename: 'invoice.pdf', content: Buffer.alloc(7), contentType: 'application/pdf' }],
    });
    const [mail] = await store.sandboxMessages.find({ subject: 'Grüße 🧾' }).toArray();
    expect(mail).toMatchObject({
      organization_id: null,
      message_id: null,
      channel: 'email',
      to: ['jane@example.com', 'b@example.com', 'c@example.com'],
      cc: ['d@example.com'],
      bcc: ['e@example.com'],
      html: '<b>rich</b>',
      attachments: [{ name: 'invoice.pdf', type: 'application/pdf', size: 7 }],
    });
    expect(mail?.text.trim()).toBe('plain');
    expect(mail?.provider_message_id).toMatch(/^<.+@.+>$/);
  });

  it('listens on loopback alone', () => {
    expect(mailbox.url).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
  });

  it('answers 451 and keeps listening when the store is away', async () => {
    const errors: unknown[] = [];
    const broken = { ...store, sandboxMessages: { insertOne: () => Promise.reject(new Error('away')) } };
    const other = await startMailbox({
      store: broken as unknown as Store,
      onError: (error) => errors.push(error),
    });
    const transport = createTransport({ url: other.url });
    for (let mail = 0; mail < 2; mail += 1) {
      const sending = transport.sendMail({ from: 'a@example.com', to: 'b@example.com', text: 'x' });
      await expect(sending).rejects.toMatchObject({ responseCode: 451 });
    }
    expect(errors).toHaveLength(2);
    await other.close();
  });

  it('says so when its port is taken', async () => {
    const port = Number(new URL(mailbox.url).port);
    await expect(startMailbox({ store, port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
