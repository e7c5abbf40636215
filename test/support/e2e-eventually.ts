// Waits for what comes by itself (a mail, a status, an engine that is started again) by looking again and again.
import { promisify } from 'node:util';

/** Between two looks, so that looking does not take the machine from what is looked at. */
const breath = promisify(setTimeout);
const between = 40;

/** What the look finds, once it finds something; fails with what was looked for and what it saw last. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null | undefined | false>,
  seconds = 30,
): Promise<T> {
  const limit = performance.now() + seconds * 1_000;
  let fault: unknown = 'it was not there';
  for (;;) {
    try {
      const found = await look();
      if (found !== null && found !== undefined && found !== false) return found;
    } catch (error) {
      fault = error;
    }
    if (performance.now() > limit) {
      throw new Error(`Waited ${seconds} s in vain for ${what}`, { cause: fault });
    }
    await breath(between);
  }
}
