// No child outlives the process that started it, however that process ends; and nobody else's process is touched.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChild, sweep } from '../../src/servers/child.ts';
import { gone, identify, isAlive, signal, type Identity } from '../../src/servers/process.ts';
import { supervise, type Engine } from '../../src/servers/supervise.ts';

const ownerProgram = fileURLToPath(new URL('./owner.ts', import.meta.url));
const patience = 10_000;
let data: string;
let lines: string[];
const say = (line: string) => void lines.push(line);

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'duewell-child-'));
  await writeFile(join(data, 'end'), '');
  lines = [];
});
afterEach(() => rm(data, { recursive: true, force: true }));

const sleeper = () => ({ name: 'sleeper', program: 'tail', args: ['-f', join(data, 'end')], data });

async function identified(pid: number | undefined): Promise<Identity> {
  const identity = await identify(pid ?? 0);
  if (identity === null) throw new Error(`There is no process ${pid}.`);
  return identity;
}

async function startOwner(): Promise<{ owner: ChildProcess; child: Identity }> {
  const owner = spawn(process.execPath, ['--import', 'tsx', ownerProgram, data], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const [line] = (await once(createInterface({ input: owner.stdout as NodeJS.ReadableStream }), 'line')) as [
    string,
  ];
  return { owner, child: await identified(Number(line)) };
}

describe('a child', () => {
  it('is ended and forgotten when it is stopped', async () => {
    const child = await startChild(sleeper());
    const identity = await identified(child.pid);
    await child.stop();
    expect(await isAlive(identity)).toBe(false);
    expect(await child.ended).toBe('ended by SIGTERM');
    expect(await readdir(data)).not.toContain('sleeper.process.json');
  });

  it('does not outlive a process that is killed', async () => {
    const { owner, child } = await startOwner();
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await gone(child, patience)).toBe(true);
  });

  it('is out of reach of the Ctrl-C that its starter gets', async () => {
    const child = await startChild(sleeper());
    // A negative number is a process group: the terminal signals the one of the starter.
    expect(() => process.kill(-child.pid, 0)).not.toThrow();
    await child.stop();
  });

  it('cannot be started twice on one data folder', async () => {
    const child = await startChild(sleeper());
    await expect(startChild(sleeper())).rejects.toThrow(`Another start is running on ${data}`);
    await child.stop();
  });

  it('says which program could not be started, and can be started afterwards', async () => {
    await expect(startChild({ ...sleeper(), program: '/nowhere/mongod' })).rejects.toThrow('/nowhere/mongod');
    await (await startChild(sleeper())).stop();
  });
});

describe('what an earlier start left behind', () => {
  const nobody = { pid: 2 ** 22 + 1, startedAt: '1', command: 'gone' };
  const leave = (owner: Identity, child: Identity | null) =>
    writeFile(join(data, 'sleeper.process.json'), JSON.stringify({ owner, child }));

  it('is ended when its starter is gone', async () => {
    const orphan = spawn('tail', ['-f', join(data, 'end')], { stdio: 'ignore' });
    const over = once(orphan, 'exit');
    await leave(nobody, await identified(orphan.pid));
    await sweep(sleeper(), say);
    await over;
    expect(lines).toEqual([expect.stringContaining(`ending process ${orphan.pid}`)]);
    expect(await readdir(data)).not.toContain('sleeper.process.json');
  });

  it('is left alone when its number belongs to another process now', async () => {
    const stranger = spawn('tail', ['-f', join(data, 'end')], { stdio: 'ignore' });
    const identity = await identified(stranger.pid);
    await leave(nobody, { ...identity, startedAt: '1' });
    await sweep(sleeper(), say);
    expect(await isAlive(identity)).toBe(true);
    stranger.kill();
    await once(stranger, 'exit');
  });

  it('is left alone when it does not work on this data folder', async () => {
    const stranger = spawn('tail', ['-f', '/dev/null'], { stdio: 'ignore' });
    const identity = await identified(stranger.pid);
    await leave(nobody, identity);
    await sweep(sleeper(), say);
    expect(await isAlive(identity)).toBe(true);
    stranger.kill();
    await once(stranger, 'exit');
  });

  it('is waited for when its starter is just stopping', async () => {
    const { owner, child } = await startOwner();
    const swept = sweep(sleeper(), say);
    owner.kill('SIGKILL');
    await swept;
    expect(await isAlive(child)).toBe(false);
  });

  it('is no obstacle when the record is not readable', async () => {
    await writeFile(join(data, 'sleeper.process.json'), '{"owner":');
    await sweep(sleeper(), say);
    const child = await startChild(sleeper());
    expect(child.hasEnded()).toBe(false);
    await child.stop();
  });
});

describe('a supervised engine', () => {
  const atOnce = () => Promise.resolve();

  it('is started again when it dies, three times a minute, and is then given up', async () => {
    const engine = await supervise(sleeper(), atOnce, say);
    for (let death = 0; death < 4; death += 1) {
      const identity = await identified(engine.pid());
      signal(identity.pid, 'SIGKILL');
      await gone(identity, patience);
      if (death < 3) await changed(() => engine.pid(), identity.pid);
    }
    expect((await engine.failed).message).toContain('sleeper ended by SIGKILL');
    expect(lines).toHaveLength(3);
    await engine.stop();
  });

  it('is not started again when it was stopped', async () => {
    const engine = await supervise(sleeper(), atOnce, say);
    await engine.stop();
    expect(lines).toEqual([]);
  });

  it('is stopped for good when the stop comes while it is being started again', async () => {
    let engine: Engine | null = null;
    let stopped: Promise<void> | undefined;
    const stopOnRestart = (line: string) => {
      say(line);
      stopped = engine?.stop();
    };
    engine = await supervise(sleeper(), atOnce, stopOnRestart);
    const identity = await identified(engine.pid());
    signal(identity.pid, 'SIGKILL');
    await changed(() => lines.length, 0);
    await stopped;
    expect(await readdir(data)).not.toContain('sleeper.process.json');
    expect(await identify(engine.pid())).toBeNull();
  });

  it('is given another try when its first ends at once, as when a port of its own is taken', async () => {
    const program = `test -e "${data}/tried" && exec tail -f "${data}/end"; touch "${data}/tried"; exit 2`;
    const ready = async (over: AbortSignal) => {
      while (!over.aborted && !lines.some((line) => line.includes('again')))
        await new Promise((next) => setImmediate(next));
      if (over.aborted) throw new Error('no');
    };
    const engine = await supervise({ ...sleeper(), program: 'sh', args: ['-c', program] }, ready, say);
    expect(lines).toEqual(['sleeper: it ended while it was starting; starting it again']);
    expect(await identify(engine.pid())).not.toBeNull();
    await engine.stop();
  });

  it('says its last words when it does not start', async () => {
    const plan = { ...sleeper(), program: 'sh', args: ['-c', 'echo "data are of a newer version"; exit 62'] };
    const never = (given: AbortSignal) => once(given, 'abort').then(() => Promise.reject(new Error('no')));
    await expect(supervise(plan, never, say)).rejects.toThrow(
      /ended with exit code 62[^]*data are of a newer version/,
    );
  });
});

async function changed(read: () => number, from: number): Promise<void> {
  while (read() === from) await new Promise((next) => setImmediate(next));
}
