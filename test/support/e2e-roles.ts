// The product in production's way: one gateway and one worker as processes of their own, over engines that exist.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { eventually } from './e2e-eventually.ts';
import { visit } from './e2e-http.ts';
import type { CredentialsFile } from './product.ts';
import { sharedProduct } from './e2e-shared.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Roles = {
  readonly credentials: CredentialsFile;
  startWorker(): Promise<void>;
  /** Ends the worker without a word, as a lost machine would. */
  killWorker(): Promise<void>;
  readiness(): Promise<number>;
  untilReady(): Promise<void>;
  close(): Promise<void>;
};

async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}

type Role = { readonly process: ChildProcess; end(signal: NodeJS.Signals): Promise<void>; said(): string };

function run(file: string, environment: Record<string, string>): Role {
  const started = spawn(process.execPath, ['--import', 'tsx', file], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_OPTIONS: '', LOG_FORMAT: 'json', ...environment },
  });
  let said = '';
  const collect = (chunk: Buffer) => {
    said += chunk.toString();
  };
  started.stdout.on('data', collect);
  started.stderr.on('data', collect);
  const ended = once(started, 'close');
  return {
    process: started,
    said: () => said,
    end: async (signal) => {
      started.kill(signal);
      await ended;
    },
  };
}

function saying(role: Role, words: string): Promise<true> {
  return eventually(`a process that says "${words}"`, async () => {
    if (role.process.exitCode !== null) throw new Error(`It ended:\n${role.said()}`);
    return role.said().includes(words) || null;
  });
}

/** On the shared product's engines, with a database, a task queue and an organization of its own. */
export async function startRoles(more: Record<string, string> = {}): Promise<Roles> {
  const shared = sharedProduct();
  const name = `roles_${randomBytes(6).toString('hex')}`;
  const mongo = new URL(shared.mongodb_uri);
  mongo.pathname = `/${name}`;
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'duewell-roles-'));
  const environment = {
    TEMPORAL_ADDRESS: shared.temporal.address,
    TEMPORAL_TASK_QUEUE: name,
    MONGODB_URI: mongo.href,
    PORT: port,
    DUEWELL_DATA: data,
    DUEWELL_RATE_LIMIT: '1000000',
    LOG_LEVEL: 'info',
    ...more,
  };
  const setup = run('src/setup.ts', environment);
  await once(setup.process, 'close');
  if (setup.process.exitCode !== 0) throw new Error(`The setup failed:\n${setup.said()}`);
  const credentials = JSON.parse(await readFile(join(data, 'credentials.json'), 'utf8')) as CredentialsFile;
  const gateway = run('src/gateway.ts', environment);
  await saying(gateway, 'the gateway listens');
  let worker: Role | null = null;
  const readiness = async () => (await visit(`${credentials.base_url}/health/ready`)).status;
  return {
    credentials,
    readiness,
    startWorker: async () => {
      worker = run('src/worker.ts', environment);
      await saying(worker, 'the worker runs');
    },
    killWorker: async () => {
      await worker?.end('SIGKILL');
      worker = null;
    },
    untilReady: async () => {
      await eventually('a gateway that is ready', async () => (await readiness()) === 200);
    },
    close: async () => {
      await Promise.all([worker?.end('SIGTERM'), gateway.end('SIGTERM')]);
      await rm(data, { recursive: true, force: true });
    },
  };
}
