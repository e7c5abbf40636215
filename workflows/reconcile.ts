// The nightly reconciliation: the ledger against what is kept beside it, and where anybody sees the outcome.
import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { ReconcileActivities, ReconcileInput, ReconcileResult } from '../src/contract/reconcile.ts';

const { reconcileOrganization } = proxyActivities<ReconcileActivities>({
  startToCloseTimeout: '10m',
  heartbeatTimeout: '30s',
  retry: { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '5m' },
  scheduleToCloseTimeout: '6h',
  summary: 'compare the books with what is kept beside them',
});

/** The workflow: started by the Schedule `reconcile:<organization>`, or by hand. */
export async function reconcile(input: ReconcileInput): Promise<ReconcileResult> {
  const result = await reconcileOrganization(input);
  const lines = result.books.map(({ liveMode, currency, differenceCents, failed }) => {
    const told = differenceCents === 0 ? 'no difference' : `off by ${differenceCents}: ${failed.join(', ')}`;
    return `- ${liveMode ? 'live' : 'test'} ${currency}: ${told}`;
  });
  setCurrentDetails(lines.length === 0 ? 'There are no books yet.' : lines.join('\n'));
  return result;
}
