// The engine's floor: an update that only returns, and one that runs a local activity which does nothing.
import { condition, defineUpdate, proxyLocalActivities, setHandler } from '@temporalio/workflow';
import { floorUpdates } from '../names.ts';

export type FloorActivities = { nothing(): Promise<null> };

const { nothing } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '5s' });

export async function bare(): Promise<void> {
  let count = 0;
  setHandler(defineUpdate<number>(floorUpdates.bare), () => {
    count += 1;
    return count;
  });
  setHandler(defineUpdate<number>(floorUpdates.noop), async () => {
    await nothing();
    count += 1;
    return count;
  });
  await condition(() => false);
}
