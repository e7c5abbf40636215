// Reminder policies over HTTP: whose policy an invoice takes, that it is frozen there, and a new version that reaches
// the open invoices which follow it as its preview said.
import type { InvoiceObject } from '../../src/gateway/api/invoice-object.ts';
import { eventually } from '../support/e2e-eventually.ts';
import { good, refusal } from '../support/e2e-http.ts';
import {
  newCustomer,
  newInvoice,
  type Page,
  read,
  timeline,
  type Organization,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';

type ReminderRow = InvoiceObject['reminders'][number];
type Policy = {
  id: string;
  version: number;
  default: boolean;
  applying: { version: number; invoices: number; applied: number; passed_over: number } | null;
};
type Changes = { invoice_id: string; added: ReminderRow[]; removed: ReminderRow[]; moved: unknown[] };

let user: Organization;
beforeAll(async () => {
  user = await ownOrganization();
});

const step = (id: string, offset_days: number) => ({ id, offset_days, channel: 'email' });
const policy = (change: Record<string, unknown>) =>
  good(user.post<Policy>('/reminder_policies', { name: 'Gentle', steps: [step('a', 3)], ...change }), 201);
const issued = (change: Record<string, unknown> = {}) => newInvoice(user, { action: 'issue', ...change });
const steps = async (id: string) => (await read(user, id)).reminders.map((row) => row.step_id);

it('is taken from the invoice, else from the customer, else from the organization, else built in', async () => {
  const builtIn = await issued();
  expect(builtIn).toMatchObject({ reminder_policy: null });
  expect(builtIn.reminders).toHaveLength(5);
  const everybody = await policy({ name: 'Everybody', default: true, steps: [step('all', 1)] });
  const own = await policy({ name: 'Own', steps: [step('own', 2)] });
  const customer = await newCustomer(user, { reminder_policy_id: own.id });
  const named = await policy({ name: 'Named', steps: [step('named', 4)] });
  expect(await steps((await issued()).id)).toEqual(['all']);
  const byCustomer = await issued({ customer_id: customer.id });
  expect(byCustomer).toMatchObject({ reminder_policy: { id: own.id, version: 1 } });
  expect(await steps(byCustomer.id)).toEqual(['own']);
  const byName = await issued({ customer_id: customer.id, reminders: { policy_id: named.id } });
  expect(byName).toMatchObject({ reminder_policy: { id: named.id, version: 1 } });
  const bySteps = await issued({ customer_id: customer.id, reminders: { steps: [step('mine', 9)] } });
  expect(bySteps).toMatchObject({ reminder_policy: null });
  expect(await steps(bySteps.id)).toEqual(['mine']);
  // What somebody has is not deleted under them; what invoices have taken is theirs.
  expect(await refusal(user.remove(`/reminder_policies/${own.id}`))).toMatchObject([
    409,
    'reminder_policy_in_use',
  ]);
  expect((await user.remove(`/reminder_policies/${named.id}`)).status).toBe(204);
  expect(await steps(byName.id)).toEqual(['named']);
  await good(user.patch(`/reminder_policies/${everybody.id}`, { default: false }), 200);
});

it('keeps what an invoice has, unless a change is for open invoices, which does what its preview said', async () => {
  const gentle = await policy({ steps: [step('a', 3), step('b', 7)] });
  const follower = { reminders: { policy_id: gentle.id } };
  const open = await issued(follower);
  const paid = await issued(follower);
  const left = await issued({ reminders: { steps: [step('a', 3)] } });
  const draft = await newInvoice(user, follower);
  const live = await newInvoice(user.live, { action: 'issue', ...follower });
  await good(user.post(`/invoices/${paid.id}/record_payment`, {}, { 'Idempotency-Key': paid.id }), 200);

  const kept = await good(
    user.patch<Policy>(`/reminder_policies/${gentle.id}`, { steps: [step('a', 3), step('b', 8)] }),
    200,
  );
  expect(kept).toMatchObject({ version: 2, applying: null });
  expect(await read(user, open.id)).toMatchObject({ reminder_policy: { version: 1 }, version: open.version });

  const wanted = { steps: [step('a', 5), step('c', 20)] };
  const preview = `/reminder_policies/${gentle.id}/preview`;
  const { data } = await good(user.post<Page<Changes>>(preview, wanted), 200);
  expect(new Set(data.map((one) => one.invoice_id))).toEqual(new Set([open.id, draft.id]));
  const { data: others } = await good(user.live.post<Page<Changes>>(preview, wanted), 200);
  expect(others.map((one) => one.invoice_id)).toEqual([live.id]);
  const [changes] = data.filter((one) => one.invoice_id === open.id);
  expect((await read(user, open.id)).version).toBe(open.version);

  const change = { ...wanted, apply_to: 'open_invoices' };
  const applying = await good(user.patch<Policy>(`/reminder_policies/${gentle.id}`, change), 200);
  expect(applying).toMatchObject({ version: 3, applying: { version: 3, invoices: 3 } });
  await eventually('the version on all of them', async () => {
    const versions = await Promise.all([read(user, open.id), read(user, draft.id), read(user.live, live.id)]);
    return versions.every(({ reminder_policy: taken }) => taken?.version === 3);
  });
  await eventually('an end of it', async () => {
    const { applying: left } = await good(user.get<Policy>(`/reminder_policies/${gentle.id}`), 200);
    return left === null;
  });
  const now = await read(user, open.id);
  const before = open.reminders;
  const key = (row: ReminderRow) => `${row.step_id} ${row.occurrence} ${row.planned_at}`;
  const gone = before.filter((row) => !now.reminders.some((other) => key(other) === key(row)));
  const come = now.reminders.filter((row) => !before.some((other) => key(other) === key(row)));
  const moved = (changes?.moved ?? []) as { from: ReminderRow; to: ReminderRow }[];
  const all = (rows: readonly ReminderRow[]) => rows.map(key).sort();
  expect(all(come)).toEqual(all([...(changes?.added ?? []), ...moved.map(({ to }) => to)]));
  expect(all(gone)).toEqual(all([...(changes?.removed ?? []), ...moved.map(({ from }) => from)]));
  expect(come.length + gone.length).toBeGreaterThan(0);
  // The invoice says why, and those that do not follow are as they were.
  const told = await timeline(user, open.id);
  expect(told.filter(({ reason }) => reason?.includes('Gentle') === true)).toHaveLength(1);
  expect(await read(user, left.id)).toMatchObject({ version: left.version });
  expect((await read(user, paid.id)).reminder_policy).toEqual({ id: gentle.id, version: 1 });
});

it.each([
  [{ steps: [step('a', 3), step('a', 4)] }, '/steps'],
  [{ steps: [step('a', 3), step('b', 3)] }, '/steps'],
  [{ steps: [step('a', 366)] }, '/steps/0/offset_days'],
  [{ steps: [{ ...step('a', 3), local_time: '25:00' }] }, '/steps/0/local_time'],
  [{ steps: [{ ...step('a', 3), channel: 'pigeon' }] }, '/steps/0/channel'],
])('%j is refused and keeps nothing', async (change, pointer) => {
  const count = async () => (await good(user.get<Page<Policy>>('/reminder_policies'), 200)).data.length;
  const before = await count();
  const body = { name: 'Wrong', ...change };
  const refused = await user.post<{ errors: { pointer: string }[] }>('/reminder_policies', body);
  expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([422, pointer]);
  expect(await count()).toBe(before);
});
