// The worker: runs workflows and activities, and says every five seconds that it is able to.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { Client } from '@temporalio/client';
import { makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { createApplying } from './applying.ts';
import { createChannels } from '../activities/deliver/channels.ts';
import { readConfig, type Config } from './config.ts';
import type { MessageStatusArguments } from './contract/invoice.ts';
import { invoiceWorkflowId, messageStatusSignal } from './contract/names.ts';
import { createLogger, temporalLogger, type Logger } from './logging.ts';
import { publicUrlOf } from './public-url.ts';
import { startSealing } from './ledger/sealing.ts';
import { startScheduleRounds } from './schedules/round.ts';
import { startSandboxes, type Sandboxes } from './sandbox/sandboxes.ts';
import { workflowBundle } from './servers/bundle.ts';
import { createRecovery } from './recovery.ts';
import { requireMongoUri, requireTemporalProfile } from './servers/profile.ts';
import { untilReachable } from './servers/retry.ts';
import { ensureSearchAttributes } from './servers/search-attributes.ts';
import { isProgram, live } from './servers/lifecycle.ts';
import { reportDunning } from './store/dunning.ts';
import { openStore, type Store } from './store/store.ts';

export type RunningWorker = {
  /** Settles when the worker has stopped; rejects when it broke. */
  run: Promise<void>;
  /** Takes nothing new, lets what runs finish, and then stops. */
  shutdown: () => Promise<void>;
};

export type WorkerParts = {
  /** With the address, namespace and public URL that hold. */
  config: Config;
  store: Store;
  connection: NativeConnection;
  sandboxes: Pick<Sandboxes, 'smtpUrl' | 'twilio'>;
  logger: Logger;
  /** False where what commands ask of the database is counted: sealing and Schedules go by the clock. */
  seals?: boolean;
};

const heartbeatInterval = 5_000;

/** How a worker of ours is set up, the benchmark's baseline too. */
export const workerSettings = {
  shutdownGraceTime: '20 s',
  shutdownForceTime: '25 s',
  maxCachedWorkflows: 1_000,
  // Fixed slots: two cores gain nothing from more, and memory stays known.
  maxConcurrentWorkflowTaskExecutions: 40,
  maxConcurrentActivityTaskExecutions: 50,
  maxConcurrentLocalActivityExecutions: 50,
  maxConcurrentWorkflowTaskPolls: 5,
  maxConcurrentActivityTaskPolls: 5,
} as const;

/** Once a process, before its first connection. Signals are ours: everything stops in one order. */
export function installRuntime(logger: Logger): void {
  Runtime.install({
    logger: temporalLogger(logger),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
    },
  });
}

export async function startWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { config, store, connection, sandboxes, logger, seals = true } = parts;
  const namespace = config.TEMPORAL_NAMESPACE;
  const taskQueue = config.TEMPORAL_TASK_QUEUE;
  await ensureSearchAttributes(connection, namespace).catch((error: unknown) => {
    logger.warn({ err: error }, 'search attributes could not be registered; an operator has to');
  });
  const client = new Client({ connection, namespace });
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: await workflowBundle(config.DUEWELL_DATA, logger),
    activities: createActivities({
      store,
      client,
      taskQueue,
      channels: createChannels(config, sandboxes),
      publicUrl: publicUrlOf(config),
    }),
    ...workerSettings,
  });
  const running = worker.run();
  const isRunning = () => worker.getState() === 'RUNNING';
  const recover = createRecovery({ store, client, taskQueue, logger, isRunning });
  const applyPolicies = createApplying(store, { client, taskQueue });
  const seeToOthers = async () => {
    await recover();
    await applyPolicies();
  };
  const stopHeartbeat = startHeartbeat(store, taskQueue, isRunning, logger, seeToOthers);
  const stopSealing = seals ? startSealing({ store, logger, isRunning }) : null;
  const stopRounds = seals ? startScheduleRounds({ store, client, taskQueue, logger, isRunning }) : null;
  const run = endWith(running, async () => {
    await Promise.all([stopHeartbeat(), stopSealing?.(), stopRounds?.()]);
  });
  return {
    run,
    shutdown: async () => {
      await stopHeartbeat();
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await run;
    },
  };
}

async function endWith(work: Promise<void>, last: () => Promise<void>): Promise<void> {
  try {
    await work;
  } finally {
    await last();
  }
}

/** The gateway sends no command to a worker that has not been heard of lately. */
function startHeartbeat(
  store: Store,
  taskQueue: string,
  isRunning: () => boolean,
  logger: Logger,
  seeToOthers: () => Promise<void>,
): () => Promise<void> {
  const workerId = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  let beating: Promise<unknown> = Promise.resolve();
  const beat = () => {
    if (!isRunning()) return;
    beating = store.workerHeartbeats
      .updateOne({ _id: workerId }, { $set: { task_queue: taskQueue, at: new Date() } }, { upsert: true })
      .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat could not be written'));
    beating
      .then(seeToOthers)
      .catch((error: unknown) => logger.warn({ err: error }, 'a dead worker could not be seen to'));
  };
  beat();
  const timer = setInterval(beat, heartbeatInterval);
  let stopped: Promise<void> | null = null;
  return () => {
    stopped ??= (async () => {
      clearInterval(timer);
      await beating;
      await store.workerHeartbeats
        .deleteOne({ _id: workerId })
        .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat could not be removed'));
    })();
    return stopped;
  };
}

/** The sandboxes, whose reports about accepted mail go to the invoice as a provider's would. */
export function startReportingSandboxes(store: Store, client: Client, logger: Logger): Promise<Sandboxes> {
  const onError = (error: unknown) => logger.warn({ err: error }, 'a sandbox could not report');
  const onReport = async (report: MessageStatusArguments) => {
    const message = await store.messages.findOne({ _id: report.messageId });
    if (message === null) return;
    if (message.invoice_id === null) return reportDunning(store, message, report);
    const handle = client.workflow.getHandle(invoiceWorkflowId(message.organization_id, message.invoice_id));
    await handle.signal<[MessageStatusArguments]>(messageStatusSignal, report);
  };
  return startSandboxes(store, { onReport, onError });
}

async function main(): Promise<void> {
  const environment = readConfig();
  const logger = createLogger(environment);
  const voice = {
    say: (line: string) => logger.info(line),
    complain: (error: unknown) => logger.fatal({ err: error }, 'the worker cannot go on'),
  };
  await live(voice, async (life) => {
    installRuntime(logger);
    const profile = requireTemporalProfile(environment);
    const config: Config = { ...environment, TEMPORAL_NAMESPACE: profile.namespace };
    const uri = requireMongoUri(config);
    const store = await untilReachable('MongoDB', logger, () => openStore(uri));
    life.onStop(() => store.close());
    life.goOn();
    const connection = await untilReachable('Temporal', logger, () =>
      NativeConnection.connect(profile.connection),
    );
    life.onStop(() => connection.close());
    life.goOn();
    const client = new Client({ connection, namespace: profile.namespace });
    const sandboxes = await startReportingSandboxes(store, client, logger);
    life.onStop(() => sandboxes.close());
    const worker = await startWorker({ config, store, connection, sandboxes, logger });
    life.onStop(worker.shutdown);
    life.watch(worker.run);
    logger.info({ taskQueue: config.TEMPORAL_TASK_QUEUE }, 'the worker runs');
  });
}

if (isProgram(import.meta.url)) {
  process.env['TZ'] = 'UTC';
  await main();
}
