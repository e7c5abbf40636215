// The test clock's hands: move the clock to the next instant at which something is due, have every invoice that
// is due there run it, repeat. All of it is idempotent: a repeated call goes on where the last one stopped.
import { Context } from '@temporalio/activity';
import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { InvoiceInput, RunDueArguments, RunDueResult } from '../src/contract/invoice.ts';
import { invoiceWorkflowId, invoiceWorkflowType, runDueUpdate } from '../src/contract/names.ts';
import type { AdvanceStepResult, TestClockActivities } from '../src/contract/test-clock.ts';
import { instant, type Instant, milliseconds } from '../src/domain/calendar.ts';
import type { InvoiceDocument } from '../src/store/documents.ts';
import type { Store } from '../src/store/store.ts';

const instantsMax = 50;
const stretchMilliseconds = 20_000;
const parallel = 8;
const beatEvery = 3_000;
/** Invoices with a timer of their own get this long to run it before the clock does. */
const ownTimer = 3_000;

type InvoiceWorkflow = (input: InvoiceInput) => Promise<unknown>;

type Due = {
  readonly id: string;
  readonly at: Instant;
  readonly version: number;
  /** Closed: all that is left to come is the end of its workflow. */
  readonly ends: boolean;
};

async function dueUpTo(store: Store, organizationId: string, to: Instant, limit: number): Promise<Due[]> {
  const rows = await store.invoices
    .find({ organization_id: organizationId, live_mode: false, next_action_at: { $ne: null, $lte: to } })
    .sort({ next_action_at: 1, _id: 1 })
    .limit(limit)
    .project<Pick<InvoiceDocument, '_id' | 'next_action_at' | 'version' | 'closed_at'>>({
      next_action_at: 1,
      version: 1,
      closed_at: 1,
    })
    .toArray();
  return rows.flatMap(({ _id, next_action_at: at, version, closed_at }) =>
    at === null ? [] : [{ id: _id, at, version, ends: closed_at !== null }],
  );
}

async function offsetOf(store: Store, organizationId: string): Promise<number> {
  const organization = await store.organizations.findOne({ _id: organizationId });
  if (organization === null) throw new Error('There is no such organization');
  return organization.clock_offset_ms;
}

/** Tells every few seconds that the work goes on, so that a worker which died is missed soon. */
async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, beatEvery);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}

/** Moves the clock to an instant, never back, and says where it is. */
async function moveTo(store: Store, organizationId: string, to: Instant): Promise<number> {
  const offset = milliseconds(to) - Date.now();
  await store.organizations.updateOne({ _id: organizationId }, { $max: { clock_offset_ms: offset } });
  return offsetOf(store, organizationId);
}

async function runDue(
  client: Client,
  taskQueue: string,
  organizationId: string,
  id: string,
  args: RunDueArguments,
) {
  const workflowId = invoiceWorkflowId(organizationId, id);
  try {
    return await client.workflow
      .getHandle(workflowId)
      .executeUpdate<RunDueResult, [RunDueArguments]>(runDueUpdate, {
        args: [args],
      });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const startWorkflowOperation = new WithStartWorkflowOperation(invoiceWorkflowType, {
      workflowId,
      taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ kind: 'reopen', organizationId, invoiceId: id }],
    });
    return client.workflow.executeUpdateWithStart<InvoiceWorkflow, RunDueResult, [RunDueArguments]>(
      runDueUpdate,
      {
        args: [args],
        startWorkflowOperation,
      },
    );
  }
}

/** Tells a closed invoice that its time is over. One that ended by itself is not woken to hear it. */
async function end(store: Store, client: Client, workflowId: string, due: Due, args: RunDueArguments) {
  try {
    await client.workflow
      .getHandle(workflowId)
      .executeUpdate<RunDueResult, [RunDueArguments]>(runDueUpdate, { args: [args] });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
  // The invoice writes nothing when it ends. A command that was faster has said anew what comes next.
  await store.invoices.updateOne(
    { _id: due.id, version: due.version, next_action_at: due.at },
    { $set: { next_action_at: null } },
  );
}

/** Runs `work` over the items, a few at a time, all of them. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

export function createAdvance(store: Store, client: Client, taskQueue: string): TestClockActivities {
  async function runInstant(organizationId: string, at: Instant): Promise<number> {
    const clockOffset = await moveTo(store, organizationId, at);
    const due = await dueUpTo(store, organizationId, instant(Date.now() + clockOffset), 10_000);
    await each(due, async (one) => {
      const { id, at: was, version } = one;
      const args = { now: instant(Date.now() + clockOffset), clockOffset, version };
      if (one.ends) return end(store, client, invoiceWorkflowId(organizationId, id), one, args);
      const answer = await runDue(client, taskQueue, organizationId, id, args);
      // The write precedes the answer: an invoice that still says it is due here would be asked for ever.
      const row = await store.invoices.findOne({ _id: id });
      if (row?.next_action_at === was && answer.nextActionAt === was) {
        throw new Error(`Invoice ${id} did not run what was due at ${was}`);
      }
    });
    return due.filter(({ ends }) => !ends).length;
  }

  async function runStretch(organizationId: string, to: Instant): Promise<AdvanceStepResult> {
    const until = Date.now() + stretchMilliseconds;
    let ran = 0;
    for (let count = 0; count < instantsMax && Date.now() < until; count += 1) {
      const [first] = await dueUpTo(store, organizationId, to, 1);
      if (first === undefined) {
        const offset = await moveTo(store, organizationId, to);
        return { now: instant(Date.now() + offset), caughtUp: true, ran };
      }
      ran += await runInstant(organizationId, first.at);
    }
    return { now: instant(Date.now() + (await offsetOf(store, organizationId))), caughtUp: false, ran };
  }

  return {
    advanceStep: ({ organizationId, to }) => beating(() => runStretch(organizationId, to)),

    async nextStaleDue({ organizationId }) {
      const [first] = await dueUpTo(store, organizationId, '9999', 1);
      if (first === undefined) return null;
      return instant(milliseconds(first.at) - (await offsetOf(store, organizationId)) + ownTimer);
    },
  };
}
