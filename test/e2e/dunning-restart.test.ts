// Everything is killed in the middle of a run, or is away when its time comes: nobody is left out, nobody hears twice.
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import { openOperator } from '../support/e2e-operator.ts';
import {
  everything,
  newCustomer,
  newInvoice,
  newOrganization,
  type Organization,
  organizationOf,
  type Taken,
} from '../support/e2e-organization.ts';
import { type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';

const count = 40;

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

async function owing(user: Organization, people: number): Promise<string[]> {
  const emails: string[] = [];
  for (let made = 0; made < people; made += 1) {
    const { id, email } = await newCustomer(user.live);
    await newInvoice(user.live, {
      customer_id: id,
      action: 'issue',
      issue_date: '2024-01-01',
      due_date: '2024-02-01',
      reminders: [],
    });
    emails.push(email ?? '');
  }
  return emails.toSorted();
}

/** To whom the mailbox has taken something, once for each mail. */
async function receivers(product: OwnProduct, { id }: Organization): Promise<string[]> {
  const { db, client } = await product.database();
  const rows = await db
    .collection('sandbox_messages')
    .find({ organization_id: id, live_mode: true })
    .toArray();
  await client.close();
  return rows.map(({ to }) => String((to as string[])[0])).toSorted();
}

it('a run that was killed goes on where it stopped', async () => {
  const user = await newOrganization(product.credentials());
  const emails = await owing(user, count);
  await good(user.patch('/settings', { dunning: { enabled: true, local_time: '00:00' } }), 200);
  const operator = await openOperator(product.credentials());
  await operator.trigger(`dunning:${user.id}`);
  await operator.close();
  await eventually('a run in its middle', async () => (await receivers(product, user)).length >= 5);
  await product.kill();

  await product.start();
  const before = (await receivers(product, user)).length;
  expect(before).toBeLessThan(count);
  const again = organizationOf(product.credentials().base_url, user.keys);
  type Dunning = { history: { status: string; reason: string | null }[] };
  const customers = await everything<{ id: string }>(again.live, '/customers?limit=50');
  const ends = await eventually(
    'an end for everybody',
    async () => {
      const all = await Promise.all(
        customers.map(({ id }) => good(again.live.get<Dunning>(`/customers/${id}/dunning`), 200)),
      );
      const rows = all.flatMap(({ history }) =>
        history.map(({ status, reason }) => [status, reason].join(' ')),
      );
      return rows.length === count && rows.every((row) => !row.startsWith('QUEUED')) && rows;
    },
    90,
  );
  const heard = await receivers(product, user);
  // Nobody twice; and who did not hear is said to be unknown, because a mail was on its way when everything died.
  expect(new Set(heard).size).toBe(heard.length);
  expect(emails).toEqual(expect.arrayContaining(heard));
  const unknown = ends.filter((row) => row === 'FAILED no_answer').length;
  expect(ends.filter((row) => row === 'SENT ')).toHaveLength(count - unknown);
  expect(unknown).toBeLessThanOrEqual(8);
  expect(heard.length).toBeGreaterThanOrEqual(count - unknown);
}, 240_000);

it('a run whose time came while everything was away is made up for', async () => {
  const user = await newOrganization(product.credentials());
  const emails = await owing(user, 3);
  const now = Date.now();
  const next = new Date(now + (60_000 - (now % 60_000)) + (now % 60_000 > 45_000 ? 60_000 : 0));
  const time = next.toISOString().slice(11, 16);
  await good(user.patch('/settings', { dunning: { enabled: true, local_time: time } }), 200);
  expect(await product.end('SIGTERM')).toBe(0);
  await eventually('the time of the run', async () => Date.now() > next.getTime() + 1_000, 120);
  await product.start();
  const { history } = await eventually(
    'the run',
    async () => {
      const again = organizationOf(product.credentials().base_url, user.keys);
      const [customer] = await everything<{ id: string }>(again.live, '/customers');
      type Dunning = { history: { date: string; status: string }[] };
      const dunning = await good(again.live.get<Dunning>(`/customers/${customer?.id}/dunning`), 200);
      return dunning.history[0]?.status === 'SENT' && dunning;
    },
    60,
  );
  expect(history.map(({ date }) => date)).toEqual([next.toISOString().slice(0, 10)]);
  await eventually('a mail to everybody', async () => (await receivers(product, user)).length === 3);
  expect(await receivers(product, user)).toEqual(emails);
  const taken = await everything<Taken>(
    organizationOf(product.credentials().base_url, user.keys).live,
    '/sandbox/messages',
  );
  expect(taken).toHaveLength(3);
}, 240_000);
