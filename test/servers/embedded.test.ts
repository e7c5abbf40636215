// The real engines: durable, made ready, on loopback, and gone without a trace when they are stopped.
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { Client, Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import { readConfig, type Config } from '../../src/config.ts';
import { searchAttributes } from '../../src/contract/names.ts';
import {
  ensureSearchAttributes,
  startMongo as startMongoUnwatched,
  startTemporal as startTemporalUnwatched,
} from '../../src/servers/embedded.ts';
import { gone, identify, isAlive, signal, type Identity } from '../../src/servers/process.ts';
import { eventually } from '../support/e2e-eventually.ts';

let data: string;
let lines: string[];
const running: { stop: () => Promise<void> }[] = [];
async function watched<T extends { stop: () => Promise<void> }>(start: Promise<T>): Promise<T> {
  const engine = await start;
  running.push(engine);
  return engine;
}
const startMongo = (...plan: Parameters<typeof startMongoUnwatched>) => watched(startMongoUnwatched(...plan));
const startTemporal = (...plan: Parameters<typeof startTemporalUnwatched>) =>
  watched(startTemporalUnwatched(...plan));
const say = (line: string) => void lines.push(line);
const config = (over: Partial<Config> = {}): Config => ({
  ...readConfig(),
  TEMPORAL_NAMESPACE: 'default',
  TEMPORAL_PORT: 0,
  TEMPORAL_UI_PORT: 0,
  MONGODB_PORT: 0,
  ...over,
});

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'duewell-embedded-'));
  lines = [];
});
afterEach(async () => {
  // Also of a test that failed half way: what runs on keeps the whole run from ending.
  for (const engine of running.splice(0)) await engine.stop();
  await rm(data, { recursive: true, force: true });
});

async function identified(pid: number): Promise<Identity> {
  const identity = await identify(pid);
  if (identity === null) throw new Error(`There is no process ${pid}.`);
  return identity;
}

/** Whether somebody listens there. */
async function answers(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Another address of this machine: a server that listens on all of them answers here too. */
const elsewhere = '127.0.0.2';

describe('MongoDB embedded', () => {
  const connectTo = (uri: string) => mongoose.createConnection(uri).asPromise();

  it('keeps what was written over a restart on another port', async () => {
    const first = await startMongo({ config: config(), data, say });
    const writer = await connectTo(first.uri);
    await writer.collection('notes').insertOne({ text: 'still here' });
    await writer.close();
    await first.stop();

    const second = await startMongo({ config: config(), data, say });
    expect(second.uri).not.toBe(first.uri);
    const reader = await connectTo(second.uri);
    expect(await reader.collection('notes').findOne({})).toMatchObject({ text: 'still here' });
    await reader.close();
    await second.stop();
  });

  it('keeps what was acknowledged when it is killed, and is started again', async () => {
    const mongo = await startMongo({ config: config(), data, say });
    const before = await identified(mongo.pid());
    const connection = await connectTo(mongo.uri);
    const notes = connection.collection('notes', { writeConcern: { w: 'majority', journal: true } });
    await notes.insertOne({ text: 'acknowledged' });
    signal(before.pid, 'SIGKILL');
    await gone(before, 10_000);
    await connection.close();
    // Waits for a primary, which there is again in a moment.
    const again = await connectTo(mongo.uri);
    expect(await again.collection('notes').findOne({})).toMatchObject({ text: 'acknowledged' });
    // It takes connections a moment before its keeper knows that it serves.
    await eventually('another process', async () => mongo.pid() !== before.pid);
    await again.close();
    await mongo.stop();
  });

  it('leaves no process when it is stopped', async () => {
    const mongo = await startMongo({ config: config(), data, say });
    const identity = await identified(mongo.pid());
    await mongo.stop();
    expect(await isAlive(identity)).toBe(false);
  });

  it('listens on loopback only', async () => {
    const mongo = await startMongo({ config: config(), data, say });
    const port = Number(new URL(mongo.uri).port);
    expect(await answers('127.0.0.1', port)).toBe(true);
    expect(await answers(elsewhere, port)).toBe(false);
    await mongo.stop();
  });
});

describe('Temporal embedded', () => {
  it('has the search attributes, keeps closed invoices a month, and keeps its workflows over a restart', async () => {
    const first = await startTemporal({ config: config(), data, ui: false, say });
    const connection = await Connection.connect({ address: first.address });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace: 'default',
    });
    expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributes)));
    await expect(ensureSearchAttributes(connection, 'default')).resolves.toBeUndefined();
    const described = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(Number(described.config?.workflowExecutionRetentionTtl?.seconds)).toBe(30 * 24 * 3600);
    const client = new Client({ connection });
    await client.workflow.start('sleeper', { workflowId: 'kept', taskQueue: 'nobody' });
    await connection.close();
    await first.stop();

    const second = await startTemporal({ config: config(), data, ui: false, say });
    const again = await Connection.connect({ address: second.address });
    const { status } = await new Client({ connection: again }).workflow.getHandle('kept').describe();
    expect(status.name).toBe('RUNNING');
    await again.close();
    await second.stop();
  });

  it('serves its UI, on loopback, and leaves no process when it is stopped', async () => {
    const temporal = await startTemporal({ config: config(), data, say });
    const identity = await identified(temporal.pid());
    const response = await fetch(temporal.uiUrl ?? '');
    expect(response.status).toBe(200);
    await response.text();
    expect(await answers(elsewhere, Number(new URL(temporal.uiUrl ?? '').port))).toBe(false);
    await temporal.stop();
    expect(await isAlive(identity)).toBe(false);
  });

  it('refuses a port that was asked for and is taken, by name', async () => {
    const temporal = await startTemporal({ config: config(), data, ui: false, say });
    const port = Number(temporal.address.split(':')[1]);
    const other = await mkdtemp(join(tmpdir(), 'duewell-embedded-'));
    await expect(
      startTemporal({ config: config({ TEMPORAL_PORT: port }), data: other, ui: false, say }),
    ).rejects.toThrow(`TEMPORAL_PORT asks for port ${port}`);
    await temporal.stop();
    await rm(other, { recursive: true });
  });
});

describe('the two on one data folder', () => {
  it('do not take each other for leftovers', async () => {
    const temporal = await startTemporal({ config: config(), data, ui: false, say });
    const mongo = await startMongo({ config: config(), data, say });
    expect(await isAlive(await identified(temporal.pid()))).toBe(true);
    expect(lines.filter((line) => line.includes('left over'))).toEqual([]);
    await mongo.stop();
    await temporal.stop();
  });
});
