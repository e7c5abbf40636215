// Every field of every body with values that it does not take: a refusal that points at it, and no trace of it.
import { randomUUID } from 'node:crypto';
import mongoose from 'mongoose';
import { eventually } from '../support/e2e-eventually.ts';
import { type Answer, good, type Problem } from '../support/e2e-http.ts';
import { type CommandCase, commandCases } from '../support/e2e-bad-commands.ts';
import { type Case, documentCases } from '../support/e2e-bad-values.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  type Invoice,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  sample,
} from '../support/e2e-organization.ts';
import { ownOrganization, sharedProduct } from '../support/e2e-shared.ts';

let user: Organization;
let client: mongoose.mongo.MongoClient;
let customerId: string;
let draft: Invoice;
let open: Invoice;
/** Has a payment and a late fee: what the path names is there, so the values are looked at. */
let late: Invoice;

beforeAll(async () => {
  user = await ownOrganization();
  client = await new mongoose.mongo.MongoClient(sharedProduct().mongodb_uri).connect();
  customerId = (await newCustomer(user)).id;
  draft = await newInvoice(user, { customer_id: customerId });
  open = await newInvoice(user, { customer_id: customerId, action: 'issue' });
  const today = new Date().toISOString();
  const once = { type: 'fixed', value: 100, frequency: { interval: 'one_time' } };
  const plain = { customer_id: customerId, action: 'issue', reminders: [] };
  const { id } = await newInvoice(user, { ...plain, due_date: plusDays(today, 1), late_fees: once });
  await advance(user, `${plusDays(today, 3)}T00:00:00Z`);
  late = await good(pay(user, id, { amount_cents: 100 }), 200);
});
afterAll(() => client.close());

/** Everything that a request of this organization could leave behind. */
async function traces(): Promise<Record<string, number>> {
  const collections = [
    'invoices',
    'events',
    'journal_entries',
    'payments',
    'messages',
    'contents',
    'refusals',
    'idempotency_keys',
    'message_caps',
  ];
  const counts = await Promise.all(
    collections.map(async (name) => {
      const own = name === 'message_caps' ? {} : { organization_id: user.id };
      // A refusal is kept under its key, to be repeated; it is no trace of what was asked for.
      const kept = name === 'idempotency_keys' ? { status: { $not: { $gte: 400 } } } : {};
      const filter =
        name === 'message_caps' ? { _id: { $regex: `^${user.id}` } as never } : { ...own, ...kept };
      return [name, await client.db().collection(name).countDocuments(filter)] as const;
    }),
  );
  return Object.fromEntries(counts);
}

type On = Case['on'] | CommandCase['on'];

const fields = (body: unknown) => body as Record<string, unknown>;
const ask = (id: string, path: string, body: unknown) =>
  user.post<Problem>(`/invoices/${id}/${path}`, body, { 'Idempotency-Key': randomUUID() });
const on = (path: string) => (body: unknown) => ask(open.id, path, body);
const onPayment = (path: string) => (body: unknown) =>
  ask(late.id, `payments/${late.payments[0]?.id}/${path}`, body);

/** The same bad values for each of these requests. */
const requests: Readonly<Record<On, (body: unknown) => Promise<Answer<Problem>>>> = {
  create: (body) => user.post('/invoices', { customer_id: customerId, ...sample, ...fields(body) }),
  update: (body) => user.patch(`/invoices/${draft.id}`, body),
  send: (body) => user.post(`/invoices/${draft.id}/send`, body),
  schedule: (body) => user.post(`/invoices/${draft.id}/schedule`, body),
  late_fees: (body) => user.put(`/invoices/${open.id}/late_fees`, body),
  reminders: (body) => user.put(`/invoices/${open.id}/reminders`, body),
  text2pay: on('text2pay'),
  remind: on('remind'),
  record_payment: on('record_payment'),
  void: on('void'),
  reverse: onPayment('reverse'),
  refund: onPayment('refund'),
  write_off: on('write_off'),
  hold: on('hold'),
  resume: on('resume'),
  waive: (body) => ask(late.id, 'late_fees/1/waive', body),
  apply_credit: on('apply_credit'),
  credit_notes: on('credit_notes'),
  attachments: on('attachments'),
};

/** The field itself, or the part of it that is wrong. */
function isRefusedAt({ status, headers, body }: Answer<Problem>, pointer: string): boolean {
  const type = headers.get('content-type') ?? '';
  const points = (body.errors ?? []).some(
    (fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`),
  );
  return status === 422 && type.startsWith('application/problem+json') && points && body.code.length > 0;
}

const all: readonly Case<On>[] = [...documentCases('create'), ...documentCases('update'), ...commandCases];
const names = [...new Set(all.map((one) => one.on))];

it.each(names)(
  '%s refuses every bad value and keeps nothing',
  async (name) => {
    const before = await traces();
    const cases = all.filter((one) => one.on === name);
    expect(cases.length).toBeGreaterThan(4);
    const wrong: unknown[] = [];
    for (const { body, pointer } of cases) {
      const answer = await requests[name](body);
      if (!isRefusedAt(answer, pointer)) wrong.push([body, pointer, answer.status, answer.body]);
    }
    expect(wrong).toEqual([]);
    expect(await traces()).toEqual(before);
  },
  60_000,
);

it('leaves no workflow open but those of the invoices that are there', async () => {
  const operator = await openOperator();
  const last = await newInvoice(user, { customer_id: customerId });
  const running = `OrganizationId = '${user.id}' AND ExecutionStatus = 'Running'`;
  // The list of workflows lags behind: once it has the last one, it has those that came before.
  const ids = await eventually('the last workflow', async () => {
    const found = await operator.list(running);
    return found.includes(last.workflow_id) && found;
  });
  expect(new Set(ids)).toEqual(new Set([draft, open, late, last].map(({ workflow_id: id }) => id)));
  for (const { workflow_id: id } of [draft, open, late]) expect(await operator.failedTasks(id)).toBe(0);
  await operator.close();
});
