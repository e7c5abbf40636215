import { good, visit } from '../support/e2e-http.ts';
import {
  advance,
  balance,
  type Invoice,
  mailbox,
  newInvoice,
  pay,
  plusDays,
  send,
  sent,
  timeline,
} from '../support/e2e-organization.ts';
import { look, morning, plan, words } from '../support/e2e-story.ts';

it('says partially_paid before the due date, and keeps what was paid too much as credit', async () => {
  const [user, day] = await morning({ currency: 'KWD', time_zone: 'Asia/Kuwait' });
  const { id } = await newInvoice(user, {
    line_items_attributes: [{ description: 'Pearls', quantity: '2.5', rate_cents: 1_001 }],
    taxes: null,
    reminders: [],
    action: 'issue',
  });
  const issued = await look(user, id);
  expect(words(issued)).toEqual(['sent', 'not_sent']);
  // 2.5 × 1001 fils, half up.
  expect(issued).toMatchObject({ total_cents: 2_503, due_date: plusDays(day, 30), sent_at: null });
  await good(pay(user, id, { amount_cents: 503 }), 200);
  expect(words(await look(user, id))).toEqual(['partially_paid', 'partially_paid']);
  const over = await good(pay(user, id, { amount_cents: 2_500, date: day }), 200);
  expect(over.payments.at(-1)).toMatchObject({ unapplied_cents: 500, date: day });
  const { entries } = await look(user, id);
  expect(balance(entries, '2100')).toBe(-500);
  expect(await mailbox(user, id)).toEqual([]);
});

it('counts percentage fees of a month in the zone and currency of the invoice', async () => {
  const [user] = await morning({ currency: 'JPY', time_zone: 'Asia/Tokyo' });
  const { id } = await newInvoice(user, {
    line_items_attributes: [{ description: 'Lantern', quantity: 1, rate_cents: 1_000 }],
    taxes: [],
    issue_date: '2026-01-01',
    due_date: '2030-01-30',
    reminders: { steps: [] },
    late_fees: { type: 'percentage', value: 1.55, frequency: { interval: 'month' }, grace_days: 1 },
  });
  await send(user, id, { deliver: false });
  const announced = await timeline(user, id);
  expect(plan(announced).slice(0, 4)).toMatchObject([
    { kind: 'overdue', at: '2030-01-30T15:00:00.000Z' },
    // 31 January, 28 February, 31 March: month ends are clamped and do not drift. 15.5 yen are 16.
    { kind: 'late_fee', at: '2030-01-31T15:00:00.000Z', amount_cents: 16 },
    { kind: 'late_fee', at: '2030-02-28T15:00:00.000Z', amount_cents: 16 },
    { kind: 'late_fee', at: '2030-03-31T15:00:00.000Z', amount_cents: 16 },
  ]);
  await advance(user, '2030-03-31T15:00:00Z');
  const late = await look(user, id);
  expect(late).toMatchObject({
    display_status: 'overdue',
    late_fee_total_cents: 48,
    amount_due_cents: 1_048,
  });
  expect(late.entries.map(({ date }) => date)).toEqual([
    '2026-01-01',
    '2030-02-01',
    '2030-03-01',
    '2030-04-01',
  ]);
});

it('ends by void: the books are reversed, the number is kept, every timer stops', async () => {
  const [user, day] = await morning();
  const { id } = await newInvoice(user, {
    due_date: day,
    late_fees: { type: 'fixed', value: 100, frequency: { interval: 'day' } },
  });
  await sent(user, id);
  await advance(user, `${plusDays(day, 2)}T12:00:00Z`);
  expect((await look(user, id)).amount_due_cents).toBe(6_085);
  const voided = await good(user.post<Invoice>(`/invoices/${id}/void`, { reason: 'wrong customer' }), 200);
  expect(words(voided)).toEqual(['void', 'void']);
  expect(voided).toMatchObject({
    invoice_number: 'TEST-0001',
    void_reason: 'wrong customer',
    amount_due_cents: 0,
  });
  const { entries } = await look(user, id);
  expect(entries.at(-1)).toMatchObject({ type: 'voided', date: plusDays(day, 2), reverses: entries[0]?.id });
  for (const code of ['1200', '2200', '4000', '4900']) expect(balance(entries, code)).toBe(0);
  const before = await mailbox(user, id);
  expect((await advance(user, `${plusDays(day, 60)}T00:00:00Z`)).ran).toBe(0);
  expect(await mailbox(user, id)).toEqual(before);
  expect((await visit(voided.public_url ?? '')).body).toContain('void');
});
