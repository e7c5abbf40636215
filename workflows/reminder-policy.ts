// A new version of a reminder policy on its way to the invoices that follow it: page by page, each by its own command.
import {
  CancellationScope,
  continueAsNew,
  defineQuery,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import {
  type PolicyActivities,
  type PolicyEnd,
  type PolicyInput,
  type PolicyPlace,
  policyProgressQuery,
} from '../src/contract/reminder-policy.ts';

const { applyPolicy } = proxyActivities<PolicyActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '10s',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
  summary: 'one page of invoices',
});
const { policyPage, endPolicy } = proxyLocalActivities<PolicyActivities>({
  startToCloseTimeout: '5s',
  retry: { initialInterval: '200ms', maximumInterval: '30s' },
  localRetryThreshold: '5s',
});

/** An invoice whose making began under the version before is there by then. */
const madeWithin = '60s';
const pagesMax = 200;

const beginning: PolicyPlace = { round: 1, after: null, progress: { applied: 0, passedOver: 0 } };

function tell({ policyId, version }: PolicyInput, { applied, passedOver }: PolicyPlace['progress']): void {
  setCurrentDetails(
    `Version ${version} of reminder policy \`${policyId}\`\n- ${applied} invoices have it\n- ${passedOver} were passed over`,
  );
}

/** All pages of one round, from where it stands; null where a later version has taken its place. */
async function goRound(
  input: PolicyInput,
  place: PolicyPlace,
  keep: (at: PolicyPlace) => void,
): Promise<PolicyPlace | null> {
  const { organizationId, policyId, version } = input;
  let at = place;
  for (let page = 0; ; page += 1) {
    if (page >= pagesMax || workflowInfo().continueAsNewSuggested) {
      await continueAsNew<typeof reminderPolicy>({ organizationId, policyId, version, at });
    }
    const of = { organizationId, policyId, version };
    const next = await policyPage({ ...of, after: at.after });
    if (next === null) return null;
    const { ids, isLast } = next;
    const progress =
      ids.length === 0 ? at.progress : await applyPolicy({ ...of, ids, progress: at.progress });
    if (progress === null) return null;
    at = { ...at, after: ids.at(-1) ?? at.after, progress };
    keep(at);
    if (isLast) return at;
  }
}

async function bring(input: PolicyInput, keep: (at: PolicyPlace) => void): Promise<PolicyEnd['state']> {
  const { organizationId, policyId, version } = input;
  const place = input.at ?? beginning;
  let second = place;
  if (place.round === 1) {
    const first = await goRound(input, place, keep);
    if (first === null) return 'superseded';
    await endPolicy({ organizationId, policyId, version, state: 'done' });
    await sleep(madeWithin, { summary: 'invoices that are being made' });
    second = { ...first, round: 2, after: null };
  }
  return (await goRound(input, second, keep)) === null ? 'superseded' : 'done';
}

/** The workflow `policy:<policy>:<version>`. Cancelled, it stops: invoices that have the version keep it. */
export async function reminderPolicy(input: PolicyInput): Promise<PolicyEnd> {
  let { progress } = input.at ?? beginning;
  setHandler(defineQuery<PolicyPlace['progress']>(policyProgressQuery), () => progress);
  const keep = (at: PolicyPlace) => {
    ({ progress } = at);
    tell(input, progress);
  };
  tell(input, progress);
  try {
    const state = await bring(input, keep);
    return { state, ...progress };
  } catch (error) {
    if (!isCancellation(error)) throw error;
    const { organizationId, policyId, version } = input;
    await CancellationScope.nonCancellable(() =>
      endPolicy({ organizationId, policyId, version, state: 'stopped' }),
    );
    return { state: 'stopped', ...progress };
  }
}
