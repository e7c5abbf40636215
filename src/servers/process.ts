// Knows processes by more than their number: numbers are used again, a number with its start and words is not.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Identity = { pid: number; startedAt: string; command: string };

/** Who runs under this number now; null when nobody does. */
export async function identify(pid: number): Promise<Identity | null> {
  return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
}

async function identifyByProc(pid: number): Promise<Identity | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks; the fields that follow it do not.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const command = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').join(' ').trim();
    if (fields[0] === 'Z' || command === '') return null;
    return { pid, startedAt: fields[19] ?? '', command };
  } catch {
    return null;
  }
}

async function identifyByPs(pid: number): Promise<Identity | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'lstart=', '-o', 'args=', '-p', String(pid)]);
    const line = stdout.trim();
    return line === '' ? null : { pid, startedAt: line.slice(0, 24), command: line.slice(24).trim() };
  } catch {
    return null;
  }
}

/** The number of the process that started this one, or that took it over. */
export async function parentOf(pid: number): Promise<number | null> {
  try {
    if (process.platform === 'linux') {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    }
    const { stdout } = await run('ps', ['-o', 'ppid=', '-p', String(pid)]);
    return Number(stdout.trim());
  } catch {
    return null;
  }
}

/** True while the very process that was identified is alive. */
export async function isAlive(identity: Identity): Promise<boolean> {
  const now = await identify(identity.pid);
  return now !== null && now.startedAt === identity.startedAt && now.command === identity.command;
}

/** Resolves true when the process has gone within the patience. */
export async function gone(identity: Identity, patience: number): Promise<boolean> {
  const until = performance.now() + patience;
  while (await isAlive(identity)) {
    if (performance.now() > until) return false;
    await delay(50);
  }
  return true;
}

/** Asks the process to end, and ends it when it does not. */
export async function end(identity: Identity, patience: number): Promise<void> {
  signal(identity.pid, 'SIGTERM');
  if (await gone(identity, patience)) return;
  signal(identity.pid, 'SIGKILL');
  await gone(identity, patience);
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
