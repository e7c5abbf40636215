// A version of a reminder policy that is to reach open invoices: the policy's own document is the outbox, and the
// workflow that sees to it is started by whoever asked for it, else by a worker.
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { type PolicyInput, policyWorkflowId, policyWorkflowType } from './contract/reminder-policy.ts';
import { instant } from './domain/calendar.ts';
import type { Store } from './store/store.ts';

/** How long whoever asked has to start it. Milliseconds. */
const ownStart = 10_000;
const startsMost = 50;

type Starting = { readonly client: Client; readonly taskQueue: string };

/** Does nothing where it runs already. */
export async function startApplying({ client, taskQueue }: Starting, input: PolicyInput): Promise<void> {
  const { policyId, version, organizationId } = input;
  try {
    await client.workflow.start(policyWorkflowType, {
      workflowId: policyWorkflowId(policyId, version),
      taskQueue,
      args: [{ organizationId, policyId, version } satisfies PolicyInput],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Version ${version} of a reminder policy, for open invoices`,
      staticDetails:
        'Gives the new steps to every open invoice that follows the policy. ' +
        'Cancel stops it; invoices that have the version keep it. The query `progress` says how far it is.',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}

/** Starts what nobody has started: whoever asked for it may have died before. */
export function createApplying(store: Store, starting: Starting): () => Promise<void> {
  return async () => {
    const waiting = await store.reminderPolicies
      .find({ 'applying.state': 'under_way', 'applying.since': { $lt: instant(Date.now() - ownStart) } })
      .sort({ 'applying.since': 1 })
      .limit(startsMost)
      .toArray();
    for (const { _id: policyId, organization_id: organizationId, applying } of waiting) {
      if (applying !== null) {
        await startApplying(starting, { organizationId, policyId, version: applying.version });
      }
    }
  };
}
