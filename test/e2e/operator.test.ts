// An operator at the Temporal UI or the command line: bare names, plain arguments, and answers in their words.
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import {
  activity,
  advance,
  type Invoice,
  invoiceThat,
  mailbox,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  read,
  sent,
} from '../support/e2e-organization.ts';
import { type Operator, openOperator } from '../support/e2e-operator.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look } from '../support/e2e-story.ts';

let user: Organization;
let operator: Operator;
beforeAll(async () => {
  [user, operator] = await Promise.all([ownOrganization(), openOperator()]);
});
afterAll(() => operator.close());

const operatorOf = 'operator:temporal';

/** The row that a command left in the activity. */
function rowOf(id: string, type: string, command: string) {
  return eventually(`${type} of ${command}`, async () =>
    (await activity(user, id)).find((row) => row.type === type && row.command === command),
  );
}

it('records a payment by an update and by a signal with plain arguments', async () => {
  const { id, workflow_id: workflow } = await newInvoice(user, {
    action: 'issue',
    line_items_attributes: [{ description: 'Paper', rate_cents: 10_000 }],
    taxes: [],
  });
  const answer = await operator.update(workflow, 'recordPayment', { amount: 5_115, method: 'check' });
  expect(answer).toMatchObject({ invoiceId: id, version: 2, status: 'open', paymentId: expect.any(String) });
  const paid = await look(user, id);
  expect(paid.payments).toMatchObject([
    { amount_cents: 5_115, payment_method: 'check', id: answer['paymentId'] },
  ]);
  await operator.signal(workflow, 'recordPayment', {
    amount: 100,
    method: 'cash',
    note: 'counted twice',
    actor: 'pam',
  });
  await invoiceThat('paid once more', user, id, (invoice) => invoice.amount_paid_cents === 5_215);
  const rows = (await activity(user, id)).filter((row) => row.type === 'invoice.payment_recorded');
  expect(rows.map(({ actor }) => actor)).toEqual([operatorOf, 'pam']);
  await look(user, id);
});

it('sends, texts, reminds, voids and deletes with no argument, {} or null', async () => {
  const draft = await newInvoice(user);
  await operator.signal(draft.workflow_id, 'send');
  await invoiceThat('sent', user, draft.id, ({ sent_at }) => sent_at !== null);
  await operator.update(draft.workflow_id, 'text2pay');
  await operator.update(draft.workflow_id, 'remind', null);
  await eventually('a mail, a text and a reminder', async () => (await mailbox(user, draft.id)).length === 3);
  await operator.update(draft.workflow_id, 'markViewed', {});
  await operator.signal(draft.workflow_id, 'void', { reason: 'typed by hand' });
  const voided = await invoiceThat('void', user, draft.id, ({ status }) => status === 'void');
  expect(voided.void_reason).toBe('typed by hand');
  const other = await newInvoice(user);
  expect(await operator.update(other.workflow_id, 'delete')).toMatchObject({ status: 'deleted' });
  expect((await user.get(`/invoices/${other.id}`)).status).toBe(404);
});

it('changes a draft, with recipients and words of its own when it is sent', async () => {
  const { id, workflow_id: workflow } = await newInvoice(user);
  await operator.update(workflow, 'update', {
    memo: 'by hand',
    dueDate: '2040-12-31',
    lineItemsAttributes: [{ description: 'Stapler', rate: 100 }],
  });
  expect(await read(user, id)).toMatchObject({
    memo: 'by hand',
    due_date: '2040-12-31',
    subtotal_cents: 5_600,
  });
  await operator.update(workflow, 'send', { to: ['dwight@dunder.example'], subject: 'By hand' });
  const [mail] = await eventually('the mail', async () => {
    const mails = await mailbox(user, id);
    return mails.length > 0 && mails;
  });
  expect(mail).toMatchObject({ to: ['dwight@dunder.example'], subject: 'By hand' });
});

it.each([
  ['recordPayment', { amount: 0 }, 'invalid_amount'],
  ['recordPayment', { amount: '5115' }, 'invalid_amount'],
  ['recordPayment', { amount: 1e308 }, 'invalid_amount'],
  ['recordPayment', { amount: 1, date: '2099-01-01' }, 'date_in_future'],
  ['recordPayment', { amount: 1, method: 'bitcoin' }, 'invalid_value'],
  ['recordPayment', { amount_cents: 1 }, 'unknown_field'],
  ['recordPayment', 5_115, 'invalid_argument'],
  ['recordPayment', [5_115], 'invalid_argument'],
  ['update', { currency: 'EUR' }, 'field_frozen'],
  ['schedule', { sendAt: '2099-01-01T09:00' }, 'wrong_status'],
  ['schedule', { sendAt: 'tomorrow' }, 'invalid_date'],
  ['reversePayment', { paymentId: 'nobody' }, 'unknown_payment'],
  ['refundPayment', { amount: 1 }, 'unknown_payment'],
  ['void', { disposition: [{ type: 'credit', amount: 1 }] }, 'disposition_mismatch'],
  ['hold', { kind: 'promise' }, 'invalid_value'],
  ['resume', {}, 'not_on_hold'],
  ['waiveLateFee', { occurrence: 1 }, 'unknown_late_fee'],
  ['applyCredit', { amount: 1 }, 'insufficient_credit'],
  ['issueCreditNote', { amount: 99_999 }, 'amount_exceeds_total'],
  ['delete', {}, 'issued_delete'],
  ['explode', {}, 'unknown_command'],
])('refuses %s %j: an update says %s, a signal leaves a row', async (name, argument, code) => {
  const { id, workflow_id: workflow, version } = await newInvoice(user, { action: 'issue' });
  expect(await operator.refusal(workflow, name, argument)).toBe(code);
  await operator.signal(workflow, name, argument);
  const row = await rowOf(id, 'command.refused', name);
  expect(row).toMatchObject({ code, actor: operatorOf, version: null });
  expect((await read(user, id)).version).toBe(version);
  // Never fatal: the next command runs.
  await good(pay(user, id, { amount_cents: 1 }), 200);
  expect(await operator.failedTasks(workflow)).toBe(0);
});

it('runs a command id once, as an update, as a signal and over HTTP', async () => {
  const { id, workflow_id: workflow } = await newInvoice(user, { action: 'issue' });
  const payment = { amount: 10, commandId: 'cheque 4711' };
  const first = await operator.update(workflow, 'recordPayment', payment);
  expect(await operator.update(workflow, 'recordPayment', payment)).toEqual(first);
  await operator.signal(workflow, 'recordPayment', payment);
  expect(await rowOf(id, 'command.ignored', 'recordPayment')).toMatchObject({ code: 'nothing_to_do' });
  expect(await operator.refusal(workflow, 'recordPayment', { ...payment, amount: 11 })).toBe(
    'idempotency_mismatch',
  );
  expect((await read(user, id)).amount_paid_cents).toBe(10);
});

it('reads the invoice and its timeline by query, without contact data', async () => {
  const invoice = await newInvoice(user, { action: 'issue', memo: 'secret words' });
  const seen = await operator.query(invoice.workflow_id, 'invoice');
  expect(seen).toMatchObject({ number: invoice.invoice_number, displayStatus: 'not_sent', amountDue: 5_885 });
  const text = JSON.stringify(seen);
  for (const secret of [invoice.customer.email ?? '', invoice.customer.display_name, 'secret words']) {
    expect(text).not.toContain(secret);
  }
  const plan = await operator.query(invoice.workflow_id, 'timeline');
  expect(JSON.stringify(plan)).toContain('after_14');
});

it('finds invoices by the word that people see, and the facts beside it', async () => {
  const own = await ownOrganization();
  const day = plusDays(new Date().toISOString(), 1);
  const late = await newInvoice(own, { action: 'issue', due_date: day, reminders: [] });
  const inTime = await newInvoice(own, { action: 'issue', reminders: [] });
  const draft = await newInvoice(own);
  await advance(own, `${plusDays(day, 1)}T00:00:00Z`);
  const mine = `OrganizationId = '${own.id}'`;
  const found = async (query: string, invoices: readonly Invoice[]) => {
    const wanted = new Set(invoices.map(({ workflow_id: id }) => id));
    const ids = () => operator.list(`${mine} AND ${query}`);
    await eventually(query, async () => {
      const seen = new Set(await ids());
      return seen.size === wanted.size && [...wanted].every((id) => seen.has(id));
    });
    expect(new Set(await ids())).toEqual(wanted);
  };
  await found("InvoiceStatus = 'overdue'", [late]);
  await found("InvoiceStatus = 'not_sent'", [inTime]);
  await found(`InvoiceNumber = '${late.invoice_number}'`, [late]);
  await found(`CustomerId = '${draft.customer.id}'`, [draft]);
  await found(`DueAt < '${plusDays(day, 1)}T12:00:00Z'`, [late]);
  await found("Currency = 'USD' AND OnHold = false", [late, inTime]);
  await good(pay(own, late.id), 200);
  await sent(own, inTime.id);
  await found("InvoiceStatus = 'paid'", [late]);
  await found("InvoiceStatus = 'sent'", [inTime]);
  await found("InvoiceStatus = 'overdue'", []);
});

it('writes down a cancel, which ends nothing', async () => {
  const { id, workflow_id: workflow } = await newInvoice(user, { action: 'issue' });
  await operator.cancel(workflow);
  expect(await rowOf(id, 'command.refused', 'cancel')).toMatchObject({ code: 'cancel_ignored' });
  await good(pay(user, id), 200);
  expect([await operator.status(workflow), (await read(user, id)).status]).toEqual(['RUNNING', 'paid']);
});
