// An invoice whose workflow has ended is wanted again: it starts from the stored state, and its books go on.
import { accounts, creditOf, does, refusedWithoutTrace } from '../support/e2e-commands.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import { type Operator, openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  type Invoice,
  newInvoice,
  type Organization,
  pay,
  plusDays,
} from '../support/e2e-organization.ts';
import { look, morning, words } from '../support/e2e-story.ts';

let operator: Operator;
beforeAll(async () => {
  operator = await openOperator();
});
afterAll(() => operator.close());

/** Past the grace period. Nobody but the clock tells the invoice. */
async function ended(user: Organization, { workflow_id: workflow }: Invoice, day: string): Promise<void> {
  await advance(user, `${plusDays(day, 40)}T10:00:00Z`);
  await eventually(
    'a workflow that has ended',
    async () => (await operator.status(workflow)) === 'COMPLETED',
  );
}

async function paidBy(user: Organization, change: Record<string, unknown>): Promise<[Invoice, string]> {
  const invoice = await newInvoice(user, { action: 'issue', reminders: [] });
  const { payments } = await good(pay(user, invoice.id, change), 200);
  return [invoice, payments[0]?.id ?? ''];
}

it('refunds an invoice that was paid and archived: it is open and lives again', async () => {
  const [user, day] = await morning();
  const [invoice, payment] = await paidBy(user, {});
  await ended(user, invoice, day);
  const open = await does(user, invoice.id, `payments/${payment}/refund`, { amount_cents: 885 });
  expect(open).toMatchObject({ status: 'overdue', amount_due_cents: 885, closed_at: null, paid_at: null });
  expect(await operator.status(invoice.workflow_id)).toBe('RUNNING');
  expect(accounts((await look(user, invoice.id)).entries)).toEqual({
    1000: 5_000,
    1200: 885,
    2200: -385,
    4000: -5_500,
  });
  expect(await good(pay(user, invoice.id), 200)).toMatchObject({ status: 'paid' });
  await look(user, invoice.id);
});

it('reverses a payment of an invoice that was voided and archived', async () => {
  const [user, day] = await morning();
  const [invoice, payment] = await paidBy(user, { amount_cents: 1_000 });
  await does(user, invoice.id, 'void', { disposition: [{ type: 'leave_unapplied', amount_cents: 1_000 }] });
  await ended(user, invoice, day);
  const reversed = await does(user, invoice.id, `payments/${payment}/reverse`, { reason: 'bounced' });
  expect(words(reversed)).toEqual(['void', 'void']);
  expect(accounts((await look(user, invoice.id)).entries)).toEqual({});
  // It ends again behind the command.
  await eventually('the end again', async () => (await operator.status(invoice.workflow_id)) === 'COMPLETED');
  expect(await refusedWithoutTrace(user, invoice.id, `payments/${payment}/reverse`)).toEqual([
    409,
    'already_reversed',
  ]);
});

it('gives back out of the credit what a void had made credit', async () => {
  const [user, day] = await morning();
  const [invoice, payment] = await paidBy(user, { amount_cents: 1_000 });
  await does(user, invoice.id, 'void', { disposition: [{ type: 'credit', amount_cents: 1_000 }] });
  await ended(user, invoice, day);
  await does(user, invoice.id, `payments/${payment}/refund`, { amount_cents: 400 });
  expect(await creditOf(user, invoice.customer.id)).toBe(600);
  expect(accounts((await look(user, invoice.id)).entries)).toEqual({ 1000: 600, 2100: -600 });
});

it('takes a recovery on an invoice that was written off and archived, however many come at once', async () => {
  const [user, day] = await morning();
  const invoice = await newInvoice(user, { action: 'issue', reminders: [] });
  await does(user, invoice.id, 'write_off');
  await ended(user, invoice, day);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => pay(user, invoice.id, { amount_cents: 1_177 })),
  );
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  expect(await look(user, invoice.id)).toMatchObject({
    status: 'paid',
    written_off_cents: 0,
    recovered_cents: 5_885,
    amount_paid_cents: 5_885,
  });
  expect(accounts((await look(user, invoice.id)).entries)).toEqual({ 1000: 5_885, 2200: -385, 4000: -5_500 });
});

it('refuses on an archived invoice what it would refuse on an open one', async () => {
  const [user, day] = await morning();
  const [invoice, payment] = await paidBy(user, {});
  await ended(user, invoice, day);
  const { id } = invoice;
  expect(await refusedWithoutTrace(user, id, 'void')).toEqual([409, 'already_paid']);
  expect(await refusedWithoutTrace(user, id, 'record_payment')).toEqual([409, 'already_paid']);
  expect(await refusedWithoutTrace(user, id, `payments/${payment}/refund`, { amount_cents: 5_886 })).toEqual([
    422,
    'amount_exceeds_paid',
    '/amount_cents',
  ]);
});
