// Versions of a reminder policy on their way to the invoices that follow it.
import type { WorkflowHandle } from '@temporalio/client';
import {
  type PolicyInput,
  policyWorkflowId,
  policyWorkflowType,
} from '../../src/contract/reminder-policy.ts';
import { until } from '../support/workflow-bench.ts';
import type { Scenario, Stage } from './stage.ts';

function start({ bench }: Stage, more: Partial<PolicyInput> = {}): Promise<WorkflowHandle> {
  const input = { organizationId: 'org-1', policyId: 'recorded', version: 2, ...more };
  return bench.client.workflow.start(policyWorkflowType, {
    taskQueue: bench.taskQueue,
    workflowId: policyWorkflowId('recorded', 2),
    args: [input],
  });
}

/** With the minute between the two rounds. */
async function whole(stage: Stage) {
  const { followers } = stage;
  followers.behind = ['a', 'b', 'c'];
  const handle = await start(stage);
  await until('it is done', () => followers.ends.length > 0);
  followers.behind.push('made-meanwhile');
  await handle.result();
  return handle;
}

async function stopped(stage: Stage) {
  const { followers } = stage;
  followers.behind = ['a', 'b', 'c', 'd', 'e'];
  followers.refusing = ['b'];
  const handle = await start(stage);
  await until('it is done', () => followers.ends.length > 0);
  await handle.cancel();
  await handle.result();
  return handle;
}

async function secondRound(stage: Stage) {
  stage.followers.behind = ['made-meanwhile'];
  const at = { round: 2, after: null, progress: { applied: 4, passedOver: 1 } } as const;
  const handle = await start(stage, { at });
  await handle.result();
  return handle;
}

async function superseded(stage: Stage) {
  const { followers } = stage;
  followers.behind = ['a', 'b', 'c', 'd'];
  followers.before = async (ids) => {
    if (ids.includes('c')) followers.wanted = false;
  };
  const handle = await start(stage);
  await handle.result();
  return handle;
}

export const policies: Readonly<Record<string, Scenario>> = {
  policy: whole,
  'policy-stopped': stopped,
  'policy-second-round': secondRound,
  'policy-superseded': superseded,
};
