// MongoDB embedded: a real mongod as a replica set of one, because transactions need a replica set.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import mongoose from 'mongoose';
import type { Say } from './find.ts';
import { choosePort, loopback } from './ports.ts';
import { supervise, type Engine } from './supervise.ts';

export type MongoServer = Engine & {
  uri: string;
  /** The mongod that was found. */
  program: string;
};

export type MongoPlan = {
  program: string;
  /** The data folder, absolute. */
  data: string;
  port?: number | undefined;
  say: Say;
};

const replicaSet = 'rs0';

export async function startMongo(plan: MongoPlan): Promise<MongoServer> {
  const { port, note } = await choosePort({
    title: 'MongoDB',
    variable: 'MONGODB_PORT',
    asked: plan.port,
    usual: 27_017,
  });
  const dbpath = join(plan.data, 'mongo');
  await mkdir(dbpath, { recursive: true });
  const engine = await supervise(
    {
      name: 'mongod',
      program: plan.program,
      data: plan.data,
      args: [
        `--replSet=${replicaSet}`,
        `--dbpath=${dbpath}`,
        `--bind_ip=${loopback}`,
        `--port=${port}`,
        '--nounixsocket',
        '--quiet',
        '--oplogSize=256',
        '--wiredTigerCacheSizeGB=0.5',
        // There is no other member to hand over to, so a stop need not wait for one.
        '--setParameter=shutdownTimeoutMillisForSignaledShutdown=100',
        '--setParameter=diagnosticDataCollectionEnabled=false',
        // A transaction whose client went away keeps its invoice from everybody else until it is over: not a minute.
        '--setParameter=transactionLifetimeLimitSeconds=10',
      ],
    },
    (signal) => becomePrimary(port, signal),
    plan.say,
  );
  plan.say(`MongoDB: runs at ${loopback}:${port}${note}`);
  return {
    ...engine,
    uri: `mongodb://${loopback}:${port}/duewell?replicaSet=${replicaSet}`,
    program: plan.program,
  };
}

type Member = { _id: number; host: string };
type ReplicaSetConfig = { _id: string; version: number; members: Member[] };
type Client = InstanceType<typeof mongoose.mongo.MongoClient>;

/** Until the set takes writes. What fails on the way is tried again: a server that starts refuses much. */
async function becomePrimary(port: number, signal: AbortSignal): Promise<void> {
  let lastError: unknown;
  while (!signal.aborted) {
    // A client whose first connection failed stays closed, so every attempt has its own.
    const client = new mongoose.mongo.MongoClient(`mongodb://${loopback}:${port}`, {
      directConnection: true,
      serverSelectionTimeoutMS: 250,
    });
    try {
      if (await configure(client, `${loopback}:${port}`)) return;
    } catch (error) {
      lastError = error;
    } finally {
      await client.close();
    }
    await delay(50, undefined, { signal }).catch(() => undefined);
  }
  throw new Error('MongoDB takes no writes.', { cause: lastError });
}

/** True when the set takes writes. Initiates it on first use, and tells it its new port when that has changed. */
async function configure(client: Client, host: string): Promise<boolean> {
  const admin = client.db('admin');
  if ((await admin.command({ hello: 1 }))['isWritablePrimary'] === true) return true;
  const stored = await client.db('local').collection<ReplicaSetConfig>('system.replset').findOne({});
  if (stored === null) {
    await admin.command({ replSetInitiate: { _id: replicaSet, members: [{ _id: 0, host }] } });
  } else if (stored.members[0]?.host !== host) {
    const members = [{ ...stored.members[0], _id: 0, host }];
    // Forced, because a member that does not find itself in the set has no vote on it.
    await admin.command({
      replSetReconfig: { ...stored, version: stored.version + 1, members },
      force: true,
    });
  }
  return false;
}
