// The run of customer-level dunning: from customer to customer with overdue invoices, one message each. It goes on
// where it stopped, and a customer who got the message of the day and stage gets no second one.
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  continueAsNew,
  defineQuery,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  startChild,
  ActivityFailure,
  ApplicationFailure,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  DunningActivities,
  DunningEnd,
  DunningInput,
  DunningOrganization,
  DunningProgress,
  DunningSkip,
} from '../src/contract/dunning.ts';
import type { DeliveryOutcome } from '../src/contract/invoice.ts';
import { dunningDeliveryWorkflowId, progressQuery } from '../src/contract/names.ts';
import { instant, type Instant } from '../src/domain/calendar.ts';
import { decideDunning, type DunningFacts } from '../src/domain/dunning/decide.ts';
import { type Sweep, sweepsOf } from '../src/domain/dunning/rules.ts';
import { dunningDelivery } from './dunning-delivery.ts';
import { dunningWrites } from './dunning-activities.ts';

const pageSize = 25;
const atOnce = 8;
/** A run over many customers hands over to the next before its history is long. */
const eventsMax = 2_000;
const secondAttemptAfter = 5_000;

const read = proxyActivities<DunningActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
});
const first = proxyActivities<DunningActivities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '15s',
  retry: { maximumAttempts: 1 },
});
const quick = proxyLocalActivities<DunningActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  localRetryThreshold: '5s',
});

type Counted = 'sent' | 'skipped' | 'suppressed' | 'failed' | 'pending';
type Run = {
  readonly organizationId: string;
  readonly organization: DunningOrganization;
  readonly sweep: Sweep;
  progress: DunningProgress;
};

function begun({ liveMode, date }: Sweep): DunningProgress {
  const counts = { customers: 0, sent: 0, skipped: 0, suppressed: 0, failed: 0, pending: 0 };
  return { liveMode, date, ...counts, cursor: null };
}

function count(run: Run, what: Counted): void {
  run.progress = { ...run.progress, [what]: run.progress[what] + 1 };
}

/** The instant for which a Schedule started this run, to the second; null where somebody else did. */
function scheduledAt(): Instant | null {
  const [at] = workflowInfo().searchAttributes['TemporalScheduledStartTime'] ?? [];
  return at instanceof Date ? instant(at.getTime()) : null;
}

function line(progress: DunningProgress): string {
  const { liveMode, date, customers, sent, skipped, suppressed, failed, pending } = progress;
  return `- ${liveMode ? 'live' : 'test'} ${date}: ${customers} customers, ${sent} sent, ${skipped} skipped, ${suppressed} suppressed, ${failed} failed, ${pending} tried again`;
}

function show(done: readonly DunningProgress[], now: DunningProgress | null): void {
  const head = now === null ? 'Dunning has run' : 'Dunning runs';
  setCurrentDetails([`${head}:`, ...[...done, ...(now === null ? [] : [now])].map(line)].join('\n'));
}

const counted = {
  accepted: 'sent',
  suppressed: 'suppressed',
  failed: 'failed',
  unknown: 'failed',
} as const satisfies Record<DeliveryOutcome['outcome'], Counted>;

/** One attempt. What may succeed later goes on in a workflow of its own, so that nobody waits for a mail server. */
async function deliver({ organizationId }: Run, messageId: string): Promise<DeliveryOutcome | null> {
  const message = { organizationId, messageId };
  try {
    return await first.deliverDunning.executeWithOptions({ summary: messageId }, [message]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const asked = error.cause instanceof ApplicationFailure ? error.cause.nextRetryDelay : null;
    const delay = typeof asked === 'number' ? asked : secondAttemptAfter;
    await startChild(dunningDelivery, {
      workflowId: dunningDeliveryWorkflowId(organizationId, messageId),
      parentClosePolicy: ParentClosePolicy.ABANDON,
      args: [{ ...message, delay }],
    }).catch((failure: unknown) => {
      if (!(failure instanceof WorkflowExecutionAlreadyStartedError)) throw failure;
    });
    return null;
  }
}

async function send(run: Run, messageId: string): Promise<void> {
  const outcome = await deliver(run, messageId);
  if (outcome === null) return count(run, 'pending');
  await dunningWrites.settle({ organizationId: run.organizationId, messageId, outcome });
  count(run, counted[outcome.outcome]);
}

/** Decides about one customer and carries it out, unless nothing but a row comes of it. */
async function dun(run: Run, facts: DunningFacts): Promise<DunningSkip | null> {
  const { organizationId, organization, sweep } = run;
  const { rules, cap } = organization;
  const { customerId, stagesSent, lastAt } = facts;
  const decision = decideDunning(rules, cap, sweep, facts);
  switch (decision.kind) {
    case 'nothing':
      return null;
    case 'skip':
      return { customerId, stage: decision.stage, reason: decision.reason };
    case 'go_on':
      await send(run, decision.messageId);
      return null;
    case 'send': {
      const { stage } = decision;
      const wanted = { organizationId, sweep, customerId, stage, cap, stagesSent, lastAt };
      const answer = await quick.queueDunning(wanted);
      if (answer.outcome === 'queued') await send(run, answer.messageId);
      if (answer.outcome === 'skipped') count(run, 'skipped');
      return null;
    }
  }
}

async function page(run: Run): Promise<boolean> {
  const { organizationId, sweep } = run;
  const wanted = { organizationId, sweep, after: run.progress.cursor, limit: pageSize };
  const { customers, cursor } = await read.dunningPage.executeWithOptions(
    { summary: `${sweep.liveMode ? 'live' : 'test'}, behind ${run.progress.cursor ?? 'nobody'}` },
    [wanted],
  );
  const left = [...customers];
  const skips: DunningSkip[] = [];
  const lane = async () => {
    for (let facts = left.shift(); facts !== undefined; facts = left.shift()) {
      const skip = await dun(run, facts);
      if (skip !== null) skips.push(skip);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  if (skips.length > 0) await quick.skipDunning({ organizationId, sweep, skips });
  const { progress } = run;
  run.progress = {
    ...progress,
    customers: progress.customers + customers.length,
    skipped: progress.skipped + skips.length,
    cursor: customers.at(-1)?.customerId ?? progress.cursor,
  };
  return cursor !== null;
}

/** The workflow: started by the Schedule `dunning:<organization>`, by hand, or by the test clock for its day. */
export async function dunning(input: DunningInput): Promise<DunningEnd> {
  const { organizationId } = input;
  const done: DunningProgress[] = [...(input.done ?? [])];
  let current: Run | null = null;
  setHandler(
    defineQuery<readonly DunningProgress[]>(progressQuery),
    () => [...done, ...(current === null ? [] : [current.progress])],
    { description: 'How far the run has come, for each mode.' },
  );
  const organization = await quick.openDunning({ organizationId });
  if (organization?.rules.enabled !== true) {
    setCurrentDetails('Dunning is switched off in the settings.');
    return { sweeps: done, reason: 'switched_off' };
  }
  const { rules, timeZone, clockOffset } = organization;
  const sweeps =
    input.sweeps ??
    sweepsOf(rules, timeZone, {
      scheduledAt: scheduledAt(),
      startedAt: instant(Date.now()),
      clockOffset,
      testNow: instant(Date.now() + clockOffset),
    });
  for (const [index, sweep] of sweeps.entries()) {
    const progress = index === 0 ? (input.progress ?? begun(sweep)) : begun(sweep);
    const run: Run = { organizationId, organization, sweep, progress };
    current = run;
    show(done, run.progress);
    while (await page(run)) {
      show(done, run.progress);
      const { historyLength, continueAsNewSuggested } = workflowInfo();
      if (historyLength < eventsMax && !continueAsNewSuggested) continue;
      await continueAsNew<typeof dunning>({
        organizationId,
        sweeps: sweeps.slice(index),
        progress: run.progress,
        done,
      });
    }
    await quick.closeDunning({ organizationId, sweep });
    done.push(run.progress);
    current = null;
  }
  show(done, null);
  return { sweeps: done };
}
