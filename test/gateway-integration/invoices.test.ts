// Invoices over HTTP: made, read, changed, sent, paid, voided, listed.
import { type Bench, type Body, lines, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

describe('creating', () => {
  test('answers 201 with where it is and its version, and a read right after sees it', async () => {
    const customerId = await bench.customer();
    const made = await bench
      .call('post', '/invoices')
      .send({
        customer_id: customerId,
        line_items_attributes: lines,
        ship_to: { city: 'Oslo' },
        memo: 'note',
      })
      .expect(201);
    const { id } = made.body as { id: string };
    expect(made.headers).toMatchObject({ location: `/api/v1/invoices/${id}`, etag: '"1"' });
    expect(made.body).toMatchObject({
      status: 'draft',
      total_cents: 5_500,
      memo: 'note',
      ship_to: { city: 'Oslo' },
      customer: { id: customerId, display_name: 'Ada Byron', email: 'ada@example.com' },
    });
    const read = await bench.call('get', `/invoices/${id}`).expect(200);
    expect(read.body).toEqual(made.body);
  });

  test('keeps the address out of what the workflow is given', async () => {
    const made = await bench.draft({ ship_to: { name: 'Private Person' } });
    const stored = await bench.store.invoices.findOne({ _id: made.id });
    expect(JSON.stringify(stored?.state)).not.toContain('Private Person');
    const content = await bench.store.contents.findOne({ _id: stored?.state.shipToRef ?? '' });
    expect(content).toMatchObject({ kind: 'ship_to', data: { name: 'Private Person' } });
  });

  test('takes price, words and account of a line from the catalogue', async () => {
    const accounts = await bench.call('get', '/accounts').expect(200);
    const sales = (accounts.body as { data: Body[] }).data.find((account) => account['code'] === '4000');
    const item = await bench
      .call('post', '/items')
      .send({ name: 'Paper', rate_cents: 4_500, taxable: false, account_id: sales?.['id'] })
      .expect(201);
    const { id: productId } = item.body as { id: string };
    const made = await bench.draft({ line_items_attributes: [{ product_id: productId, quantity: 2 }] });
    expect(made['line_items']).toMatchObject([
      {
        product_id: productId,
        description: 'Paper',
        rate_cents: 4_500,
        amount_cents: 9_000,
        taxable: false,
        account_id: sales?.['id'],
      },
    ]);
  });

  test('can send at once', async () => {
    const made = await bench.draft({ action: 'send' });
    expect(made).toMatchObject({
      status: 'sent',
      display_status: 'not_sent',
      delivery: { email: { state: 'queued' } },
    });
    expect(made['invoice_number']).toMatch(/^TEST-\d{4}$/);
  });

  test('uses the customer’s currency', async () => {
    const yen = await bench.customer({ currency: 'JPY' });
    const made = await bench.draft({ customer_id: yen });
    expect(made['currency']).toBe('JPY');
    const other = { customer_id: yen, currency: 'EUR', line_items_attributes: lines };
    const refused = await bench.call('post', '/invoices').send(other).expect(422);
    expect(refused.body).toMatchObject({ code: 'currency_mismatch', errors: [{ pointer: '/currency' }] });
  });
});

describe('changing a draft', () => {
  test('touches what is named and leaves the rest', async () => {
    const { id, line_items: before } = await bench.draft();
    const [first, second] = before as { id: string }[];
    const changed = await bench
      .call('patch', `/invoices/${id}`)
      .send({
        terms: 'NET 7',
        line_items_attributes: [
          { id: first?.id, quantity: 3 },
          { id: second?.id, _destroy: true },
          { description: 'Wrap', rate_cents: 250 },
        ],
      })
      .expect(200);
    expect(changed.headers['etag']).toBe('"2"');
    expect(changed.body).toMatchObject({
      terms: 'NET 7',
      total_cents: 13_750,
      line_items: [
        { id: first?.id, quantity: 3, description: 'Copy Paper, Case' },
        { description: 'Wrap', amount_cents: 250 },
      ],
    });
  });

  test('a stale tag is refused and changes nothing; the right one is taken', async () => {
    const { id } = await bench.draft();
    const patch = (tag: string, memo: string) =>
      bench.call('patch', `/invoices/${id}`).set('If-Match', tag).send({ memo });
    await patch('"1"', 'first').expect(200);
    const refused = await patch('"1"', 'second').expect(412);
    expect(refused.body).toMatchObject({ code: 'version_mismatch', version: 2 });
    await patch('W/"2"', 'second').expect(412);
    await patch('2', 'second').expect(400);
    await patch('"2"', 'third').expect(200);
    expect((await bench.call('get', `/invoices/${id}`)).body).toMatchObject({ memo: 'third', version: 3 });
  });

  test('after issue revises it, books and all', async () => {
    const { id, line_items: lineItems } = await bench.draft({ action: 'issue' });
    const [first] = lineItems as { id: string }[];
    const changed = await bench
      .call('patch', `/invoices/${id}?expand=journal`)
      .send({ memo: 'x', line_items_attributes: [{ id: first?.id, quantity: 2 }] })
      .expect(200);
    expect(changed.body).toMatchObject({
      status: 'sent',
      memo: 'x',
      total_cents: 10_000,
      amount_due_cents: 10_000,
      version: 2,
      journal: [{ type: 'issued' }, { type: 'revised' }],
    });
    const frozen = await bench
      .call('patch', `/invoices/${id}`)
      .send({ customer_id: await bench.customer() })
      .expect(422);
    expect(frozen.body).toMatchObject({ code: 'field_frozen', errors: [{ pointer: '/customer_id' }] });
    expect((await bench.call('get', `/invoices/${id}`)).body).toMatchObject({ version: 2 });
  });

  test('after void is refused with what may be done instead', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    await bench.call('post', `/invoices/${id}/void`).send({}).expect(200);
    const refused = await bench.call('patch', `/invoices/${id}`).send({ memo: 'x' }).expect(409);
    const { available_actions: actions } = refused.body as { available_actions: Body[] };
    expect(actions.find((action) => action['name'] === 'attach')).toMatchObject({
      allowed: true,
      code: null,
    });
    expect(actions.find((action) => action['name'] === 'update')).toMatchObject({
      allowed: false,
      code: 'already_void',
    });
  });

  test('deleting it answers 204 and then it is gone', async () => {
    const { id } = await bench.draft();
    await bench.call('delete', `/invoices/${id}`).expect(204);
    const read = await bench.call('get', `/invoices/${id}`);
    const again = await bench.call('delete', `/invoices/${id}`);
    expect([read.status, again.status]).toEqual([404, 404]);
  });
});

describe('commands', () => {
  const pay = (id: string, body: Body, key: string) =>
    bench.call('post', `/invoices/${id}/record_payment`).set('Idempotency-Key', key).send(body);

  test('recipients and words stay in the database, the workflow gets where they are', async () => {
    const { id } = await bench.draft();
    const words = {
      to: ['boss@example.com'],
      cc: ['cc@example.com'],
      subject: 'Hello',
      message: 'Secret words',
    };
    await bench.call('post', `/invoices/${id}/send`).send(words).expect(200);
    const sent = bench.engine.updates.at(-1);
    expect(JSON.stringify(sent)).not.toMatch(/example\.com|Secret/);
    const content = await bench.store.contents.findOne({ _id: String(sent?.args['contentRef']) });
    expect(content).toMatchObject({ kind: 'message', data: words });
    const messages = await bench.call('get', `/invoices/${id}/messages`).expect(200);
    expect(messages.body).toMatchObject({
      data: [{ channel: 'email', to: ['boss@example.com'], cc: ['cc@example.com'], status: 'queued' }],
    });
  });

  test('a reminder answers 202 with its message and the invoice', async () => {
    const { id } = await bench.draft({ action: 'send' });
    const answer = await bench.call('post', `/invoices/${id}/remind`).expect(202);
    expect(answer.body).toMatchObject({ message: { kind: 'reminder', channel: 'email' }, invoice: { id } });
  });

  test('the cap on reminders answers 429 and says when', async () => {
    const customerId = await bench.customer({ email: 'often@example.com' });
    const { id } = await bench.draft({ customer_id: customerId, action: 'send' });
    for (let count = 0; count < 3; count += 1) await bench.call('post', `/invoices/${id}/remind`).expect(202);
    const refused = await bench.call('post', `/invoices/${id}/remind`).expect(429);
    expect(refused.body).toMatchObject({ code: 'reminder_cap' });
    expect(Date.parse((refused.body as { retry_at: string }).retry_at)).toBeGreaterThan(Date.now());
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  });

  test('a text goes to the phone that was given', async () => {
    const { id } = await bench.draft();
    const answer = await bench
      .call('post', `/invoices/${id}/text2pay`)
      .send({ phone: '+14155550000' })
      .expect(200);
    expect(answer.body).toMatchObject({ status: 'sent', delivery: { sms: { state: 'queued' } } });
  });

  test('payments in part, in full, and the refusal of more', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const part = await pay(id, { amount_cents: 500, payment_method: 'credit_card' }, 'part').expect(200);
    expect(part.body).toMatchObject({
      status: 'partially_paid',
      amount_due_cents: 5_000,
      payments: [{ amount_cents: 500, payment_method: 'card' }],
    });
    const over = await pay(id, { amount_cents: 5_001, overpayment: 'refuse' }, 'over').expect(422);
    expect(over.body).toMatchObject({ code: 'amount_exceeds_due', errors: [{ pointer: '/amount_cents' }] });
    const rest = await pay(id, {}, 'rest').expect(200);
    expect(rest.body).toMatchObject({ status: 'paid', amount_due_cents: 0 });
    expect((await pay(id, {}, 'again').expect(409)).body).toMatchObject({ code: 'already_paid' });
  });

  test('a payment goes into an asset account that the organization has', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const accounts = ((await bench.call('get', '/accounts')).body as { data: Body[] }).data;
    const byCode = (code: string) => accounts.find((account) => account['code'] === code)?.['id'];
    for (const [at, bad] of [byCode('4000'), byCode('1200'), 'nope'].entries()) {
      const refused = await pay(id, { deposit_to_account_id: bad }, `account-${at}`).expect(422);
      expect(refused.body).toMatchObject({
        code: 'unknown_account',
        errors: [{ pointer: '/deposit_to_account_id' }],
      });
    }
    const paid = await pay(id, { deposit_to_account_id: byCode('1000') }, 'account-good').expect(200);
    expect(paid.body).toMatchObject({ payments: [{ deposit_to_account_id: byCode('1000') }] });
  });

  test('a void reverses the books and is final', async () => {
    const { id } = await bench.draft({ action: 'issue' });
    const answer = await bench.call('post', `/invoices/${id}/void`).send({ reason: 'wrong' }).expect(200);
    expect(answer.body).toMatchObject({ status: 'void', void_reason: 'wrong', amount_due_cents: 0 });
    const journal = await bench.call('get', `/invoices/${id}/journal`).expect(200);
    const entries = (journal.body as { data: { type: string; reverses: string | null; id: string }[] }).data;
    expect(entries.map((entry) => entry.type)).toEqual(['issued', 'voided']);
    expect(entries[1]?.reverses).toBe(entries[0]?.id);
    await bench.call('post', `/invoices/${id}/void`).send({}).expect(409);
  });
});
