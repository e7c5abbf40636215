// A customer in Tokyo, an invoice in Berlin: when reminders go out, what stands in the way, and what comes at the end.
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import {
  advance,
  everything,
  type Message,
  newCustomer,
  newInvoice,
  pay,
  plusDays,
  type Taken,
  timeline,
} from '../support/e2e-organization.ts';
import { look, morning } from '../support/e2e-story.ts';

type Task = { id: string; invoice_id: string; title: string; done: boolean };

/** The time of day in a zone, as HH:MM. */
const hourIn = (timeZone: string, at: string | null) =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(
    new Date(at ?? 0),
  );

it('goes out at the hour of the invoice, or when the customer’s day begins', async () => {
  const [user, day] = await morning();
  const customer = await newCustomer(user, { time_zone: 'Asia/Tokyo' });
  const { id } = await newInvoice(user, {
    customer_id: customer.id,
    action: 'issue',
    time_zone: 'Europe/Berlin',
    due_date: plusDays(day, 10),
    reminders: [
      { id: 'morning', offset_days: 0, local_time: '09:00' },
      { id: 'evening', offset_days: 2, local_time: '18:00' },
    ],
  });
  const [first, second] = (await look(user, id)).reminders;
  // Nine in Berlin is afternoon in Tokyo; six in the evening is night there.
  expect(hourIn('Europe/Berlin', first?.planned_at ?? null)).toBe('09:00');
  expect(first).toMatchObject({ nominal_at: null, reason: null });
  expect(hourIn('Asia/Tokyo', second?.planned_at ?? null)).toBe('08:00');
  expect(hourIn('Europe/Berlin', second?.nominal_at ?? null)).toBe('18:00');
  expect(second).toMatchObject({ status: 'PLANNED', reason: 'quiet_hours' });
  const announced = (await timeline(user, id)).filter(({ kind }) => kind === 'reminder');
  await advance(user, `${plusDays(day, 20)}T00:00:00Z`);
  const rows = (await look(user, id)).reminders;
  expect(rows.map(({ status }) => status)).toEqual(['SENT', 'SENT']);
  expect(rows.map(({ planned_at: at }) => at)).toEqual(announced.map(({ at }) => at));
  const mails = await everything<Taken>(user, '/sandbox/messages');
  expect(mails.map(({ at }) => at.slice(0, 16))).toEqual(announced.map(({ at }) => at.slice(0, 16)));
});

it('asks for a task, passes over what is not wanted, and writes off at the end', async () => {
  const [user, day] = await morning();
  await good(user.patch('/settings', { final_action: { action: 'uncollectible', after_days: 7 } }), 200);
  const { id } = await newInvoice(user, {
    action: 'issue',
    due_date: plusDays(day, 5),
    reminders: [
      { id: 'mail', offset_days: 0 },
      { id: 'call', offset_days: 3, channel: 'task' },
      { id: 'rest', offset_days: 5, condition: { only_if: 'partially_paid', min_due_cents: 100 } },
      { id: 'last', offset_days: 7, condition: { only_if: 'partially_paid' } },
    ],
  });
  expect((await look(user, id)).reminder_terms?.steps[2]?.condition).toEqual({
    min_due_cents: 100,
    only_if: 'partially_paid',
  });
  const end = (await timeline(user, id)).filter(({ kind }) => kind === 'final_action');
  expect(end).toMatchObject([
    { at: `${plusDays(day, 19)}T09:00:00.000Z`, status: 'planned', reason: 'uncollectible' },
  ]);
  await advance(user, `${plusDays(day, 11)}T00:00:00Z`);
  await good(pay(user, id, { amount_cents: 1_000 }), 200);
  await advance(user, `${plusDays(day, 30)}T00:00:00Z`);
  const closed = await look(user, id);
  expect(closed.reminders.map(({ step_id: step, status, reason }) => [step, status, reason])).toEqual([
    ['mail', 'SENT', null],
    ['call', 'SENT', null],
    ['rest', 'SKIPPED', 'condition_not_met'],
    ['last', 'SENT', null],
  ]);
  expect(closed.display_status).toBe('uncollectible');
  const done = (await timeline(user, id)).filter(({ kind }) => kind === 'final_action');
  expect(done).toMatchObject([{ at: end[0]?.at, status: 'done' }]);
  const [task, ...others] = await everything<Task>(user, '/tasks');
  expect([task?.invoice_id, task?.done, others]).toEqual([id, false, []]);
  await good(user.patch(`/tasks/${task?.id}`, { done: true }), 200);
  expect(await everything<Task>(user, '/tasks?done=false')).toEqual([]);
});

it('sends by text what no mail server takes, a step too', async () => {
  const [user, day] = await morning();
  const customer = await newCustomer(user, { sms_consent: true });
  await good(user.post('/sandbox/failures', { channel: 'email', match: {}, fail: '550', times: 2 }), 201);
  const { id } = await newInvoice(user, {
    customer_id: customer.id,
    action: 'send',
    due_date: plusDays(day, 5),
    reminders: [{ id: 'due', offset_days: 0 }],
  });
  await eventually('the text is taken', async () => (await look(user, id)).sent_at !== null);
  await advance(user, `${plusDays(day, 6)}T00:00:00Z`);
  const messages = await everything<Message & { switched_from: string | null }>(
    user,
    `/invoices/${id}/messages`,
  );
  const told = messages.map(({ channel, kind, status, switched_from: from }) => [
    channel,
    kind,
    status === 'delivered' ? 'accepted' : status,
    messages.find((one) => one.id === from)?.channel ?? null,
  ]);
  expect(told).toHaveLength(4);
  expect(told).toEqual(
    expect.arrayContaining([
      ['email', 'invoice', 'failed', null],
      ['sms', 'invoice', 'accepted', 'email'],
      ['email', 'reminder', 'failed', null],
      ['sms', 'reminder', 'accepted', 'email'],
    ]),
  );
  const [row] = (await look(user, id)).reminders;
  expect(row).toMatchObject({ channel: 'sms', status: 'SENT' });
});
