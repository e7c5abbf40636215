// The cap on reminders: one recipient, all invoices, a sliding window.
import type { PersistRequest } from '../../src/contract/invoice.ts';
import type { Invoice, Message } from '../../src/domain/invoice/invoice.ts';
import type { CustomerDocument } from '../../src/store/documents.ts';
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aRequest } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

async function issuedFor(change: Partial<CustomerDocument>, liveMode = true): Promise<Invoice> {
  const customerId = await bench.addCustomer(change);
  return bench.stored(bench.creation({ action: 'issue', liveMode, draft: { customerId } }));
}

function refusal(request: PersistRequest, data: object) {
  return { outcome: 'refused', code: 'reminder_cap', data, messageId: request.messages[0]?.message.id };
}

const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T09:00:00.000Z`;
const remind = (invoice: Invoice, at: string, channel: Message['channel'] = 'email') =>
  aRequest(invoice, { name: 'remind', channel }, { at });

test('the cap counts one recipient over all invoices and spellings, and says from when there is room', async () => {
  const invoices = [
    await issuedFor({ email: 'Cap@Example.com' }),
    await issuedFor({ email: 'cap@example.com' }),
    await issuedFor({ email: ' CAP@EXAMPLE.COM ' }),
  ] as const;
  for (const [index, invoice] of invoices.entries()) await bench.stored(remind(invoice, day(3 + index)));
  const fourth = await issuedFor({ email: 'cap@example.com' });
  const request = remind(fourth, day(6));
  const before = await everything(bench.store, fourth.id);
  const data = { messages: 3, days: 7, retry_at: day(10) };
  expect(await bench.persist(request)).toEqual(refusal(request, data));
  expect(await everything(bench.store, fourth.id)).toEqual(before);
  const early = remind(fourth, '2026-03-10T08:59:59.999Z');
  expect(await bench.persist(early)).toEqual(refusal(early, data));
  expect((await bench.persist(remind(fourth, day(10)))).outcome).toBe('stored');
});

test('the cap does not count first sends, another channel, or the other mode', async () => {
  const address = { email: 'mixed@example.com' };
  let invoice = await issuedFor(address);
  for (const at of [day(3), day(4), day(5)]) {
    invoice = await bench.stored(aRequest(invoice, { name: 'send', deliver: true }, { at }));
    invoice = await bench.stored(remind(invoice, at));
  }
  expect((await bench.persist(remind(invoice, day(5)))).outcome).toBe('refused');
  expect((await bench.persist(remind(invoice, day(5), 'sms'))).outcome).toBe('stored');
  const test = await issuedFor(address, false);
  expect((await bench.persist(remind(test, day(5)))).outcome).toBe('stored');
});

test('the cap is claimed by message, so a repetition neither claims again nor is refused', async () => {
  let invoice = await issuedFor({ email: 'again@example.com' });
  const requests: PersistRequest[] = [];
  for (const at of [day(3), day(4), day(5)]) {
    const request = remind(invoice, at);
    requests.push(request);
    invoice = await bench.stored(request);
  }
  const answers = await Promise.all(requests.map((request) => bench.persist(request)));
  expect(answers.map((answer) => answer.outcome)).toEqual(['duplicate', 'duplicate', 'duplicate']);
  const key = (await bench.store.messages.findOne({ invoice_id: invoice.id }))?.cap_key ?? '';
  const cap = await bench.store.messageCaps.findOne({ _id: key });
  expect(cap?.claims.map((claim) => claim.message_id)).toEqual(
    requests.map((r) => r.messages[0]?.message.id),
  );
});

test('the cap holds when many reminders to one recipient come at once', async () => {
  const invoices = await Promise.all(
    Array.from({ length: 8 }, () => issuedFor({ email: 'storm@example.com' })),
  );
  const answers = await Promise.all(invoices.map((invoice) => bench.persist(remind(invoice, day(3)))));
  expect(answers.filter((answer) => answer.outcome === 'stored')).toHaveLength(3);
  expect(answers.filter((answer) => answer.outcome === 'refused')).toHaveLength(5);
});

test('the cap of none lets no reminder through and names no instant', async () => {
  const customerId = await bench.addCustomer({ email: 'never@example.com' });
  const policy = { reminderCap: { messages: 0, days: 7 } };
  const invoice = await bench.stored(bench.creation({ action: 'issue', draft: { customerId }, policy }));
  const request = remind(invoice, day(3));
  const data = { messages: 0, days: 7, retry_at: null };
  expect(await bench.persist(request)).toEqual(refusal(request, data));
});
