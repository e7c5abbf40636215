// Runs once before the roles of a production setup: makes the organization Demo and writes its keys.
import { mkdir } from 'node:fs/promises';
import { readConfig } from './config.ts';
import { createLogger } from './logging.ts';
import { writeCredentials } from './servers/credentials.ts';
import { requireMongoUri, requireTemporalProfile } from './servers/profile.ts';
import { untilReachable } from './servers/retry.ts';
import { ensureDemoOrganization } from './store/organizations.ts';
import { openStore } from './store/store.ts';
import { publicUrlOf } from './public-url.ts';

const config = readConfig();
const logger = createLogger(config);
const mongodbUri = requireMongoUri(config);
const { connection, namespace } = requireTemporalProfile(config);
const store = await untilReachable('MongoDB', logger, () => openStore(mongodbUri));
try {
  await mkdir(config.DUEWELL_DATA, { recursive: true });
  const organization = await ensureDemoOrganization(store);
  const file = await writeCredentials(store, organization, config.DUEWELL_DATA, {
    baseUrl: publicUrlOf(config),
    temporal: {
      address: connection.address,
      namespace,
      task_queue: config.TEMPORAL_TASK_QUEUE,
      ui_url: null,
    },
    mongodbUri,
  });
  logger.info({ file }, 'the organization Demo has its keys');
} finally {
  await store.close();
}
