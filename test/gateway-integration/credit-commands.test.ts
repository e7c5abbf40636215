// Credit, credit notes and waivers over HTTP; and what all commands that correct and plan have in common.
import { asking, newKey } from './asking.ts';
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const { ask, good, open, paid, pay, refusal } = asking(() => bench);

/** A customer with 5,000 in hand, from an invoice that was paid twice. */
async function creditor(): Promise<string> {
  const customerId = await bench.customer();
  const { id } = await open({ customer_id: customerId });
  await pay(id, { amount_cents: 10_500 });
  return customerId;
}

describe('credit', () => {
  test('pays what is due as far as it goes', async () => {
    const { id } = await open({ customer_id: await creditor() });
    expect(await refusal(id, () => ask('post', `${id}/apply_credit`, { amount_cents: 5_001 }))).toEqual([
      422,
      'insufficient_credit',
      '/amount_cents',
    ]);
    expect(await refusal(id, () => ask('post', `${id}/apply_credit`, { amount_cents: 5_501 }))).toEqual([
      422,
      'amount_exceeds_due',
      '/amount_cents',
    ]);
    const body = await good(ask('post', `${id}/apply_credit`, {}));
    expect(body).toMatchObject({
      status: 'partially_paid',
      credit_applied_cents: 5_000,
      amount_due_cents: 500,
      credit_applications: [{ amount_cents: 5_000 }],
    });
    expect(await refusal(id, () => ask('post', `${id}/apply_credit`, {}))).toEqual([
      422,
      'insufficient_credit',
      '/amount_cents',
    ]);
  });

  test('that pays a new issue by setting is in the answer, which waits for it', async () => {
    const { engine } = bench;
    const set = (on: boolean) =>
      bench.call('patch', '/settings').send({ apply_credit_automatically: on }).expect(200);
    await set(true);
    const looks: boolean[] = [];
    const issue = { customer_id: await creditor(), line_items_attributes: lines, action: 'issue' };
    engine.beforeSettled = async () => {
      looks.push(true);
      if (looks.length === 1) return false;
      if (looks.length === 2) throw new Error('no answer');
      const newest = await bench.store.invoices.findOne({}, { sort: { created_at: -1 } });
      await good(ask('post', `${newest?._id}/apply_credit`, {}));
      return true;
    };
    const made = await bench.call('post', '/invoices').send(issue).expect(201);
    expect(made.body).toMatchObject({ version: 2, credit_applied_cents: 5_000, amount_due_cents: 500 });
    expect(made.headers['etag']).toBe('"2"');
    expect(looks).toHaveLength(3);
    await bench.draft();
    await set(false);
    await open();
    engine.beforeSettled = null;
    expect(looks).toHaveLength(3);
  });

  test('notes take back lines or an amount, never more than the total', async () => {
    const { id, line_items: items } = await open();
    const [first] = items;
    const note = await good(
      ask('post', `${id}/credit_notes`, {
        line_items: [{ id: first?.id, amount_cents: 500 }],
        reason: 'damaged',
      }),
    );
    expect(note).toMatchObject({
      amount_due_cents: 5_000,
      credit_note_total_cents: 500,
      credit_notes: [
        { kind: 'credit_note', amount_cents: 500, applied_cents: 500, credited_cents: 0, reason: 'damaged' },
      ],
    });
    expect(
      await refusal(id, () => ask('post', `${id}/credit_notes`, { line_items: [{ id: 'none' }] })),
    ).toEqual([422, 'unknown_line_item', '/line_items/0/id']);
    expect(await refusal(id, () => ask('post', `${id}/credit_notes`, { amount_cents: 5_001 }))).toEqual([
      422,
      'amount_exceeds_total',
      '/amount_cents',
    ]);
    expect(
      await refusal(id, () =>
        ask('post', `${id}/credit_notes`, { amount_cents: 1, line_items: [{ id: first?.id }] }),
      ),
    ).toEqual([422, 'conflicting_fields', '/line_items']);
    await pay(id);
    const more = await good(ask('post', `${id}/credit_notes`, { amount_cents: 1_000 }));
    expect(more).toMatchObject({ status: 'paid', amount_due_cents: 0, credited_back_cents: 1_000 });
  });
});

describe('the list', () => {
  test('finds invoices by the words for what credit, bad debt and plans make of them', async () => {
    const customerId = await creditor();
    const of = { customer_id: customerId };
    const part = await open(of);
    await good(ask('post', `${part.id}/apply_credit`, { amount_cents: 100 }));
    const back = await open(of);
    await pay(back.id, { amount_cents: 100 });
    const { payments } = await pay(back.id, { amount_cents: 1 });
    for (const { id } of payments) await good(ask('post', `${back.id}/payments/${id}/reverse`, {}));
    const lost = await open(of);
    await good(ask('post', `${lost.id}/write_off`, {}));
    const planned = await bench.draft({ ...of, send_at: '2999-01-01T09:00' });
    const found = async (word: string) => {
      const answer = await bench
        .call('get', `/invoices?customer_id=${customerId}&status=${word}`)
        .expect(200);
      return (answer.body as { data: Body[] }).data.map(({ id }) => id);
    };
    expect(await found('partially_paid')).toEqual([part.id]);
    expect(await found('sent')).toEqual([back.id]);
    expect(await found('not_sent')).toEqual([back.id]);
    expect(await found('uncollectible')).toEqual([lost.id]);
    expect(await found('scheduled')).toEqual([planned.id]);
    expect(await found('payment_processing')).toEqual([]);
  });
});

describe('a waiver', () => {
  test('of a fee that is not there is refused, and of no number is no address', async () => {
    const { id } = await open();
    expect(await refusal(id, () => ask('post', `${id}/late_fees/1/waive`, {}))).toEqual([
      404,
      'unknown_late_fee',
    ]);
    expect((await ask('post', `${id}/late_fees/1/waive`, { bogus: 1 })).status).toBe(404);
    // Where the state stands in the way already, it is the state that is told.
    const draft = await bench.draft();
    expect(await refusal(draft.id, () => ask('post', `${draft.id}/late_fees/1/waive`, {}))).toEqual([
      409,
      'wrong_status',
    ]);
    for (const word of ['first', '0', '-1', '1.5', '01']) {
      expect((await ask('post', `${id}/late_fees/${word}/waive`, {})).status).toBe(404);
    }
  });
});

describe('every command', () => {
  const table: [string, 'post' | 'put' | 'delete', unknown][] = [
    ['payments/any/reverse', 'post', {}],
    ['payments/any/refund', 'post', {}],
    ['void', 'post', {}],
    ['write_off', 'post', {}],
    ['hold', 'post', { kind: 'dispute' }],
    ['resume', 'post', {}],
    ['late_fees/1/waive', 'post', {}],
    ['apply_credit', 'post', {}],
    ['credit_notes', 'post', {}],
    ['schedule', 'post', { send_at: '2999-01-01T09:00' }],
    ['schedule', 'delete', undefined],
    ['late_fees', 'put', null],
    ['reminders', 'put', null],
  ];

  test.each(table)('%s (%s) honours If-Match', async (path, method, body) => {
    // What the path names is there, or is not for the state to have.
    const { id, payment } = path.includes('waive')
      ? { ...(await bench.draft()), payment: '' }
      : await paid(1);
    const at = `${id}/${path.replace('any', payment)}`;
    expect(await refusal(id, () => ask(method, at, body).set('If-Match', '"7"'))).toEqual([
      412,
      'version_mismatch',
    ]);
  });

  test.each(table)('%s (%s) finds no invoice of another organization', async (path, method, body) => {
    const { id } = await open();
    const asked = bench
      .call(method, `/invoices/${id}/${path}`, bench.others.test)
      .set('Idempotency-Key', newKey());
    const answer = await (body === undefined ? asked : asked.type('json').send(JSON.stringify(body)));
    expect([answer.status, (answer.body as Body)['code']]).toEqual([404, 'not_found']);
  });

  test.each(['payments/any/reverse', 'payments/any/refund', 'apply_credit', 'credit_notes'])(
    '%s needs an Idempotency-Key and the scope of payments',
    async (path) => {
      const { id } = await open();
      const bare = await bench.call('post', `/invoices/${id}/${path}`).send({});
      expect([bare.status, (bare.body as Body)['code']]).toEqual([400, 'idempotency_key_required']);
      const narrow = await bench.keyWith('invoices:write');
      const answer = await bench
        .call('post', `/invoices/${id}/${path}`, narrow)
        .set('Idempotency-Key', newKey());
      expect([answer.status, (answer.body as Body)['code']]).toEqual([403, 'insufficient_scope']);
    },
  );
});
