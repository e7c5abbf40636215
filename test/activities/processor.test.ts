// The built-in processor: what it gives back, what it refuses, and that one id is one refund.
import { randomUUID } from 'node:crypto';
import { createRefundAtProcessor } from '../../activities/processor/refund.ts';
import { createSandboxProcessor } from '../../activities/processor/sandbox.ts';
import type { RefundRequest } from '../../src/contract/invoice.ts';
import { int64 } from '../../src/store/int64.ts';
import { openTestDatabase, type TestDatabase } from '../support/mongo.ts';

let database: TestDatabase;
let refund: ReturnType<typeof createRefundAtProcessor>;
beforeAll(async () => {
  database = await openTestDatabase();
  refund = createRefundAtProcessor(new Map([['sandbox', createSandboxProcessor(database.store)]]));
});
afterAll(() => database.drop());

function aRequest(change: Partial<RefundRequest> = {}): RefundRequest {
  return {
    organizationId: randomUUID(),
    invoiceId: randomUUID(),
    refundId: randomUUID(),
    provider: 'sandbox',
    providerPaymentId: 'pay_1',
    amount: 5000,
    currency: 'USD',
    ...change,
  };
}

async function script(organizationId: string, fail: string, match: { amount?: number } = {}, left = 1) {
  await database.store.sandboxFailures.insertOne({
    _id: randomUUID(),
    organization_id: organizationId,
    channel: 'payment',
    match: match.amount === undefined ? {} : { amount_cents: int64(match.amount) },
    fail,
    left,
    created_at: new Date().toISOString(),
  });
}

const made = (organizationId: string) =>
  database.store.sandboxRefunds.find({ organization_id: organizationId }).toArray();

it('gives back once for each id, however often and however many at once ask', async () => {
  const request = aRequest();
  const answers = await Promise.all(Array.from({ length: 8 }, () => refund(request)));
  expect(new Set(answers.map(({ outcome }) => outcome))).toEqual(new Set(['succeeded']));
  expect(await made(request.organizationId)).toMatchObject([
    {
      _id: request.refundId,
      amount_cents: 5000,
      currency: 'USD',
      refused: null,
      provider_payment_id: 'pay_1',
    },
  ]);
});

it.each(['card_declined', 'insufficient_funds', 'expired_card', 'lost_card', 'authentication_required'])(
  'refuses as %s for good: the same id hears the same, another is given back',
  async (fail) => {
    const request = aRequest();
    await script(request.organizationId, fail);
    expect(await refund(request)).toEqual({ outcome: 'refused', code: fail });
    expect(await refund(request)).toEqual({ outcome: 'refused', code: fail });
    expect(await refund({ ...request, refundId: randomUUID() })).toEqual({ outcome: 'succeeded' });
  },
);

it('is out of order for as long as it is told, and has done nothing meanwhile', async () => {
  const request = aRequest();
  await script(request.organizationId, 'processing_error', {}, 2);
  await expect(refund(request)).rejects.toMatchObject({ type: 'processing_error', nonRetryable: false });
  await expect(refund(request)).rejects.toMatchObject({ type: 'processing_error' });
  expect(await made(request.organizationId)).toEqual([]);
  expect(await refund(request)).toEqual({ outcome: 'succeeded' });
});

it('does not use up what is scripted for the next when an old one is asked for again', async () => {
  const request = aRequest();
  await refund(request);
  await script(request.organizationId, 'processing_error');
  expect(await refund(request)).toEqual({ outcome: 'succeeded' });
  const next = { ...request, refundId: randomUUID() };
  await expect(refund(next)).rejects.toMatchObject({ type: 'processing_error' });
});

it('has given back although its answer was lost', async () => {
  const request = aRequest();
  await script(request.organizationId, 'timeout');
  await expect(refund(request)).rejects.toMatchObject({ type: 'timeout', nonRetryable: false });
  expect(await made(request.organizationId)).toHaveLength(1);
  expect(await refund(request)).toEqual({ outcome: 'succeeded' });
  expect(await made(request.organizationId)).toHaveLength(1);
});

it('fails only where the amount is the one that was scripted, and only for its organization', async () => {
  const request = aRequest();
  await script(request.organizationId, 'card_declined', { amount: 1234 });
  expect(await refund(request)).toEqual({ outcome: 'succeeded' });
  expect(await refund(aRequest({ amount: 1234 }))).toEqual({ outcome: 'succeeded' });
  const scripted = { ...request, refundId: randomUUID(), amount: 1234 };
  expect(await refund(scripted)).toEqual({ outcome: 'refused', code: 'card_declined' });
});

it('is refused where the payment has a processor that nobody knows', async () => {
  expect(await refund(aRequest({ provider: 'toString' }))).toEqual({
    outcome: 'refused',
    code: 'no_processor',
  });
});
