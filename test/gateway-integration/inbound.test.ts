// Texts that customers send back: STOP takes the consent of the phone away, wherever that phone is known.
import request from 'supertest';
import { twilioSignature } from '../../src/sandbox/twilio-callback.ts';
import { type Bench, openBench } from './bench.ts';

const token = 'a-token-of-the-account';
const path = '/callbacks/twilio/inbound';
const phone = '+14155550177';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ TWILIO_AUTH_TOKEN: token });
});
afterAll(() => bench.close());

function text(parameters: Record<string, string>, by = token) {
  const signature = twilioSignature(by, `http://gateway.test${path}`, parameters);
  return request(bench.app).post(path).type('form').set('X-Twilio-Signature', signature).send(parameters);
}

const consentOf = async (id: string) => (await bench.store.customers.findOne({ _id: id }))?.sms_consent;

test.each([
  ['STOP', {}, false],
  [' stop ', {}, false],
  ['Unsubscribe', {}, false],
  ['Arrêt', { OptOutType: 'STOP' }, false],
  ['Please stop calling', {}, true],
  ['START', { OptOutType: 'START' }, true],
  ['', {}, true],
])('%j with %j leaves the consent at %s', async (Body, more, consent) => {
  const id = await bench.customer({ phone, sms_consent: true });
  const foreign = await bench.customer({ phone: '+14155550178', sms_consent: true });
  const answer = await text({ From: phone, To: '+15005550006', Body, ...more });
  expect([answer.status, answer.type, answer.text]).toEqual([200, 'text/xml', '<Response></Response>']);
  expect(await consentOf(id)).toBe(consent);
  expect(await consentOf(foreign)).toBe(true);
});

test('silence becomes a no as well, and from then on a person cannot text either', async () => {
  const id = await bench.customer({ phone, sms_consent: null });
  await text({ From: phone, Body: 'STOP' });
  expect(await consentOf(id)).toBe(false);
  const body = {
    customer_id: id,
    action: 'text2pay',
    line_items_attributes: [{ description: 'Paper', rate_cents: 100 }],
  };
  await bench.beat();
  const refused = await bench.call('post', '/invoices').send(body);
  expect([refused.status, (refused.body as { code: string }).code]).toEqual([409, 'sms_not_consented']);
});

test('a text that Twilio has not signed changes nothing', async () => {
  const id = await bench.customer({ phone, sms_consent: true });
  expect((await text({ From: phone, Body: 'STOP' }, 'another token')).status).toBe(403);
  expect(await consentOf(id)).toBe(true);
});
