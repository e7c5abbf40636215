// The runs of dunning in test mode as a source of the test clock: each day at its own instant, by the workflow that
// runs it for live mode. Behind the invoices in the order of the sources: what is due at the same time comes first.
import type { Client } from '@temporalio/client';
import type { DunningEnd, DunningInput } from '../../src/contract/dunning.ts';
import { dunningWorkflowType, testDunningWorkflowId } from '../../src/contract/names.ts';
import { instant, type Instant, later, localDate, plusDays } from '../../src/domain/calendar.ts';
import { decideDunning } from '../../src/domain/dunning/decide.ts';
import { type DunningRules, runAfter, runOf, type Sweep } from '../../src/domain/dunning/rules.ts';
import { factsOf, overdueCustomers } from '../../src/dunning/read.ts';
import type { InvoiceDocument, OrganizationDocument } from '../../src/store/documents.ts';
import { dunningRulesOf } from '../../src/store/dunning-rules.ts';
import type { Store } from '../../src/store/store.ts';
import type { DueSource, Reach } from './source.ts';

const lookAt = 100;

/** The test invoice that is due before all others decides from when on a run can have anything to do. */
async function firstDue(store: Store, organizationId: string) {
  const rows = store.invoices
    .find({ organization_id: organizationId, live_mode: false, status: 'open', due_at: { $gt: '' } })
    .sort({ due_at: 1, _id: 1 })
    .limit(1)
    .hint('status_due')
    .project<Pick<InvoiceDocument, 'due_date' | 'due_at'>>({ due_date: 1, due_at: 1 });
  return rows.next();
}

/** The next run that may find somebody at a stage; those before it have nothing to do. */
async function nextRun(
  store: Store,
  organization: OrganizationDocument,
  rules: DunningRules,
): Promise<Instant | null> {
  const [stage] = rules.stages;
  const { dunning_ran_at: ranAt, time_zone: zone } = organization;
  if (!rules.enabled || stage === undefined || ranAt === undefined) return null;
  const first = await firstDue(store, organization._id);
  if (first === null || first.due_date === null) return null;
  const reached = runOf(rules, plusDays(first.due_date, stage.daysOverdue), zone);
  const next = runAfter(rules, ranAt, zone);
  return later(later(next, reached), newestRun(organization, rules));
}

/** Days that passed while everything was away are made up for by one run, as the Schedule does for live invoices. */
function newestRun(
  { clock_offset_ms: offset, time_zone: zone }: OrganizationDocument,
  rules: DunningRules,
): Instant {
  const now = instant(Date.now() + offset);
  const today = localDate(now, zone);
  const run = runOf(rules, today, zone);
  return run <= now ? run : runOf(rules, plusDays(today, -1), zone);
}

/** Whether anything would come of the run: most days nobody has reached another stage. */
async function findsSomebody(
  store: Store,
  { _id: organizationId, settings }: OrganizationDocument,
  rules: DunningRules,
  sweep: Sweep,
): Promise<boolean> {
  const scope = { organizationId, liveMode: false, at: sweep.at };
  let after: string | null = null;
  do {
    const ids: string[] = await overdueCustomers(store, scope, after, lookAt);
    for (const facts of await factsOf(store, scope, ids)) {
      if (decideDunning(rules, settings.reminder_cap, sweep, facts).kind !== 'nothing') return true;
    }
    after = ids.length < lookAt ? null : (ids.at(-1) ?? null);
  } while (after !== null);
  return false;
}

export function createDunningSource(store: Store, client: Client, taskQueue: string): DueSource {
  const read = (organizationId: string) => store.organizations.findOne({ _id: organizationId });

  async function run(at: Instant, { organizationId }: Reach): Promise<boolean> {
    const organization = await read(organizationId);
    if (organization === null) return false;
    const rules = dunningRulesOf(organization.settings);
    const date = localDate(at, organization.time_zone);
    const sweep: Sweep = { liveMode: false, at, date };
    const busy = rules.enabled && (await findsSomebody(store, organization, rules, sweep));
    if (busy) {
      const input: DunningInput = { organizationId, sweeps: [sweep] };
      await client.workflow.execute<(input: DunningInput) => Promise<DunningEnd>>(dunningWorkflowType, {
        workflowId: testDunningWorkflowId(organizationId, date),
        taskQueue,
        args: [input],
        // An advance that begins again finds the run that it has begun before.
        workflowIdConflictPolicy: 'USE_EXISTING',
        staticSummary: 'Dunning in test mode',
      });
    }
    await store.organizations.updateOne({ _id: organizationId }, { $max: { dunning_ran_at: at } });
    return busy;
  }

  return async (organizationId, to) => {
    const organization = await read(organizationId);
    if (organization === null) return [];
    const at = await nextRun(store, organization, dunningRulesOf(organization.settings));
    return at === null || at > to ? [] : [{ at, run: (reach) => run(at, reach) }];
  };
}
