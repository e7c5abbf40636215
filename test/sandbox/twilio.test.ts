import twilio from 'twilio';
import { sandboxTwilioAccount, startTwilioSandbox, type TwilioSandbox } from '../../src/sandbox/twilio.ts';
import { twilioSignature } from '../../src/sandbox/twilio-callback.ts';
import type { Store } from '../../src/store/store.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
let store: Store;
let sandbox: TwilioSandbox;
beforeAll(async () => {
  database = await openTestDatabase();
  store = database.store;
  sandbox = await startTwilioSandbox({ store });
});
afterAll(async () => {
  await sandbox.close();
  await database.drop();
});

const good = { To: '+14155552671', From: '+15005550006', Body: 'Hello' };
type Form = Record<string, string> | [string, string][];

async function call(
  path: string,
  over: { method?: string; form?: Form; body?: string; headers?: Record<string, string> } = {},
) {
  const { accountSid, authToken, url } = sandbox;
  const method = over.method ?? 'POST';
  const response = await fetch(url + path.replace('{sid}', accountSid), {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
      ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...over.headers,
    },
    ...(method === 'POST' && { body: over.body ?? new URLSearchParams(over.form ?? good).toString() }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, body };
}
const messages = '/2010-04-01/Accounts/{sid}/Messages.json';

describe('a message that the stand-in takes', () => {
  it('is answered with the whole resource as Twilio documents it', async () => {
    const { status, body } = await call(messages);
    expect(status).toBe(201);
    const sid = String(body['sid']);
    expect(sid).toMatch(/^SM[0-9a-f]{32}$/);
    const uri = `/2010-04-01/Accounts/${sandbox.accountSid}/Messages/${sid}`;
    expect(body).toEqual({
      account_sid: sandbox.accountSid,
      api_version: '2010-04-01',
      body: 'Hello',
      date_created: expect.stringMatching(/^\w{3}, \d{2} \w{3} \d{4} [\d:]{8} \+0000$/),
      date_sent: null,
      date_updated: body['date_created'],
      direction: 'outbound-api',
      error_code: null,
      error_message: null,
      from: '+15005550006',
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      sid,
      status: 'queued',
      subresource_uris: { media: `${uri}/Media.json` },
      to: '+14155552671',
      uri: `${uri}.json`,
    });
    const read = await call(`/2010-04-01/Accounts/{sid}/Messages/${sid}.json`, { method: 'GET' });
    expect(read).toMatchObject({ status: 200, body: { sid, to: '+14155552671' } });
  });

  it('waits for its sender where a messaging service picks it', async () => {
    const { status, body } = await call(messages, {
      form: { To: good.To, Body: 'Hi', MessagingServiceSid: `MG${'a'.repeat(32)}` },
    });
    expect({ status, ...body }).toMatchObject({ status: 'accepted', from: null, num_segments: '0' });
    expect(status).toBe(201);
  });

  it('is listed to the vendor’s client by recipient and day, page by page', async () => {
    const To = '+14155550100';
    for (let count = 0; count < 3; count += 1)
      await call(messages, { form: { ...good, To, Body: `text ${count}` } });
    class Here extends twilio.RequestClient {
      override request<T>(options: Parameters<twilio.RequestClient['request']>[0]) {
        const uri = new URL(options.uri);
        return super.request<T>({ ...options, uri: sandbox.url + uri.pathname + uri.search } as never);
      }
    }
    const client = twilio(sandbox.accountSid, sandbox.authToken, { httpClient: new Here() });
    const all = await client.messages.list({ to: To, pageSize: 2 });
    expect(all.map((one) => one.body).sort()).toEqual(['text 0', 'text 1', 'text 2']);
    expect(await client.messages.list({ to: '+14155550199' })).toEqual([]);
    const first = all[0];
    if (first === undefined) throw new Error('nothing was listed');
    expect((await client.messages(first.sid).fetch()).sid).toBe(first.sid);
    await expect(client.messages(`SM${'0'.repeat(32)}`).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    const yesterday = new Date(Date.now() - 86_400_000);
    expect(await client.messages.list({ to: To, dateSentBefore: yesterday })).toEqual([]);
  });
});

describe('a message that the stand-in refuses', () => {
  const table: [string, Form, number, number][] = [
    ['no recipient', { From: good.From, Body: 'x' }, 400, 21604],
    ['a recipient that is not E.164', { ...good, To: '4155552671' }, 400, 21211],
    ['a recipient with letters', { ...good, To: '+1415555CALL' }, 400, 21211],
    ['no sender', { To: good.To, Body: 'x' }, 400, 21603],
    ['a sender that is none', { ...good, From: '+1' }, 400, 21212],
    ['a messaging service that is none', { To: good.To, Body: 'x', MessagingServiceSid: 'MG1' }, 400, 21701],
    ['no body', { To: good.To, From: good.From }, 400, 21602],
    ['a body of 1601 characters', { ...good, Body: 'x'.repeat(1601) }, 400, 21617],
    ['a callback that is no URL', { ...good, StatusCallback: 'nowhere' }, 400, 21609],
    ['a media URL that is none', { ...good, MediaUrl: 'nowhere' }, 400, 21620],
    ['an unknown parameter', { ...good, Colour: 'red' }, 400, 20001],
    ['a parameter given twice', [...Object.entries(good), ['To', '+14155552672']], 400, 20001],
  ];
  it.each(table)('has %s', async (_name, form, status, code) => {
    const answer = await call(messages, { form });
    expect(answer).toEqual({
      status,
      body: {
        code,
        message: expect.any(String),
        more_info: `https://www.twilio.com/docs/errors/${code}`,
        status,
      },
    });
  });

  it('takes a body of 1600 characters', async () => {
    expect((await call(messages, { form: { ...good, Body: 'x'.repeat(1600) } })).status).toBe(201);
  });

  const basic = (user: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  });
  it('comes with another token, or without any', async () => {
    const denied = { status: 401, body: { code: 20003, status: 401 } };
    expect(await call(messages, { headers: basic(sandbox.accountSid, 'wrong') })).toMatchObject(denied);
    expect(await call(messages, { headers: { authorization: '' } })).toMatchObject(denied);
  });

  it('comes as JSON, by another method, to another account or to nowhere', async () => {
    const json = await call(messages, { body: '{}', headers: { 'content-type': 'application/json' } });
    expect(json.status).toBe(415);
    expect(await call(messages, { method: 'DELETE' })).toMatchObject({ status: 405, body: { code: 20004 } });
    const stranger = messages.replace('{sid}', `AC${'0'.repeat(32)}`);
    expect(await call(stranger)).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(await call('/2010-04-01/Nothing.json')).toMatchObject({ status: 404, body: { code: 20404 } });
    expect(await call(messages, { body: `Body=${'x'.repeat(70_000)}` })).toMatchObject({ status: 413 });
    expect(await call(`${messages}?Colour=red`, { method: 'GET' })).toMatchObject({ body: { code: 20001 } });
  });

  it('is kept nowhere', async () => {
    expect(await store.sandboxMessages.countDocuments({ 'to.0': '+14155552672' })).toBe(0);
  });
});

describe('the account of the stand-in', () => {
  it('is made once, also by many at the same time', async () => {
    const fresh = await openTestDatabase();
    const accounts = await Promise.all(Array.from({ length: 5 }, () => sandboxTwilioAccount(fresh.store)));
    expect(new Set(accounts.map((one) => one.authToken)).size).toBe(1);
    expect(accounts[0]?.accountSid).toMatch(/^AC[0-9a-f]{32}$/);
    await fresh.drop();
  });

  it('signs as the vendor’s own library expects', () => {
    const parameters = { To: '+1', MessageStatus: 'sent', Body: 'é ü' };
    const url = 'https://example.com/callbacks/twilio/status?message=a%3Ab';
    const signature = twilioSignature('token', url, parameters);
    expect(twilio.validateRequest('token', signature, url, parameters)).toBe(true);
    expect(twilio.validateRequest('token', signature, url, { ...parameters, To: '+2' })).toBe(false);
  });
});
