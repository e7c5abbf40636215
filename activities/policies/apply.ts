// A new version of a reminder policy for the invoices that follow it. Each is given a command under an id of its own,
// so whatever is repeated after a crash happens once.
import { Context } from '@temporalio/activity';
import { type Client, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CommandArguments, CommandResult } from '../../src/contract/invoice.ts';
import type { PolicyActivities, PolicyVersionOf } from '../../src/contract/reminder-policy.ts';
import { policyWords } from '../../src/domain/invoice/reminder-policy.ts';
import { isRejectionCode, type RejectionCode } from '../../src/domain/rejection.ts';
import type { PolicyApply } from '../../src/store/documents.ts';
import { following } from '../../src/store/reminder-policies.ts';
import type { Store } from '../../src/store/store.ts';
import { createAskInvoice } from '../ask-invoice.ts';
import { beating } from '../beating.ts';
import { each } from '../each.ts';

const pageSize = 50;
const parallel = 8;
/** How long one invoice may take to answer, in milliseconds. */
const patience = 30_000;
/** An invoice that does not answer keeps the others waiting for so many tries, and is passed over then. */
const triesMost = 6;

/** Refusals that are about this moment, and not about the invoice: the command is given again. */
const passing: ReadonlySet<RejectionCode> = new Set([
  'engine_unavailable',
  'outcome_unknown',
  'command_expired',
]);

/** The invoice said no. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof WorkflowUpdateFailedError) || !(error.cause instanceof ApplicationFailure)) {
    return false;
  }
  const { type } = error.cause;
  return isRejectionCode(type) && !passing.has(type);
}

function argumentsFor(wanted: PolicyVersionOf, apply: PolicyApply, invoiceId: string): CommandArguments {
  const { policyId, version } = wanted;
  const policy = { id: policyId, version, name: apply.name };
  return {
    reminders: { steps: apply.steps, policy },
    followersOnly: true,
    commandId: `policy:${policyId}:${version}:${invoiceId}`,
    actor: apply.actor,
    reason: policyWords(policy),
  };
}

/** The policy while it still asks for this version. */
function own({ organizationId, policyId, version }: PolicyVersionOf) {
  return { _id: policyId, organization_id: organizationId, 'applying.version': version };
}

export function createPolicyActivities(store: Store, client: Client, taskQueue: string): PolicyActivities {
  const askInvoice = createAskInvoice(client, taskQueue);

  async function give(wanted: PolicyVersionOf, apply: PolicyApply, invoiceId: string): Promise<void> {
    const { organizationId } = wanted;
    const args = argumentsFor(wanted, apply, invoiceId);
    try {
      await client.withDeadline(Date.now() + patience, () =>
        askInvoice<CommandResult, CommandArguments>({ organizationId, invoiceId }, 'setReminders', args),
      );
    } catch (error) {
      if (!isRefusal(error) && Context.current().info.attempt < triesMost) throw error;
    }
  }

  /** How many of them have the version: what the store says, and not how often they were asked. */
  function countApplied({ policyId, version }: PolicyVersionOf, ids: readonly string[]): Promise<number> {
    return store.invoices.countDocuments({
      _id: { $in: [...ids] },
      'state.reminderPolicy.id': policyId,
      'state.reminderPolicy.version': { $gte: version },
    });
  }

  return {
    policyPage: async ({ after, ...wanted }) => {
      const { organizationId, policyId, version } = wanted;
      if ((await store.reminderPolicies.countDocuments(own(wanted))) === 0) return null;
      const page = await store.invoices
        .find(following({ organizationId, policyId, behind: version, after }))
        .sort({ _id: 1 })
        .limit(pageSize)
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      return { ids: page.map(({ _id }) => _id), isLast: page.length < pageSize };
    },

    applyPolicy: async ({ ids, progress, ...wanted }) => {
      const applying = (await store.reminderPolicies.findOne(own(wanted)))?.applying ?? null;
      if (applying === null) return null;
      await beating(() => each(ids, parallel, (id) => give(wanted, applying, id)));
      const count = await countApplied(wanted, ids);
      const applied = progress.applied + count;
      const passedOver = progress.passedOver + ids.length - count;
      await store.reminderPolicies.updateOne(own(wanted), {
        $set: { 'applying.applied': applied, 'applying.passed_over': passedOver },
      });
      return { applied, passedOver };
    },

    endPolicy: async ({ state, ...wanted }) => {
      await store.reminderPolicies.updateOne(
        { ...own(wanted), 'applying.state': 'under_way' },
        { $set: { 'applying.state': state } },
      );
    },
  };
}
