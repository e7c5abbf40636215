// Waits at boot for a server that may come up after us.
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '../logging.ts';

const patience = 120_000;

/** Tries until it works, ever more slowly; after two minutes the last error is the answer. */
export async function untilReachable<T>(name: string, logger: Logger, reach: () => Promise<T>): Promise<T> {
  const began = performance.now();
  for (let pause = 250; ; pause = Math.min(pause * 2, 5_000)) {
    try {
      return await reach();
    } catch (error) {
      if (performance.now() - began > patience) throw error;
      logger.warn({ err: error }, `${name} cannot be reached yet; trying again in ${pause} ms`);
      await delay(pause);
    }
  }
}
