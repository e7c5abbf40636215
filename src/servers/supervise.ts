// Keeps an engine running: one that dies is started again, up to three times a minute, then it is given up.
import { lastWords, startChild, type Child, type ChildPlan } from './child.ts';
import type { Say } from './find.ts';

export type Engine = {
  /** The process that serves now; another one after the engine was started again. */
  pid: () => number;
  stop: () => Promise<void>;
  /** Resolves with the reason when the engine has been given up. Never rejects. */
  failed: Promise<Error>;
};

/** Resolves when the server answers; gives up when the signal is aborted. */
export type Ready = (signal: AbortSignal) => Promise<void>;

const firstTries = 3;
const firstPatience = 30_000;
const restartsAllowed = 3;
const restartWindow = 60_000;
const startPatience = 90_000;

/** Starts the process, waits until it is ready, and starts it again whenever it ends unasked. */
export async function supervise(plan: ChildPlan, ready: Ready, say: Say): Promise<Engine> {
  const stopping = new AbortController();
  let child = await launchFirst(plan, ready, stopping.signal, say);
  let giveUp: (reason: Error) => void;
  const failed = new Promise<Error>((resolve) => {
    giveUp = resolve;
  });

  const watch = async () => {
    let restarts: number[] = [];
    let how = await child.ended;
    while (!stopping.signal.aborted) {
      const now = performance.now();
      restarts = restarts.filter((at) => now - at < restartWindow);
      if (restarts.length >= restartsAllowed) {
        giveUp(new Error(`${plan.name} ${how} and was started ${restartsAllowed} times within a minute.`));
        return;
      }
      restarts.push(now);
      say(`${plan.name}: process ${child.pid} ${how}; starting it again`);
      try {
        child = await launch(plan, ready, stopping.signal);
        // A stop that came meanwhile has seen the dead child only.
        if (stopping.signal.aborted) await child.stop();
        how = await child.ended;
      } catch (error) {
        how = error instanceof Error ? error.message : String(error);
      }
    }
  };
  const watching = watch();

  return {
    pid: () => child.pid,
    failed,
    stop: async () => {
      stopping.abort();
      await child.stop();
      await watching;
    },
  };
}

/**
 * A program that chooses ports for its own inner services may find one taken when it comes to use it, and ends.
 * The next try chooses others.
 */
async function launchFirst(plan: ChildPlan, ready: Ready, stopping: AbortSignal, say: Say): Promise<Child> {
  const began = performance.now();
  for (let left = firstTries - 1; ; left -= 1) {
    try {
      return await launch(plan, ready, stopping);
    } catch (error) {
      const isOver = left === 0 || performance.now() - began > firstPatience;
      if (isOver || stopping.aborted) throw error;
      say(`${plan.name}: it ended while it was starting; starting it again`);
    }
  }
}

async function launch(plan: ChildPlan, ready: Ready, stopping: AbortSignal): Promise<Child> {
  const child = await startChild(plan);
  const over = new AbortController();
  const limit = setTimeout(() => over.abort(), startPatience);
  const stop = () => over.abort();
  stopping.addEventListener('abort', stop);
  if (stopping.aborted) stop();
  const answered = ready(over.signal).then(
    () => null,
    (error: unknown) => `does not answer (${error instanceof Error ? error.message : String(error)})`,
  );
  const fault = await Promise.race([answered, child.ended]);
  over.abort();
  clearTimeout(limit);
  stopping.removeEventListener('abort', stop);
  if (fault === null) return child;
  await child.stop();
  throw new Error(`${plan.name} did not start: it ${fault}. Its last words:\n${await lastWords(plan)}`);
}
