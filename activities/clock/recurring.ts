// Test schedules as a source of the test clock, the first of all: an invoice that an occurrence makes is found by the
// sources behind it, at the same instant and in the same advance.
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { RunDueArguments, RunDueResult } from '../../src/contract/invoice.ts';
import { runDueUpdate } from '../../src/contract/names.ts';
import {
  type RecurringInput,
  recurringWorkflowId,
  recurringWorkflowType,
} from '../../src/contract/recurring.ts';
import { instant, type Instant } from '../../src/domain/calendar.ts';
import type { Store } from '../../src/store/store.ts';
import type { DueSource, DueThing, Reach } from './source.ts';
import { upTo } from '../../src/store/exactly.ts';

type RecurringWorkflow = (input: RecurringInput) => Promise<unknown>;
type Due = { readonly id: string; readonly at: Instant; readonly version: number };

export function createRecurringSource(store: Store, client: Client, taskQueue: string): DueSource {
  async function run({ id, at, version }: Due, { organizationId, clockOffset }: Reach): Promise<boolean> {
    const startWorkflowOperation = new WithStartWorkflowOperation<RecurringWorkflow>(recurringWorkflowType, {
      workflowId: recurringWorkflowId(id),
      taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      args: [{ organizationId, scheduleId: id, clockOffset }],
    });
    const args = { now: instant(Date.now() + clockOffset), clockOffset, version };
    const answer = await client.workflow.executeUpdateWithStart<
      RecurringWorkflow,
      RunDueResult,
      [RunDueArguments]
    >(runDueUpdate, { args: [args], startWorkflowOperation });
    // The write precedes the answer: a schedule that still says it is due here would be asked for ever.
    if (answer.nextActionAt === at) throw new Error(`Schedule ${id} did not run what was due at ${at}`);
    return true;
  }

  return async (organizationId, to, limit) => {
    const rows = await store.recurringSchedules
      .find({
        organization_id: organizationId,
        live_mode: false,
        next_action_at: upTo(to),
      })
      .sort({ next_action_at: 1, _id: 1 })
      .limit(limit)
      .project<{ _id: string; next_action_at: Instant; version: number }>({ next_action_at: 1, version: 1 })
      .toArray();
    return rows.map(({ _id: id, next_action_at: at, version }): DueThing => ({
      at,
      run: (reach) => run({ id, at, version }, reach),
    }));
  };
}
