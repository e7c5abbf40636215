// Who spends the processor's time: the product, the two servers, and the one who asks.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Product, Stand } from './stand.ts';

export const spenders = ['product', 'temporal', 'mongod', 'caller'] as const;
/** Milliseconds of processor time. */
export type CpuTimes = Readonly<Record<(typeof spenders)[number], number>>;

export type CpuClock = () => Promise<CpuTimes>;

const run = promisify(execFile);

/** Milliseconds of one tick of /proc; null where there is no /proc, and then the servers' time stays unknown. */
async function tickLength(): Promise<number | null> {
  try {
    return 1_000 / Number((await run('getconf', ['CLK_TCK'])).stdout);
  } catch {
    return null;
  }
}

async function spentBy(pid: number, tick: number | null): Promise<number> {
  const line = tick === null ? '' : await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // After the name in brackets: state is the third field, user and system time are the 14th and 15th.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * (tick ?? 0);
}

export async function cpuClock(stand: Stand, product: Product): Promise<CpuClock> {
  const tick = await tickLength();
  const total = ({ user, system }: NodeJS.CpuUsage) => (user + system) / 1_000;
  return async () => ({
    product: total((await product.usage()).cpu),
    temporal: await spentBy(stand.temporalPid(), tick),
    mongod: await spentBy(stand.mongodPid(), tick),
    caller: total(process.cpuUsage()),
  });
}
