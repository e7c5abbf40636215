// The embedded servers as one door: what the start, the tests and the benchmark use alike.
import { resolve } from 'node:path';
import type { Config } from '../config.ts';
import { sweep } from './child.ts';
import { findBinary, findOptions, type Say } from './find.ts';
import { startMongo as startMongoProgram, type MongoServer } from './mongo.ts';
import { startTemporal as startTemporalProgram, type TemporalServer } from './temporal.ts';

export { ensureSearchAttributes } from './search-attributes.ts';
export type { MongoServer, TemporalServer };

export type EmbeddedPlan = {
  config: Config;
  /** The data folder; by default the one of the configuration. */
  data?: string;
  say: Say;
};

/** Finds the program and starts Temporal on the data folder. `ui: false` leaves the Web UI out. */
export async function startTemporal(plan: EmbeddedPlan & { ui?: boolean }): Promise<TemporalServer> {
  const { config, say } = plan;
  await sweepLeftovers(dataFolder(plan), say);
  const { path } = await findBinary('temporal', findOptions('temporal', config, say));
  return startTemporalProgram({
    program: path,
    data: dataFolder(plan),
    namespace: config.TEMPORAL_NAMESPACE,
    port: config.TEMPORAL_PORT,
    uiPort: config.TEMPORAL_UI_PORT,
    ui: plan.ui ?? true,
    say,
  });
}

/** Finds the program and starts MongoDB on the data folder. */
export async function startMongo(plan: EmbeddedPlan): Promise<MongoServer> {
  const { config, say } = plan;
  await sweepLeftovers(dataFolder(plan), say);
  const { path } = await findBinary('mongod', findOptions('mongod', config, say));
  return startMongoProgram({ program: path, data: dataFolder(plan), port: config.MONGODB_PORT, say });
}

/** Ends what an earlier start left running on the data folder, so that its ports are free to choose. */
export async function sweepLeftovers(data: string, say: Say): Promise<void> {
  for (const name of ['mongod', 'temporal']) await sweep({ name, data }, say);
}

/** The path of the time-skipping test server, for `TestWorkflowEnvironment.createTimeSkipping`. */
export async function findTestServer(plan: Pick<EmbeddedPlan, 'config' | 'say'>): Promise<string> {
  const options = findOptions('temporal-test-server', plan.config, plan.say);
  return (await findBinary('temporal-test-server', options)).path;
}

function dataFolder(plan: EmbeddedPlan): string {
  return resolve(plan.data ?? plan.config.DUEWELL_DATA);
}
