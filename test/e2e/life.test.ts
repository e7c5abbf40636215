import { createHash } from 'node:crypto';
import { eventually } from '../support/e2e-eventually.ts';
import { good, visit } from '../support/e2e-http.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  balance,
  invoiceThat,
  journal,
  mailbox,
  messages,
  newCustomer,
  newInvoice,
  pay,
  plusDays,
  read,
  send,
  sent,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look, morning, plan, type Told, words } from '../support/e2e-story.ts';

it('runs from draft to paid, and what was announced is what happens', async () => {
  const [user, day] = await morning();
  const due = plusDays(day, 14);
  const on = (days: number, time = '09:00') => `${plusDays(due, days)}T${time}:00.000Z`;
  const midnight = (days: number) => on(days, '00:00');

  const draft = await newInvoice(user, {
    terms: 'NET 14',
    late_fees: {
      type: 'fixed',
      value: 500,
      frequency: { interval: 'week', interval_count: 1 },
      grace_days: 2,
      cap_cents: 1_200,
    },
  });
  const { id } = draft;
  expect(words(draft)).toEqual(['draft', 'draft']);
  expect(draft).toMatchObject({ invoice_number: null, total_cents: 5_885, sent_at: null, public_url: null });
  expect(await journal(user, id)).toEqual([]);

  const issued = await send(user, id);
  expect(issued).toMatchObject({ status: 'sent', issue_date: day, due_date: due, amount_due_cents: 5_885 });
  // A read right after the answer sees what the answer said.
  expect(await look(user, id)).toMatchObject({
    status: 'sent',
    invoice_number: 'TEST-0001',
    version: issued.version,
  });
  const taken = await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null);
  expect(words(taken)).toEqual(['sent', 'sent']);

  const operator = await openOperator();
  await operator.update(taken.workflow_id, 'markViewed', {});
  await operator.close();
  expect(words(await look(user, id))).toEqual(['sent', 'viewed']);

  const announced = await timeline(user, id);
  const told = (at: string, kind: string, more: Partial<Told>): Told => ({
    at,
    kind,
    step_id: null,
    occurrence: null,
    amount_cents: null,
    ...more,
  });
  const reminder = (at: string, step: string) => told(at, 'reminder', { step_id: step, occurrence: 1 });
  const fee = (at: string, occurrence: number, amount: number) =>
    told(at, 'late_fee', { occurrence, amount_cents: amount });
  expect(plan(announced)).toEqual([
    reminder(on(-3), 'before_3'),
    reminder(on(0), 'due'),
    told(midnight(1), 'overdue', {}),
    fee(midnight(3), 1, 500),
    reminder(on(3), 'after_3'),
    reminder(on(7), 'after_7'),
    fee(midnight(10), 2, 500),
    reminder(on(14), 'after_14'),
    fee(midnight(17), 3, 200),
  ]);

  for (const [to, word, owed] of [
    [on(-3), 'viewed', 5_885],
    [on(0), 'viewed', 5_885],
    // Inclusive: the very instant at which it becomes overdue.
    [midnight(1), 'overdue', 5_885],
    [midnight(3), 'overdue', 6_385],
    [on(14), 'overdue', 6_885],
    [midnight(20), 'overdue', 7_085],
  ] as const) {
    await advance(user, to);
    const now = await look(user, id);
    expect([to, now.display_status, now.amount_due_cents]).toEqual([to, word, owed]);
  }
  const happened = await timeline(user, id);
  expect(plan(happened)).toEqual(plan(announced));
  expect(new Set(happened.map(({ status }) => status))).toEqual(new Set(['done']));
  const subjects = (await mailbox(user, id)).map(({ subject }) => subject);
  expect(subjects).toEqual([
    'Invoice TEST-0001 from Dunder Mifflin',
    expect.stringMatching(/^Invoice TEST-0001 is due on /),
    'Invoice TEST-0001 is due today',
    'Invoice TEST-0001 is overdue',
    'Invoice TEST-0001 is overdue',
    'Final notice: invoice TEST-0001 is overdue',
  ]);

  await good(pay(user, id, { amount_cents: 1_000, payment_method: 'cheque', reference: '4711' }), 200);
  const partly = await look(user, id);
  expect(words(partly)).toEqual(['overdue', 'overdue']);
  expect(partly).toMatchObject({
    amount_paid_cents: 1_000,
    amount_due_cents: 6_085,
    is_partially_paid: true,
  });

  await good(user.post(`/invoices/${id}/text2pay`), 200);
  const [text] = await eventually('the text', async () => {
    const texts = (await mailbox(user, id)).filter(({ channel }) => channel === 'sms');
    return texts.length > 0 && texts;
  });
  expect(text?.text).toBe(
    `Dunder Mifflin: invoice TEST-0001, $60.85 to pay. Pay here: ${partly.public_url ?? ''}`,
  );

  const paid = await good(pay(user, id), 200);
  expect(words(paid)).toEqual(['paid', 'paid']);
  expect(paid).toMatchObject({ amount_due_cents: 0, amount_paid_cents: 7_085, late_fee_total_cents: 1_200 });
  expect(paid.payments.map((one) => [one.amount_cents, one.payment_method, one.reference])).toEqual([
    [1_000, 'check', '4711'],
    [6_085, 'other', null],
  ]);
  const { entries } = await look(user, id);
  expect(entries.map(({ type, date }) => [type, date])).toEqual([
    ['issued', day],
    ['late_fee_assessed', plusDays(due, 3)],
    ['late_fee_assessed', plusDays(due, 10)],
    ['late_fee_assessed', plusDays(due, 17)],
    ['payment_recorded', plusDays(due, 20)],
    ['payment_recorded', plusDays(due, 20)],
  ]);
  expect(['1000', '2200', '4000', '4900'].map((code) => balance(entries, code))).toEqual([
    7_085, -385, -5_500, -1_200,
  ]);
  // Nothing is left for time to do.
  expect((await advance(user, `${plusDays(due, 400)}T00:00:00Z`)).ran).toBe(0);
  expect(await mailbox(user, id)).toHaveLength(7);
});

it('mails the words, the link and a Message-ID that follows from the command', async () => {
  const user = await ownOrganization();
  const customer = await newCustomer(user, { display_name: 'Pam Beesly' });
  const { id } = await newInvoice(user, { customer_id: customer.id, due_date: '2040-05-31' });
  const invoice = await sent(user, id, {
    cc: ['michael@dunder.example'],
    bcc: ['toby@dunder.example'],
    subject: 'Paper, as agreed',
    message: 'It was a pleasure.',
  });
  const [[mail], [message]] = await Promise.all([mailbox(user, id), messages(user, id)]);
  expect(mail).toMatchObject({
    channel: 'email',
    to: [customer.email],
    cc: ['michael@dunder.example'],
    bcc: ['toby@dunder.example'],
    subject: 'Paper, as agreed',
    from: expect.stringContaining('Dunder Mifflin'),
  });
  for (const part of ['It was a pleasure.', '$58.85', 'May 31, 2040', 'TEST-0001', invoice.public_url ?? '-'])
    expect(mail?.text).toContain(part);
  expect(mail?.html).toContain(invoice.public_url ?? '-');
  const identity = createHash('sha256').update(JSON.stringify([id, message?.command_id, 'email']));
  expect(mail?.message_id).toBe(`<${identity.digest('hex').slice(0, 40)}@messages.duewell>`);
  expect(message).toMatchObject({ status: 'accepted', provider_id: mail?.message_id });
  expect(message?.attempts.map(({ outcome }) => outcome)).toEqual(['accepted']);

  await send(user, id);
  const copies = await eventually('the resend', async () => {
    const all = await mailbox(user, id);
    return all.length === 2 && all;
  });
  expect(new Set(copies.map(({ message_id }) => message_id)).size).toBe(2);
  expect((await read(user, id)).invoice_number).toBe('TEST-0001');
});

it('is viewed by a person who opens the link, and not by a mail scanner', async () => {
  const user = await ownOrganization();
  const { id } = await newInvoice(user);
  const { public_url: link } = await sent(user, id);
  expect((await visit(link ?? '', { 'User-Agent': 'SafeLinksScanner/1.0' })).status).toBe(200);
  const page = await visit(link ?? '');
  expect(page.body).toContain('58.85');
  const viewed = await invoiceThat('viewed', user, id, ({ is_viewed }) => is_viewed);
  expect(words(viewed)).toEqual(['sent', 'viewed']);
  expect((await visit(`${user.baseUrl}/i/${'x'.repeat(43)}`)).status).toBe(404);
});
