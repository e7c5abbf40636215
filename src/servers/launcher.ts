// Notices when the npm that started us is killed: its death reaches neither the shell nor us as a signal.
import { identify, isAlive, parentOf, type Identity } from './process.ts';

const interval = 1_000;
const generations = 4;

/** Calls back once when the npm above this process is gone. Does nothing when there is none. */
export async function whenLauncherDies(then: () => void): Promise<void> {
  const npm = await npmAbove();
  if (npm === null) return;
  const timer = setInterval(() => {
    void isAlive(npm).then((alive) => {
      if (alive) return;
      clearInterval(timer);
      then();
    });
  }, interval);
  timer.unref();
}

async function npmAbove(): Promise<Identity | null> {
  let pid: number | null = process.ppid;
  for (let generation = 0; generation < generations && pid !== null && pid > 1; generation += 1) {
    const parent: Identity | null = await identify(pid);
    if (parent !== null && /(^|[\s/])(npm|npm-cli\.js)(\s|$)/.test(parent.command)) return parent;
    pid = await parentOf(pid);
  }
  return null;
}
