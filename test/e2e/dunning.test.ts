// Dunning over HTTP and the test clock: one message over all that a customer owes, announced before it comes.
import { eventually } from '../support/e2e-eventually.ts';
import { good, refusal, visit } from '../support/e2e-http.ts';
import { openOperator, type Operator } from '../support/e2e-operator.ts';
import {
  advance,
  type Customer,
  everything,
  newCustomer,
  newInvoice,
  type Organization,
  pay,
  plusDays,
  type Taken,
  timeline,
} from '../support/e2e-organization.ts';
import { ownOrganization } from '../support/e2e-shared.ts';
import { morning } from '../support/e2e-story.ts';

type Dunning = {
  stage: number | null;
  next_stage: { stage: number; at: string } | null;
  history: {
    date: string;
    stage: number;
    status: string;
    reason: string | null;
    message_id: string | null;
  }[];
};

let operator: Operator;
beforeAll(async () => {
  operator = await openOperator();
});
afterAll(() => operator.close());

const dunningOf = (user: Organization, { id }: Pick<Customer, 'id'>) =>
  good(user.get<Dunning>(`/customers/${id}/dunning`), 200);
const mails = (user: Organization) => everything<Taken>(user, '/sandbox/messages');

async function told(user: Organization, customer: Customer): Promise<string[]> {
  const { history } = await dunningOf(user, customer);
  return history
    .toReversed()
    .map(({ date, stage, status, reason }) =>
      [date, stage, status, reason].filter((one) => one !== null).join(' '),
    );
}

async function switchedOn(zone: string): Promise<[Organization, string]> {
  const [user, day] = await morning({ time_zone: zone });
  await good(user.patch('/settings', { dunning: { enabled: true } }), 200);
  return [user, day];
}

it('goes over five invoices of one customer through three stages, past a payment, and begins anew', async () => {
  const [user, day] = await switchedOn('Europe/Paris');
  const due = (days: number) => plusDays(day, days);
  const ada = await newCustomer(user);
  const invoices = [];
  for (const days of [10, 12, 14, 40, 90]) {
    const plain = { customer_id: ada.id, action: 'issue', due_date: due(days), reminders: [] };
    invoices.push(await newInvoice(user, plain));
  }
  const [first, second, third] = invoices;
  const at = async (days: number) =>
    new Date((await dunningOf(user, ada)).next_stage?.at ?? 0) >= new Date(due(days));
  // Announced while nothing is due yet: seven days behind the first due date, at ten in Paris.
  const announced = await dunningOf(user, ada);
  expect(announced).toMatchObject({ stage: null, next_stage: { stage: 7 }, history: [] });
  const local = (text: string) =>
    new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Europe/Paris',
      dateStyle: 'short',
      timeStyle: 'short',
    }).format(new Date(text));
  expect(local(announced.next_stage?.at ?? '')).toBe(`${due(17)} 10:00`);

  await advance(user, `${due(18)}T12:00:00Z`);
  const [mail] = await mails(user);
  expect(mail?.at.slice(0, 16)).toBe(announced.next_stage?.at.slice(0, 16));
  expect(mail).toMatchObject({ to: [ada.email], channel: 'email', invoice_id: null });
  for (const { invoice_number: number } of invoices) expect(mail?.text).toContain(`Invoice ${number}`);
  expect(mail?.text).toContain('Overdue: $176.55');
  expect(mail?.text).toContain('Open in all: $294.25');
  const links = mail?.text.match(/http\S+\/i\/\S+/g) ?? [];
  expect(links).toHaveLength(5);
  expect((await visit(links[0] ?? '')).status).toBe(200);
  expect(await dunningOf(user, ada)).toMatchObject({ stage: 7, next_stage: { stage: 21 } });

  // The first is paid, and the second decides from now on.
  await good(pay(user, first?.id ?? ''), 200);
  expect(await at(12 + 21)).toBe(true);
  await advance(user, `${due(34)}T12:00:00Z`);
  await advance(user, `${due(58)}T12:00:00Z`);
  expect(await told(user, ada)).toEqual([`${due(17)} 7 SENT`, `${due(33)} 21 SENT`, `${due(57)} 45 SENT`]);
  expect(await dunningOf(user, ada)).toMatchObject({ stage: 45, next_stage: null });
  const marked = await eventually('invoices that show the stage', async () => {
    const found = await operator.list(`CustomerId = '${ada.id}' AND DunningStage = 'dunning_45'`);
    return found.length === 3 && found;
  });
  expect(marked.toSorted()).toEqual(
    invoices
      .slice(1, 4)
      .map(({ id }) => `invoice:${user.id}:${id}`)
      .toSorted(),
  );
  const words = (await timeline(user, second?.id ?? '')).filter(({ kind }) => kind === 'message');
  expect(words.map(({ reason, status }) => [reason, status])).toEqual([
    ['dunning_7', 'done'],
    ['dunning_21', 'done'],
    ['dunning_45', 'done'],
  ]);

  for (const { id } of [second, third, invoices[3]].filter((one) => one !== undefined)) {
    await good(pay(user, id), 200);
  }
  // Nothing is overdue: the stages begin anew with the last of the five.
  const cleared = await dunningOf(user, ada);
  expect(cleared).toMatchObject({ stage: null, next_stage: { stage: 7 } });
  expect(local(cleared.next_stage?.at ?? '')).toBe(`${due(97)} 10:00`);
  await advance(user, `${due(98)}T12:00:00Z`);
  expect((await told(user, ada)).at(-1)).toBe(`${due(97)} 7 SENT`);
  expect(await mails(user)).toHaveLength(4);
}, 120_000);

it('waits until the last reminder has had its days, as announced', async () => {
  const [user, day] = await switchedOn('UTC');
  const due = (days: number) => plusDays(day, days);
  const ada = await newCustomer(user);
  const steps = [{ offset_days: 3, local_time: '12:00' }];
  await newInvoice(user, { customer_id: ada.id, action: 'issue', due_date: due(1), reminders: { steps } });
  await advance(user, `${due(6)}T00:00:00Z`);
  // Reminded on day 4 at noon: seven days later it is noon of day 11, so the run of day 12 is the first.
  expect((await dunningOf(user, ada)).next_stage).toEqual({ stage: 7, at: `${due(12)}T10:00:00.000Z` });
  await advance(user, `${due(13)}T00:00:00Z`);
  expect(await told(user, ada)).toEqual([
    `${due(8)} 7 SKIPPED reminder_cap`,
    `${due(9)} 7 SKIPPED reminder_cap`,
    `${due(10)} 7 SKIPPED reminder_cap`,
    `${due(11)} 7 SKIPPED reminder_cap`,
    `${due(12)} 7 SENT`,
  ]);
}, 60_000);

it('passes a year with an invoice that is never paid in seconds, and leaves live mode alone', async () => {
  const [user, day] = await switchedOn('America/New_York');
  const ada = await newCustomer(user);
  const plain = { customer_id: ada.id, action: 'issue', due_date: plusDays(day, 5), reminders: [] };
  await newInvoice(user, plain);
  await newInvoice(user.live, { ...plain, issue_date: '2024-01-01', due_date: '2024-02-01' });
  const began = performance.now();
  await advance(user, `${plusDays(day, 365)}T00:00:00Z`);
  expect(performance.now() - began).toBeLessThan(60_000);
  expect((await told(user, ada)).map((row) => row.split(' ').slice(1).join(' '))).toEqual([
    '7 SENT',
    '21 SENT',
    '45 SENT',
  ]);
  expect((await good(user.live.get<Dunning>(`/customers/${ada.id}/dunning`), 200)).history).toEqual([]);
}, 90_000);

it('is run by a Schedule that follows the settings, and by hand for both modes', async () => {
  const user = await ownOrganization({ time_zone: 'Asia/Tokyo' });
  const ada = await newCustomer(user);
  const plain = {
    customer_id: ada.id,
    action: 'issue',
    issue_date: '2024-01-01',
    due_date: '2024-02-01',
    reminders: [],
  };
  await newInvoice(user, plain);
  await newInvoice(user.live, plain);
  const settings = await good(
    user.patch<{ dunning: unknown }>('/settings', { dunning: { enabled: true, local_time: '09:30' } }),
    200,
  );
  expect(settings.dunning).toEqual({
    enabled: true,
    local_time: '09:30',
    stages: [7, 21, 45].map((days_overdue) => ({ days_overdue, template: 'dunning' })),
  });
  const id = `dunning:${user.id}`;
  const { info, policies } = await operator.schedule(id);
  // Half past nine in Tokyo.
  expect(info.nextActionTimes[0]?.toISOString().slice(11)).toBe('00:30:00.000Z');
  expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 21_600_000 });
  await operator.trigger(id);
  await eventually('a mail in each mode', async () => {
    const live = await everything<Taken>(user.live, '/sandbox/messages');
    return live.length === 1 && (await mails(user)).length === 1;
  });
  await good(user.patch('/settings', { dunning: { enabled: false } }), 200);
  expect((await operator.schedule(id)).state.paused).toBe(true);
  await operator.trigger(`reconcile:${user.id}`);
  const metric = `duewell_reconciliation_difference_cents{organization="${user.id}"} 0`;
  await eventually('its metric', async () => (await visit(`${user.baseUrl}/metrics`)).body.includes(metric));
}, 90_000);

it('refuses stages that do not fit together, and says where', async () => {
  const user = await ownOrganization();
  const patch = (dunning: unknown) => refusal(user.patch('/settings', { dunning }));
  const stages = (...days: unknown[]) => ({ stages: days.map((days_overdue) => ({ days_overdue })) });
  const wrong = (pointer: string) => [422, 'invalid_value', pointer];
  expect(await patch(stages(7, 7))).toEqual(wrong('/dunning/stages/1/days_overdue'));
  expect(await patch(stages(7, 30, 21))).toEqual(wrong('/dunning/stages/2/days_overdue'));
  expect(await patch(stages(0))).toEqual(wrong('/dunning/stages/0/days_overdue'));
  expect(await patch(stages(366))).toEqual(wrong('/dunning/stages/0/days_overdue'));
  expect(await patch(stages(1.5))).toEqual(wrong('/dunning/stages/0/days_overdue'));
  expect(await patch(stages())).toEqual(wrong('/dunning/stages'));
  expect(await patch(stages(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))).toEqual(wrong('/dunning/stages'));
  expect(await patch({ local_time: '25:00' })).toEqual(wrong('/dunning/local_time'));
  expect(await patch({ hour: 9 })).toEqual([422, 'unknown_field', '/dunning/hour']);
  expect(await patch({ stages: [{ days_overdue: 7, channel: 'sms' }] })).toEqual([
    422,
    'unknown_field',
    '/dunning/stages/0/channel',
  ]);
  expect(await patch(null)).toEqual(wrong('/dunning'));
  const { dunning } = await good(user.get<{ dunning: { enabled: boolean } }>('/settings'), 200);
  expect(dunning.enabled).toBe(false);
  expect(await refusal(user.get('/customers/nobody/dunning'))).toEqual([404, 'not_found']);
});
