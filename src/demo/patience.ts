// Waiting for a gateway that is away: bounded, and visible.
import { setTimeout as pause } from 'node:timers/promises';

/** It may succeed when it is tried again: nobody answered, or the answer said so. */
export class Away extends Error {}

/** Told while the demo waits: why, and for how long already, in seconds. `null` when it is over. */
export type Waiting = (news: { readonly reason: string; readonly seconds: number } | null) => void;

export type Patience = {
  /** How long one thing is waited for, in milliseconds. */
  readonly limit: number;
  readonly waiting: Waiting;
};

const firstPause = 100;
const longestPause = 2_000;
/** What passes sooner than this is not worth a word. */
const quiet = 1_500;

/** Tries until it succeeds, fails for good, or the patience is over. */
export async function insist<T>({ limit, waiting }: Patience, attempt: () => Promise<T>): Promise<T> {
  const began = performance.now();
  let told = false;
  for (let wait = firstPause; ; wait = Math.min(wait * 1.5, longestPause)) {
    try {
      const answer = await attempt();
      if (told) waiting(null);
      return answer;
    } catch (error) {
      const passed = performance.now() - began;
      const over = !(error instanceof Away) || passed + wait > limit;
      if (over && told) waiting(null);
      if (!(error instanceof Away)) throw error;
      if (over) {
        const seconds = Math.round(passed / 1_000);
        throw new Error(
          `${error.message} The demo waited ${seconds} s. When \`npm start\` runs again, \`npm run demo\` goes on from here.`,
          { cause: error },
        );
      }
      if (passed > quiet) {
        told = true;
        waiting({ reason: error.message, seconds: Math.round(passed / 1_000) });
      }
    }
    await pause(wait);
  }
}
