// Starts the product as `npm start` does, in a process of its own, and reads what it wrote for its clients.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type CredentialsFile = {
  base_url: string;
  organization_id: string;
  api_key: string;
  live_api_key: string;
  highlevel: { base_url: string; token: string; location_id: string };
  invoiced: { base_url: string; api_key: string };
  temporal: { address: string; namespace: string; task_queue: string; ui_url: string | null };
  mongodb_uri: string;
};

export type Product = {
  process: ChildProcess;
  credentials: CredentialsFile;
  output: () => string;
  /** Sends the signal and resolves with the exit code, null when the signal itself ended it. */
  end: (signal: NodeJS.Signals) => Promise<number | null>;
};

type Environment = Record<string, string>;

/** A run of the start that may fail: its output grows until it ends. */
export function spawnStart(data: string, environment: Environment = {}) {
  const started = spawn(process.execPath, ['--import', 'tsx', 'src/start.ts'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DUEWELL_DATA: data,
      LOG_LEVEL: 'warn',
      PORT: '0',
      TEMPORAL_PORT: '0',
      TEMPORAL_UI_PORT: '0',
      MONGODB_PORT: '0',
      ...environment,
    },
  });
  let output = '';
  const ready = new Promise<boolean>((resolve) => {
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('Try first')) resolve(true);
    };
    started.stdout.on('data', collect);
    started.stderr.on('data', collect);
    started.once('exit', () => resolve(false));
  });
  const ended = once(started, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  return { process: started, ready, ended, output: () => output };
}

/** Resolves when the start has printed its table; rejects with all it said when it ended before. */
export async function startProduct(data: string, environment: Environment = {}): Promise<Product> {
  const run = spawnStart(data, environment);
  if (!(await run.ready)) throw new Error(`The product did not start:\n${run.output()}`);
  const credentials = JSON.parse(await readFile(join(data, 'credentials.json'), 'utf8')) as CredentialsFile;
  return {
    process: run.process,
    credentials,
    output: run.output,
    end: async (signal) => {
      run.process.kill(signal);
      const [code] = await run.ended;
      return code;
    },
  };
}
