// The test clock: everything that is due on the way runs, in order, at its own instant, and nothing else does.
import { randomUUID } from 'node:crypto';
import { eventually } from '../support/e2e-eventually.ts';
import { good, type Problem, refusal } from '../support/e2e-http.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  clock,
  everything,
  type Invoice,
  mailbox,
  newCustomer,
  newInvoice,
  pay,
  plusDays,
  read,
  sent,
  type Taken,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning, plan } from '../support/e2e-story.ts';

type Advanced = { now: string; ran: number };

it('runs what is due across invoices in the order of its instants', async () => {
  const [user, day] = await morning();
  const due = (days: number) => plusDays(day, days);
  const steps = [{ id: 'due', offset_days: 0 }];
  // Made out of order, so that only the clock can put them in order.
  const made = await Promise.all(
    [9, 3, 6, 3, 12].map((days) =>
      newInvoice(user, { action: 'issue', due_date: due(days), reminders: steps, memo: String(days) }),
    ),
  );
  const { now, ran } = await advance(user, `${due(10)}T00:00:00Z`);
  expect(Date.parse(now)).toBeGreaterThanOrEqual(Date.parse(`${due(10)}T00:00:00Z`));
  // Four reminders and four times overdue.
  expect(ran).toBe(8);
  const mails = await everything<Taken>(user, '/sandbox/messages');
  const order = mails.map((mail) => made.find(({ id }) => id === mail.invoice_id)?.memo);
  expect(order).toEqual(['3', '3', '6', '9']);
  // Each by the clock at which it was due, not late at the end.
  expect(mails.map(({ at }) => at.slice(0, 16))).toEqual([3, 3, 6, 9].map((days) => `${due(days)}T09:00`));
  const words = await Promise.all(made.map(async ({ id }) => (await look(user, id)).display_status));
  expect(words).toEqual(['overdue', 'overdue', 'overdue', 'overdue', 'not_sent']);
});

it('has everything happened when it answers, a first try of each mail too', async () => {
  const [user, day] = await morning();
  const { id } = await newInvoice(user, {
    action: 'issue',
    due_date: plusDays(day, 5),
    late_fees: { type: 'percentage', value: 10, frequency: { interval: 'day' }, percentage_cap: 25 },
  });
  const announced = plan(await timeline(user, id));
  await advance(user, `${plusDays(day, 40)}T00:00:00Z`);
  const [{ reminders, late_fees: fees }, mails] = await Promise.all([look(user, id), mailbox(user, id)]);
  expect(reminders.map(({ status }) => status)).toEqual(['SENT', 'SENT', 'SENT', 'SENT', 'SENT']);
  expect(mails).toHaveLength(5);
  // 588.5 twice, and the rest of a quarter of 5885: 1471.25.
  expect(fees.map(({ amount_cents }) => amount_cents)).toEqual([589, 589, 293]);
  expect(plan(await timeline(user, id))).toEqual(announced);
});

it('moves forward only, ticks, and is read by whoever holds a test key', async () => {
  const user = await ownOrganization();
  const now = await clock(user);
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(5_000);
  const back = new Date(Date.parse(now) - 1_000).toISOString();
  expect(await refusal(user.post('/test_clock/advance', { to: back }))).toEqual([
    422,
    'clock_backwards',
    '/to',
  ]);
  await advance(user, '2040-02-29T12:00:00+02:00');
  const moved = await clock(user);
  expect(moved.slice(0, 16)).toBe('2040-02-29T10:00');
  await eventually('a clock that ticks', async () => (await clock(user)) > moved);
  for (const to of ['tomorrow', '2041-01-01', 5, null, {}, '2041-02-30T00:00:00Z', '2041-01-01T00:00:00']) {
    expect((await refusal(user.post('/test_clock/advance', { to }))).slice(0, 2)).toEqual([
      422,
      'invalid_value',
    ]);
  }
  expect(await refusal(user.post('/test_clock/advance'))).toEqual([422, 'invalid_value', '/to']);
  expect(await refusal(user.live.post('/test_clock/advance', { to: '2090-01-01T00:00:00Z' }))).toEqual([
    403,
    'test_mode_only',
  ]);
  // Business dates are virtual.
  const invoice = await newInvoice(user, { action: 'issue' });
  expect([invoice.issue_date, invoice.created_at.slice(0, 10)]).toEqual(['2040-02-29', '2040-02-29']);
  expect(await refusal(pay(user, invoice.id, { date: '2040-03-01' }))).toEqual([
    422,
    'date_in_future',
    '/date',
  ]);
  await good(pay(user, invoice.id, { date: '2040-02-29' }), 200);
});

it('is moved by one at a time; the same key hears the same answer', async () => {
  const [user, day] = await morning();
  // Enough of them, each with an instant of its own, to keep the first advance busy for as long as the test needs.
  const due = (index: number) => plusDays(day, 30 + index);
  const [{ id }] = await Promise.all([
    newInvoice(user, { action: 'issue', due_date: due(0), reminders: [{ id: 'due', offset_days: 0 }] }),
    ...Array.from({ length: 23 }, (_, index) =>
      newInvoice(user, { action: 'issue', due_date: due(index + 1) }),
    ),
  ]);
  const key = randomUUID();
  const to = { to: `${due(30)}T09:00:00Z` };
  const first = user.post<Advanced>('/test_clock/advance', to, { 'Idempotency-Key': key });
  await eventually(
    'a reminder on its way',
    async () => (await read(user, id)).reminders[0]?.message_id !== null,
  );
  const second = await user.post<Problem>('/test_clock/advance', { to: '2090-01-01T00:00:00Z' });
  expect([second.status, second.body.code, second.headers.get('retry-after')]).toEqual([
    409,
    'clock_busy',
    '5',
  ]);
  expect(await refusal(user.post('/test_clock/advance', to, { 'Idempotency-Key': key }))).toEqual([
    409,
    'idempotency_in_flight',
  ]);
  // A command meanwhile is not kept waiting.
  const paid = await pay(user, id, { amount_cents: 1 });
  expect([paid.status, paid.took < 3_000]).toEqual([200, true]);
  const answer = await first;
  expect([answer.status, answer.body.ran > 100]).toEqual([200, true]);
  const again = await user.post<Advanced>('/test_clock/advance', to, { 'Idempotency-Key': key });
  expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([answer.body, 'true']);
  expect((await clock(user)).slice(0, 10)).toBe(due(30));
}, 90_000);

it('leaves live invoices, drafts and other organizations alone', async () => {
  const [user, day] = await morning();
  const other = await ownOrganization();
  const customer = (await newCustomer(user)).id;
  const soon = { due_date: plusDays(day, 1), customer_id: customer };
  const [draft, live, theirs] = await Promise.all([
    newInvoice(user, soon),
    newInvoice(user.live, { ...soon, action: 'issue' }),
    newInvoice(other, { due_date: plusDays(day, 1), action: 'issue' }),
  ]);
  expect((await advance(user, `${plusDays(day, 90)}T00:00:00Z`)).ran).toBe(0);
  expect(await read(user, draft.id)).toMatchObject({ version: 1, status: 'draft' });
  expect(await read(user.live, live.id)).toMatchObject({
    version: 1,
    display_status: 'not_sent',
    is_overdue: false,
  });
  expect(await read(other, theirs.id)).toMatchObject({ version: 1, is_overdue: false });
  expect(await everything(user.live, '/sandbox/messages')).toEqual([]);
  // Issued now, long after its due date: what it missed is not made up for, and the clock does not stumble over it.
  await good(user.patch(`/invoices/${draft.id}`, { issue_date: day }), 200);
  await sent(user, draft.id);
  expect((await read(user, draft.id)).reminders.map(({ status, reason }) => [status, reason])).toEqual(
    Array.from({ length: 5 }, () => ['SKIPPED', 'before_issue']),
  );
  expect((await look(user, draft.id)).display_status).toBe('overdue');
});

it('counts reminders to an address over all its invoices, and says when there is room again', async () => {
  const [user, day] = await morning();
  const { id: customer } = await newCustomer(user);
  const [first, second] = await Promise.all([
    newInvoice(user, { customer_id: customer, action: 'issue', reminders: [] }),
    newInvoice(user, {
      customer_id: customer,
      action: 'issue',
      due_date: plusDays(day, 2),
      reminders: [{ id: 'due', offset_days: 0 }],
    }),
  ]);
  const remind = (invoice: Invoice) =>
    user.post<Problem & { message: { kind: string }; replaces: unknown }>(`/invoices/${invoice.id}/remind`);
  for (const invoice of [first, second, first]) {
    const answer = await remind(invoice);
    expect([answer.status, answer.body.message.kind, answer.body.replaces]).toEqual([202, 'reminder', null]);
  }
  const refused = await remind(second);
  expect([refused.status, refused.body.code]).toEqual([429, 'reminder_cap']);
  const retryAt = refused.body.retry_at ?? '';
  expect(retryAt.slice(0, 10)).toBe(plusDays(day, 7));
  const wait = Number(refused.headers.get('retry-after'));
  expect(Math.abs(Date.parse(retryAt) - Date.parse(await clock(user)) - wait * 1_000)).toBeLessThan(5_000);
  // A first send and a text with the link are no reminders.
  await sent(user, first.id);
  await good(user.post(`/invoices/${first.id}/text2pay`), 200);
  // The planned one falls into the week: skipped, with the reason.
  await advance(user, `${plusDays(day, 2)}T09:00:00Z`);
  expect((await read(user, second.id)).reminders).toMatchObject([
    { status: 'SKIPPED', reason: 'reminder_cap' },
  ]);
  await advance(user, retryAt);
  expect((await remind(second)).status).toBe(202);
});

it('lets a reminder by hand take the place of one that would follow within a day', async () => {
  const [user, day] = await morning();
  const { id } = await newInvoice(user, {
    action: 'issue',
    due_date: plusDays(day, 1),
    reminders: [{ id: 'due', offset_days: 0 }],
  });
  const answer = await good(
    user.post<{ replaces: unknown; invoice: Invoice }>(`/invoices/${id}/remind`, {
      message: 'A word from Pam',
    }),
    202,
  );
  expect(answer.replaces).toEqual({ step_id: 'due', planned_at: `${plusDays(day, 1)}T09:00:00.000Z` });
  expect(answer.invoice.reminders).toMatchObject([{ status: 'SKIPPED', reason: 'replaced_by_manual' }]);
  await advance(user, `${plusDays(day, 3)}T00:00:00Z`);
  const mails = await mailbox(user, id);
  expect(mails.map(({ text }) => text.includes('A word from Pam'))).toEqual([true]);
});

it('opens an invoice again whose workflow ended after its grace period, and runs each command once', async () => {
  const [user, day] = await morning();
  const { id, workflow_id: workflow } = await newInvoice(user, { action: 'issue', reminders: [] });
  await good(pay(user, id), 200);
  await advance(user, `${plusDays(day, 31)}T10:00:00Z`);
  const operator = await openOperator();
  const ended = () =>
    eventually('a workflow that has ended', async () => (await operator.status(workflow)) === 'COMPLETED');
  await ended();
  await good(user.post(`/invoices/${id}/send`), 200);
  // Its grace is over, so it ends again behind each command.
  await ended();
  const receipts = await Promise.all(
    Array.from({ length: 6 }, () => user.post<Invoice>(`/invoices/${id}/send`)),
  );
  expect(receipts.map(({ status }) => status)).toEqual(receipts.map(() => 200));
  expect(await refusal(pay(user, id))).toEqual([409, 'already_paid']);
  await eventually('seven receipts', async () => (await mailbox(user, id)).length === 7);
  await ended();
  const { entries, status } = await look(user, id);
  expect([status, entries.map(({ type }) => type)]).toEqual(['paid', ['issued', 'payment_recorded']]);
  await operator.close();
});
