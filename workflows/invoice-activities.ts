// How the workflow calls its activities: what a caller waits for is bounded by attempts, what time triggers
// is retried without limit, a refund too, and a delivery for a day.
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { InvoiceActivities } from '../src/contract/invoice.ts';

const write = { startToCloseTimeout: '5s', summary: 'write state, event and books together' } as const;

/** A person waits: five attempts, about two seconds, then the caller hears that the engine is away. */
export const interactive = proxyLocalActivities<InvoiceActivities>({
  ...write,
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 5 },
});

/** Nobody waits and nothing may be lost: retried until it is written. */
export const patient = proxyLocalActivities<InvoiceActivities>({
  ...write,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  localRetryThreshold: '5s',
});

const attempt = { startToCloseTimeout: '60s', heartbeatTimeout: '15s' } as const;

/** The first attempt on its own, so that the test clock can wait for it and for nothing longer. */
export const firstDelivery = proxyActivities<InvoiceActivities>({
  ...attempt,
  retry: { maximumAttempts: 1 },
});

/** First again within 30 seconds, then growing, up to a day; in real time. */
export const laterDelivery = proxyActivities<InvoiceActivities>({
  ...attempt,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '1h' },
});

/** Money that goes back: asked again for as long as it takes, under the same id. */
export const processor = proxyActivities<InvoiceActivities>({
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '5m' },
});
