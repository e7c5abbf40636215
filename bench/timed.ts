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

export type Pace = {
  readonly rounds: number;
  /** Of one path in one round. */
  readonly milliseconds: number;
  /** Of one path before the first round: compilers and caches get to know it. */
  readonly warmUp: number;
  readonly parallel: number;
  /** For each path. */
  readonly invoices: number;
};

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

type Bench = { readonly stand: Stand; readonly product: Product; readonly say: (line: string) => void };

/** Workflows and invoices of their own: an invoice grows with its payments, and every path starts with new ones. */
async function pathsOf({ stand, product }: Bench, { invoices }: Pace): Promise<readonly Path[]> {
  const { client } = stand;
  const caller = await product.caller();
  const bare = await startBare(stand, invoices);
  const direct = await issueInvoices(caller, invoices);
  const overHttp = await issueInvoices(caller, invoices);
  const update = (workflowId: string, name: string, args: object = {}) =>
    client.workflow.getHandle(workflowId).executeUpdate<unknown, [object]>(name, { args: [args] });
  return [
    { name: floors.bare, ask: (turn) => update(nth(bare, turn), floorUpdates.bare) },
    { name: floors.noop, ask: (turn) => update(nth(bare, turn), floorUpdates.noop) },
    {
      name: products.workflow,
      // With the clock's offset, as the gateway sends it: a test invoice is not asked to look it up.
      ask: (turn) =>
        update(invoiceWorkflowId(caller.organizationId, nth(direct, turn)), 'recordPayment', {
          amount: 1,
          method: 'check',
          clockOffset: 0,
        }),
    },
    {
      name: products.http,
      ask: (turn) =>
        caller.post(`/invoices/${nth(overHttp, turn)}/record_payment`, {
          amount_cents: 1,
          payment_method: 'check',
        }),
    },
  ];
}

export async function measureTime(bench: Bench, pace: Pace): Promise<readonly Figures[]> {
  const { stand, product, say } = bench;
  const figures: Figures[] = [];
  const cpu = await cpuClock(stand, product);
  for (const parallel of [1, pace.parallel]) {
    say(`timed: ${pace.invoices} invoices for each path`);
    figures.push(
      await runRounds({
        ...pace,
        paths: await pathsOf(bench, pace),
        floors: Object.values(floors),
        parallel,
        folder: stand.folder,
        cpu,
        say: (line) => say(`timed: ${line}`),
      }),
    );
  }
  return figures;
}
