// The gateway: translates HTTP into commands and reads. Any number of them may run.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client, Connection } from '@temporalio/client';
import { readConfig, type Config } from './config.ts';
import { createGateway, type GatewayParts } from './gateway/app.ts';
import { createLogger } from './logging.ts';
import { isProgram, live } from './servers/lifecycle.ts';
import { requireMongoUri, requireTemporalProfile } from './servers/profile.ts';
import { untilReachable } from './servers/retry.ts';
import { openStore } from './store/store.ts';

export type RunningGateway = {
  port: number;
  /** Takes no new connection and lets every request that runs have its answer. */
  close: () => Promise<void>;
};

/** Longer than any command waits. */
const drainPatience = 15_000;

/** Listens on the configured host and port (3000 when there is none). */
export async function startGateway(parts: GatewayParts): Promise<RunningGateway> {
  const { config } = parts;
  const server = createServer(createGateway(parts));
  server.listen({ port: config.PORT ?? 3000, host: config.HOST, exclusive: true });
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      // A connection that is kept alive becomes idle only when its last answer has been sent.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      const limit = setTimeout(() => server.closeAllConnections(), drainPatience);
      await closed;
      clearInterval(sweep);
      clearTimeout(limit);
    },
  };
}

async function main(): Promise<void> {
  const environment = readConfig();
  const logger = createLogger(environment);
  const voice = {
    say: (line: string) => logger.info(line),
    complain: (error: unknown) => logger.fatal({ err: error }, 'the gateway cannot go on'),
  };
  await live(voice, async (life) => {
    const profile = requireTemporalProfile(environment);
    const config: Config = { ...environment, TEMPORAL_NAMESPACE: profile.namespace };
    const uri = requireMongoUri(config);
    const store = await untilReachable('MongoDB', logger, () => openStore(uri));
    life.onStop(() => store.close());
    life.goOn();
    // Connects when first used: a gateway without Temporal answers 503 and reads go on.
    const connection = Connection.lazy(profile.connection);
    life.onStop(() => connection.close());
    const client = new Client({ connection, namespace: profile.namespace });
    const gateway = await startGateway({ store, client, config, logger });
    life.onStop(gateway.close);
    logger.info({ host: config.HOST, port: gateway.port }, 'the gateway listens');
  });
}

if (isProgram(import.meta.url)) await main();
