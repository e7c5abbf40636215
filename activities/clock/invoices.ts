// Test invoices as a source of the test clock: what is due is run by the invoice's own workflow, which is started
// again where it has ended.
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { RunDueArguments, RunDueResult } from '../../src/contract/invoice.ts';
import { invoiceWorkflowId, runDueUpdate } from '../../src/contract/names.ts';
import { instant, type Instant } from '../../src/domain/calendar.ts';
import type { InvoiceDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { createAskInvoice } from '../ask-invoice.ts';
import type { DueSource, DueThing, Reach } from './source.ts';
import { upTo } from '../../src/store/exactly.ts';

type DueInvoice = {
  readonly id: string;
  readonly at: Instant;
  readonly version: number;
  /** Closed: all that is left to come is the end of its workflow. */
  readonly ends: boolean;
};

async function read(store: Store, organizationId: string, to: Instant, limit: number): Promise<DueInvoice[]> {
  const rows = await store.invoices
    .find({ organization_id: organizationId, live_mode: false, next_action_at: upTo(to) })
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

/** The answer of the invoice's own workflow. */
function ask(client: Client, workflowId: string, args: RunDueArguments): Promise<RunDueResult> {
  return client.workflow
    .getHandle(workflowId)
    .executeUpdate<RunDueResult, [RunDueArguments]>(runDueUpdate, { args: [args] });
}

export function createInvoiceSource(store: Store, client: Client, taskQueue: string): DueSource {
  const askInvoice = createAskInvoice(client, taskQueue);
  const runDue = (organizationId: string, invoiceId: string, args: RunDueArguments) =>
    askInvoice<RunDueResult, RunDueArguments>({ organizationId, invoiceId }, runDueUpdate, args);

  /** Tells a closed invoice that its time is over. One that ended by itself is not woken to hear it. */
  async function end(organizationId: string, due: DueInvoice, args: RunDueArguments): Promise<void> {
    try {
      await ask(client, invoiceWorkflowId(organizationId, due.id), args);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
    // The invoice writes nothing when it ends. A command that was faster has said anew what comes next.
    await store.invoices.updateOne(
      { _id: due.id, version: due.version, next_action_at: due.at },
      { $set: { next_action_at: null } },
    );
  }

  async function run(due: DueInvoice, { organizationId, clockOffset }: Reach): Promise<boolean> {
    const { id, at, version } = due;
    const args = { now: instant(Date.now() + clockOffset), clockOffset, version };
    if (due.ends) {
      await end(organizationId, due, args);
      return false;
    }
    const answer = await runDue(organizationId, id, args);
    // The write precedes the answer: an invoice that still says it is due here would be asked for ever.
    const row = await store.invoices.findOne({ _id: id });
    if (row?.next_action_at === at && answer.nextActionAt === at) {
      throw new Error(`Invoice ${id} did not run what was due at ${at}`);
    }
    return true;
  }

  return async (organizationId, to, limit) => {
    const rows = await read(store, organizationId, to, limit);
    return rows.map((due): DueThing => ({ at: due.at, run: (reach) => run(due, reach) }));
  };
}
