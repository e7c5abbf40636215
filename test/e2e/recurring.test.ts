// Recurring schedules over HTTP, on the test clock: what is announced is what is made, each date once.
import { randomUUID } from 'node:crypto';
import { good, type Problem, refusal } from '../support/e2e-http.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  advance,
  clock,
  everything,
  type Invoice,
  mailbox,
  newCustomer,
  type Organization,
  plusDays,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { look } from '../support/e2e-story.ts';

type Schedule = {
  id: string;
  status: string;
  next_issue_date: string | null;
  next_run_at: string | null;
  skipped_dates: string[];
  last_occurrences: {
    occurrence: number;
    issue_date: string;
    outcome: string;
    invoice_id: string | null;
    reason: string | null;
  }[];
  version: number;
  workflow_id: string;
};
type Announced = { issue_date: string; due_date: string; total_cents: number };

const paper = {
  interval: 'month',
  line_items: [{ description: 'Copy Paper, Case', quantity: 1, rate_cents: 4_500 }],
  taxes: [{ name: 'Tax', amount_cents: 385 }],
};

/** The year that begins after the organization's own. */
const nextYear = new Date().getUTCFullYear() + 1;

async function newSchedule(user: Organization, change: Record<string, unknown> = {}): Promise<Schedule> {
  const customer = change['customer_id'] ?? (await newCustomer(user)).id;
  const body = { customer_id: customer, start_date: `${nextYear}-01-31`, ...paper, ...change };
  return good(user.post<Schedule>('/recurring_schedules', body), 201);
}

const read = (user: Organization, id: string) => good(user.get<Schedule>(`/recurring_schedules/${id}`), 200);
const preview = async (user: Organization, id: string) =>
  (await good(user.get<{ data: Announced[] }>(`/recurring_schedules/${id}/preview`), 200)).data;
const command = (user: Organization, id: string, name: string, body: unknown = {}) =>
  good(user.post<Schedule>(`/recurring_schedules/${id}/${name}`, body), 200);

/** What it has made, oldest first. */
async function made(user: Organization, id: string): Promise<Invoice[]> {
  const invoices = await everything<Invoice>(user, `/invoices?recurring_schedule_id=${id}&limit=50`);
  return invoices.toSorted((a, b) => String(a.issue_date).localeCompare(String(b.issue_date)));
}
const told = ({ issue_date, due_date, total_cents }: Invoice) => ({ issue_date, due_date, total_cents });
const dates = (invoices: readonly Invoice[]) => invoices.map(({ issue_date }) => issue_date);

it('makes a year from 31 January as announced, and runs what its invoices have due on the way', async () => {
  const user = await ownOrganization({ time_zone: 'Europe/Paris' });
  const schedule = await newSchedule(user, { action: 'send', net_days: 14, occurrences: 12, reminders: [] });
  expect([schedule.status, schedule.next_run_at]).toEqual(['active', `${nextYear}-01-31T08:00:00.000Z`]);
  const announced = await preview(user, schedule.id);
  const leap = new Date(Date.UTC(nextYear, 2, 0)).getUTCDate();
  expect(announced.slice(0, 4)).toEqual([
    { issue_date: `${nextYear}-01-31`, due_date: `${nextYear}-02-14`, total_cents: 4_885 },
    {
      issue_date: `${nextYear}-02-${leap}`,
      due_date: plusDays(`${nextYear}-02-${leap}`, 14),
      total_cents: 4_885,
    },
    { issue_date: `${nextYear}-03-31`, due_date: `${nextYear}-04-14`, total_cents: 4_885 },
    { issue_date: `${nextYear}-04-30`, due_date: `${nextYear}-05-14`, total_cents: 4_885 },
  ]);
  expect(announced).toHaveLength(12);
  await advance(user, `${nextYear}-06-30T00:00:00Z`);
  expect((await made(user, schedule.id)).map(told)).toEqual(announced.slice(0, 5));
  expect(await preview(user, schedule.id)).toEqual(announced.slice(5));
  await advance(user, `${nextYear + 1}-02-28T00:00:00Z`);
  const invoices = await made(user, schedule.id);
  expect(invoices.map(told)).toEqual(announced);
  // Issued at their own time, mailed, and overdue by the clock that made them.
  const [first] = invoices;
  expect(first).toMatchObject({ recurring_schedule_id: schedule.id, display_status: 'overdue' });
  expect(first?.created_at.slice(0, 16)).toBe(`${nextYear}-01-31T08:00`);
  expect(await mailbox(user, first?.id ?? '')).toHaveLength(1);
  await Promise.all(invoices.map(({ id }) => look(user, id)));
  expect(new Set(invoices.map(({ invoice_number: number }) => number)).size).toBe(12);
  const ended = await read(user, schedule.id);
  expect([ended.status, ended.next_issue_date, ended.last_occurrences.length]).toEqual(['ended', null, 12]);
  expect(await preview(user, schedule.id)).toEqual([]);
}, 120_000);

it('makes nothing while paused, and goes on at its old dates without catching up', async () => {
  const user = await ownOrganization();
  const { id } = await newSchedule(user, { end_date: `${nextYear}-08-31` });
  await advance(user, `${nextYear}-02-10T00:00:00Z`);
  expect((await command(user, id, 'pause')).status).toBe('paused');
  expect(await refusal(user.post(`/recurring_schedules/${id}/pause`))).toEqual([
    409,
    'wrong_schedule_status',
  ]);
  await advance(user, `${nextYear}-05-10T00:00:00Z`);
  const wouldBe = [`${nextYear}-05-31`, `${nextYear}-06-30`, `${nextYear}-07-31`, `${nextYear}-08-31`];
  expect((await preview(user, id)).map(({ issue_date }) => issue_date)).toEqual(wouldBe);
  expect(await command(user, id, 'resume')).toMatchObject({
    status: 'active',
    next_issue_date: `${nextYear}-05-31`,
  });
  const skipped = await command(user, id, 'skip', { date: `${nextYear}-06-30` });
  expect(skipped.skipped_dates).toEqual([`${nextYear}-06-30`]);
  expect((await preview(user, id)).map(({ issue_date }) => issue_date)).toEqual(
    wouldBe.filter((date) => date !== `${nextYear}-06-30`),
  );
  await advance(user, `${nextYear + 1}-01-01T00:00:00Z`);
  expect(dates(await made(user, id))).toEqual([
    `${nextYear}-01-31`,
    `${nextYear}-05-31`,
    `${nextYear}-07-31`,
    `${nextYear}-08-31`,
  ]);
  const { status, last_occurrences: last } = await read(user, id);
  expect(status).toBe('ended');
  expect(last.find(({ outcome }) => outcome === 'skipped')).toMatchObject({
    issue_date: `${nextYear}-06-30`,
    reason: 'requested',
    invoice_id: null,
  });
  expect(await refusal(user.post(`/recurring_schedules/${id}/resume`))).toEqual([
    409,
    'wrong_schedule_status',
  ]);
}, 120_000);

it('passes over a date on which the invoice is refused, and says why', async () => {
  const user = await ownOrganization();
  const { id: customer } = await newCustomer(user, { email: null });
  const { id } = await newSchedule(user, { customer_id: customer, action: 'send', occurrences: 3 });
  await advance(user, `${nextYear}-02-10T00:00:00Z`);
  await good(user.patch(`/customers/${customer}`, { email: 'ap@dunder.example', credit_hold: true }), 200);
  await advance(user, `${nextYear}-03-10T00:00:00Z`);
  await good(user.patch(`/customers/${customer}`, { credit_hold: false }), 200);
  await advance(user, `${nextYear}-04-10T00:00:00Z`);
  const { last_occurrences: last, status } = await read(user, id);
  expect(last.toReversed().map(({ outcome, reason }) => [outcome, reason])).toEqual([
    ['skipped', 'no_email_address'],
    ['skipped', 'customer_on_credit_hold'],
    ['made', null],
  ]);
  expect([status, dates(await made(user, id))]).toEqual(['ended', [`${nextYear}-03-31`]]);
}, 120_000);

it('takes prices and settings of the moment, and a change from then on', async () => {
  const user = await ownOrganization();
  const item = await good(user.post<{ id: string }>('/items', { name: 'Paper', rate_cents: 4_500 }), 201);
  const lines = [{ product_id: item.id, quantity: 2 }];
  const { id, version } = await newSchedule(user, { line_items: lines, taxes: null });
  await good(user.patch(`/items/${item.id}`, { rate_cents: 5_000 }), 200);
  expect((await preview(user, id))[0]?.total_cents).toBe(10_000);
  await advance(user, `${nextYear}-02-10T00:00:00Z`);
  await good(user.patch(`/items/${item.id}`, { rate_cents: 6_000 }), 200);
  const changed = await good(
    user.patch<Schedule & Record<string, unknown>>(`/recurring_schedules/${id}`, {
      line_items: [...lines, { description: 'Delivery', rate_cents: 100 }],
      memo: 'changed',
      net_days: 7,
      end_date: `${nextYear}-03-31`,
    }),
    200,
  );
  expect(changed).toMatchObject({ memo: 'changed', net_days: 7, end_date: `${nextYear}-03-31` });
  expect(changed.version).toBeGreaterThan(version);
  expect(await refusal(user.patch(`/recurring_schedules/${id}`, { interval: 'week' }))).toEqual([
    422,
    'field_frozen',
    '/interval',
  ]);
  await advance(user, `${nextYear}-04-10T00:00:00Z`);
  const invoices = await made(user, id);
  expect(invoices.map(({ total_cents, memo, due_date }) => [total_cents, memo, due_date])).toEqual([
    [10_000, null, `${nextYear}-03-02`],
    [12_100, 'changed', plusDays(invoices[1]?.issue_date ?? '', 7)],
    [12_100, 'changed', `${nextYear}-04-07`],
  ]);
}, 120_000);

it('is made once for one key, is listed by its mode, and is gone when it is deleted', async () => {
  const user = await ownOrganization();
  const key = { 'Idempotency-Key': randomUUID() };
  const customer = (await newCustomer(user)).id;
  const body = { customer_id: customer, start_date: `${nextYear}-01-31`, ...paper, name: 'Paper' };
  const [first, second] = [
    await good(user.post<Schedule>('/recurring_schedules', body, key), 201),
    await good(user.post<Schedule>('/recurring_schedules', body, key), 201),
  ];
  expect(second).toEqual(first);
  expect(await everything<Schedule>(user, '/recurring_schedules')).toEqual([first]);
  expect(await everything(user.live, '/recurring_schedules')).toEqual([]);
  expect((await user.live.get(`/recurring_schedules/${first.id}`)).status).toBe(404);
  const operator = await openOperator();
  expect(first.workflow_id).toBe(`recurring:${first.id}`);
  expect(await operator.status(first.workflow_id)).toBe('RUNNING');
  expect((await user.remove(`/recurring_schedules/${first.id}`)).status).toBe(204);
  expect((await user.remove(`/recurring_schedules/${first.id}`)).status).toBe(404);
  await advance(user, `${nextYear}-03-01T00:00:00Z`);
  expect(await everything(user, '/invoices')).toEqual([]);
  await operator.close();
});

it('makes at once what lies behind its start, each with its own date', async () => {
  const user = await ownOrganization();
  const today = (await clock(user)).slice(0, 10);
  const schedule = await newSchedule(user, {
    start_date: plusDays(today, -2),
    interval: 'day',
    local_time: '00:00',
    occurrences: 4,
  });
  const { ran } = await advance(user, `${plusDays(today, 5)}T00:00:00Z`);
  expect(ran).toBeLessThanOrEqual(2);
  const invoices = await made(user, schedule.id);
  expect(dates(invoices)).toEqual([-2, -1, 0, 1].map((days) => plusDays(today, days)));
});

it('is announced without being stored', async () => {
  const user = await ownOrganization();
  const customer = (await newCustomer(user)).id;
  const body = { customer_id: customer, ...paper, start_date: '2028-02-29', interval: 'year' };
  const { data } = await good(user.post<{ data: Announced[] }>('/recurring_schedules/preview', body), 200);
  expect(data.slice(0, 5).map(({ issue_date }) => issue_date)).toEqual([
    '2028-02-29',
    '2029-02-28',
    '2030-02-28',
    '2031-02-28',
    '2032-02-29',
  ]);
  expect(data).toHaveLength(12);
  expect(await everything(user, '/recurring_schedules')).toEqual([]);
});

describe('bad input', () => {
  let user: Organization;
  let customer: string;
  beforeAll(async () => {
    user = await ownOrganization();
    customer = (await newCustomer(user)).id;
  });

  it.each([
    [{ end_date: `${nextYear}-01-30` }, 'end_before_start', '/end_date'],
    [{ end_date: `${nextYear}-02-28`, occurrences: 2 }, 'conflicting_fields', '/end_date'],
    [{ interval_count: 0 }, 'invalid_value', '/interval_count'],
    [{ interval_count: 1.5 }, 'invalid_value', '/interval_count'],
    [{ interval: 'hour' }, 'invalid_value', '/interval'],
    [{ occurrences: 0 }, 'invalid_value', '/occurrences'],
    [{ time_zone: 'Mars/Olympus' }, 'invalid_time_zone', '/time_zone'],
    [{ time_zone: '+02:00' }, 'invalid_time_zone', '/time_zone'],
    [{ local_time: '24:00' }, 'invalid_value', '/local_time'],
    [{ net_days: -1 }, 'invalid_value', '/net_days'],
    [{ action: 'void' }, 'invalid_value', '/action'],
    [{ start_date: '2027-02-29' }, 'invalid_date', '/start_date'],
    [{ start_date: '2001-01-01' }, 'starts_too_early', '/start_date'],
    [{ customer_id: randomUUID() }, 'unknown_customer', '/customer_id'],
    [{ line_items: [] }, 'invalid_value', '/line_items'],
    [{ line_items: [{ product_id: randomUUID() }] }, 'unknown_product', '/line_items/0/product_id'],
    [{ line_items: [{ rate_cents: 1, quantity: 0 }] }, 'invalid_value', '/line_items/0/quantity'],
    [{ tax_rate_ids: [randomUUID()] }, 'unknown_tax_rate', '/tax_rate_ids/0'],
    [{ invoice_number: 'INV-1' }, 'unknown_field', '/invoice_number'],
    [{ live_mode: true }, 'invalid_value', '/live_mode'],
  ])('%j is refused', async (change, code, pointer) => {
    const body = { customer_id: customer, start_date: `${nextYear}-01-31`, ...paper, ...change };
    expect(await refusal(user.post('/recurring_schedules', body))).toEqual([422, code, pointer]);
  });

  it('leaves nothing behind', async () => {
    expect(await everything(user, '/recurring_schedules')).toEqual([]);
  });

  it('is refused where there is no such date to skip', async () => {
    const { id } = await newSchedule(user, { customer_id: customer });
    for (const date of [`${nextYear}-01-30`, `${nextYear - 1}-12-31`]) {
      expect(await refusal(user.post<Problem>(`/recurring_schedules/${id}/skip`, { date }))).toEqual([
        422,
        'no_such_occurrence',
        '/date',
      ]);
    }
    expect(await refusal(user.post(`/recurring_schedules/${id}/skip`))).toEqual([
      422,
      'invalid_date',
      '/date',
    ]);
  });
});
