// The test stand: embedded servers in a folder of their own, and the product beside them in its own process.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { readConfig, type Config } from '../src/config.ts';
import { startMongo, startTemporal } from '../src/servers/embedded.ts';
import { freePort } from '../src/servers/ports.ts';
import type { Lifecycle } from '../src/servers/lifecycle.ts';
import { openStore, type Store } from '../src/store/store.ts';
import { organizationOn, type Caller } from './caller.ts';
import type { Counts, Order, ProductReport, Usage } from './orders.ts';

export type Product = {
  readonly baseUrl: string;
  /** Counts from here what its parts ask of MongoDB; only where it was started with `count`. */
  countFromHere(): Promise<void>;
  counts(): Promise<Counts>;
  usage(): Promise<Usage>;
  /** An organization of its own with a key, over HTTP. */
  caller(): Promise<Caller>;
  stop(): Promise<void>;
};

export type Stand = {
  readonly client: Client;
  readonly store: Store;
  readonly taskQueue: string;
  readonly floorQueue: string;
  readonly folder: string;
  /** Of the same database, for a store whose commands are to be seen. */
  readonly watchedUri: string;
  readonly mongodPid: () => number;
  readonly temporalPid: () => number;
  startProduct(options?: { readonly count?: boolean }): Promise<Product>;
};

const taskQueue = 'bench';

function surroundings(config: Config, folder: string): Config {
  const { TEMPORAL_BIN, MONGOD_BIN, XDG_CACHE_HOME } = config;
  // What the environment says about servers to use is for the product; here everything is our own.
  return {
    ...readConfig({}),
    TEMPORAL_BIN,
    MONGOD_BIN,
    XDG_CACHE_HOME,
    DUEWELL_DATA: folder,
    TEMPORAL_PORT: 0,
    MONGODB_PORT: 0,
  };
}

function watched(uri: string): string {
  const url = new URL(uri);
  url.searchParams.set('monitorCommands', 'true');
  return url.toString();
}

export async function setUpStand(life: Lifecycle, say: (line: string) => void): Promise<Stand> {
  const folder = await mkdtemp(join(tmpdir(), 'duewell-bench-'));
  life.onStop(() => rm(folder, { recursive: true, force: true }));
  const config = surroundings(readConfig(), folder);
  const temporal = await startTemporal({ config, say, ui: false });
  life.onStop(temporal.stop);
  life.watch(temporal.failed);
  life.goOn();
  const mongo = await startMongo({ config, say });
  life.onStop(mongo.stop);
  life.watch(mongo.failed);
  life.goOn();
  const store = await openStore(mongo.uri);
  life.onStop(() => store.close());
  const connection = await Connection.connect({ address: temporal.address });
  life.onStop(() => connection.close());
  const environment = {
    TEMPORAL_ADDRESS: temporal.address,
    MONGODB_URI: mongo.uri,
    TEMPORAL_TASK_QUEUE: taskQueue,
    DUEWELL_DATA: folder,
    // The load comes from one key.
    DUEWELL_RATE_LIMIT: '100000000',
    LOG_FORMAT: 'json',
  };
  return {
    client: new Client({ connection, namespace: temporal.namespace }),
    store,
    taskQueue,
    floorQueue: `${taskQueue}-floor`,
    folder,
    watchedUri: watched(mongo.uri),
    mongodPid: mongo.pid,
    temporalPid: temporal.pid,
    async startProduct({ count = false } = {}) {
      life.goOn();
      const product = await startProduct(store, environment, folder, count);
      life.onStop(() => product.stop());
      return product;
    },
  };
}

async function startProduct(
  store: Store,
  environment: NodeJS.ProcessEnv,
  folder: string,
  count: boolean,
): Promise<Product> {
  const log = openSync(join(folder, 'product.log'), 'a');
  const port = await freePort(0);
  const child = fork(fileURLToPath(new URL('product.ts', import.meta.url)), count ? ['--count'] : [], {
    env: { PATH: process.env['PATH'], TZ: 'UTC', ...environment, PORT: String(port) },
    stdio: ['ignore', log, log, 'ipc'],
    // Ctrl-C is for us: we stop it when its turn has come.
    detached: true,
  });
  const ready = await report(child);
  if (ready.kind !== 'ready') throw new Error('The product answered before it was ready.');
  const baseUrl = `http://127.0.0.1:${ready.port}`;
  const ask = async (order: Order): Promise<unknown> => {
    const answer = report(child);
    child.send(order);
    const message = await answer;
    return message.kind === 'answer' ? message.value : null;
  };
  return {
    baseUrl,
    countFromHere: async () => void (await ask('countFromHere')),
    counts: async () => (await ask('counts')) as Counts,
    usage: async () => (await ask('usage')) as Usage,
    caller: () => organizationOn(store, baseUrl),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** The next thing that the product says; an error when it ends instead. */
async function report(child: ChildProcess): Promise<ProductReport> {
  const over = new AbortController();
  const said = once(child, 'message', { signal: over.signal }).then(([message]) => message as ProductReport);
  const ended = once(child, 'exit', { signal: over.signal }).then(([code]) => {
    throw new Error(`The product ended with exit code ${String(code)}.`);
  });
  try {
    return await Promise.race([said, ended]);
  } finally {
    over.abort();
    await Promise.allSettled([said, ended]);
  }
}
