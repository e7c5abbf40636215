// Writing by a local or by a regular activity: the same invoice-like workflow, the product's own write, both ways,
// and what a caller hears while the database is silent.
import { randomUUID } from 'node:crypto';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import type { CreateInput } from '../src/contract/invoice.ts';
import { readDraft } from '../src/domain/invoice/draft.ts';
import { isRejection } from '../src/domain/rejection.ts';
import { policyOf } from '../src/store/organizations.ts';
import { type Caller, invoiceBody } from './caller.ts';
import { cpuClock } from './cpu.ts';
import { costSince, quiet } from './history.ts';
import { type Way, ways, writeUpdates, writingWorkflowType } from './names.ts';
import { type Figures, runRounds } from './rounds.ts';
import type { Product, Stand } from './stand.ts';
import { type Pace } from './timed.ts';

/** How long the database says nothing. */
const silence = 5_000;

export type Heard = { readonly answer: string; readonly milliseconds: number };

export type WayFigures = {
  readonly cost: Readonly<Record<Way, { readonly events: number; readonly bytes: number }>>;
  readonly figures: readonly Figures[];
  /** What a command was answered that came when the database had just fallen silent. */
  readonly silent: Readonly<Record<Way | 'product', Heard>> | null;
};

const payment = { amount: 1, method: 'check' };

async function inputOf(stand: Stand, caller: Caller): Promise<CreateInput> {
  const organization = await stand.store.organizations.findOne({ _id: caller.organizationId });
  if (organization === null) throw new Error('The organization is gone.');
  const draft = readDraft(
    {
      customerId: caller.customerId,
      reminders: [],
      lineItemsAttributes: [{ description: 'Copy Paper, Case', quantity: 10_000, rate: 4_500 }],
    },
    { currency: 'USD', timeZone: 'UTC', newId: randomUUID },
  );
  if (isRejection(draft)) throw new Error(draft.message);
  return {
    kind: 'create',
    invoiceId: randomUUID(),
    organizationId: caller.organizationId,
    liveMode: true,
    draft,
    policy: await policyOf(organization, true, new Date().toISOString().slice(0, 10)),
    action: 'issue',
    contentRef: null,
  };
}

/** Runs the work and says how it ended, an error by its code. */
async function hear(work: () => Promise<string>): Promise<Heard> {
  const began = performance.now();
  const answer = await work().catch((error: unknown) => {
    const cause: unknown = error instanceof WorkflowUpdateFailedError ? error.cause : error;
    return cause instanceof Error && 'type' in cause ? String(cause.type) : String(cause);
  });
  return { answer, milliseconds: performance.now() - began };
}

async function silenced(stand: Stand, work: () => Promise<string>): Promise<Heard> {
  const pid = stand.mongodPid();
  process.kill(pid, 'SIGSTOP');
  const awake = setTimeout(() => process.kill(pid, 'SIGCONT'), silence);
  try {
    return await hear(work);
  } finally {
    clearTimeout(awake);
    process.kill(pid, 'SIGCONT');
    await stand.store.ping();
  }
}

export async function compareWays(
  { stand, product, say }: { stand: Stand; product: Product; say: (line: string) => void },
  pace: Pace & { readonly silence: boolean },
): Promise<WayFigures> {
  say('ways to write: local or regular activity');
  const caller = await product.caller();
  const { client, floorQueue } = stand;
  const started: string[] = [];
  for (let count = 0; count < pace.invoices; count += 1) {
    const input = await inputOf(stand, caller);
    const workflowId = `writing:${input.invoiceId}`;
    await client.workflow.start(writingWorkflowType, { workflowId, taskQueue: floorQueue, args: [input] });
    started.push(workflowId);
  }
  const pay = (way: Way, turn: number) =>
    client.workflow
      .getHandle(started[turn % started.length] ?? '')
      .executeUpdate<unknown, [object]>(writeUpdates[way], { args: [payment] });
  const figures: Figures[] = [];
  const cpu = await cpuClock(stand, product);
  const cost = { local: await costOf('local'), regular: await costOf('regular') };
  for (const parallel of [1, pace.parallel]) {
    figures.push(
      await runRounds({
        ...pace,
        paths: ways.map((way) => ({ name: way, ask: (turn: number) => pay(way, turn) })),
        floors: ['local'],
        parallel,
        folder: stand.folder,
        cpu,
        say: (line) => say(`ways to write: ${line}`),
      }),
    );
  }

  async function costOf(way: Way): Promise<{ events: number; bytes: number }> {
    const handle = client.workflow.getHandle(started[0] ?? '');
    await pay(way, 0);
    const before = await quiet(client, handle);
    await pay(way, 0);
    const { events, bytes } = await costSince(handle, before, await quiet(client, handle));
    return { events, bytes };
  }

  if (!pace.silence) return { cost, figures, silent: null };
  const invoice = await caller.post('/invoices', invoiceBody(caller, { action: 'issue' }, true));
  const paid = async (way: Way) => {
    await pay(way, 1);
    return 'written';
  };
  const asked = async () => {
    const { status, body } = await caller.ask('POST', `/invoices/${String(invoice['id'])}/record_payment`, {
      amount_cents: 1,
    });
    return status < 300 ? 'written' : `${status} ${String(body['code'])}`;
  };
  say('ways to write: the database falls silent');
  const silent = {
    local: await silenced(stand, () => paid('local')),
    regular: await silenced(stand, () => paid('regular')),
    product: await silenced(stand, asked),
  };
  return { cost, figures, silent };
}
