// Read, decide, write, all over again where a neighbour was first: for a bounded time, because someone waits.
import { setTimeout as pause } from 'node:timers/promises';

/** In milliseconds. */
const patience = 5_000;
const firstPause = 2;
const longestPause = 100;

/** A round answers, or says null: what it had read is no longer so. */
export async function inRounds<T>(round: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + patience;
  for (let count = 0; ; count += 1) {
    const answer = await round();
    if (answer !== null) return answer;
    if (Date.now() >= deadline) throw new Error('Others kept writing the same invoices first');
    await pause(Math.random() * Math.min(firstPause * 1.5 ** count, longestPause));
  }
}
