// Starts one server's process so that it never outlives ours: out of reach of Ctrl-C, watched over a pipe, and
// written down in the data folder for the next start to find.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, renameSync, statSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { end, gone, identify, isAlive, signal } from './process.ts';

export type Child = {
  pid: number;
  /** Resolves when the process has ended, with how. */
  ended: Promise<string>;
  hasEnded: () => boolean;
  stop: () => Promise<void>;
};

export type ChildPlan = { name: string; program: string; args: string[]; data: string };

const stopPatience = 15_000;
const logLimit = 20_000_000;

/**
 * Waits on its pipe, which closes when our process is gone however it went, and then ends the child.
 * A shell because it costs a megabyte where a second Node would cost forty.
 */
const watchdogScript = `
trap '' INT TERM HUP
cat > /dev/null
kill -TERM "$1" 2> /dev/null || exit 0
for _ in 1 2 3 4 5 6 7 8 9 10; do
  sleep 0.2
  kill -0 "$1" 2> /dev/null || exit 0
done
kill -KILL "$1" 2> /dev/null`;

export async function startChild(plan: ChildPlan): Promise<Child> {
  await claim(plan);
  const log = openLog(plan);
  const child = spawn(plan.program, plan.args, { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  // From the first moment: a program that cannot work may be gone before anything else is done.
  const exit = endOf(child);
  await once(child, 'spawn').catch(async (error: unknown) => {
    await rm(recordFile(plan), { force: true });
    throw new Error(`${plan.program} could not be started.`, { cause: error });
  });
  const pid = child.pid as number;
  const watchdog = spawn('sh', ['-c', watchdogScript, 'duewell-watchdog', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // An engine's own handles keep the process alive, not its child's.
  child.unref();
  watchdog.unref();
  await writeRecord(plan, pid);

  let over = false;
  const ended = exit.then(async (how) => {
    over = true;
    // Its work is done, and the number it holds may soon be another's. The whole group: the shell and its cat.
    if (watchdog.pid !== undefined) signal(-watchdog.pid, 'SIGKILL');
    await rm(recordFile(plan), { force: true });
    return how;
  });
  return {
    pid,
    ended,
    hasEnded: () => over,
    stop: async () => {
      if (over) return;
      signal(pid, 'SIGTERM');
      const limit = new AbortController();
      const late = delay(stopPatience, 'late', { signal: limit.signal }).catch(() => 'done');
      if ((await Promise.race([ended, late])) === 'late') signal(pid, 'SIGKILL');
      await ended;
      limit.abort();
    },
  };
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signalName) => {
      resolve(code === null ? `ended by ${signalName}` : `ended with exit code ${code}`);
    });
  });
}

const identity = z.object({ pid: z.number(), startedAt: z.string(), command: z.string() });
const record = z.object({ owner: identity, child: identity.nullable() });

/** One start a data folder: of two at the same moment the second is refused. */
async function claim(plan: ChildPlan): Promise<void> {
  mkdirSync(plan.data, { recursive: true });
  const owner = await identify(process.pid);
  try {
    await writeFile(recordFile(plan), JSON.stringify({ owner, child: null }), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new Error(`Another start is running on ${plan.data}. Stop it, or set DUEWELL_DATA.`, {
      cause: error,
    });
  }
}

async function writeRecord(plan: ChildPlan, pid: number): Promise<void> {
  const [child, owner] = await Promise.all([identify(pid), identify(process.pid)]);
  await writeFile(recordFile(plan), JSON.stringify({ owner, child }));
}

/**
 * Clears what an earlier start left behind on this data folder. A child whose owner is gone is ended; one whose
 * owner lives belongs to a start that is running (or just stopping, which is waited for).
 */
export async function sweep(
  plan: Pick<ChildPlan, 'name' | 'data'>,
  say: (line: string) => void,
): Promise<void> {
  const text = await readFile(recordFile(plan), 'utf8').catch(() => null);
  if (text === null) return;
  const parsed = record.safeParse(parseJson(text));
  if (parsed.success) {
    const { child, owner } = parsed.data;
    if (owner.pid === process.pid && (await isAlive(owner))) return;
    if (await isAlive(owner)) {
      say(`${plan.name}: process ${owner.pid} uses ${plan.data}; waiting for it to stop`);
      if (!(await gone(owner, stopPatience)))
        throw new Error(
          `Another start (process ${owner.pid}) is running on ${plan.data}. Stop it, or set DUEWELL_DATA.`,
        );
    }
    // The watchdog of a killed start is ending it at this moment.
    if (child !== null && !(await gone(child, 3_000)) && child.command.includes(plan.data)) {
      say(`${plan.name}: ending process ${child.pid}, left over from an earlier start`);
      await end(child, stopPatience);
    }
  }
  await rm(recordFile(plan), { force: true });
}

function recordFile(plan: Pick<ChildPlan, 'name' | 'data'>): string {
  return join(plan.data, `${plan.name}.process.json`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function logFile(plan: Pick<ChildPlan, 'name' | 'data'>): string {
  return join(plan.data, 'logs', `${plan.name}.log`);
}

/** Appends to the log, which starts anew (and keeps one older) when it has grown. */
function openLog(plan: ChildPlan): number {
  mkdirSync(join(plan.data, 'logs'), { recursive: true });
  const file = logFile(plan);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size > logLimit) renameSync(file, `${file}.1`);
  return openSync(file, 'a');
}

/** The last words of a log, for the error that says why a server did not start. */
export async function lastWords(plan: Pick<ChildPlan, 'name' | 'data'>, lines = 5): Promise<string> {
  const text = await readFile(logFile(plan), 'utf8').catch(() => '');
  const all = text.trimEnd().split('\n');
  // Below the sentence that a program died with there may be pages of where it was.
  const panic = all.findLastIndex((line) => line.startsWith('panic:'));
  return (panic < 0 ? all.slice(-lines) : all.slice(panic, panic + lines)).join('\n');
}
