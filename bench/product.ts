// The product in a process of its own, as `npm start` runs it: worker and gateway on servers that the environment
// names. Beside them a worker with the benchmark's own workflows, set up the same way. Obeys its parent.
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Worker } from '@temporalio/worker';
import { createActivities } from '../activities/index.ts';
import { createChannels } from '../activities/deliver/channels.ts';
import { readConfig } from '../src/config.ts';
import { bundleOptions } from '../src/servers/bundle.ts';
import { startGateway } from '../src/gateway.ts';
import { createLogger } from '../src/logging.ts';
import { requireMongoUri, requireTemporalProfile } from '../src/servers/profile.ts';
import { openStore } from '../src/store/store.ts';
import { installRuntime, startReportingSandboxes, startWorker, workerSettings } from '../src/worker.ts';
import { publicUrlOf } from '../src/public-url.ts';
import { countCommands, type Counter } from './mongo-commands.ts';
import type { Order, ProductReport } from './orders.ts';

const config = readConfig();
const counts = process.argv.includes('--count');

function uriOf(): string {
  const uri = new URL(requireMongoUri(config));
  if (counts) uri.searchParams.set('monitorCommands', 'true');
  return uri.toString();
}

async function startFloor(
  connection: NativeConnection,
  activities: object,
): Promise<{ worker: Worker; run: Promise<void> }> {
  const workflowBundle = await bundleWorkflowCode({
    ...(await bundleOptions()),
    workflowsPath: fileURLToPath(new URL('workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  });
  const worker = await Worker.create({
    ...workerSettings,
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    taskQueue: `${config.TEMPORAL_TASK_QUEUE}-floor`,
    workflowBundle,
    activities: { ...activities, nothing: () => Promise.resolve(null) },
  });
  return { worker, run: worker.run() };
}

const logger = createLogger(config);
installRuntime(logger);
const profile = requireTemporalProfile(config);
const [workerStore, gatewayStore, sandboxStore] = await Promise.all([
  openStore(uriOf()),
  openStore(uriOf()),
  openStore(uriOf()),
]);
const counters: Readonly<Record<'worker' | 'gateway', Counter>> = {
  worker: countCommands(workerStore),
  gateway: countCommands(gatewayStore),
};
const native = await NativeConnection.connect(profile.connection);
const connection = Connection.lazy(profile.connection);
const client = new Client({ connection, namespace: profile.namespace });
const sandboxes = await startReportingSandboxes(sandboxStore, client, logger);
const worker = await startWorker({
  config,
  store: workerStore,
  connection: native,
  sandboxes,
  logger,
  seals: !counts,
});
const activities = createActivities({
  store: workerStore,
  client,
  taskQueue: config.TEMPORAL_TASK_QUEUE,
  channels: createChannels(config, sandboxes),
  publicUrl: publicUrlOf(config),
});
const floor = await startFloor(native, activities);
const gateway = await startGateway({ store: gatewayStore, client, config, logger });

async function stop(): Promise<void> {
  await gateway.close();
  await worker.shutdown();
  floor.worker.shutdown();
  await floor.run;
  await sandboxes.close();
  await Promise.all([native.close(), connection.close()]);
  await Promise.all([workerStore.close(), gatewayStore.close(), sandboxStore.close()]);
}

const obey: Readonly<Record<Order, () => unknown>> = {
  countFromHere: () => {
    counters.worker.restart();
    counters.gateway.restart();
    return null;
  },
  counts: () => ({ worker: counters.worker.read(), gateway: counters.gateway.read() }),
  usage: () => ({ rss: process.memoryUsage.rss(), cpu: process.cpuUsage() }),
};

const report = (message: ProductReport) => process.send?.(message);
process.on('message', (order: Order) => report({ kind: 'answer', value: obey[order]() }));
// The parent is gone, or wants us to be.
process.once('disconnect', () => {
  void stop().finally(() => process.exit(0));
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
report({ kind: 'ready', port: gateway.port });
