// The timed part: one part payment on the full product and straight to the workflow, against what the engine
// alone takes on the same servers in the same minutes.
import { randomUUID } from 'node:crypto';
import { invoiceWorkflowId } from '../src/contract/names.ts';
import type { Caller } from './caller.ts';
import { invoiceBody } from './caller.ts';
import { bareWorkflowType, floorUpdates } from './names.ts';
import { cpuClock } from './cpu.ts';
import { type Figures, type Path, runRounds } from './rounds.ts';
import type { Product, Stand } from './stand.ts';

export const timedGoal = 0.65;
export const floors = { bare: 'bare update', noop: 'update + no-op local activity' } as const;
export const products = {
  workflow: 'recordPayment, to the workflow',
  http: 'recordPayment, over HTTP',
} as const;

const invoices = 100;

export type Pace = { readonly rounds: number; readonly milliseconds: number; readonly parallel: number };

async function inGroups<T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = [];
  while (made.length < count) {
    const size = Math.min(10, count - made.length);
    made.push(...(await Promise.all(Array.from({ length: size }, (_, index) => make(made.length + index)))));
  }
  return made;
}

function nth<T>(list: readonly T[], turn: number): T {
  const item = list[turn % list.length];
  if (item === undefined) throw new Error('The list is empty.');
  return item;
}

/** Open invoices whose total outlasts every payment of the benchmark. */
export function issueInvoices(caller: Caller, count: number): Promise<string[]> {
  return inGroups(count, async () => {
    const made = await caller.post(
      '/invoices',
      invoiceBody(caller, { action: 'issue', reminders: [] }, true),
    );
    return String(made['id']);
  });
}

export async function startBare({ client, floorQueue }: Stand, count: number): Promise<string[]> {
  return inGroups(count, async () => {
    const workflowId = `bare:${randomUUID()}`;
    await client.workflow.start(bareWorkflowType, { workflowId, taskQueue: floorQueue });
    return workflowId;
  });
}

export async function measureTime(
  { stand, product, say }: { stand: Stand; product: Product; say: (line: string) => void },
  pace: Pace,
): Promise<readonly Figures[]> {
  say('timed: 100 invoices');
  const caller = await product.caller();
  const { client } = stand;
  const open = await issueInvoices(caller, invoices);
  const bare = await startBare(stand, invoices);
  const { organizationId } = caller;
  const payment = { amount: 1, method: 'check' };
  const update = (workflowId: string, name: string, args: object = {}) =>
    client.workflow.getHandle(workflowId).executeUpdate<unknown, [object]>(name, { args: [args] });
  const paths: readonly Path[] = [
    { name: floors.bare, ask: (turn) => update(nth(bare, turn), floorUpdates.bare) },
    { name: floors.noop, ask: (turn) => update(nth(bare, turn), floorUpdates.noop) },
    {
      name: products.workflow,
      // With the clock's offset, as the gateway sends it: a test invoice is not asked to look it up.
      ask: (turn) =>
        update(invoiceWorkflowId(organizationId, nth(open, turn)), 'recordPayment', {
          ...payment,
          clockOffset: 0,
        }),
    },
    {
      name: products.http,
      ask: (turn) =>
        caller.post(`/invoices/${nth(open, turn)}/record_payment`, {
          amount_cents: 1,
          payment_method: 'check',
        }),
    },
  ];
  const figures: Figures[] = [];
  const cpu = await cpuClock(stand, product);
  for (const parallel of [1, pace.parallel]) {
    const { rounds, milliseconds } = pace;
    figures.push(
      await runRounds({
        paths,
        floors: Object.values(floors),
        parallel,
        rounds,
        milliseconds,
        folder: stand.folder,
        cpu,
        say: (line) => say(`timed: ${line}`),
      }),
    );
  }
  return figures;
}
