// Customer-level dunning: the real workflows and writes, and a mail server that answers as a test says.
import type { DunningEnd, DunningProgress } from '../../src/contract/dunning.ts';
import { addressOf, type DunningBench, none, openDunningBench, sums } from '../support/dunning.ts';
import { aLine } from '../support/builders.ts';
import { aPayment, aRequest } from '../support/requests.ts';

let bench: DunningBench;
beforeAll(async () => {
  bench = await openDunningBench();
});
afterAll(async () => {
  await bench.close();
});
beforeEach(async () => {
  await bench.begin();
});

function textOf(index: number): string {
  const mail = bench.mails[index];
  if (mail === undefined || !('text' in mail)) throw new Error('There is no such mail');
  return mail.text;
}

it('sends one message over all open invoices, each with its page, and nothing more for the stage', async () => {
  const ada = await bench.person({ display_name: 'Ada' });
  const first = await bench.overdue(ada);
  await bench.overdue(ada, { dueDate: '2024-03-05' });
  const later = await bench.overdue(ada, { dueDate: '2099-01-01' });
  expect(sums(await bench.run(7))).toEqual([{ ...none, customers: 1, sent: 1 }]);
  expect(sums(await bench.run(7))).toEqual([{ ...none, customers: 1 }]);
  expect(sums(await bench.run(8))).toEqual([{ ...none, customers: 1 }]);
  expect(bench.mails).toHaveLength(1);
  const text = textOf(0);
  for (const { number } of [first, later]) expect(text).toContain(`Invoice ${number}`);
  expect(text.match(/http:\/\/127\.0\.0\.1:3999\/i\/[\w-]{20,}/g)).toHaveLength(3);
  expect(text).toContain('Overdue: $117.70');
  expect(text).toContain('Open in all: $176.55');
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 SENT']);
  const cap = await bench.store.messageCaps.findOne({
    _id: `${bench.organizationId}:live:email:${await addressOf(bench, ada)}`,
  });
  expect(cap?.claims.map(({ message_id: id }) => id)).toEqual([`dunning:${ada}:live:2024-03-08:7`]);
});

it('says the worst stage that is reached, and never one that it has passed over', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  await bench.run(30);
  await bench.run(31);
  await bench.run(45);
  await bench.run(90);
  expect(await bench.history(ada)).toEqual(['2024-03-31 21 SENT', '2024-04-15 45 SENT']);
});

it('stages that follow each other closely are not in each other’s way, up to what the address may get', async () => {
  const close = [1, 3, 5, 6].map((days) => ({ days_overdue: days, template: 'dunning' }));
  await bench.setDunning({ stages: close });
  const ada = await bench.person();
  await bench.overdue(ada);
  for (const days of [1, 3, 5, 6]) await bench.run(days);
  expect(await bench.history(ada)).toEqual([
    '2024-03-02 1 SENT',
    '2024-03-04 3 SENT',
    '2024-03-06 5 SENT',
    '2024-03-07 6 SKIPPED reminder_cap',
  ]);
});

it('tells currencies apart, and leaves out what is held', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  const line = aLine({ rate: 70_000, taxable: false });
  await bench.overdue(ada, { currency: 'JPY', lines: [line], fixedTaxes: [] });
  const held = await bench.overdue(ada, { dueDate: '2024-02-01' });
  await bench.persist(
    aRequest(
      held,
      { name: 'hold', kind: 'dispute', until: null, note: null },
      { at: '2024-02-02T10:00:00.000Z' },
    ),
  );
  await bench.run(7);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 SENT']);
  expect(textOf(0)).toContain('Open invoices in JPY');
  expect(textOf(0)).toContain('Open invoices in USD');
  expect(textOf(0)).toContain('¥70,000');
  expect(textOf(0)).not.toContain(String(held.number));
});

it('skips with the reason, once a day, and goes on when it is gone', async () => {
  const { store, organizationId } = bench;
  const people = {
    opted_out: await bench.person({ email_opt_out: true }),
    no_email_address: await bench.person({ email: null }),
    on_hold: await bench.person(),
    covered_by_credit: await bench.person(),
    reminder_cap: await bench.person(),
  };
  for (const [reason, id] of Object.entries(people)) {
    const invoice = await bench.overdue(id);
    if (reason !== 'on_hold') continue;
    const hold = { name: 'hold', kind: 'dispute', until: null, note: null } as const;
    await bench.persist(aRequest(invoice, hold, { at: '2024-02-02T10:00:00.000Z' }));
  }
  await store.creditBalances.insertOne({
    _id: `${people.covered_by_credit}:live:USD`,
    organization_id: organizationId,
    live_mode: true,
    customer_id: people.covered_by_credit,
    currency: 'USD',
    amount_cents: 5_885,
  });
  await store.messageCaps.insertOne({
    _id: `${organizationId}:live:email:${await addressOf(bench, people.reminder_cap)}`,
    claims: [{ message_id: 'reminder-1', at: '2024-03-02T10:00:00.000Z' }],
  });
  expect(sums(await bench.run(7))).toEqual([{ ...none, customers: 5, skipped: 5 }]);
  await bench.run(7);
  for (const [reason, id] of Object.entries(people)) {
    expect(await bench.history(id)).toEqual([`2024-03-08 7 SKIPPED ${reason}`]);
  }
  expect(bench.mails).toEqual([]);
  // The reminder has had its seven days; everybody else is skipped again.
  await bench.run(8);
  expect(await bench.history(people.reminder_cap)).toEqual([
    '2024-03-08 7 SKIPPED reminder_cap',
    '2024-03-09 7 SENT',
  ]);
  expect(await bench.history(people.opted_out)).toHaveLength(2);
  expect(bench.mails).toHaveLength(1);
});

it('texts who has no address and has agreed to texts', async () => {
  const ada = await bench.person({ email: null, phone: '+1 415 555 2671', sms_consent: true });
  await bench.overdue(ada);
  await bench.run(7);
  const [text] = bench.mails;
  expect(text).toMatchObject({ to: '+14155552671' });
  expect((text as { body: string }).body).toMatch(
    /\$58\.85 overdue on an invoice, the oldest for \d+ days\. Pay here: http/,
  );
});

it('begins anew once nothing was overdue', async () => {
  const ada = await bench.person();
  const first = await bench.overdue(ada);
  await bench.run(7);
  await bench.persist(aRequest(first, aPayment(5_885), { at: '2024-03-12T10:00:00.000Z' }));
  await bench.overdue(ada, { dueDate: '2024-03-13' });
  // Two days after the payment, nothing was overdue for one day: the new invoice is its own story.
  expect(sums(await bench.run(18))).toEqual([{ ...none, customers: 1 }]);
  await bench.run(19);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 SENT', '2024-03-20 7 SENT']);
});

it('goes on where one invoice is paid after the next was overdue', async () => {
  const ada = await bench.person();
  const first = await bench.overdue(ada);
  await bench.overdue(ada, { dueDate: '2024-03-10' });
  await bench.run(7);
  await bench.persist(aRequest(first, aPayment(5_885), { at: '2024-03-12T10:00:00.000Z' }));
  await bench.run(17);
  await bench.run(29);
  await bench.run(30);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 SENT', '2024-03-31 21 SENT']);
});

it('keeps test and live invoices apart', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  await bench.overdue(ada, {}, false);
  await bench.run(7);
  expect(textOf(0)).toContain('Overdue: $58.85');
  await bench.run(7, false);
  expect(bench.mails).toHaveLength(2);
  expect((await bench.rows(ada)).map(({ live_mode }) => live_mode)).toEqual([true, false]);
});

it('a run by hand is for both modes, each by its own now; switched off it does nothing', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  await bench.overdue(ada, {}, false);
  await bench.store.organizations.updateOne(
    { _id: bench.organizationId },
    { $set: { clock_offset_ms: 40 * 86_400_000 } },
  );
  const { sweeps } = (await (await bench.start()).result()) as DunningEnd;
  const dayOf = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  expect(sweeps.map(({ liveMode, date, sent }) => [liveMode, date, sent])).toEqual([
    [true, dayOf(0), 1],
    [false, dayOf(40), 1],
  ]);
  await bench.setDunning({ enabled: false });
  expect(await (await bench.start()).result()).toEqual({ sweeps: [], reason: 'switched_off' });
});

it('goes through all of them a few at a time, and says how far it is', async () => {
  const ids: string[] = [];
  for (let count = 0; count < 60; count += 1) ids.push(await bench.person());
  await Promise.all(ids.map((id) => bench.overdue(id)));
  const handle = await bench.start({ sweeps: [bench.sweep(7)] });
  const { sweeps } = (await handle.result()) as DunningEnd;
  expect(sweeps).toMatchObject([{ customers: 60, sent: 60 }]);
  expect(await handle.query<DunningProgress[]>('progress')).toEqual(sweeps);
  expect(sweeps[0]?.cursor).toBe(ids.toSorted().at(-1));
  expect(new Set(bench.mails.map(({ to }) => String(to))).size).toBe(60);
  expect(bench.busiest()).toBeLessThanOrEqual(8);
  expect(bench.busiest()).toBeGreaterThan(1);
  const { events = [] } = await handle.fetchHistory();
  expect(events?.length).toBeLessThan(60 * 20);
});

it('goes on behind the customer at which the run before has handed over', async () => {
  const ids = [await bench.person(), await bench.person(), await bench.person()].toSorted();
  for (const id of ids) await bench.overdue(id);
  const progress = { ...none, liveMode: true, date: '2024-03-08', cursor: ids[0] ?? '' };
  const handle = await bench.start({
    sweeps: [bench.sweep(7)],
    progress: { ...progress, customers: 1, sent: 1 },
  });
  expect(await handle.result()).toMatchObject({ sweeps: [{ customers: 3, sent: 3 }] });
  expect(await bench.history(ids[0] ?? '')).toEqual([]);
  expect(bench.mails).toHaveLength(2);
});

it('two runs at once send nothing twice', async () => {
  const ids = await Promise.all(Array.from({ length: 12 }, () => bench.person()));
  for (const id of ids) await bench.overdue(id);
  await Promise.all([bench.run(7), bench.run(7), bench.run(8)]);
  expect(bench.mails).toHaveLength(12);
  expect(new Set(bench.mails.map(({ to }) => String(to))).size).toBe(12);
});
