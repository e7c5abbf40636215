// How many commands of one invoice are under way at once. More than a few and the engine throws them back.
import { E_TIMEOUT, Semaphore, withTimeout } from 'async-mutex';

export const inFlightMax = 4;

export type Flight = {
  /** Runs the work when there is room for it under the key; answers null when there was none in time. */
  run<T>(key: string, milliseconds: number, work: () => Promise<T>): Promise<T | null>;
};

type Lane = { readonly room: Semaphore; waiting: number };

export function createFlight(most: number = inFlightMax): Flight {
  const lanes = new Map<string, Lane>();
  const enter = (key: string): Lane => {
    const lane = lanes.get(key) ?? { room: new Semaphore(most), waiting: 0 };
    lanes.set(key, lane);
    lane.waiting += 1;
    return lane;
  };
  const leave = (key: string, lane: Lane): void => {
    lane.waiting -= 1;
    if (lane.waiting === 0) lanes.delete(key);
  };
  return {
    async run(key, milliseconds, work) {
      const lane = enter(key);
      try {
        const release = await admitted(lane.room, milliseconds);
        if (release === null) return null;
        try {
          return await work();
        } finally {
          release();
        }
      } finally {
        leave(key, lane);
      }
    },
  };
}

/** A place, or null when none came free in time. */
async function admitted(room: Semaphore, milliseconds: number): Promise<(() => void) | null> {
  try {
    const [, release] = await withTimeout(room, Math.max(1, milliseconds)).acquire();
    return release;
  } catch (error) {
    if (error === E_TIMEOUT) return null;
    throw error;
  }
}
