// Mail servers and carriers that refuse, fall silent or lie: what is sent again, what never is, and what is said of it.
// Most of these wait for a second try in real time, so they wait together, each in an organization of its own.
import { eventually } from '../support/e2e-eventually.ts';
import { good, refusal } from '../support/e2e-http.ts';
import {
  activity,
  advance,
  fail,
  type Invoice,
  invoiceThat,
  mailbox,
  type Message,
  messages,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
  send,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

const outcomes = (message: Message | undefined) =>
  message?.attempts.map(({ outcome, code }) => (code === null ? outcome : `${outcome} ${code}`));

/** The invoice's only message, once it is settled. */
function settled(user: Organization, id: string, status: string, seconds = 60): Promise<Message> {
  return eventually(
    `a message that is ${status}`,
    async () => (await messages(user, id)).find((message) => message.status === status),
    seconds,
  );
}

/** An issued invoice whose one reminder is due tomorrow at nine. */
async function reminded(user: Organization, channel: 'email' | 'sms' = 'email'): Promise<[Invoice, string]> {
  const due = plusDays(new Date().toISOString(), 1);
  const invoice = await newInvoice(user, {
    action: 'issue',
    due_date: due,
    reminders: [{ id: 'only', offset_days: 0, channel }],
  });
  return [invoice, `${due}T09:00:00Z`];
}

it.concurrent('a server that is busy is asked again, and takes one copy', async () => {
  const user = await ownOrganization();
  await fail(user, 'email', '421');
  const { id } = await newInvoice(user, { action: 'send' });
  const waiting = await eventually('the first try', async () => {
    const [message] = await messages(user, id);
    return message?.attempts.length === 1 && message;
  });
  expect([waiting.status, outcomes(waiting)]).toEqual(['queued', ['retry smtp_421']]);
  expect((await read(user, id)).sent_at).toBeNull();
  const message = await settled(user, id, 'accepted');
  expect(outcomes(message)).toEqual(['retry smtp_421', 'accepted']);
  expect(await mailbox(user, id)).toHaveLength(1);
  await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null);
});

it.concurrent('an address that is refused for good is not asked again, and everybody is told', async () => {
  const user = await ownOrganization();
  await fail(user, 'email', '550');
  const { id } = await newInvoice(user, { action: 'send' });
  const message = await settled(user, id, 'failed');
  expect([outcomes(message), message.sent_at]).toEqual([['failed smtp_550'], null]);
  const invoice = await invoiceThat('told', user, id, ({ delivery }) => delivery.email?.state === 'failed');
  expect(invoice).toMatchObject({
    display_status: 'not_sent',
    sent_at: null,
    delivery: { email: { code: 'smtp_550', message_id: message.id } },
  });
  const event = (await activity(user, id)).find(({ type }) => type === 'invoice.message_failed');
  expect(event).toMatchObject({ actor: 'delivery', data: { code: 'smtp_550', state: 'failed' } });
  const told = (await timeline(user, id)).find(({ kind }) => kind === 'message');
  expect(told).toMatchObject({ status: 'skipped', reason: 'smtp_550', channel: 'email' });
  // Somebody corrects the address and sends again: a new command, a new message.
  await send(user, id, { to: ['right@dunder.example'] });
  expect((await invoiceThat('sent', user, id, ({ sent_at }) => sent_at !== null)).display_status).toBe(
    'sent',
  );
  expect(await mailbox(user, id)).toHaveLength(1);
});

it.concurrent('a first send that nobody answers goes once more, and says so', async () => {
  const user = await ownOrganization();
  await fail(user, 'email', 'timeout');
  const { id } = await newInvoice(user, { action: 'send' });
  const message = await settled(user, id, 'accepted');
  expect(outcomes(message)).toEqual(['unknown no_answer', 'accepted']);
  expect(await mailbox(user, id)).toHaveLength(1);
});

it.concurrent(
  'a first send whose answer is lost arrives twice with one Message-ID, never three times',
  async () => {
    const user = await ownOrganization();
    await fail(user, 'email', 'drop_after_accept', { times: -1 });
    const { id } = await newInvoice(user, { action: 'send' });
    const message = await settled(user, id, 'unknown');
    expect(outcomes(message)).toEqual(['unknown no_answer', 'unknown no_answer']);
    const copies = await mailbox(user, id);
    expect(copies).toHaveLength(2);
    expect(new Set(copies.map(({ message_id }) => message_id)).size).toBe(1);
    await invoiceThat('told', user, id, ({ delivery }) => delivery.email?.state === 'unknown');
  },
);

it.concurrent('a reminder whose answer is lost is never repeated, and is shown as unknown', async () => {
  const user = await ownOrganization();
  const [{ id }, at] = await reminded(user);
  await fail(user, 'email', 'drop_after_accept', { times: -1 });
  await advance(user, at);
  const message = await settled(user, id, 'unknown');
  expect([message.kind, outcomes(message)]).toEqual(['reminder', ['unknown no_answer']]);
  const row = (await invoiceThat('told', user, id, ({ reminders }) => reminders[0]?.status === 'FAILED'))
    .reminders[0];
  expect(row).toMatchObject({ step_id: 'only', reason: 'no_answer', message_id: message.id });
  expect(await mailbox(user, id)).toHaveLength(1);
});

it.concurrent(
  'a reminder to a server that is busy keeps the clock waiting for its first try only',
  async () => {
    const user = await ownOrganization();
    const [{ id }, at] = await reminded(user);
    await fail(user, 'email', '451');
    await advance(user, at);
    expect(outcomes((await messages(user, id))[0])?.[0]).toBe('retry smtp_451');
    const row = await invoiceThat('reminded', user, id, ({ reminders }) => reminders[0]?.status === 'SENT');
    expect(row.reminders[0]?.actual_at?.slice(0, 10)).toBe(at.slice(0, 10));
    expect(await mailbox(user, id)).toHaveLength(1);
  },
);

it.concurrent('a reminder that is overtaken by the payment before its second try stays unsent', async () => {
  const user = await ownOrganization();
  const [{ id }, at] = await reminded(user);
  await fail(user, 'email', '450');
  await advance(user, at);
  await good(pay(user, id), 200);
  const message = await settled(user, id, 'suppressed');
  expect(outcomes(message)).toEqual(['retry smtp_450', expect.stringMatching(/^suppressed/)]);
  expect(await mailbox(user, id)).toEqual([]);
});

it.concurrent('commands are as fast as ever while the mail server is dead', async () => {
  const user = await ownOrganization();
  await fail(user, 'email', 'timeout', { times: -1 });
  const { id } = await newInvoice(user, { action: 'send' });
  const took = [
    await user.post(`/invoices/${id}/send`),
    await user.post(`/invoices/${id}/send`),
    await pay(user, id, { amount_cents: 1 }),
    await user.post(`/invoices/${id}/text2pay`),
    await user.post(`/invoices/${id}/remind`, { channel: 'sms' }),
    await pay(user, id),
  ].map((answer) => [answer.status < 300, answer.took < 2_000]);
  expect(took).toEqual(took.map(() => [true, true]));
  expect((await read(user, id)).status).toBe('paid');
});

it.concurrent('a phone that has opted out is not texted again until it agrees', async () => {
  const user = await ownOrganization();
  const customer = await newCustomer(user);
  const { id } = await newInvoice(user, { customer_id: customer.id, action: 'issue' });
  await fail(user, 'sms', '21610');
  await good(user.post(`/invoices/${id}/text2pay`), 200);
  expect(outcomes(await settled(user, id, 'failed'))).toEqual(['failed twilio_21610']);
  expect(await good(user.get(`/customers/${customer.id}`))).toMatchObject({ sms_consent: false });
  expect(await refusal(user.post(`/invoices/${id}/text2pay`))).toEqual([409, 'sms_not_consented']);
  expect(await refusal(user.post(`/invoices/${id}/remind`, { channel: 'sms' }))).toEqual([
    409,
    'sms_not_consented',
  ]);
  await good(user.patch(`/customers/${customer.id}`, { sms_consent: true }), 200);
  await good(user.post(`/invoices/${id}/text2pay`), 200);
  await settled(user, id, 'delivered');
  expect(await mailbox(user, id)).toHaveLength(1);
});

it.concurrent('a text that was taken and not delivered counts as bounced', async () => {
  const user = await ownOrganization();
  await fail(user, 'sms', '30005');
  const { id } = await newInvoice(user, { action: 'text2pay' });
  const message = await settled(user, id, 'bounced');
  expect(outcomes(message)).toEqual(['accepted']);
  const { delivery, sent_at: sentAt } = await invoiceThat(
    'told',
    user,
    id,
    (invoice) => invoice.delivery.sms?.state === 'bounced',
  );
  expect([delivery.sms?.code, sentAt]).toEqual(['30005', expect.any(String)]);
});

it.concurrent('a mail that was taken and bounces later is told of, too', async () => {
  const user = await ownOrganization();
  await fail(user, 'email', 'bounce_later');
  const { id } = await newInvoice(user, { action: 'send' });
  await settled(user, id, 'bounced');
  const told = await invoiceThat('told', user, id, ({ delivery }) => delivery.email?.state === 'bounced');
  expect(told.delivery.email?.code).toBe('bounce');
});

it.concurrent('a text is counted in segments and asked for once when the carrier asks to wait', async () => {
  const user = await ownOrganization();
  await fail(user, 'sms', '20429');
  const { id } = await newInvoice(user);
  await good(user.post(`/invoices/${id}/text2pay`, { message: 'Größe und Qualität ✓ '.repeat(8) }), 200);
  const message = await settled(user, id, 'delivered');
  expect(outcomes(message)).toEqual(['retry twilio_20429', 'accepted']);
  expect(message.segments).toBeGreaterThan(2);
  const [text, ...others] = await mailbox(user, id);
  expect([text?.channel, text?.text.includes('✓'), others]).toEqual(['sms', true, []]);
});

it.concurrent('a text of which nobody knows is never repeated', async () => {
  const user = await ownOrganization();
  await fail(user, 'sms', '500');
  const { id } = await newInvoice(user, { action: 'text2pay' });
  expect(outcomes(await settled(user, id, 'unknown'))).toEqual(['unknown twilio_20500']);
  expect(await mailbox(user, id)).toEqual([]);
});

it.concurrent('an automatic text needs a yes; a person may text where nothing was said', async () => {
  const user = await ownOrganization();
  const customer = await newCustomer(user, { sms_consent: null });
  const due = plusDays(new Date().toISOString(), 1);
  const { id } = await newInvoice(user, {
    customer_id: customer.id,
    action: 'text2pay',
    due_date: due,
    reminders: [{ id: 'text', offset_days: 0, channel: 'sms' }],
  });
  await advance(user, `${due}T09:00:00Z`);
  expect((await read(user, id)).reminders).toMatchObject([
    { status: 'SUPPRESSED', reason: 'sms_not_consented' },
  ]);
  await settled(user, id, 'delivered');
  expect(await mailbox(user, id)).toHaveLength(1);
});

it.concurrent('who has no address or number is told before anything happens', async () => {
  const user = await ownOrganization();
  const customer = await newCustomer(user, { email: null, phone: null });
  const { id } = await newInvoice(user, { customer_id: customer.id });
  expect(await refusal(user.post(`/invoices/${id}/send`))).toEqual([422, 'no_email_address', '/to']);
  expect(await refusal(user.post(`/invoices/${id}/text2pay`))).toEqual([422, 'no_phone_number', '/phone']);
  expect((await read(user, id)).version).toBe(1);
  await good(user.post(`/invoices/${id}/text2pay`, { phone: '+14155550199' }), 200);
  expect((await settled(user, id, 'delivered')).to).toEqual(['+14155550199']);
});
