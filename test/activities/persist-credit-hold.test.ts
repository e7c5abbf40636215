// A customer on credit hold: nothing more is issued, and what was issued before goes on.
import { everything, openPersisting, type Persisting } from '../support/persisting.ts';
import { aPayment, aRequest } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

const onHold = (customerId: string, credit_hold: boolean) =>
  bench.store.customers.updateOne({ _id: customerId }, { $set: { credit_hold } });

test.each([
  ['sent', { name: 'send', deliver: true }],
  ['issued', { name: 'send', deliver: false }],
  ['texted', { name: 'text2pay' }],
] as const)('a draft is not %s, and leaves nothing behind', async (_what, command) => {
  const customerId = await bench.addCustomer({});
  const draft = await bench.stored(bench.creation({ draft: { customerId } }));
  await onHold(customerId, true);
  const before = await everything(bench.store, draft.id);
  const request = aRequest(draft, command);
  expect(await bench.persist(request)).toEqual({
    outcome: 'refused',
    code: 'customer_on_credit_hold',
    data: {},
    messageId: request.messages[0]?.message.id ?? null,
  });
  expect(await everything(bench.store, draft.id)).toEqual(before);
  await onHold(customerId, false);
  expect((await bench.stored(request)).status).toBe('open');
});

test('what was issued before is sent again and paid', async () => {
  const customerId = await bench.addCustomer({});
  const issued = await bench.stored(bench.creation({ action: 'issue', draft: { customerId } }));
  await onHold(customerId, true);
  const sent = await bench.stored(aRequest(issued, { name: 'send', deliver: true }));
  expect((await bench.stored(aRequest(sent, aPayment(5_885)))).status).toBe('paid');
});
