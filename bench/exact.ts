// The exact part: what one command and one whole life cost in history events, bytes and round trips to MongoDB.
// Nothing here depends on how fast the machine is.
import type { WorkflowHandle } from '@temporalio/client';
import { invoiceWorkflowId } from '../src/contract/names.ts';
import { atLocalTime, localDate, milliseconds, plusDays, instant } from '../src/domain/calendar.ts';
import { type Caller, invoiceBody } from './caller.ts';
import { type Cost, costSince, type Mark, quiet } from './history.ts';
import type { Counts } from './orders.ts';
import type { Product, Stand } from './stand.ts';

export const goals = { command: 6, delivery: 7, refund: 18, life: 35, lifeWithDeliveries: 60 } as const;

export type Step = { readonly name: string } & Cost & {
    readonly mongo: Counts;
    /** How many events it may take in all, where that is its goal. */
    readonly most?: number;
  };

export type Life = {
  readonly steps: readonly Step[];
  readonly events: number;
  readonly withoutDeliveries: number;
  readonly bytes: number;
};

export type Exact = { readonly commands: readonly Step[]; readonly life: Life };

type Bench = { readonly stand: Stand; readonly product: Product; readonly say: (line: string) => void };

/** Time that the steps before a timer get, in milliseconds; a slower machine is given more and measured again. */
const patienceOfOne = [1_500, 6_000, 24_000] as const;
const patienceOfLife = [3_000, 9_000, 27_000] as const;
const nothingBefore: Mark = { events: 0, bytes: 0 };
const noReminders = { reminders: [] };
const dayFee = {
  late_fees: { type: 'fixed', value: 500, frequency: { interval: 'one_time' }, grace_days: 0 },
};

/** One invoice, from step to step. */
function subject({ stand, product }: Bench, caller: Caller) {
  let at: Mark = nothingBefore;
  let handle: WorkflowHandle | null = null;
  let id = '';

  async function settled(): Promise<Mark> {
    if (handle === null) throw new Error('There is no invoice yet.');
    return quiet(stand.client, handle);
  }

  async function step(name: string, work: () => Promise<unknown>): Promise<Step> {
    await product.countFromHere();
    await work();
    const after = await settled();
    const mongo = await product.counts();
    const cost = await costSince(handle as WorkflowHandle, at, after);
    at = after;
    return { name, ...cost, mongo };
  }

  return {
    step,
    path: (command: string) => `/invoices/${id}${command === '' ? '' : `/${command}`}`,
    handle: () => handle as WorkflowHandle,
    create: (name: string, change: object = noReminders) =>
      step(name, async () => {
        const made = await caller.post('/invoices', invoiceBody(caller, change));
        id = String(made['id']);
        handle = stand.client.workflow.getHandle(invoiceWorkflowId(caller.organizationId, id));
      }),
    post: (name: string, command: string, body: object = {}) =>
      step(name, () => caller.post(`/invoices/${id}/${command}`, body)),
    /** Until something happens by itself. */
    grows: () => until('something happens by itself', async () => (await settled()).events > at.events),
  };
}

/** Moves an organization's clock so that the instant is as far away as asked. */
async function clockBefore({ stand }: Bench, caller: Caller, at: string, ahead: number): Promise<void> {
  const offset = milliseconds(at) - ahead - Date.now();
  await stand.store.organizations.updateOne(
    { _id: caller.organizationId },
    { $set: { clock_offset_ms: offset } },
  );
}

async function drafts(bench: Bench): Promise<Step[]> {
  const caller = await bench.product.caller();
  const draft = subject(bench, caller);
  return [
    await draft.create('create draft'),
    await draft.step('update', () => caller.patch(draft.path(''), { memo: 'Changed' })),
    await draft.post('send, without delivery', 'send', { deliver: false }),
  ];
}

async function sending(bench: Bench): Promise<Step[]> {
  const caller = await bench.product.caller();
  const one = subject(bench, caller);
  const sent = subject(bench, caller);
  await sent.create('');
  return [
    await one.create('create + send', { ...noReminders, action: 'send' }),
    await sent.post('send', 'send'),
    await sent.post('remind', 'remind'),
    await sent.step('markViewed', () =>
      sent.handle().executeUpdate('markViewed', { args: [{ clockOffset: 0 }] }),
    ),
    await sent.post('recordPayment, first part', 'record_payment', { amount_cents: 100 }),
    await sent.post('recordPayment, another part', 'record_payment', { amount_cents: 100 }),
    await sent.step('refused command', () => caller.ask('DELETE', sent.path(''), {})),
    await sent.post('recordPayment, the rest', 'record_payment'),
  ];
}

/** The provider's report comes by itself, some time after it accepted the text. */
async function texting(bench: Bench): Promise<Step[]> {
  const caller = await bench.product.caller();
  const one = subject(bench, caller);
  await one.create('', { ...noReminders, action: 'issue' });
  const texted = await one.step('text2pay, with the provider’s report', async () => {
    await caller.post(one.path('text2pay'), {});
    await until('the text is delivered', async () => {
      const delivered = {
        organization_id: caller.organizationId,
        type: 'invoice.message_delivered',
      } as const;
      return (await bench.stand.store.events.countDocuments(delivered)) > 0;
    });
  });
  return [texted];
}

async function voiding(bench: Bench): Promise<Step[]> {
  const caller = await bench.product.caller();
  const one = subject(bench, caller);
  await one.create('', { ...noReminders, action: 'issue' });
  return [await one.post('void', 'void')];
}

/** Each asks the sandbox processor for one refund, and answers when it is booked. */
async function refunding(bench: Bench): Promise<Step[]> {
  const caller = await bench.product.caller();
  const one = subject(bench, caller);
  await one.create('', { ...noReminders, action: 'issue' });
  const card = { amount_cents: 1_000, provider: 'sandbox', provider_payment_id: caller.organizationId };
  const { payments } = await caller.post(one.path('record_payment'), card);
  const [payment] = payments as { readonly id: string }[];
  const disposition = [{ type: 'refund', amount_cents: 600 }];
  await one.step('', () => Promise.resolve());
  const steps = [
    await one.post('refund by a processor', `payments/${payment?.id}/refund`, { amount_cents: 400 }),
    await one.post('void, with a refund by a processor', 'void', { disposition }),
  ];
  return steps.map((step) => ({ ...step, most: goals.refund }));
}

/** A step that a timer of the invoice takes by itself, a moment after the steps before it. */
async function byTimer(
  bench: Bench,
  name: string,
  change: object,
  instantOf: (dueDate: string) => string,
): Promise<Step> {
  for (const patience of patienceOfOne) {
    const caller = await bench.product.caller();
    const dueDate = plusDays(localDate(instant(Date.now()), 'UTC'), 30);
    await clockBefore(bench, caller, instantOf(dueDate), patience);
    const one = subject(bench, caller);
    const issueDate = plusDays(dueDate, -30);
    const made = await one.create('', {
      ...change,
      issue_date: issueDate,
      due_date: dueDate,
      action: 'issue',
    });
    const step = await one.step(name, () => one.grows());
    if (made.fired === 0 && step.fired === 1) return step;
  }
  throw new Error(`${name}: the machine is too slow to tell it from the steps before it.`);
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const limit = performance.now() + 60_000;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`Waited a minute in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const endOf = (dueDate: string) => atLocalTime(plusDays(dueDate, 1), '00:00', 'UTC');

async function byTime(bench: Bench): Promise<Step[]> {
  const reminders = [{ id: 'after_3', offset_days: 3, local_time: '09:00', channel: 'email' }];
  return [
    await byTimer(bench, 'overdue and late fee, by timer', { ...noReminders, ...dayFee }, endOf),
    await byTimer(
      bench,
      'late fee, by timer',
      {
        ...noReminders,
        late_fees: { type: 'fixed', value: 500, frequency: { interval: 'one_time' }, grace_days: 2 },
      },
      (dueDate) => atLocalTime(plusDays(dueDate, 3), '00:00', 'UTC'),
    ),
    await byTimer(bench, 'reminder, by timer', { reminders }, (dueDate) =>
      atLocalTime(plusDays(dueDate, 3), '09:00', 'UTC'),
    ),
  ];
}

/**
 * Create, send, remind, late fee by its own timer, pay; with the default reminders, of which those until the due date
 * are over when it is issued and the others are still to come when it is paid.
 */
async function oneLife(bench: Bench): Promise<Life> {
  for (const patience of patienceOfLife) {
    const caller = await bench.product.caller();
    const dueDate = plusDays(localDate(instant(Date.now()), 'UTC'), 30);
    await clockBefore(bench, caller, endOf(dueDate), patience);
    const one = subject(bench, caller);
    const steps = [
      await one.create('create', { ...dayFee, due_date: dueDate }),
      await one.post('send', 'send'),
      await one.post('remind', 'remind'),
    ];
    if (steps.some((step) => step.fired > 0)) continue;
    steps.push(await one.step('late fee, by timer', () => one.grows()));
    steps.push(await one.post('pay', 'record_payment'));
    const total = (of: (step: Step) => number) => steps.reduce((sum, step) => sum + of(step), 0);
    return {
      steps,
      events: total((step) => step.events),
      withoutDeliveries: total(({ events, by }) => events - by.delivery - by.deliveryWord - by.report),
      bytes: total((step) => step.bytes),
    };
  }
  throw new Error('The machine is too slow to tell the late fee from the steps before it.');
}

export async function measureExactly(bench: Bench): Promise<Exact> {
  const parts = [
    ['drafts', drafts],
    ['sending and paying', sending],
    ['texting', texting],
    ['voiding', voiding],
    ['refunding', refunding],
    ['by time', byTime],
  ] as const;
  const commands: Step[] = [];
  // The very first invoice is looked for longer, because everything is loaded for it.
  await subject(bench, await bench.product.caller()).create('');
  for (const [name, part] of parts) {
    bench.say(`exact: ${name}`);
    commands.push(...(await part(bench)));
  }
  bench.say('exact: one life');
  return { commands, life: await oneLife(bench) };
}
