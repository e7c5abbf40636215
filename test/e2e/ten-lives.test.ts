// Ten lives in test mode: what their timelines announce, laid beside what the clock then makes happen, one by one.
import type { TimelineEntryObject } from '../../src/gateway/api/timeline-object.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import {
  advance,
  type Invoice,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  sample,
  timeline,
} from '../support/e2e-organization.ts';
import { look, morning } from '../support/e2e-story.ts';
import { type Pair, pairs, report } from '../support/told-and-done.ts';

type Body = Record<string, unknown>;
type Life = {
  readonly name: string;
  readonly body: Body;
  readonly customer?: Body;
  /** What is set before the invoice is made: it is frozen there. */
  readonly settings?: Body;
  /** What somebody does before the plan is read. */
  readonly first?: (user: Organization, invoice: Invoice) => Promise<unknown>;
  /** What has to be in the plan, so that no life goes by without what it is about. */
  readonly about: readonly string[];
};

/** Of fees without an end the plan shows the next twelve. */
const days = 80;
const fee = (type: string, value: number, interval: string, more: Body = {}) => ({
  type,
  value,
  frequency: { interval },
  ...more,
});
const policy = async (user: Organization, path: string, body: Body) =>
  (await good(user.post<{ id: string }>(path, body), 201)).id;

async function livesOf(user: Organization, day: string): Promise<readonly Life[]> {
  const firm = await policy(user, '/late_fee_policies', {
    name: 'Firm',
    ...fee('percentage', 2, 'week', { grace_days: 2, percentage_cap: 7 }),
  });
  const gentle = await policy(user, '/reminder_policies', {
    name: 'Gentle',
    steps: [
      { id: 'before', offset_days: -2, local_time: '22:30' },
      { id: 'text', offset_days: 4, channel: 'sms' },
      { id: 'call', offset_days: 9, channel: 'task' },
      { id: 'partly', offset_days: 12, condition: { only_if: 'partially_paid' } },
    ],
  });
  const everyone = fee('fixed', 250, 'month');
  await policy(user, '/late_fee_policies', { name: 'Everyone', default: true, ...everyone });
  const due = (after: number) => ({ action: 'issue', due_date: plusDays(day, after), late_fees: null });
  const none = { action: 'none' };
  const parts = [10, 31, 52].map((after, index) => ({
    type: 'percentage',
    value: [50, 30, 20][index],
    due_date: plusDays(day, after),
  }));
  return [
    {
      name: 'as it comes, with fees for everyone',
      body: { action: 'send', due_date: plusDays(day, 14) },
      about: ['overdue', 'reminder', 'late_fee'],
    },
    {
      name: 'fees by the month in Berlin, up to a cap',
      body: {
        ...due(5),
        time_zone: 'Europe/Berlin',
        late_fees: fee('fixed', 500, 'month', { cap_cents: 1_200, grace_days: 3 }),
      },
      about: ['late_fee', 'overdue'],
    },
    {
      name: 'compounding by the week in Auckland, a customer in California',
      customer: { time_zone: 'America/Los_Angeles' },
      body: {
        ...due(8),
        time_zone: 'Pacific/Auckland',
        late_fees: fee('percentage', 1.5, 'week', { base: 'outstanding_balance', compounding: true }),
      },
      about: ['late_fee', 'reminder'],
    },
    {
      name: 'yen by the day, less a discount',
      body: {
        ...due(20),
        currency: 'JPY',
        time_zone: 'Asia/Tokyo',
        discounts: [{ type: 'percentage', value: 12.5 }],
        late_fees: fee('percentage', 1, 'day', { percentage_cap: 5 }),
      },
      about: ['late_fee'],
    },
    {
      name: 'three instalments',
      body: { ...due(52), installments: { schedule: parts }, late_fees: fee('fixed', 900, 'one_time') },
      about: ['instalment_due', 'late_fee'],
    },
    {
      name: 'sent in three days, fees by the hour',
      body: {
        send_at: `${plusDays(day, 3)}T10:00`,
        time_zone: 'America/New_York',
        due_date: plusDays(day, 6),
        late_fees: fee('fixed', 40, 'hour', { cap_cents: 300 }),
        reminders: [{ id: 'one', offset_days: 1, local_time: '07:15' }],
      },
      about: ['issue', 'send', 'late_fee'],
    },
    {
      name: 'by the policies of its customer',
      customer: { late_fee_policy_id: firm, reminder_policy_id: gentle, time_zone: 'Europe/Lisbon' },
      body: { action: 'issue', due_date: plusDays(day, 10) },
      about: ['reminder', 'late_fee'],
    },
    {
      name: 'no reminders on weekends and holidays, a task at the end',
      settings: { send_on_weekends: false, holiday_country: 'US', final_action: { action: 'task' } },
      body: {
        ...due(3),
        reminders: [0, 1, 2, 3, 4, 5, 6].map((offset_days) => ({
          id: `d${offset_days}`,
          offset_days: offset_days * 4,
        })),
      },
      about: ['reminder', 'final_action'],
    },
    {
      name: 'written off when every reminder has passed',
      settings: { final_action: { action: 'uncollectible', after_days: 9 } },
      body: { ...due(7), late_fees: fee('fixed', 333, 'week') },
      about: ['late_fee', 'final_action'],
    },
    {
      name: 'partly paid, then a promise that is broken',
      settings: { final_action: none },
      body: { ...due(4), late_fees: fee('percentage', 3, 'week') },
      first: async (own, { id }) => {
        await good(pay(own, id, { amount_cents: 2_000 }), 200);
        await good(own.post(`/invoices/${id}/hold`, { kind: 'promise', until: plusDays(day, 25) }), 200);
      },
      about: ['promise_broken', 'late_fee', 'reminder'],
    },
  ];
}

type Lived = Life & {
  readonly id: string;
  readonly previewed: readonly TimelineEntryObject[];
  readonly told: readonly TimelineEntryObject[];
};

/** What a preview says, then the invoice itself. */
async function begin(user: Organization, life: Life): Promise<Lived> {
  const { settings, customer, first } = life;
  if (settings !== undefined) await good(user.patch('/settings', settings), 200);
  const body = { customer_id: (await newCustomer(user, customer)).id, ...sample, ...life.body };
  const preview = await good(
    user.post<{ timeline: { data: TimelineEntryObject[] } }>('/invoices/preview', body),
    200,
  );
  const made = await newInvoice(user, body);
  await first?.(user, made);
  const told = await timeline(user, made.id);
  return { ...life, id: made.id, told: ahead(told), previewed: ahead(preview.timeline.data) };
}

/** What is still to come, without what is about to happen at once. */
const ahead = (entries: readonly TimelineEntryObject[]) =>
  entries.filter(
    ({ at, status }) => at > soon && (status === 'planned' || status === 'skipped' || status === 'suspended'),
  );
let soon = '';

it('goes as it was told', async () => {
  const [user, day] = await morning();
  soon = `${day}T12:00:00Z`;
  const end = `${plusDays(day, days)}T00:00:00.000Z`;
  const lives: Lived[] = [];
  for (const life of await livesOf(user, day)) lives.push(await begin(user, life));
  expect(lives).toHaveLength(10);
  const untouched = lives.filter(({ first }) => first === undefined);
  expect(untouched.map(({ previewed }) => previewed)).toEqual(untouched.map(({ told }) => told));
  await advance(user, end);
  const table: (readonly [string, readonly Pair[]])[] = [];
  for (const { name, id, told, about } of lives) {
    const happened = await eventually(`${name} to be over`, async () => {
      const entries = await timeline(user, id);
      return entries.every(({ at, status }) => at > end || status !== 'planned') && entries;
    });
    const lived = pairs(
      told.filter(({ at }) => at <= end),
      happened.filter(({ at }) => at > soon && at <= end),
    );
    expect(lived.map(({ told: entry }) => entry?.kind)).toEqual(expect.arrayContaining([...about]));
    table.push([name, lived]);
    await look(user, id);
  }
  // What jest prints is on standard error.
  process.stderr.write(report(table));
  const differing = table.flatMap(([name, lived]) =>
    lived.filter(({ differs }) => differs !== null).map((pair) => [name, pair]),
  );
  expect(differing).toEqual([]);
}, 300_000);
