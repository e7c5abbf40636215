// How a message over all open invoices ends: sent, refused, bounced, unknown, or moot by the time it would leave.
import { reportDunning } from '../../src/store/dunning.ts';
import {
  addressOf,
  type DunningBench,
  none,
  openDunningBench,
  refused,
  silence,
  sums,
} from '../support/dunning.ts';
import { aRequest } from '../support/requests.ts';
import { until } from '../support/workflow-bench.ts';

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

it('sends what an earlier run has written and never came to send', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  const stage = { daysOverdue: 7, template: 'dunning' };
  const handle = await bench.start({ sweeps: [bench.sweep(7)] });
  await handle.result();
  const id = `dunning:${ada}:live:2024-03-08:7`;
  // As it would be had the run ended between the write and the send.
  await bench.store.dunningMessages.updateOne({ _id: id }, { $set: { status: 'QUEUED' } });
  await bench.store.messages.updateOne(
    { _id: id },
    { $set: { state: 'queued', attempts: [], sent_at: null } },
  );
  bench.mails.length = 0;
  expect(sums(await bench.run(8))).toEqual([{ ...none, customers: 1, sent: 1 }]);
  expect(bench.mails).toHaveLength(1);
  expect(await bench.history(ada)).toEqual([`2024-03-08 ${stage.daysOverdue} SENT`]);
});

it('a mail server that is away holds nobody up: the message is tried again beside the run', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  bench.answers.set(await addressOf(bench, ada), [refused(421)]);
  expect(sums(await bench.run(7))).toEqual([{ ...none, customers: 1, pending: 1 }]);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 QUEUED']);
  await until('it is sent', async () => (await bench.history(ada))[0] === '2024-03-08 7 SENT', 40);
  expect(bench.mails).toHaveLength(1);
});

it('gives the stage back where the message was refused, and tries no dead address again', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  bench.answers.set(await addressOf(bench, ada), [refused(550)]);
  expect(sums(await bench.run(7))).toEqual([{ ...none, customers: 1, failed: 1 }]);
  await bench.run(8);
  await bench.store.customers.updateOne({ _id: ada }, { $set: { email: 'new@dunder.example' } });
  await bench.run(9);
  expect(await bench.history(ada)).toEqual([
    '2024-03-08 7 FAILED smtp_550',
    '2024-03-09 7 SKIPPED undeliverable',
    '2024-03-10 7 SENT',
  ]);
});

it('never repeats a message of which nobody knows whether it arrived', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  bench.answers.set(await addressOf(bench, ada), [silence]);
  await bench.run(7);
  await bench.run(8);
  await bench.run(21);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 FAILED no_answer', '2024-03-22 21 SENT']);
});

it('a bounce that is reported later gives the stage back too', async () => {
  const ada = await bench.person();
  await bench.overdue(ada);
  await bench.run(7);
  const message = await bench.store.messages.findOne({ customer_id: ada });
  if (message === null) throw new Error('There is no message');
  await reportDunning(bench.store, message, { state: 'bounced', code: '5.1.1' });
  await reportDunning(bench.store, message, { state: 'delivered', code: null });
  await bench.run(8);
  expect(await bench.history(ada)).toEqual([
    '2024-03-08 7 FAILED 5.1.1',
    '2024-03-09 7 SKIPPED undeliverable',
  ]);
  expect((await bench.store.messages.findOne({ customer_id: ada }))?.state).toBe('bounced');
});

it('sends nothing that has become moot since it was written, and gives the stage back', async () => {
  const ada = await bench.person();
  const invoice = await bench.overdue(ada);
  await bench.run(7);
  const id = `dunning:${ada}:live:2024-03-08:7`;
  await bench.store.dunningMessages.updateOne({ _id: id }, { $set: { status: 'QUEUED' } });
  await bench.store.messages.updateOne({ _id: id }, { $set: { state: 'queued', attempts: [] } });
  const hold = { name: 'hold', kind: 'dispute', until: null, note: null } as const;
  await bench.persist(aRequest(invoice, hold, { at: '2024-03-09T10:00:00.000Z' }));
  await bench.run(8);
  expect(await bench.history(ada)).toEqual(['2024-03-08 7 SUPPRESSED on_hold']);
  expect((await bench.store.dunningStates.findOne({ customer_id: ada }))?.stages_sent).toEqual([]);
});
