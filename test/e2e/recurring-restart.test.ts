// Everything is killed between an invoice of a schedule and the word that it was made: it is made once all the same.
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import {
  everything,
  type Invoice,
  mailbox,
  newCustomer,
  newOrganization,
  organizationOf,
  plusDays,
} from '../support/e2e-organization.ts';
import { type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';
import { look } from '../support/e2e-story.ts';

type Schedule = {
  id: string;
  status: string;
  last_occurrences: { occurrence: number; outcome: string; invoice_id: string | null }[];
};

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

/** Keeps everybody else from writing the schedule: an unfinished transaction has its hands on it. */
async function hold(id: string): Promise<void> {
  const { client, db } = await product.database();
  const session = client.startSession();
  session.startTransaction();
  const found = await db
    .collection<{ _id: string }>('recurring_schedules')
    .updateOne({ _id: id }, { $set: { held: true } }, { session });
  if (found.matchedCount !== 1) throw new Error('The schedule is not stored.');
}

it('makes each date once, though it died before it could write down that it had', async () => {
  const user = await newOrganization(product.credentials());
  const { id: customer } = await newCustomer(user);
  const day = plusDays(new Date().toISOString(), 1);
  const body = {
    customer_id: customer,
    start_date: day,
    interval: 'day',
    occurrences: 3,
    action: 'send',
    reminders: [],
    line_items: [{ description: 'Copy Paper, Case', rate_cents: 4_500 }],
  };
  const { id } = await good(user.post<Schedule>('/recurring_schedules', body), 201);
  await hold(id);
  const to = `${plusDays(day, 5)}T00:00:00Z`;
  const broken = user.post('/test_clock/advance', { to }).catch(() => null);
  const made = (who: typeof user) => everything<Invoice>(who, `/invoices?recurring_schedule_id=${id}`);
  await eventually('the first invoice', async () => (await made(user)).length === 1);
  const before = await good(user.get<Schedule>(`/recurring_schedules/${id}`), 200);
  expect(before.last_occurrences).toEqual([]);

  await product.kill();
  await broken;
  await product.start();

  const again = organizationOf(product.credentials().base_url, user.keys);
  const current = () => good(again.get<Schedule>(`/recurring_schedules/${id}`), 200);
  // The advance that was broken off goes on by itself.
  await eventually('its end', async () => (await current()).status === 'ended', 90);
  const { status, last_occurrences: last } = await current();
  expect([status, last.map(({ occurrence, outcome }) => [occurrence, outcome])]).toEqual([
    'ended',
    [
      [3, 'made'],
      [2, 'made'],
      [1, 'made'],
    ],
  ]);
  const invoices = await made(again);
  expect(invoices.map((invoice) => invoice.id)).toEqual(last.map(({ invoice_id: invoice }) => invoice));
  expect(invoices.map(({ issue_date: date }) => date)).toEqual([2, 1, 0].map((days) => plusDays(day, days)));
  expect(invoices.map(({ invoice_number: number }) => number)).toEqual([
    'TEST-0003',
    'TEST-0002',
    'TEST-0001',
  ]);
  await Promise.all(invoices.map((invoice) => look(again, invoice.id)));
  const mails = async () => {
    const taken = await Promise.all(invoices.map((invoice) => mailbox(again, invoice.id)));
    return taken.map(({ length }) => length);
  };
  // The advance that would have waited for them died too.
  await eventually('all mails', async () => (await mails()).every((count) => count > 0), 60);
  expect(await mails()).toEqual([1, 1, 1]);
}, 180_000);
