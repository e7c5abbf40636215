// Everything is killed while a new version of a reminder policy is on its way to the invoices that follow it.
import { eventually } from '../support/e2e-eventually.ts';
import { good } from '../support/e2e-http.ts';
import { activity, newInvoice, newOrganization, organizationOf, read } from '../support/e2e-organization.ts';
import { type OwnProduct, ownProduct } from '../support/e2e-own-product.ts';

type Policy = { id: string; applying: { applied: number } | null };

let product: OwnProduct;
beforeAll(async () => {
  product = await ownProduct();
  await product.start();
}, 120_000);
afterAll(() => product.remove());

/** Keeps everybody else from writing the invoice: an unfinished transaction has its hands on it. */
async function hold(id: string): Promise<void> {
  const { client, db } = await product.database();
  const session = client.startSession();
  session.startTransaction();
  const invoices = db.collection<{ _id: string }>('invoices');
  const found = await invoices.updateOne({ _id: id }, { $set: { held: true } }, { session });
  if (found.matchedCount !== 1) throw new Error('The invoice is not stored.');
}

it('reaches each of them once all the same', async () => {
  const user = await newOrganization(product.credentials());
  const steps = [{ offset_days: 3 }];
  const { id } = await good(user.post<Policy>('/reminder_policies', { name: 'Gentle', steps }), 201);
  const reminders = { policy_id: id };
  const open = [];
  for (let count = 0; count < 12; count += 1) {
    open.push(await newInvoice(user, { action: 'issue', reminders }));
  }
  const ids = open.map((invoice) => invoice.id).sort();
  await hold(ids[6] ?? '');
  const change = { steps: [{ offset_days: 5 }], apply_to: 'open_invoices' };
  await good(user.patch<Policy>(`/reminder_policies/${id}`, change), 200);
  const versionOf = async (who: typeof user, invoice: string) =>
    (await read(who, invoice)).reminder_policy?.version;
  await eventually('some that have it', async () => (await versionOf(user, ids[0] ?? '')) === 2);
  expect(await versionOf(user, ids[6] ?? '')).toBe(1);
  await product.kill();

  await product.start();
  const again = organizationOf(product.credentials().base_url, user.keys);
  const hasAll = async () => {
    const versions = await Promise.all(ids.map((one) => versionOf(again, one)));
    return versions.every((version) => version === 2);
  };
  await eventually('all that have it', hasAll, 90);
  const isOver = async () =>
    (await good(again.get<Policy>(`/reminder_policies/${id}`), 200)).applying === null;
  await eventually('an end of it', isOver, 60);
  for (const one of ids) {
    const planned = (await activity(again, one)).filter(({ command }) => command === 'setReminders');
    expect(planned.map(({ code }) => code)).toEqual([null]);
  }
}, 240_000);
