// What is planned for an invoice and changed again: a send for later, holds, terms of fees and reminders, files.
import { does, refusedWithoutTrace } from '../support/e2e-commands.ts';
import { good, refusal } from '../support/e2e-http.ts';
import {
  advance,
  type Invoice,
  invoiceThat,
  journal,
  mailbox,
  newCustomer,
  newInvoice,
  plusDays,
  read,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning, words } from '../support/e2e-story.ts';

const fees = { type: 'fixed', value: 500, frequency: { interval: 'day', interval_count: 1 } };

describe('a send for later', () => {
  it('is moved, taken back, and happens at its local time', async () => {
    const [user, day] = await morning();
    const { id } = await newInvoice(user, { due_date: plusDays(day, 30) });
    const at = (send_at: string) => ({ send_at, time_zone: 'Europe/Paris' });
    expect(words(await does(user, id, 'schedule', at(`${plusDays(day, 1)}T09:00`)))).toEqual([
      'scheduled',
      'scheduled',
    ]);
    expect(await refusal(user.remove(`/invoices/${id}`))).toEqual([409, 'wrong_status']);
    expect(await refusedWithoutTrace(user, id, 'text2pay')).toEqual([409, 'wrong_status']);
    expect(await good(user.remove<Invoice>(`/invoices/${id}/schedule`), 200)).toMatchObject({
      status: 'draft',
    });
    await does(user, id, 'schedule', at(`${plusDays(day, 1)}T09:00`));
    const moved = await does(user, id, 'schedule', at(`${plusDays(day, 2)}T00:30`));
    expect(moved).toMatchObject({ send_at: `${plusDays(day, 2)}T00:30`, send_time_zone: 'Europe/Paris' });
    const planned = (await timeline(user, id)).find(({ kind }) => kind === 'send');
    expect(planned).toMatchObject({ status: 'planned' });
    await good(user.patch(`/invoices/${id}`, { memo: 'changed meanwhile' }), 200);
    await advance(user, `${plusDays(day, 1)}T12:00:00Z`);
    expect((await read(user, id)).status).toBe('scheduled');
    await advance(user, planned?.at ?? '');
    const sent = await look(user, id);
    expect(sent).toMatchObject({ status: 'sent', memo: 'changed meanwhile', send_at: null });
    expect(await mailbox(user, id)).toHaveLength(1);
    expect(await refusedWithoutTrace(user, id, 'schedule', at(`${plusDays(day, 9)}T09:00`))).toEqual([
      409,
      'wrong_status',
    ]);
  });

  it('can be asked for at create, and gives the draft back where nobody can be reached', async () => {
    const [user, day] = await morning();
    const customer = (await newCustomer(user, { email: null })).id;
    const made = await newInvoice(user, { customer_id: customer, send_at: `${plusDays(day, 1)}T09:00` });
    expect(made).toMatchObject({ status: 'scheduled', invoice_number: null });
    await advance(user, `${plusDays(day, 2)}T00:00:00Z`);
    expect(await read(user, made.id)).toMatchObject({ status: 'draft', send_at: null, issue_date: null });
    expect(await journal(user, made.id)).toEqual([]);
    const past = {
      send_at: `${day}T09:00`,
      line_items_attributes: [{ rate_cents: 1 }],
      customer_id: customer,
    };
    expect(await refusal(user.post('/invoices', past))).toEqual([422, 'date_in_past', '/send_at']);
  });

  it('does not reach a customer on credit hold', async () => {
    const [user, day] = await morning();
    const customer = (await newCustomer(user)).id;
    const { id } = await newInvoice(user, { customer_id: customer, send_at: `${plusDays(day, 1)}T09:00` });
    await good(user.patch(`/customers/${customer}`, { credit_hold: true }), 200);
    await advance(user, `${plusDays(day, 2)}T00:00:00Z`);
    expect(await read(user, id)).toMatchObject({ status: 'draft', send_at: null });
    expect(await journal(user, id)).toEqual([]);
    expect(await refusedWithoutTrace(user, id, 'send')).toEqual([409, 'customer_on_credit_hold']);
    expect(await mailbox(user, id)).toEqual([]);
  });
});

describe('a hold', () => {
  it('keeps reminders and fees back until the promise has passed, and then the plan goes on', async () => {
    const [user, day] = await morning();
    const { id } = await newInvoice(user, {
      action: 'issue',
      due_date: plusDays(day, 1),
      late_fees: fees,
      reminders: [
        { id: 'due', offset_days: 0 },
        { id: 'late', offset_days: 5 },
      ],
    });
    const until = plusDays(day, 3);
    const held = await does(user, id, 'hold', { kind: 'promise', until, note: 'pays on Friday' });
    expect(held).toMatchObject({ is_promised: true, is_disputed: false });
    expect(held.holds).toMatchObject([{ kind: 'promise', until, note: 'pays on Friday' }]);
    await advance(user, `${plusDays(day, 3)}T23:00:00Z`);
    const during = await look(user, id);
    expect(during).toMatchObject({ late_fees: [], amount_due_cents: 5_885, is_promised: true });
    expect(during.reminders).toMatchObject([
      { status: 'SKIPPED', reason: 'suspended' },
      { status: 'PLANNED' },
    ]);
    await advance(user, `${plusDays(day, 6)}T12:00:00Z`);
    const after = await look(user, id);
    expect(after).toMatchObject({ holds: [], is_promised: false });
    expect(after.late_fees.length).toBeGreaterThan(0);
    // Fees inside the hold are never charged later.
    for (const fee of after.late_fees) expect(fee.at >= `${plusDays(day, 4)}T00:00:00.000Z`).toBe(true);
    expect(after.reminders[1]?.status).toBe('SENT');
    expect((await timeline(user, id)).map(({ kind }) => kind)).toContain('promise_broken');
  });

  it('of a dispute stands until it is resumed', async () => {
    const [user] = await morning();
    const { id } = await newInvoice(user, { action: 'issue' });
    await does(user, id, 'hold', { kind: 'dispute', note: 'wrong paper' });
    expect(await does(user, id, 'resume', { kind: 'dispute' })).toMatchObject({ holds: [] });
    expect(await refusedWithoutTrace(user, id, 'resume')).toEqual([409, 'not_on_hold']);
  });

  it('ends when the invoice is paid', async () => {
    const user = await ownOrganization();
    const { id } = await newInvoice(user, { action: 'issue' });
    await does(user, id, 'hold', { kind: 'dispute' });
    expect(await does(user, id, 'record_payment')).toMatchObject({
      status: 'paid',
      holds: [],
      is_disputed: false,
    });
  });
});

describe('terms', () => {
  it('that are put on an issued invoice count from now, and null takes them away', async () => {
    const [user, day] = await morning();
    const { id } = await newInvoice(user, { action: 'issue', due_date: day, reminders: [] });
    await advance(user, `${plusDays(day, 3)}T12:00:00Z`);
    expect(await good(user.put<Invoice>(`/invoices/${id}/late_fees`, fees), 200)).toMatchObject({
      late_fees: [],
      late_fee_terms: { type: 'fixed', value: 500 },
    });
    await advance(user, `${plusDays(day, 5)}T12:00:00Z`);
    const two = await look(user, id);
    expect(two.late_fees.map(({ at }) => at.slice(0, 10))).toEqual([plusDays(day, 4), plusDays(day, 5)]);
    expect(await good(user.put<Invoice>(`/invoices/${id}/late_fees`, null), 200)).toMatchObject({
      late_fee_terms: null,
    });
    const steps = [{ id: 'nudge', offset_days: 10 }];
    const put = await good(user.put<Invoice>(`/invoices/${id}/reminders`, { steps }), 200);
    expect(put.reminders).toMatchObject([{ step_id: 'nudge', status: 'PLANNED' }]);
    await advance(user, `${plusDays(day, 11)}T12:00:00Z`);
    expect(await look(user, id)).toMatchObject({
      late_fee_total_cents: 1_000,
      reminders: [{ status: 'SENT' }],
    });
  });
});

it('attaches files to an invoice of any status', async () => {
  const user = await ownOrganization();
  const form = new FormData();
  form.append('file', new Blob(['%PDF-1.7'], { type: 'application/pdf' }), 'terms.pdf');
  const file = await good(
    user.raw<{ id: string }>('/files', {
      method: 'POST',
      headers: { Authorization: `Bearer ${user.keys.api_key}` },
      body: form,
    }),
    201,
  );
  const { id } = await newInvoice(user, { action: 'issue' });
  await does(user, id, 'void');
  const shown = { file_id: file.id, name: 'terms.pdf', type: 'application/pdf', size: 8 };
  expect(await does(user, id, 'attachments', { file_id: file.id })).toMatchObject({ attachments: [shown] });
  expect(await good(user.get(`/invoices/${id}/attachments`), 200)).toMatchObject({ data: [shown] });
  expect(await refusedWithoutTrace(user, id, 'attachments', { file_id: 'none' })).toEqual([
    422,
    'unknown_file',
    '/file_id',
  ]);
  expect(await invoiceThat('attached', user, id, ({ attachments }) => attachments.length === 1)).toEqual(
    await read(user, id),
  );
});
