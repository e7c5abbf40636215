// What the machine can do at this moment: how often the disk syncs and how long a fixed piece of work takes.
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export type Calibration = {
  readonly syncsPerSecond: number;
  /** Milliseconds of a fixed loop. */
  readonly loop: number;
};

const syncTime = 100;
const block = Buffer.alloc(4_096, 1);

export async function calibrate(folder: string): Promise<Calibration> {
  const path = join(folder, 'calibration');
  const file = await open(path, 'w');
  try {
    const began = performance.now();
    let syncs = 0;
    while (performance.now() - began < syncTime) {
      await file.write(block, 0, block.length, 0);
      await file.datasync();
      syncs += 1;
    }
    const syncsPerSecond = (syncs / (performance.now() - began)) * 1_000;
    return { syncsPerSecond, loop: loopTime() };
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

function loopTime(): number {
  const began = performance.now();
  let sum = 0;
  for (let index = 0; index < 6_000_000; index += 1) sum = (sum + index * index) % 1_000_003;
  return performance.now() - began + (sum < 0 ? 1 : 0);
}
