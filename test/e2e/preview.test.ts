// POST /invoices/preview: says what the invoice then is and does, and leaves nothing behind.
import mongoose from 'mongoose';
import type { TimelineEntryObject } from '../../src/gateway/api/timeline-object.ts';
import { good, refusal } from '../support/e2e-http.ts';
import {
  advance,
  type Invoice,
  newCustomer,
  newInvoice,
  type Organization,
  plusDays,
  read,
  sample,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization, sharedProduct } from '../support/e2e-shared.ts';

type Preview = { invoice: Invoice; timeline: { data: TimelineEntryObject[]; truncated: boolean } };
type Body = Record<string, unknown>;

let user: Organization;
let customerId: string;
let fees: string;
let gentle: string;
let follower: string;
beforeAll(async () => {
  user = await ownOrganization();
  const monthly = { type: 'percentage', value: 2, frequency: { interval: 'month' } };
  const steps = [{ offset_days: -1 }, { offset_days: 4, channel: 'sms' }];
  fees = (await good(user.post<{ id: string }>('/late_fee_policies', { name: 'Monthly', ...monthly }), 201))
    .id;
  gentle = (await good(user.post<{ id: string }>('/reminder_policies', { name: 'Gentle', steps }), 201)).id;
  customerId = (await newCustomer(user, { time_zone: 'Asia/Tokyo', sms_consent: true })).id;
  const followed = { late_fee_policy_id: fees, reminder_policy_id: gentle };
  follower = (await newCustomer(user, followed)).id;
});

const today = new Date().toISOString();
const preview = (body: Body) =>
  good(user.post<Preview>('/invoices/preview', { customer_id: customerId, ...sample, ...body }), 200);
const create = (body: Body) => newInvoice(user, { customer_id: customerId, ...body });

/** What differs between any two invoices alike, left out. */
function shown(invoice: Invoice): Body {
  const { id: _id, invoice_number: _number, public_url: _url, workflow_id: _workflow, ...rest } = invoice;
  const { created_at: _created, updated_at: _updated, line_items: lines, delivery: _sent, ...alike } = rest;
  const reminders = invoice.reminders.map(({ message_id: _message, ...row }) => row);
  return { ...alike, sent_at: null, reminders, line_items: lines.map(({ id: _line, ...line }) => line) };
}

/** Everything that is still to come; what happens at once is at another moment each time. */
function plan(entries: readonly TimelineEntryObject[]) {
  const ahead = ['planned', 'suspended', 'skipped'];
  return entries.filter(({ at, status }) => ahead.includes(status) && at > plusDays(today, 1));
}

const parts = [45, 90].map((days) => ({ type: 'percentage', value: 50, due_date: plusDays(today, days) }));
const bodies: readonly (readonly [string, Body])[] = [
  ['a draft', {}],
  ['an issue', { action: 'issue' }],
  ['a send', { action: 'send' }],
  ['a scheduled send', { send_at: `${plusDays(today, 3)}T10:00` }],
  ['another zone', { action: 'issue', time_zone: 'Pacific/Auckland', due_date: plusDays(today, 10) }],
  ['policies by id', { action: 'issue', late_fees: { policy_id: '' }, reminders: { policy_id: '' } }],
  ['the policies of its customer', { action: 'issue', customer_id: '' }],
  [
    'a reminder in the customer’s night',
    { action: 'issue', reminders: [{ offset_days: 2, local_time: '14:30' }] },
  ],
  [
    'terms of its own',
    {
      action: 'issue',
      late_fees: { type: 'fixed', value: 700, frequency: { interval: 'week' }, cap_cents: 2_000 },
    },
  ],
  ['no reminders', { action: 'issue', reminders: [] }],
  ['instalments', { action: 'issue', installments: { schedule: parts } }],
  [
    'yen and discounts',
    { action: 'issue', currency: 'JPY', discounts: [{ type: 'percentage', value: 12.5 }] },
  ],
  ['an address', { action: 'issue', ship_to: { city: 'Scranton' }, metadata: { po: '7' } }],
];

const named = (body: Body): Body => ({
  ...body,
  ...(body['late_fees'] === undefined || !('policy_id' in (body['late_fees'] as Body))
    ? {}
    : { late_fees: { policy_id: fees }, reminders: { policy_id: gentle } }),
  ...('customer_id' in body ? { customer_id: follower } : {}),
});

it.each(bodies)('%s is what a create then makes', async (_name, body) => {
  const before = await preview(named(body));
  const made = await create(named(body));
  expect(before.invoice).toMatchObject({ invoice_number: null, public_url: null });
  expect(shown(before.invoice)).toEqual(shown(await good(user.get<Invoice>(`/invoices/${made.id}`), 200)));
  if (made.status === 'draft') return;
  expect(plan(before.timeline.data)).toEqual(plan(await timeline(user, made.id)));
  expect(plan(before.timeline.data).length).toBeGreaterThan(0);
});

it('takes the organization’s default policies, and says which', async () => {
  const own = await ownOrganization();
  const terms = { type: 'fixed', value: 250, frequency: { interval: 'month' } };
  const everyone = { name: 'Everyone', default: true };
  const defaults = await Promise.all([
    good(own.post<{ id: string }>('/late_fee_policies', { ...everyone, ...terms }), 201),
    good(own.post<{ id: string }>('/reminder_policies', { ...everyone, steps: [{ offset_days: 3 }] }), 201),
  ]);
  const body = { customer_id: (await newCustomer(own)).id, ...sample, action: 'issue' };
  const { invoice, timeline: told } = await good(own.post<Preview>('/invoices/preview', body), 200);
  expect([invoice.late_fee_policy, invoice.reminder_policy]).toEqual(
    defaults.map(({ id }) => ({ id, version: 1 })),
  );
  const made = await newInvoice(own, body);
  expect([made.late_fee_policy, made.reminder_policy]).toEqual([
    invoice.late_fee_policy,
    invoice.reminder_policy,
  ]);
  expect(plan(told.data)).toEqual(plan(await timeline(own, made.id)));
});

it('tells of a draft what its issue would begin', async () => {
  const draft = await preview({ due_date: plusDays(today, 20) });
  const issue = await preview({ due_date: plusDays(today, 20), action: 'issue' });
  expect(draft.invoice).toMatchObject({ status: 'draft', reminders: [] });
  expect(plan(draft.timeline.data)).toEqual(plan(issue.timeline.data));
  expect(draft.timeline.data.filter(({ kind }) => kind === 'reminder')).toHaveLength(5);
});

it('is what time then does', async () => {
  const own = await ownOrganization();
  const customer = await newCustomer(own);
  const late = { type: 'percentage', value: 5, frequency: { interval: 'week' }, cap_cents: 1_000 };
  const body = {
    customer_id: customer.id,
    ...sample,
    action: 'issue',
    due_date: plusDays(today, 6),
    late_fees: late,
  };
  const { timeline: told } = await good(own.post<Preview>('/invoices/preview', body), 200);
  const { id } = await newInvoice(own, body);
  await advance(own, `${plusDays(today, 60)}T00:00:00Z`);
  const happened = await timeline(own, id);
  const facts = (entries: readonly TimelineEntryObject[]) =>
    entries.map(({ at, kind, step_id, occurrence, amount_cents }) => [
      at,
      kind,
      step_id,
      occurrence,
      amount_cents,
    ]);
  expect(facts(happened.filter(({ status, kind }) => status === 'done' && kind !== 'issue'))).toEqual(
    facts(plan(told.data)),
  );
  expect((await read(own, id)).late_fee_total_cents).toBe(1_000);
});

it('keeps nothing, also when it refuses', async () => {
  const client = await mongoose.mongo.MongoClient.connect(sharedProduct().mongodb_uri);
  const own = await ownOrganization();
  const customer = await newCustomer(own);
  const database = client.db();
  const names = (await database.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  const traces = async () => {
    const mine = { $or: [{ organization_id: own.id }, { _id: { $regex: own.id } as never }] };
    const counts = await Promise.all(
      names.map(async (name) => [name, await database.collection(name).countDocuments(mine)] as const),
    );
    return Object.fromEntries(counts);
  };
  const body = { customer_id: customer.id, ...sample, ship_to: { city: 'Scranton' }, action: 'send' };
  const before = await traces();
  await good(own.post('/invoices/preview', body), 200);
  const wrong = { ...body, line_items_attributes: [{ description: 'x', rate_cents: -1 }] };
  expect((await refusal(own.post('/invoices/preview', wrong)))[0]).toBe(422);
  expect(await refusal(own.post('/invoices/preview', { ...body, customer_id: own.id }))).toEqual([
    422,
    'unknown_customer',
    '/customer_id',
  ]);
  expect(await traces()).toEqual(before);
  await client.close();
});
