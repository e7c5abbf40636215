// Payments, what becomes of them, and how an invoice ends without one: over HTTP, with every refusal.
import { asking, newKey } from './asking.ts';
import { type Bench, type Body, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const { ask, good, open, pay, paid, traces, problem, refusal } = asking(() => bench);

describe('a payment', () => {
  test('brings its note, reference, tip and processor, and what is too much becomes credit', async () => {
    const { id } = await open();
    const body = await pay(id, {
      amount_cents: 6_000,
      tip_cents: 500,
      note: 'in two envelopes',
      reference: '4711',
      payment_method: 'cheque',
      provider: 'sandbox',
      provider_payment_id: `pi_${id}`,
    });
    expect(body).toMatchObject({
      status: 'paid',
      amount_paid_cents: 5_500,
      amount_due_cents: 0,
      tip_total_cents: 500,
      payments: [
        {
          amount_cents: 6_000,
          tip_cents: 500,
          unapplied_cents: 500,
          refunded_cents: 0,
          note: 'in two envelopes',
          reference: '4711',
          payment_method: 'check',
          provider: 'sandbox',
          provider_payment_id: `pi_${id}`,
          status: 'succeeded',
        },
      ],
    });
  });

  test('of a processor is taken once, and needs both of its names', async () => {
    const [{ id }, { id: other }] = [await open(), await open()];
    const named = { amount_cents: 1, provider: 'sandbox', provider_payment_id: `pi_${id}` };
    await pay(id, named);
    expect(await refusal(other, () => ask('post', `${other}/record_payment`, named))).toEqual([
      422,
      'provider_id_taken',
    ]);
    expect(
      await refusal(other, () => ask('post', `${other}/record_payment`, { provider: 'sandbox' })),
    ).toEqual([422, 'invalid_value', '/provider_payment_id']);
  });

  test('above what is due is refused where that was asked for', async () => {
    const { id } = await open();
    expect(
      await refusal(id, () =>
        ask('post', `${id}/record_payment`, { amount_cents: 5_501, overpayment: 'refuse' }),
      ),
    ).toEqual([422, 'amount_exceeds_due', '/amount_cents']);
  });
});

describe('a reversal', () => {
  test('opens a paid invoice again, and is told once to whoever repeats it', async () => {
    const { id, payment } = await paid(5_500);
    const k = newKey();
    const path = `${id}/payments/${payment}/reverse`;
    const body = await good(ask('post', path, { reason: 'bounced' }, k));
    expect(body).toMatchObject({
      status: 'sent',
      amount_due_cents: 5_500,
      amount_paid_cents: 0,
      payments: [{ id: payment, status: 'reversed' }],
    });
    const after = await traces(id);
    const again = await ask('post', path, { reason: 'bounced' }, k);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(body);
    expect(await traces(id)).toEqual(after);
    expect(await refusal(id, () => ask('post', path, {}))).toEqual([409, 'already_reversed']);
  });

  test('of a payment that is another invoice’s, or none, is refused', async () => {
    const [{ id }, { payment }] = [await paid(1), await paid(1)];
    for (const unknown of [payment, 'none']) {
      expect(await refusal(id, () => ask('post', `${id}/payments/${unknown}/reverse`, {}))).toEqual([
        404,
        'unknown_payment',
      ]);
    }
    const draft = await bench.draft();
    expect(await refusal(draft.id, () => ask('post', `${draft.id}/payments/none/reverse`, {}))).toEqual([
      404,
      'unknown_payment',
    ]);
    // That it is not there comes before what is wrong with the values.
    for (const path of [
      'payments/none/reverse',
      'payments/none/refund',
      `payments/${'x'.repeat(300)}/refund`,
    ]) {
      const bad = await ask('post', `${id}/${path}`, { amount_cents: 0, bogus: 1 });
      expect([path.slice(0, 30), bad.status]).toEqual([path.slice(0, 30), 404]);
    }
  });

  test('that ran before a crash is answered, whatever became of its payment since', async () => {
    const { id, payment } = await paid(1);
    const again = () => ask('post', `${id}/payments/${payment}/reverse`, {}, 'crashed');
    const { version } = await good(again());
    const { events, idempotencyKeys, invoices } = bench.store;
    const last = await events.findOne({ invoice_id: id }, { sort: { version: -1 } });
    const unanswered = { state: 'running' as const, locked_until: new Date(0) };
    await idempotencyKeys.updateOne({ command_id: String(last?.command_key) }, { $set: unanswered });
    await invoices.updateOne({ _id: id }, { $set: { 'state.payments': [] } });
    expect(await good(again())).toMatchObject({ version });
  });
});

describe('a refund', () => {
  test('opens the balance again, or leaves it and takes the customer’s credit', async () => {
    const { id, payment } = await paid(6_000);
    const path = `${id}/payments/${payment}/refund`;
    const reopened = await good(ask('post', path, { amount_cents: 1_000, mode: 'reopen', reason: 'two' }));
    expect(reopened).toMatchObject({
      status: 'partially_paid',
      amount_due_cents: 1_000,
      payments: [{ refunded_cents: 1_000, status: 'succeeded' }],
      refunds: [{ payment_id: payment, amount_cents: 1_000, reopened_cents: 1_000, reason: 'two' }],
    });
    const credited = await good(ask('post', path, { amount_cents: 500, mode: 'credit' }));
    expect(credited).toMatchObject({
      amount_due_cents: 1_000,
      refunds: [{}, { amount_cents: 500, from_credit_cents: 500, reopened_cents: 0 }],
    });
    expect(await refusal(id, () => ask('post', path, { amount_cents: 1, mode: 'credit' }))).toEqual([
      422,
      'insufficient_credit',
      '/amount_cents',
    ]);
  });

  test('of what a processor holds is asked for first: nothing is booked, and nothing else moves', async () => {
    const { id } = await open();
    const name = { provider: 'sandbox', provider_payment_id: `pi_${id}` };
    const { payments } = await pay(id, { amount_cents: 2_000, ...name });
    const [payment] = payments as Body[];
    const path = `${id}/payments/${String(payment?.['id'])}/refund`;
    const body = { amount_cents: 500, reason: 'damaged' };
    expect(await good(ask('post', path, body))).toMatchObject({
      display_status: 'payment_processing',
      is_processing: true,
      amount_paid_cents: 2_000,
      refunds: [],
      refunding: {
        mode: 'reopen',
        reason: 'damaged',
        refunds: [{ payment_id: payment?.['id'], amount_cents: 500, state: 'pending' }],
      },
    });
    expect(await refusal(id, () => ask('post', path, body))).toEqual([409, 'payment_in_flight']);
  });

  test('of more than was paid, of nothing, or of nothing left is refused', async () => {
    const { id, payment } = await paid(1_000);
    const path = `${id}/payments/${payment}/refund`;
    expect(await refusal(id, () => ask('post', path, { amount_cents: 1_001 }))).toEqual([
      422,
      'amount_exceeds_paid',
      '/amount_cents',
    ]);
    expect(await refusal(id, () => ask('post', path, { amount_cents: 0 }))).toEqual([
      422,
      'invalid_amount',
      '/amount_cents',
    ]);
    const all = await good(ask('post', path, {}));
    expect(all.payments).toMatchObject([{ status: 'refunded', refunded_cents: 1_000 }]);
    expect(await refusal(id, () => ask('post', path, {}))).toEqual([409, 'already_refunded']);
  });
});

describe('a void', () => {
  const disposition = [
    { type: 'refund', amount_cents: 600 },
    { type: 'credit', amount_cents: 300 },
    { type: 'leave_unapplied', amount_cents: 100 },
  ];

  test('of a part-paid invoice says that it needs a disposition, and with one is made', async () => {
    const { id } = await paid(1_000);
    const refused = await problem(id, () => ask('post', `${id}/void`, {}));
    expect(refused).toMatchObject({ status: 409, code: 'net_paid_not_zero', net_paid: 1_000 });
    const action = (refused['available_actions'] as Body[]).find(({ name }) => name === 'void');
    expect(action).toMatchObject({ allowed: true, requires: ['disposition'] });
    const body = await good(ask('post', `${id}/void`, { reason: 'mistake', disposition }));
    expect(body).toMatchObject({
      status: 'void',
      void_reason: 'mistake',
      amount_due_cents: 0,
      voiding: null,
      refunds: [{ amount_cents: 600 }],
    });
    expect(await refusal(id, () => ask('post', `${id}/void`, {}))).toEqual([409, 'already_void']);
  });

  test('needs a key with a disposition, and none without', async () => {
    const { id } = await paid(1_000);
    const without = await bench.call('post', `/invoices/${id}/void`).send({ disposition }).expect(400);
    expect(without.body).toMatchObject({ code: 'idempotency_key_required' });
    const other = await open();
    await bench.call('post', `/invoices/${other.id}/void`).send({ disposition: null }).expect(200);
  });

  test('whose disposition does not come to what was paid is refused', async () => {
    const { id } = await paid(1_000);
    const wrong = [{ type: 'credit', amount_cents: 999 }];
    const refused = await problem(id, () => ask('post', `${id}/void`, { disposition: wrong }));
    expect(refused).toMatchObject({
      status: 422,
      code: 'disposition_mismatch',
      errors: [{ pointer: '/disposition' }],
      sum: 999,
      net_paid: 1_000,
    });
  });
});

describe('a write-off', () => {
  test('leaves nothing due, and a later payment is a recovery', async () => {
    const { id } = await paid(500);
    const off = await good(ask('post', `${id}/write_off`, { reason: 'insolvent' }));
    expect(off).toMatchObject({ status: 'uncollectible', amount_due_cents: 0, written_off_cents: 5_000 });
    const part = await pay(id, { amount_cents: 2_000 });
    expect(part).toMatchObject({ status: 'uncollectible', written_off_cents: 3_000, recovered_cents: 2_000 });
    expect(await pay(id)).toMatchObject({ status: 'paid', written_off_cents: 0, amount_paid_cents: 5_500 });
    expect(await refusal(id, () => ask('post', `${id}/write_off`, {}))).toEqual([409, 'already_paid']);
  });

  test('of a draft is refused', async () => {
    const { id } = await bench.draft();
    expect(await refusal(id, () => ask('post', `${id}/write_off`, {}))).toEqual([409, 'wrong_status']);
  });
});
