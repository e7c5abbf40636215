// One payment over many invoices: its workflow, the real write behind it, and the invoices' own workflows around it.
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import { createLoad, createReadClock, createRecall } from '../../activities/load.ts';
import { createNote } from '../../activities/note.ts';
import type { PersistRequest } from '../../src/contract/invoice.ts';
import { paymentWorkflowId } from '../../src/contract/names.ts';
import type {
  PaymentActivities,
  PaymentAnswer,
  PaymentInput,
  RecordAllocationsRequest,
} from '../../src/contract/payment.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { aCreate, aDraft } from '../support/builders.ts';
import { contradictions, openPaying, type Paying } from '../support/paying.ts';
import {
  type Bench,
  openBench,
  refusal,
  tasksWithoutCommand,
  until,
  update,
  workflowBundle,
} from '../support/workflow-bench.ts';

const due = 5885;

let paying: Paying;
let bench: Bench;
/** Runs ahead of an invoice's write, once. */
let beforePersist: ((request: PersistRequest) => Promise<unknown>) | null = null;
/** What goes wrong with the next tries of the payment: before it is written, or with its reply. */
const faults: ('before' | 'after')[] = [];
let tries = 0;

async function faulty(write: () => Promise<PaymentAnswer>): Promise<PaymentAnswer> {
  tries += 1;
  const fault = faults.shift();
  if (fault === 'before') throw new Error('planned failure before the write');
  const answer = await write();
  if (fault === 'after') throw new Error('planned failure after the write');
  return answer;
}

beforeAll(async () => {
  paying = await openPaying();
  const { store } = paying;
  const payments: PaymentActivities = {
    recordAllocations: (request) => faulty(() => paying.recordAllocations(request)),
    reverseAllocations: (request) => faulty(() => paying.reverseAllocations(request)),
  };
  bench = await openBench({
    ...payments,
    persist: async (request: PersistRequest) => {
      const before = beforePersist;
      beforePersist = null;
      await before?.(request);
      return paying.persist(request);
    },
    load: createLoad(store),
    recall: createRecall(store),
    note: createNote(store),
    readClock: createReadClock(store),
  });
});
afterAll(async () => {
  await bench.close();
  await paying.drop();
});
beforeEach(() => {
  tries = 0;
});

type Open = { readonly handle: WorkflowHandle; readonly id: string; current(): Promise<Invoice> };

/** Two open invoices of one customer, each with its workflow. */
async function twoInvoices(): Promise<{ customerId: string; first: Open; second: Open }> {
  const customerId = await paying.addCustomer({});
  const open = async (): Promise<Open> => {
    const draft = aDraft({ customerId });
    const input = aCreate({ organizationId: paying.organizationId, action: 'issue', draft });
    const handle = await bench.create(input);
    const find = () => paying.store.invoices.findOne({ _id: input.invoiceId });
    await until('the invoice is stored', async () => (await find()) !== null);
    const current = async () => {
      const row = await find();
      if (row === null) throw new Error('The invoice is gone');
      return row.state;
    };
    return { handle, id: input.invoiceId, current };
  };
  return { customerId, first: await open(), second: await open() };
}

function begin(input: PaymentInput): Promise<WorkflowHandle> {
  const { organizationId, paymentId } = input.request;
  return bench.client.workflow.start('payment', {
    taskQueue: bench.taskQueue,
    workflowId: paymentWorkflowId(organizationId, paymentId, input.kind),
    args: [input],
  });
}

async function record(request: RecordAllocationsRequest): Promise<PaymentAnswer> {
  return (await (await begin({ kind: 'record', request })).result()) as PaymentAnswer;
}

type Seen = { version: number; status: string; amountPaid: number; nextAction: { kind: string } | null };

/** What the invoice's own workflow believes. */
function seen({ handle }: Open): Promise<Seen> {
  return handle.query<Seen>('invoice');
}

it('is written as one, answers what it did, and every invoice knows of it', async () => {
  const { customerId, first, second } = await twoInvoices();
  const request = paying.payment(
    customerId,
    [
      [first.id, due],
      [second.id, 1000],
    ],
    { amount: 7000 },
  );
  const handle = await begin({
    kind: 'record',
    request,
    notAfter: new Date(Date.now() + 5_000).toISOString(),
  });
  expect(await handle.result()).toEqual({
    outcome: 'recorded',
    result: {
      paymentId: request.paymentId,
      status: 'succeeded',
      amount: 7000,
      unapplied: 115,
      invoices: [
        { invoiceId: first.id, version: 2, status: 'paid' },
        { invoiceId: second.id, version: 2, status: 'open' },
      ],
    },
  });
  await until('both have looked', async () =>
    [await seen(first), await seen(second)].every(({ version }) => version === 2),
  );
  expect(await seen(first)).toMatchObject({ status: 'paid', amountPaid: due, nextAction: { kind: 'close' } });
  expect(await seen(second)).toMatchObject({ status: 'open', amountPaid: 1000 });
  expect((await update(second.handle, 'recordPayment', {})).version).toBe(3);
  expect(await contradictions(paying.store, customerId)).toEqual([]);
  const panel = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  expect(panel.currentDetails).toContain(`${first.id}: paid, version 2`);
  const history = await handle.fetchHistory();
  expect(tasksWithoutCommand(history)).toEqual([]);
  await Worker.runReplayHistory({ workflowBundle: await workflowBundle() }, history, handle.workflowId);
});

it('is answered as it was when it is asked for again, and written once', async () => {
  const { customerId, first } = await twoInvoices();
  const request = paying.payment(customerId, [[first.id, 100]]);
  const answer = await record(request);
  const repeated = await record(request);
  expect(repeated).toEqual({ ...answer, outcome: 'duplicate' });
  expect((await first.current()).payments).toHaveLength(1);
});

it('has a refusal for an answer, and nothing has changed', async () => {
  const { customerId, first, second } = await twoInvoices();
  const request = paying.payment(customerId, [
    [first.id, 100],
    [second.id, due + 1],
  ]);
  expect(await record(request)).toMatchObject({ outcome: 'refused', code: 'amount_exceeds_due' });
  expect([(await first.current()).version, (await second.current()).version]).toEqual([1, 1]);
});

it('refuses itself after notAfter, before any effect', async () => {
  const { customerId, first } = await twoInvoices();
  const request = paying.payment(customerId, [[first.id, 100]]);
  const handle = await begin({ kind: 'record', request, notAfter: '2020-01-01T00:00:00.000Z' });
  await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'command_expired' } });
  expect(tries).toBe(0);
  expect((await first.current()).version).toBe(1);
});

describe('an invoice that others write at the same time', () => {
  it('loses its write to a payment it has not heard of, and decides again on what is left', async () => {
    const { customerId, first, second } = await twoInvoices();
    beforePersist = () =>
      paying.recordAllocations(
        paying.payment(customerId, [
          [first.id, 2000],
          [second.id, 10],
        ]),
      );
    const answer = await update(first.handle, 'recordPayment', {});
    expect(answer).toMatchObject({ version: 3, status: 'paid' });
    expect((await first.current()).payments.map(({ amount }) => amount)).toEqual([2000, due - 2000]);
    expect(await contradictions(paying.store, customerId)).toEqual([]);
  });

  it('is paid by all of them, each once', async () => {
    const { customerId, first, second } = await twoInvoices();
    const together = [1, 2, 3, 4].map(() =>
      record(
        paying.payment(customerId, [
          [first.id, 100],
          [second.id, 200],
        ]),
      ),
    );
    const alone = [1, 2, 3, 4].map(() => update(first.handle, 'recordPayment', { amount: 10 }));
    const answers = await Promise.all(together);
    await Promise.all(alone);
    expect(answers.map(({ outcome }) => outcome)).toEqual(Array(4).fill('recorded'));
    expect(await first.current()).toMatchObject({ version: 9 });
    expect((await first.current()).payments.reduce((sum, { amount }) => sum + amount, 0)).toBe(440);
    expect((await second.current()).payments).toHaveLength(4);
    await until('both have looked', async () => {
      const [one, other] = [await seen(first), await seen(second)];
      return one.amountPaid === 440 && other.amountPaid === 800;
    });
    expect(await contradictions(paying.store, customerId)).toEqual([]);
  });
});

describe('what goes wrong on the way', () => {
  it('is tried again where nothing was written', async () => {
    const { customerId, first } = await twoInvoices();
    faults.push('before', 'before');
    expect((await record(paying.payment(customerId, [[first.id, 100]]))).outcome).toBe('recorded');
    expect(tries).toBe(3);
  });

  it('is found where the reply was lost, and the invoices still hear of it', async () => {
    const { customerId, first } = await twoInvoices();
    faults.push('after');
    expect((await record(paying.payment(customerId, [[first.id, 100]]))).outcome).toBe('duplicate');
    await until('it has looked', async () => (await seen(first)).amountPaid === 100);
    expect((await first.current()).payments).toHaveLength(1);
  });

  it('is not answered where nobody can say, and the invoices look all the same', async () => {
    const { customerId, first } = await twoInvoices();
    faults.push('after', 'before', 'before', 'before', 'before');
    const request = paying.payment(customerId, [[first.id, 100]]);
    await expect(record(request)).rejects.toMatchObject({ cause: { type: 'outcome_unknown' } });
    await until('it has looked', async () => (await seen(first)).amountPaid === 100);
    expect(await record(request)).toMatchObject({ outcome: 'duplicate' });
  });

  it('is not the invoice whose workflow has ended', async () => {
    const { customerId, first, second } = await twoInvoices();
    await first.handle.terminate();
    const request = paying.payment(customerId, [
      [first.id, 100],
      [second.id, 100],
    ]);
    expect((await record(request)).outcome).toBe('recorded');
    await until('the other has looked', async () => (await seen(second)).amountPaid === 100);
    expect((await first.current()).payments).toHaveLength(1);
  });

  it('waits for a worker, and goes on with it', async () => {
    const { customerId, first } = await twoInvoices();
    await bench.stopWorker();
    const answer = record(paying.payment(customerId, [[first.id, 100]]));
    await bench.startWorker();
    expect((await answer).outcome).toBe('recorded');
  });
});

it('is taken back from all of them at once, and their plans go on', async () => {
  const { customerId, first, second } = await twoInvoices();
  const request = paying.payment(
    customerId,
    [
      [first.id, due],
      [second.id, 500],
    ],
    { amount: 7000 },
  );
  await record(request);
  const back = paying.reversal(request.paymentId);
  const handle = await begin({ kind: 'reverse', request: back });
  expect(handle.workflowId.endsWith(':reverse')).toBe(true);
  expect(await handle.result()).toMatchObject({ outcome: 'recorded', result: { status: 'reversed' } });
  await until('both have looked', async () =>
    [await seen(first), await seen(second)].every(({ amountPaid }) => amountPaid === 0),
  );
  expect(await seen(first)).toMatchObject({ status: 'open', version: 3, nextAction: { kind: 'reminder' } });
  expect(await refusal(first.handle, 'reversePayment', { paymentId: request.paymentId })).toBe(
    'already_reversed',
  );
  const another = await begin({ kind: 'reverse', request: { ...back, commandId: randomUUID() } });
  expect(await another.result()).toMatchObject({ outcome: 'refused', code: 'already_reversed' });
  expect(await contradictions(paying.store, customerId)).toEqual([]);
});
