// How a message of dunning ends, in the run that sent it and in the workflow that tries it again.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { DunningActivities, DunningMessage } from '../src/contract/dunning.ts';
import type { DeliveryOutcome } from '../src/contract/invoice.ts';

const write = proxyLocalActivities<DunningActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  localRetryThreshold: '5s',
});
const tell = proxyActivities<DunningActivities>({
  startToCloseTimeout: '60s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '60s' },
});

export const dunningWrites = {
  /** The row first; then the invoices hear of it, so that nothing is claimed that is not so. */
  async settle(settled: DunningMessage & { readonly outcome: DeliveryOutcome }): Promise<void> {
    const { organizationId, messageId, outcome } = settled;
    await write.settleDunning(settled);
    if (outcome.outcome === 'accepted') await tell.tellDunned({ organizationId, messageId });
  },
};
