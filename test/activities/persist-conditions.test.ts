// Rules over state that invoices share: who can be reached, who may be, which number is free.
import { randomUUID } from 'node:crypto';
import type { PersistRequest, PlannedMessage } from '../../src/contract/invoice.ts';
import type { Condition } from '../../src/domain/invoice/condition.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
import { recorded } from '../../src/domain/invoice/decision.ts';
import { deliveryEvents } from '../../src/domain/invoice/delivery.ts';
import { withSecondChannel } from '../../src/domain/invoice/second-channel.ts';
import { turnOfTime } from '../../src/domain/invoice/time.ts';
import { int64 } from '../../src/store/int64.ts';
import { step } from '../domain/given.ts';
import { aDraft, aLine } from '../support/builders.ts';
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aRequest, aTurn } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

async function issuedFor(change: Partial<CustomerDocument>, liveMode = true): Promise<Invoice> {
  const customerId = await bench.addCustomer(change);
  return bench.stored(bench.creation({ action: 'issue', liveMode, draft: { customerId } }));
}

function refusal(code: string, request: PersistRequest, data: object = {}) {
  return { outcome: 'refused', code, data, messageId: request.messages[0]?.message.id };
}

/** A reminder as time plans it: nobody asked for it. */
function automatic(invoice: Invoice, channel: 'email' | 'sms'): PersistRequest {
  const request = aRequest(invoice, { name: 'remind', channel });
  const preconditions = request.preconditions.map((one): Condition =>
    one.kind === 'recipient' ? { ...one, automatic: true } : one,
  );
  return { ...request, preconditions };
}

async function rowOf(request: PersistRequest) {
  return bench.store.messages.findOne({ _id: request.messages[0]?.message.id ?? '' });
}

const send = { name: 'send', deliver: true } as const;
const text = { name: 'text2pay' } as const;

test('an e-mail needs an address, and the refused command leaves nothing', async () => {
  const issued = await issuedFor({ email: null });
  const before = await everything(bench.store, issued.id);
  const request = aRequest(issued, send);
  expect(await bench.persist(request)).toEqual(refusal('no_email_address', request));
  expect(await everything(bench.store, issued.id)).toEqual(before);
});

test('an address that the caller gave stands in for the customer’s, each once', async () => {
  const issued = await issuedFor({ email: null });
  const content = { to: ['a@example.com', ' a@example.com ', 'b@example.com'], bcc: ['c@example.com'] };
  const request = aRequest(issued, send, { content });
  await bench.stored(request);
  expect(await rowOf(request)).toMatchObject({
    to: ['a@example.com', 'b@example.com'],
    bcc: ['c@example.com'],
  });
});

test('recipients and words come from the stored content that the request refers to', async () => {
  const ref = randomUUID();
  const data = { to: ['kept@example.com'], subject: 'Kept', message: 'Words' };
  const { organizationId } = bench;
  await bench.store.contents.insertOne({
    _id: ref,
    organization_id: organizationId,
    kind: 'message',
    data,
    created_at: '2026-03-02T09:00:00.000Z',
  });
  const request = aRequest(await issuedFor({}), send, { content: { ref } });
  await bench.stored(request);
  expect(await rowOf(request)).toMatchObject(data);
});

test('a content that does not exist or is another organization’s is an error, never another recipient', async () => {
  const ref = randomUUID();
  await bench.store.contents.insertOne({
    _id: ref,
    organization_id: 'another',
    kind: 'message',
    data: { to: ['x@example.com'] },
    created_at: '2026-03-02T09:00:00.000Z',
  });
  const issued = await issuedFor({});
  for (const missing of [ref, randomUUID()]) {
    const request = aRequest(issued, send, { content: { ref: missing } });
    await expect(bench.persist(request)).rejects.toThrow(/does not exist/);
  }
});

const phones: [string, string | null, PlannedMessage['content'], string | null, string][] = [
  ['the customer’s own', '+1 415 555 2671', null, null, '+14155552671'],
  ['one that was given', null, { phone: '+442079460958' }, null, '+442079460958'],
  ['none at all', null, null, 'no_phone_number', ''],
  ['one without country code', '415 555 2671', null, 'invalid_phone_number', ''],
  ['words', 'call me', null, 'invalid_phone_number', ''],
  ['too many digits', '+141555526711234567', null, 'invalid_phone_number', ''],
];
test.each(phones)('a text to %s', async (_, phone, content, code, to) => {
  const request = aRequest(await issuedFor({ phone }), text, { content });
  const answer = await bench.persist(request);
  expect(answer).toMatchObject(code === null ? { outcome: 'stored' } : refusal(code, request));
  expect((await rowOf(request))?.to ?? ['']).toEqual([to]);
});

const consents: [boolean | null, 'person' | 'machine', string | null][] = [
  [true, 'person', null],
  [true, 'machine', null],
  [null, 'person', null],
  [null, 'machine', 'sms_not_consented'],
  [false, 'person', 'sms_not_consented'],
  [false, 'machine', 'sms_not_consented'],
];
test.each(consents)('with consent %s a text by a %s answers %s', async (sms_consent, who, code) => {
  const issued = await issuedFor({ sms_consent });
  const request = who === 'machine' ? automatic(issued, 'sms') : aRequest(issued, text);
  const answer = await bench.persist(request);
  expect(answer).toMatchObject(code === null ? { outcome: 'stored' } : refusal(code, request));
});

test('an opt-out from e-mail stops reminders by themselves and nothing that a person asks for', async () => {
  const issued = await issuedFor({ email_opt_out: true });
  const request = automatic(issued, 'email');
  expect(await bench.persist(request)).toEqual(refusal('opted_out', request));
  const reminded = await bench.stored(aRequest(issued, { name: 'remind', channel: 'email' }));
  await bench.stored(aRequest(reminded, send));
});

describe('a number that the caller gave', () => {
  const numbered = (requestedNumber: string, change = {}) =>
    bench.creation({ draft: { requestedNumber }, ...change });

  test('is refused where another invoice has it, in create and in update', async () => {
    await bench.stored(numbered('OWN-1'));
    const taken = { outcome: 'refused', code: 'number_taken', data: { number: 'OWN-1' }, messageId: null };
    expect(await bench.persist(numbered('OWN-1'))).toEqual(taken);
    const other = await bench.stored(numbered('OWN-2'));
    const draft = aDraft({ customerId: bench.customerId, requestedNumber: 'OWN-1' });
    const request = aRequest(other, { name: 'update', draft, changed: ['number'] });
    expect(await bench.persist(request)).toEqual(taken);
  });

  test('is free in the other mode and in another organization', async () => {
    await bench.stored(numbered('OWN-3'));
    expect((await bench.persist(numbered('OWN-3', { liveMode: false }))).outcome).toBe('stored');
    expect((await bench.persist(numbered('OWN-3', { organizationId: 'another' }))).outcome).toBe('stored');
  });

  test('goes to one of several that ask at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4].map(() => bench.persist(numbered('OWN-4'))));
    expect(answers.filter((answer) => answer.outcome === 'stored')).toHaveLength(1);
    expect(answers.filter((answer) => answer.outcome === 'refused')).toHaveLength(3);
  });
});

test.each([
  [5115, 'USD', true, 'refused'],
  [5114, 'USD', true, 'stored'],
  [9999, 'EUR', true, 'stored'],
  [9999, 'USD', false, 'stored'],
])(
  'a step whose customer has %i %s in hand (live: %s) when 5115 is due is %s',
  async (credit, currency, live, outcome) => {
    const customerId = await bench.addCustomer({});
    const invoice = await bench.stored(
      bench.creation({
        action: 'issue',
        draft: {
          customerId,
          dueDate: '2026-03-16',
          lines: [aLine({ rate: 5115 })],
          fixedTaxes: [],
          reminderSteps: [step()],
        },
      }),
    );
    await bench.store.creditBalances.insertOne({
      _id: `${customerId}:${live ? 'live' : 'test'}:${currency}`,
      organization_id: bench.organizationId,
      customer_id: customerId,
      live_mode: live,
      currency,
      amount_cents: int64(credit),
    });
    const request = aTurn(invoice, turnOfTime(invoice, '2026-03-16T09:00:00.000Z'));
    const answer = await bench.persist(request);
    expect(answer.outcome).toBe(outcome);
    expect(answer).toMatchObject(outcome === 'refused' ? refusal('covered_by_credit', request) : {});
  },
);

test('a message that stands in for one that could not arrive says the same, to the customer’s own number', async () => {
  const issued = await issuedFor({ email: 'one@example.com', phone: '+14155550123' });
  const content = { to: ['two@example.com'], subject: 'Your invoice', message: 'As we said on the phone.' };
  const asked = aRequest(issued, send, { content });
  const sent = await bench.stored(asked);
  const messageId = asked.messages[0]?.message.id ?? '';
  const failed = deliveryEvents(sent, messageId, { outcome: 'failed', code: 'smtp_550' });
  const { events, conditions } = withSecondChannel(sent, failed, '2026-03-02T09:00:05.000Z');
  const turn = { events: recorded(sent, events, '2026-03-02T09:00:05.000Z'), conditions, told: {} };
  await bench.stored(aTurn(sent, turn));
  expect(await bench.store.messages.findOne({ switched_from: messageId })).toMatchObject({
    channel: 'sms',
    to: ['+14155550123'],
    subject: 'Your invoice',
    message: 'As we said on the phone.',
    state: 'queued',
  });
});
