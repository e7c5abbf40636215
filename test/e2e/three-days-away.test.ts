// Three days without power: everything is killed, and what had been due meanwhile is found in one go by engines that
// start late. Nothing is lost, nothing is done twice, and each late thing says what became of it.
import { good } from '../support/e2e-http.ts';
import {
  advance,
  clock,
  everything,
  type Invoice,
  mailbox,
  newCustomer,
  newInvoice,
  newOrganization,
  type Organization,
  organizationOf,
  plusDays,
  read,
  type Taken,
  timeline,
} from '../support/e2e-organization.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';
import { look } from '../support/e2e-story.ts';

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

const threeDays = 3 * 86_400_000;

/** While nobody looks the organization's time goes on, as real time does for live invoices. */
async function daysPass(organizationId: string): Promise<void> {
  const { db } = await product.database();
  const organizations = db.collection<{ _id: string; clock_offset_ms: number }>('organizations');
  await organizations.updateOne({ _id: organizationId }, { $inc: { clock_offset_ms: threeDays } });
}

/** What was due while everything was away, and what became of it. */
async function told(user: Organization, id: string, day: string): Promise<string[]> {
  const entries = await timeline(user, id);
  return (
    entries
      .filter(({ at }) => at > `${day}T10:30` && at < `${plusDays(day, 3)}T12:00`)
      // What goes to the customer over all invoices is looked at apart.
      .filter(({ kind, status }) => status !== 'planned' && kind !== 'message')
      .map(({ at, kind, step_id, occurrence, status, reason }) => {
        const days = Math.round((Date.parse(at.slice(0, 10)) - Date.parse(day)) / 86_400_000);
        const which = step_id ?? occurrence;
        return [`+${days}d ${at.slice(11, 16)}`, kind, which, status, reason]
          .filter((word) => word !== null)
          .join(' ');
      })
  );
}

type Lives = Readonly<Record<'reminded' | 'forgotten' | 'charged' | 'scheduled' | 'promised', string>>;

const step = (id: string, offset_days: number, local_time = '09:00') => ({ id, offset_days, local_time });

async function begin(user: Organization, day: string): Promise<Lives> {
  const plain = { action: 'issue', reminders: [] };
  const later = plusDays(day, 1);
  const steps = [step('a', 0), step('b', 1), step('c', 2)];
  const reminded = await newInvoice(user, { ...plain, due_date: later, reminders: { steps } });
  const once = { steps: [step('early', 0, '11:00')] };
  const forgotten = await newInvoice(user, { ...plain, due_date: day, reminders: once });
  const daily = { type: 'fixed', value: 100, frequency: { interval: 'day' } };
  const charged = await newInvoice(user, { ...plain, due_date: day, late_fees: daily });
  const scheduled = await newInvoice(user, { send_at: `${later}T09:00`, reminders: [] });
  const promised = await newInvoice(user, { ...plain, due_date: day, reminders: { steps: [step('p', 2)] } });
  const promise = { kind: 'promise', until: later };
  await good(user.post(`/invoices/${promised.id}/hold`, promise), 200);
  return {
    reminded: reminded.id,
    forgotten: forgotten.id,
    charged: charged.id,
    scheduled: scheduled.id,
    promised: promised.id,
  };
}

async function beginSchedule(user: Organization, day: string): Promise<string> {
  const { id: customer } = await newCustomer(user);
  const body = {
    customer_id: customer,
    start_date: plusDays(day, 1),
    interval: 'day',
    occurrences: 3,
    action: 'send',
    reminders: [],
    line_items: [{ description: 'Copy Paper, Case', rate_cents: 4_500 }],
  };
  return (await good(user.post<{ id: string }>('/recurring_schedules', body), 201)).id;
}

it('finds everything that was due, does it once or says why not, and dates fees when they were due', async () => {
  const user = await newOrganization(product.credentials());
  const day = plusDays(new Date().toISOString(), 1);
  await advance(user, `${day}T10:00:00Z`);
  const lives = await begin(user, day);
  const schedule = await beginSchedule(user, day);
  const stages = [{ days_overdue: 1 }, { days_overdue: 2 }];
  await good(user.patch('/settings', { dunning: { enabled: true, local_time: '12:00', stages } }), 200);
  const debtor = await newCustomer(user);
  await newInvoice(user, { customer_id: debtor.id, action: 'issue', due_date: day, reminders: [] });

  await daysPass(user.id);
  await product.kill();
  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  const now = Date.parse(await clock(again));
  await advance(again, new Date(now + 300_000).toISOString());

  expect(await told(again, lives.reminded, day)).toEqual([
    '+1d 09:00 reminder a skipped superseded',
    '+2d 00:00 overdue done',
    '+2d 09:00 reminder b skipped superseded',
    '+3d 09:00 reminder c done',
  ]);
  expect(await mailbox(again, lives.reminded)).toHaveLength(1);
  expect(await told(again, lives.forgotten, day)).toEqual([
    '+0d 11:00 reminder early skipped too_late',
    '+1d 00:00 overdue done',
  ]);
  expect(await mailbox(again, lives.forgotten)).toEqual([]);
  expect(await told(again, lives.charged, day)).toEqual([
    '+1d 00:00 overdue done',
    '+1d 00:00 late_fee 1 done',
    '+2d 00:00 late_fee 2 done',
    '+3d 00:00 late_fee 3 done',
  ]);
  const { entries } = await look(again, lives.charged);
  const fees = entries.filter(({ type }) => type === 'late_fee_assessed').map(({ date }) => date);
  expect(fees).toEqual([1, 2, 3].map((days) => plusDays(day, days)));
  expect(await read(again, lives.scheduled)).toMatchObject({ status: 'sent' });
  expect(await mailbox(again, lives.scheduled)).toHaveLength(1);
  expect(await told(again, lives.promised, day)).toEqual([
    '+1d 00:00 overdue done',
    '+2d 00:00 promise_broken done promise',
    '+2d 09:00 reminder p done',
  ]);
  expect(await mailbox(again, lives.promised)).toHaveLength(1);

  const made = await everything<Invoice>(again, `/invoices?recurring_schedule_id=${schedule}`);
  expect(made.map(({ issue_date: date }) => date)).toEqual([3, 2, 1].map((days) => plusDays(day, days)));
  await eventually('a mail for each', async () => {
    const mails = await Promise.all(made.map(({ id }) => mailbox(again, id)));
    return mails.every(({ length }) => length === 1);
  });
  const all = await everything<Taken>(again, '/sandbox/messages');
  const dunned = all.filter(({ to }) => to.includes(debtor.email ?? ''));
  expect(dunned).toHaveLength(1);
  const { difference_cents: difference } = await good(
    again.get<{ difference_cents: number }>('/reports/reconciliation'),
    200,
  );
  expect(difference).toBe(0);
}, 240_000);
