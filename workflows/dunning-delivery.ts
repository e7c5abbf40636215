// One message of dunning whose first attempt failed: tried again for a day, in real time, beside the run that made it.
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  sleep,
} from '@temporalio/workflow';
import type { DunningActivities, DunningDeliveryInput } from '../src/contract/dunning.ts';
import type { DeliveryOutcome } from '../src/contract/invoice.ts';
import { dunningWrites } from './dunning-activities.ts';

const later = proxyActivities<DunningActivities>({
  startToCloseTimeout: '60s',
  heartbeatTimeout: '15s',
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '5s', backoffCoefficient: 3, maximumInterval: '1h' },
});
const last = proxyLocalActivities<DunningActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  localRetryThreshold: '5s',
});

/** The workflow `dunning-delivery:<organization>:<message>`. */
export async function dunningDelivery({ delay, ...message }: DunningDeliveryInput): Promise<DeliveryOutcome> {
  setCurrentDetails(`**${message.messageId}** is tried again, for a day.`);
  await sleep(delay, { summary: 'second attempt' });
  let outcome: DeliveryOutcome;
  try {
    outcome = await later.deliverDunning.executeWithOptions({ summary: message.messageId }, [message]);
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const code = error.cause instanceof ApplicationFailure ? (error.cause.type ?? 'gave_up') : 'gave_up';
    outcome = await last.giveUpDunning({ ...message, code });
  }
  await dunningWrites.settle({ ...message, outcome });
  setCurrentDetails(`**${message.messageId}**: ${outcome.outcome}`);
  return outcome;
}
