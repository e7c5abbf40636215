// Holds, sends that are planned, terms, files, tax rates and customers on hold, over HTTP.
import { asking } from './asking.ts';
import { type Bench, lines, openBench } from './bench.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const { ask, good, open, refusal } = asking(() => bench);

describe('holds', () => {
  test('stand side by side, replace their own kind, and end one by one or together', async () => {
    const { id } = await open();
    await good(ask('post', `${id}/hold`, { kind: 'promise', until: '2999-12-31', note: 'soon' }));
    await good(ask('post', `${id}/hold`, { kind: 'dispute' }));
    const both = await good(
      ask('post', `${id}/hold`, { kind: 'promise', until: '2999-12-01T10:00:00+02:00' }),
    );
    expect(both).toMatchObject({ is_promised: true, is_disputed: true });
    expect(both['holds']).toEqual(
      expect.arrayContaining([
        {
          kind: 'promise',
          until: '2999-12-01T08:00:00.000Z',
          note: null,
          since: expect.any(String) as string,
        },
        { kind: 'dispute', until: null, note: null, since: expect.any(String) as string },
      ]),
    );
    const one = await good(ask('post', `${id}/resume`, { kind: 'dispute' }));
    expect(one).toMatchObject({ is_promised: true, is_disputed: false });
    expect(await good(ask('post', `${id}/resume`, {}))).toMatchObject({ holds: [], is_promised: false });
    expect(await refusal(id, () => ask('post', `${id}/resume`, {}))).toEqual([409, 'not_on_hold']);
  });

  test('that promise without a date, or one that has passed, are refused', async () => {
    const { id } = await open();
    expect(await refusal(id, () => ask('post', `${id}/hold`, { kind: 'promise' }))).toEqual([
      422,
      'invalid_value',
      '/until',
    ]);
    expect(
      await refusal(id, () => ask('post', `${id}/hold`, { kind: 'promise', until: '2020-01-01' })),
    ).toEqual([422, 'date_in_past', '/until']);
  });
});

describe('a plan', () => {
  test('to send later is made, moved and taken back', async () => {
    const { id } = await bench.draft();
    const at = (send_at: string, time_zone?: string) => ask('post', `${id}/schedule`, { send_at, time_zone });
    const scheduled = await good(at('2999-12-01T09:00', 'Europe/Paris'));
    expect(scheduled).toMatchObject({
      status: 'scheduled',
      display_status: 'scheduled',
      send_at: '2999-12-01T09:00',
      send_time_zone: 'Europe/Paris',
    });
    expect(await good(at('2999-12-02T09:00:00'))).toMatchObject({
      send_at: '2999-12-02T09:00',
      send_time_zone: 'UTC',
    });
    for (const [method, path] of [
      ['delete', id],
      ['post', `${id}/text2pay`],
    ] as const) {
      expect(await refusal(id, () => ask(method, path))).toEqual([409, 'wrong_status']);
    }
    const draft = await good(ask('delete', `${id}/schedule`));
    expect(draft).toMatchObject({ status: 'draft', send_at: null, send_time_zone: null });
    expect(await refusal(id, () => ask('delete', `${id}/schedule`))).toEqual([409, 'wrong_status']);
    expect(await refusal(id, () => at('2020-12-01T09:00'))).toEqual([422, 'date_in_past', '/send_at']);
    expect(await refusal(id, () => at('2999-02-30T09:00'))).toEqual([422, 'invalid_date', '/send_at']);
  });

  test('to send later can be part of what is created', async () => {
    const made = await bench.draft({ send_at: '2999-12-01T09:00:00', time_zone: 'Europe/Paris' });
    expect(made).toMatchObject({
      status: 'scheduled',
      send_at: '2999-12-01T09:00',
      send_time_zone: 'Europe/Paris',
    });
  });

  test('of fees and reminders is put and taken away', async () => {
    const { id } = await open();
    const terms = { type: 'fixed', value: 500, frequency: { interval: 'month', interval_count: 1 } };
    expect(await good(ask('put', `${id}/late_fees`, terms))).toMatchObject({
      late_fee_terms: { type: 'fixed', value: 500, frequency: { interval: 'month', interval_count: 1 } },
    });
    expect(await good(ask('put', `${id}/late_fees`, null))).toMatchObject({ late_fee_terms: null });
    const steps = [{ id: 'one', offset_days: 5 }];
    for (const body of [{ steps }, steps]) {
      expect(await good(ask('put', `${id}/reminders`, body))).toMatchObject({
        reminder_terms: { steps: [{ id: 'one', offset_days: 5 }] },
      });
    }
    const none = await good(ask('put', `${id}/reminders`, null));
    expect(none).toMatchObject({ reminder_terms: { steps: [] } });
    expect(
      await refusal(id, () => ask('put', `${id}/late_fees`, { ...terms, type: 'percentage', value: 101 })),
    ).toEqual([422, 'invalid_value', '/value']);
    expect(
      await refusal(id, () => ask('put', `${id}/late_fees`, { ...terms, base: 'outstanding_balance' })),
    ).toEqual([422, 'invalid_late_fee_terms', '/compounding']);
    expect(
      await refusal(id, () => ask('put', `${id}/late_fees`, { ...terms, value: 500, cap_cents: 499 })),
    ).toEqual([422, 'invalid_late_fee_terms', '/cap_cents']);
    expect(await refusal(id, () => ask('put', `${id}/reminders`, { steps: [...steps, ...steps] }))).toEqual([
      422,
      'invalid_reminder_terms',
      '',
    ]);
  });
});

describe('files', () => {
  const upload = async (organizationKey?: string) => {
    const made = await bench
      .call('post', '/files', organizationKey)
      .attach('file', Buffer.from('%PDF-1.7'), { filename: 'terms.pdf', contentType: 'application/pdf' })
      .expect(201);
    return (made.body as { id: string }).id;
  };

  test('are attached by id, at create and later, and listed', async () => {
    const [one, two] = [await upload(), await upload()];
    const { id } = await bench.draft({ attachments: [{ file_id: one }] });
    const body = await good(ask('post', `${id}/attachments`, { file_id: two }));
    const shown = [one, two].map((file_id) => ({
      file_id,
      name: 'terms.pdf',
      type: 'application/pdf',
      size: 8,
    }));
    expect(body['attachments']).toEqual(shown);
    const listed = await bench.call('get', `/invoices/${id}/attachments`).expect(200);
    expect(listed.body).toEqual({ data: shown, has_more: false, next_cursor: null });
    expect(await good(ask('patch', id, { attachments: [] }))).toMatchObject({ attachments: [] });
  });

  test('of another organization, or none, are refused', async () => {
    const { id } = await bench.draft();
    for (const file of [await upload(bench.others.test), 'none']) {
      expect(await refusal(id, () => ask('post', `${id}/attachments`, { file_id: file }))).toEqual([
        422,
        'unknown_file',
        '/file_id',
      ]);
    }
  });
});

describe('tax rates', () => {
  test('are taken by id as they are then, and a change of theirs never reaches the invoice', async () => {
    const made = await bench.call('post', '/tax_rates').send({ name: 'VAT', rate: 20 }).expect(201);
    const { id: rate } = made.body as { id: string };
    const invoice = await bench.draft({ tax_rate_ids: [rate] });
    const taken = {
      total_cents: 6_600,
      tax_rate_ids: [rate],
      tax_rates: [{ id: rate, name: 'VAT', rate: 20, inclusive: false }],
      taxes: [{ name: 'VAT', rate: 20, amount_cents: 1_100 }],
    };
    expect(invoice).toMatchObject(taken);
    await bench.call('patch', `/tax_rates/${rate}`).send({ rate: 10 }).expect(200);
    expect(await good(ask('patch', invoice.id, { memo: 'x' }))).toMatchObject(taken);
    expect(await good(ask('patch', invoice.id, { tax_rate_ids: [rate] }))).toMatchObject({
      total_cents: 6_050,
    });
    expect(await good(ask('patch', invoice.id, { tax_rate_ids: null }))).toMatchObject({
      total_cents: 5_500,
    });
    const theirs = await bench
      .call('post', '/tax_rates', bench.others.test)
      .send({ name: 'VAT', rate: 20 })
      .expect(201);
    const { id: strange } = theirs.body as { id: string };
    expect(await refusal(invoice.id, () => ask('patch', invoice.id, { tax_rate_ids: [strange] }))).toEqual([
      422,
      'unknown_tax_rate',
      '/tax_rate_ids/0',
    ]);
    expect(
      await refusal(invoice.id, () => ask('patch', invoice.id, { tax_rate_ids: [rate, 'none', rate] })),
    ).toEqual([422, 'invalid_value', '/tax_rate_ids/1', '/tax_rate_ids/2']);
  });
});

describe('a customer on credit hold', () => {
  test('gets no new invoice, and no draft is issued to it', async () => {
    const customerId = await bench.customer();
    const { id } = await bench.draft({ customer_id: customerId });
    const hold = (credit_hold: boolean) =>
      bench.call('patch', `/customers/${customerId}`).send({ credit_hold }).expect(200);
    await hold(true);
    const started = bench.engine.started.length;
    for (const action of ['draft', 'issue', 'send', 'text2pay']) {
      const body = { customer_id: customerId, line_items_attributes: lines, action };
      const refused = await bench.call('post', '/invoices').send(body).expect(409);
      expect(refused.body).toMatchObject({ code: 'customer_on_credit_hold' });
    }
    expect(bench.engine.started).toHaveLength(started);
    for (const path of ['send', 'text2pay']) {
      expect(await refusal(id, () => ask('post', `${id}/${path}`, {}))).toEqual([
        409,
        'customer_on_credit_hold',
      ]);
    }
    await hold(false);
    await good(ask('post', `${id}/send`, {}));
  });
});
