// `npm start`: the whole product in one place. Real servers embedded, unless the environment names others; then
// mailbox and sandboxes, worker and gateway in this process.
import { mkdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { readConfig, type Config } from './config.ts';
import { startGateway } from './gateway.ts';
import { createLogger, type Logger } from './logging.ts';
import { writeCredentials } from './servers/credentials.ts';
import { startMongo, startTemporal, sweepLeftovers, type TemporalServer } from './servers/embedded.ts';
import { findOptions, findServer } from './servers/find.ts';
import { whenLauncherDies } from './servers/launcher.ts';
import { live, type Lifecycle } from './servers/lifecycle.ts';
import { choosePort } from './servers/ports.ts';
import { readTemporalProfile, type TemporalProfile } from './servers/profile.ts';
import { untilReachable } from './servers/retry.ts';
import { renderTable, type Row } from './servers/table.ts';
import { ensureDemoOrganization } from './store/organizations.ts';
import { openStore, type Store } from './store/store.ts';
import { installRuntime, startReportingSandboxes, startWorker } from './worker.ts';

const say = (line: string) => console.log(line);

type Engines = { profile: TemporalProfile; temporal: TemporalServer | null; mongodbUri: string };

async function boot(environment: Config, logger: Logger, life: Lifecycle): Promise<void> {
  const data = resolve(environment.DUEWELL_DATA);
  await mkdir(data, { recursive: true, mode: 0o700 });
  await whenLauncherDies(() => life.stop('npm is gone'));
  await sweepLeftovers(data, say);
  life.goOn();
  const { port, note } = await choosePort({
    title: 'the gateway',
    variable: 'PORT',
    asked: environment.PORT,
    usual: 3000,
    host: environment.HOST,
  });
  const engines = await startEngines(environment, life);
  const config: Config = {
    ...environment,
    DUEWELL_DATA: data,
    PORT: port,
    TEMPORAL_NAMESPACE: engines.profile.namespace,
    MONGODB_URI: engines.mongodbUri,
  };
  await startProduct(config, engines, logger, life);
  say(`Gateway: ${localUrl(config)}${note}`);
  await untilReady(localUrl(config), life);
  printTable(config, engines);
}

async function startEngines(config: Config, life: Lifecycle): Promise<Engines> {
  const named = readTemporalProfile(config);
  let temporal: TemporalServer | null = null;
  let profile = named;
  if (named.address === null) {
    temporal = await startTemporal({ config, say });
    life.onStop(temporal.stop);
    life.watch(temporal.failed);
    // Keys and certificates of the environment are for a server that it names.
    const { address, namespace } = temporal;
    profile = { address, namespace, connection: { address } };
  } else {
    await findServer('temporal', { ...findOptions('temporal', config, say), address: named.address });
  }
  life.goOn();
  if (config.MONGODB_URI !== undefined) {
    await findServer('mongod', { ...findOptions('mongod', config, say), address: config.MONGODB_URI });
    return { profile, temporal, mongodbUri: config.MONGODB_URI };
  }
  const mongo = await startMongo({ config, say });
  life.onStop(mongo.stop);
  life.watch(mongo.failed);
  life.goOn();
  return { profile, temporal, mongodbUri: mongo.uri };
}

/** Store, mailbox and sandboxes, worker, gateway: in this order up, in reverse down. */
async function startProduct(
  config: Config,
  engines: Engines,
  logger: Logger,
  life: Lifecycle,
): Promise<void> {
  const { connection: settings, namespace } = engines.profile;
  const store: Store = await untilReachable('MongoDB', logger, () => openStore(engines.mongodbUri));
  life.onStop(() => store.close());
  const organization = await ensureDemoOrganization(store);
  await writeCredentials(store, organization, config.DUEWELL_DATA, {
    baseUrl: localUrl(config),
    temporal: {
      address: settings.address,
      namespace,
      task_queue: config.TEMPORAL_TASK_QUEUE,
      ui_url: engines.temporal?.uiUrl ?? null,
    },
    mongodbUri: engines.mongodbUri,
  });
  life.goOn();
  const native = await untilReachable('Temporal', logger, () => NativeConnection.connect(settings));
  life.onStop(() => native.close());
  const connection = Connection.lazy(settings);
  life.onStop(() => connection.close());
  const client = new Client({ connection, namespace });
  const sandboxes = await startReportingSandboxes(store, client, logger);
  life.onStop(() => sandboxes.close());
  say(`Mailbox: ${sandboxes.smtpUrl}`);
  life.goOn();
  const worker = await startWorker({ config, store, connection: native, sandboxes, logger });
  life.onStop(worker.shutdown);
  life.watch(worker.run);
  life.goOn();
  const gateway = await startGateway({ store, client, config, logger });
  life.onStop(gateway.close);
}

async function untilReady(baseUrl: string, life: Lifecycle): Promise<void> {
  const until = performance.now() + 60_000;
  let answer = 'no answer';
  while (performance.now() < until) {
    life.goOn();
    try {
      const response = await fetch(`${baseUrl}/health/ready`);
      if (response.ok) return;
      answer = await response.text();
    } catch (error) {
      answer = String(error);
    }
    await delay(100);
  }
  throw new Error(`The gateway did not become ready: ${answer}`);
}

/** Where this machine reaches the gateway, whatever the address it listens on. */
function localUrl(config: Config): string {
  const everywhere = config.HOST === '0.0.0.0' || config.HOST === '::';
  const host = everywhere ? '127.0.0.1' : config.HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.PORT}`;
}

function printTable(config: Config, engines: Engines): void {
  const base = localUrl(config);
  const { address, namespace } = engines.profile;
  const data = config.DUEWELL_DATA;
  const credentials = join(data, 'credentials.json');
  const fromHere = relative(process.cwd(), credentials);
  const readable = fromHere.startsWith('..') ? credentials : fromHere;
  const cli = engines.temporal?.program ?? 'temporal';
  const rows: Row[] = [
    ['Gateway', base],
    ['API reference', `${base}/docs`],
    ['Temporal', `${address} (namespace ${namespace})`],
    ['Temporal UI', engines.temporal?.uiUrl ?? 'of the Temporal server that TEMPORAL_ADDRESS names'],
    ['Mailbox', `${base}/mailbox`],
    ['Data folder', data],
    ['Credentials', credentials],
  ];
  const key = `$(node -p "JSON.parse(fs.readFileSync('${readable}')).api_key")`;
  const commands = [
    'npm run demo',
    `curl -s ${base}/api/v1/invoices -H "Authorization: Bearer ${key}"`,
    `${cli} workflow list --address ${address} --query "InvoiceStatus = 'overdue'"`,
  ];
  say(renderTable(rows, commands, process.stdout.isTTY === true));
}

async function main(): Promise<void> {
  process.env['TZ'] = 'UTC';
  const environment = readConfig();
  const logger = createLogger(environment);
  installRuntime(logger);
  const complain = (error: unknown) =>
    console.error(`Duewell stops: ${error instanceof Error ? error.message : String(error)}`);
  await live({ say, complain }, (life) => boot(environment, logger, life));
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
});
