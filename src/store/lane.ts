// A line for those in this process who are about to change the same document. In transactions of their own at once
// they would trip over each other and start again, all but one each time. The database alone keeps things right:
// whoever has waited long enough goes on.
import { setTimeout as pause } from 'node:timers/promises';

/** In milliseconds. */
const longestWait = 3_000;

const ends = new Map<string, Promise<void>>();

/** Runs when the one before has ended, however it ended. */
export async function inLane<T>(key: string, run: () => Promise<T>): Promise<T> {
  const before = ends.get(key);
  const own = before === undefined ? run() : after(before, run);
  const end = own.then(
    () => undefined,
    () => undefined,
  );
  ends.set(key, end);
  try {
    return await own;
  } finally {
    if (ends.get(key) === end) ends.delete(key);
  }
}

async function after<T>(before: Promise<void>, run: () => Promise<T>): Promise<T> {
  const timer = new AbortController();
  const waited = pause(longestWait, undefined, { signal: timer.signal }).catch(() => undefined);
  await Promise.race([before, waited]);
  timer.abort();
  return run();
}
