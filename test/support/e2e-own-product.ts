// A whole product of a test's own, to be killed and started again on the same data.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { gone, identify, type Identity } from '../../src/servers/process.ts';
import { eventually } from './e2e-eventually.ts';
import { visit } from './e2e-http.ts';
import { type CredentialsFile, type Product, startProduct } from './product.ts';

const run = promisify(execFile);

export type OwnProduct = {
  readonly credentials: () => CredentialsFile;
  start(): Promise<void>;
  /** The engine that serves now. */
  engine(name: 'temporal' | 'mongod'): Promise<Identity>;
  /** Every process that belongs to it, watchdogs too. */
  processes(): Promise<Identity[]>;
  /** The start and its engines at once, without a word: the machine lost its power. */
  kill(): Promise<void>;
  end(signal: NodeJS.Signals): Promise<number | null>;
  /** Status and reasons. */
  readiness(): Promise<{ status: number; reasons: string[] }>;
  untilReady(): Promise<void>;
  /** The database, looked at without the product. */
  database(): Promise<{ db: mongoose.mongo.Db; client: mongoose.mongo.MongoClient }>;
  remove(): Promise<void>;
};

async function familyOf(pid: number): Promise<Identity[]> {
  const { stdout } = await run('ps', ['-eo', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const members = new Set([pid]);
  for (let size = 0; size !== members.size;) {
    size = members.size;
    for (const [child = 0, parent = 0] of rows) if (members.has(parent)) members.add(child);
  }
  const found = await Promise.all([...members].map(identify));
  return found.filter((one) => one !== null);
}

/** Those that are still there after a while. There must be none. */
export async function remaining(processes: readonly Identity[]): Promise<string[]> {
  const ended = await Promise.all(processes.map((one) => gone(one, 15_000)));
  return processes.filter((_, index) => !ended[index]).map(({ command }) => command);
}

export type Hold = {
  /** Until those who wait have tried in vain so many times. */
  waitedFor(times: number): Promise<void>;
  release(): Promise<void>;
};

/**
 * Keeps everybody else from issuing an invoice of the organization, which has issued one before: an unfinished
 * transaction has its hands on the counter of numbers.
 */
export async function holdNumbers(product: OwnProduct, organizationId: string): Promise<Hold> {
  const { client, db } = await product.database();
  const aborted = async () => {
    const { transactions } = await db.admin().command({ serverStatus: 1 });
    return (transactions as { totalAborted: number }).totalAborted;
  };
  const session = client.startSession();
  session.startTransaction();
  const found = await db
    .collection<{ _id: string }>('number_series')
    .updateOne({ _id: `${organizationId}:test:TEST-` }, { $set: { held: true } }, { session });
  if (found.matchedCount !== 1) throw new Error('The organization has not issued an invoice yet.');
  const before = await aborted();
  return {
    waitedFor: async (times) => {
      await eventually(
        'a command that waits for its number',
        async () => (await aborted()) >= before + times,
      );
    },
    release: async () => {
      await session.abortTransaction();
      await session.endSession();
    },
  };
}

export async function ownProduct(environment: Record<string, string> = {}): Promise<OwnProduct> {
  const data = await mkdtemp(join(tmpdir(), 'duewell-own-'));
  let product: Product | null = null;
  const running = (): Product => {
    if (product === null) throw new Error('The product is not started.');
    return product;
  };
  const clients: mongoose.mongo.MongoClient[] = [];
  const readiness = async () => {
    const { status, body } = await visit<{ reasons: string[] }>(
      `${running().credentials.base_url}/health/ready`,
    );
    return { status, reasons: body.reasons };
  };
  const own: OwnProduct = {
    credentials: () => running().credentials,
    start: async () => {
      product = await startProduct(data, { DUEWELL_RATE_LIMIT: '1000000', ...environment });
    },
    engine: async (name) => {
      const text = await readFile(join(data, `${name}.process.json`), 'utf8');
      return (JSON.parse(text) as { child: Identity }).child;
    },
    processes: () => familyOf(running().process.pid ?? 0),
    kill: async () => {
      const engines = await Promise.all([own.engine('temporal'), own.engine('mongod')]);
      const ended = own.end('SIGKILL');
      for (const { pid } of engines) process.kill(pid, 'SIGKILL');
      await ended;
    },
    end: async (signal) => {
      await Promise.all(clients.splice(0).map((client) => client.close()));
      const code = await running().end(signal);
      product = null;
      return code;
    },
    readiness,
    untilReady: async () => {
      await eventually('a product that is ready', async () => (await readiness()).status === 200);
    },
    database: async () => {
      const client = new mongoose.mongo.MongoClient(running().credentials.mongodb_uri);
      clients.push(client);
      await client.connect();
      return { client, db: client.db() };
    },
    remove: async () => {
      if (product !== null) await own.end('SIGTERM');
      await rm(data, { recursive: true, force: true });
    },
  };
  return own;
}
