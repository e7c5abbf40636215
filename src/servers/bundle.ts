// The bundle of the workflows: pre-built beside the compiled program, else made at start and kept for the next one.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { temporalLogger, type Logger } from '../logging.ts';

const here = fileURLToPath(import.meta.url);
const root = resolve(here, '../../..');
/** `.ts` in a checkout, `.js` when compiled. */
const extension = extname(here);
const workflows = join(root, 'workflows', `index${extension}`);
const prebuilt = join(root, 'workflow-bundle.js');

export type WorkflowBundle = { codePath: string };

/** The compiled program brings its bundle along; a checkout makes one whenever its sources changed. */
export async function workflowBundle(data: string, logger: Logger): Promise<WorkflowBundle> {
  if (extension === '.js' && existsSync(prebuilt)) return { codePath: prebuilt };
  const folder = resolve(data, 'bundles');
  const codePath = join(folder, `${await sourcesHash()}.js`);
  if (existsSync(codePath)) return { codePath };
  await mkdir(folder, { recursive: true });
  const unfinished = `${codePath}.${process.pid}`;
  await writeBundle(unfinished, logger);
  await rename(unfinished, codePath);
  return { codePath };
}

export async function writeBundle(file: string, logger: Logger): Promise<void> {
  const began = performance.now();
  const { log, trace, debug, warn, error } = temporalLogger(logger);
  // What webpack says of a bundle that worked is for nobody but us.
  const { code } = await bundleWorkflowCode({
    workflowsPath: workflows,
    logger: { log, trace, debug, warn, error, info: debug },
  });
  await writeFile(file, code);
  const facts = { megabytes: code.length / 1e6, milliseconds: Math.round(performance.now() - began) };
  logger.info(facts, 'workflow bundle built');
}

/** Everything a workflow may import, and the versions of the libraries it is bundled with. */
async function sourcesHash(): Promise<string> {
  const folders = ['workflows', join('src', 'domain'), join('src', 'contract')];
  const files = await Promise.all(
    folders.map(async (folder) => {
      const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    }),
  );
  const hash = createHash('sha256');
  const lock = join(root, 'package-lock.json');
  for (const file of [...files.flat(), lock].toSorted()) {
    hash.update(file).update('\0');
    hash.update(await readFile(file).catch(() => ''));
  }
  return hash.digest('hex').slice(0, 32);
}
