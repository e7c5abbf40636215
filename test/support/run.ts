// Runs the tiers of tests on real servers: starts what they need once, hands the addresses to jest, stops
// everything, and ends with one line of figures.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig, type Config } from '../../src/config.ts';
import { findTestServer, startMongo, startTemporal } from '../../src/servers/embedded.ts';
import { startProduct } from './product.ts';

type Need = 'temporal' | 'mongo' | 'testServer' | 'product';
type Figures = { passed: number; failed: number; skipped: number };
type Servers = {
  engines: { stop(): Promise<unknown> }[];
  environment: Record<string, string>;
  missing: Map<Need, string>;
};

const tiers: Readonly<Record<string, readonly Need[]>> = {
  unit: [],
  workflow: ['temporal', 'mongo', 'testServer'],
  replay: [],
  integration: ['temporal', 'mongo'],
  e2e: ['product'],
};

const jestProgram = createRequire(import.meta.url).resolve('jest/bin/jest');
/** A run whose tests are over may not be kept open for ever by something they left behind. */
const exitPatience = 30_000;

let jest: ChildProcess | null = null;
let interrupted = false;

async function main(): Promise<void> {
  const [tier, ...options] = process.argv.slice(2);
  const named = tier !== undefined && tier in tiers;
  const chosen = named ? [tier] : Object.keys(tiers);
  const jestOptions = named || tier === undefined ? options : [tier, ...options];
  const data = await mkdtemp(join(tmpdir(), 'duewell-test-'));
  const servers: Servers = { engines: [], environment: {}, missing: new Map() };
  let figures: Figures = { passed: 0, failed: 0, skipped: 0 };
  try {
    await startServers(new Set(chosen.flatMap((name) => tiers[name] ?? [])), data, servers);
    const able = chosen.filter((name) => {
      const lacking = (tiers[name] ?? []).filter((need) => servers.missing.has(need));
      for (const need of lacking) console.error(`FAIL ${name}: ${servers.missing.get(need)}`);
      return lacking.length === 0;
    });
    figures.failed += chosen.length - able.length;
    if (able.length > 0 && !interrupted)
      figures = add(figures, await runJest(able, jestOptions, servers.environment, data));
  } finally {
    for (const engine of servers.engines.toReversed()) await engine.stop();
    await rm(data, { recursive: true, force: true });
  }
  if (interrupted) figures.failed += 1;
  process.exitCode = figures.failed > 0 ? 1 : 0;
  console.log(`${figures.passed} passed, ${figures.failed} failed, ${figures.skipped} skipped`);
}

async function startServers(needs: ReadonlySet<Need>, data: string, servers: Servers): Promise<void> {
  const config: Config = {
    ...readConfig(),
    DUEWELL_DATA: data,
    TEMPORAL_PORT: 0,
    TEMPORAL_UI_PORT: 0,
    MONGODB_PORT: 0,
  };
  const say = (line: string) => console.log(line);
  const { environment, engines } = servers;
  const starts: Record<Need, () => Promise<void>> = {
    temporal: async () => {
      const temporal = await startTemporal({ config, data, ui: false, say });
      engines.push(temporal);
      environment['TEST_TEMPORAL_ADDRESS'] = temporal.address;
      environment['TEST_TEMPORAL_NAMESPACE'] = temporal.namespace;
      // Tests that start the product themselves need not look for its servers again.
      environment['TEMPORAL_BIN'] = temporal.program;
    },
    mongo: async () => {
      const mongo = await startMongo({ config, data, say });
      engines.push(mongo);
      environment['TEST_MONGODB_URI'] = mongo.uri;
      environment['MONGOD_BIN'] = mongo.program;
    },
    testServer: async () => {
      environment['TEST_TEMPORAL_TEST_SERVER'] = await findTestServer({ config, say });
    },
    product: async () => {
      const folder = join(data, 'product');
      const product = await startProduct(folder, { DUEWELL_RATE_LIMIT: '1000000', ...environment });
      engines.push({ stop: () => product.end('SIGTERM') });
      environment['TEST_PRODUCT_CREDENTIALS'] = join(folder, 'credentials.json');
    },
  };
  for (const need of needs) {
    if (interrupted) return;
    try {
      await starts[need]();
    } catch (error) {
      servers.missing.set(need, error instanceof Error ? error.message : String(error));
    }
  }
}

async function runJest(
  projects: string[],
  options: string[],
  environment: Record<string, string>,
  data: string,
): Promise<Figures> {
  const outputFile = join(data, 'results.json');
  // End to end most of the time is waiting for engines, so two files may wait at once, also on two cores.
  const workers = projects.length === 1 && projects[0] === 'e2e' ? ['--maxWorkers=2'] : [];
  const flags = [
    '--selectProjects',
    ...projects,
    '--json',
    `--outputFile=${outputFile}`,
    ...workers,
    ...options,
  ];
  jest = spawn(process.execPath, [jestProgram, ...flags], {
    // jest prints the report to standard error and the JSON, which is in the file too, to standard output.
    stdio: ['inherit', 'ignore', 'inherit'],
    env: { ...process.env, ...environment, NODE_OPTIONS: nodeOptions(), TZ: 'UTC' },
  });
  const stopWatching = killWhenStuck(jest, outputFile);
  const [code] = (await once(jest, 'exit')) as [number | null];
  stopWatching();
  const figures = readFigures(await readFile(outputFile, 'utf8').catch(() => ''));
  // Whatever jest objects to beyond a failed test (no tests at all, a crash) is a failure of the run.
  if (code !== 0 && figures.failed === 0) figures.failed = 1;
  return figures;
}

/** Ends a jest that has written its results and then does not exit, and says so. */
function killWhenStuck(child: ChildProcess, outputFile: string): () => void {
  let overSince: number | null = null;
  const watch = setInterval(() => {
    if (!existsSync(outputFile)) return;
    overSince ??= performance.now();
    if (performance.now() - overSince < exitPatience) return;
    console.error('The tests are over, and something they left open keeps jest from ending.');
    child.kill('SIGKILL');
  }, 1_000);
  return () => clearInterval(watch);
}

function nodeOptions(): string {
  return `${process.env['NODE_OPTIONS'] ?? ''} --experimental-vm-modules --no-warnings`.trim();
}

type Results = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  numRuntimeErrorTestSuites: number;
};

function readFigures(text: string): Figures {
  if (text === '') return { passed: 0, failed: 1, skipped: 0 };
  const results = JSON.parse(text) as Results;
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

function add(left: Figures, right: Figures): Figures {
  return {
    passed: left.passed + right.passed,
    failed: left.failed + right.failed,
    skipped: left.skipped + right.skipped,
  };
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(name, () => {
    interrupted = true;
    jest?.kill('SIGTERM');
  });
}

await main();
