// Records the histories of a release: `npx tsx test/replay/record.ts [version] [name…]`, of those lives or all. What is
// recorded of a release is kept for ever, because invoices that began under it may still be running.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { readConfig } from '../../src/config.ts';
import { startTemporal } from '../../src/servers/embedded.ts';
import { corrections } from './corrections.ts';
import { dunnings } from './dunnings.ts';
import { recurrences } from './recurring.ts';
import { policies } from './policies.ts';
import { refunds } from './refunds.ts';
import { scenarios } from './scenarios.ts';
import { play } from './stage.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const today = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
const [version = today.version, ...names] = process.argv.slice(2);
const lives = Object.entries({
  ...scenarios,
  ...corrections,
  ...refunds,
  ...recurrences,
  ...dunnings,
  ...policies,
});
const folder = join(root, 'test/replay/histories', version);
const data = await mkdtemp(join(tmpdir(), 'duewell-record-'));
const config = { ...readConfig(), TEMPORAL_PORT: 0, TEMPORAL_UI_PORT: 0 };
const temporal = await startTemporal({ config, data, ui: false, say: console.log });
process.env['TEST_TEMPORAL_ADDRESS'] = temporal.address;
process.env['TEST_TEMPORAL_NAMESPACE'] = temporal.namespace;
try {
  await mkdir(folder, { recursive: true });
  for (const [name, scenario] of lives) {
    if (names.length > 0 && !names.includes(name)) continue;
    await play(scenario, async (handle, state) => {
      const metadata = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
      const history: unknown = JSON.parse(historyToJSON(await handle.fetchHistory()));
      const file = join(folder, `${name}.json`);
      await writeFile(
        file,
        `${JSON.stringify({ details: metadata.currentDetails, state, history }, null, 1).replaceAll(root, '')}\n`,
      );
      console.log(`recorded ${version}/${name}.json`);
    });
  }
} finally {
  await temporal.stop();
  await rm(data, { recursive: true, force: true });
}
process.exit();
