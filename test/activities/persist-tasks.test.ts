// A step on the channel `task` makes a row for the merchant, in the write of its turn of time and once.
import { turnOfTime } from '../../src/domain/invoice/time.ts';
import { step } from '../domain/given.ts';
import { openPersisting, type Persisting } from '../support/persisting.ts';
import { aTurn } from '../support/requests.ts';

let bench: Persisting;
beforeAll(async () => {
  bench = await openPersisting();
});
afterAll(() => bench.drop());

const due = '2026-03-16T22:30:00.000Z';

test('the row says which invoice, what about, and by which day of its zone', async () => {
  const steps = [
    step({ id: 'call', channel: 'task', localTime: '23:30', template: 'reminder_overdue' }),
    step({ id: 'hook', channel: 'webhook', localTime: '23:30' }),
  ];
  const invoice = await bench.stored(
    bench.creation({
      action: 'issue',
      draft: { dueDate: '2026-03-16', timeZone: 'Europe/Paris', reminderSteps: steps },
    }),
  );
  const request = aTurn(invoice, turnOfTime(invoice, due));
  await bench.stored(request);
  const tasks = await bench.store.tasks.find({ invoice_id: invoice.id }).toArray();
  expect(tasks).toEqual([
    {
      _id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      organization_id: bench.organizationId,
      live_mode: true,
      invoice_id: invoice.id,
      customer_id: bench.customerId,
      title: `Invoice ${invoice.number} is overdue`,
      due_date: '2026-03-16',
      done: false,
      done_at: null,
      created_at: due,
    },
  ]);
  // The webhook is the event itself.
  const events = await bench.store.events
    .find({ invoice_id: invoice.id, type: 'invoice.reminder_sent' })
    .toArray();
  expect(events.map(({ data }) => [data['stepId'], data['channel'], data['messageId']])).toEqual([
    ['call', 'task', null],
    ['hook', 'webhook', null],
  ]);
  expect((await bench.persist(request)).outcome).toBe('duplicate');
  expect(await bench.store.tasks.countDocuments({ invoice_id: invoice.id })).toBe(1);
});

test('the final action makes one too', async () => {
  const invoice = await bench.stored(
    bench.creation({
      action: 'issue',
      policy: { finalAction: { action: 'task', afterDays: 7 } },
      draft: { dueDate: '2026-03-16', reminderSteps: [step()] },
    }),
  );
  const reminded = await bench.stored(aTurn(invoice, turnOfTime(invoice, '2026-03-16T09:00:00.000Z')));
  await bench.stored(aTurn(reminded, turnOfTime(reminded, '2026-03-23T09:00:00.000Z')));
  const [task, ...others] = await bench.store.tasks.find({ invoice_id: invoice.id }).toArray();
  expect(others).toEqual([]);
  expect(task).toMatchObject({
    title: `Invoice ${invoice.number} is still open after its last reminder`,
    due_date: '2026-03-23',
    created_at: '2026-03-23T09:00:00.000Z',
  });
});
