// The bundle of the workflows: pre-built beside the compiled program, else made at start and kept for the next one.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BundleOptions, bundleWorkflowCode } from '@temporalio/worker';
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

type Hook = NonNullable<BundleOptions['webpackConfigHook']>;

/**
 * The date polyfill writes a text beside every object it makes, for debuggers, unless it sees a `process`; in the
 * sandbox there is none, and the texts took more time than the dates.
 */
const withoutDebugTexts: Hook = (config) => ({
  ...config,
  plugins: [
    ...(config.plugins ?? []),
    {
      apply: (compiler) =>
        new compiler.webpack.DefinePlugin({ 'globalThis.process': 'true' }).apply(compiler),
    },
  ],
});

/** How workflows are bundled, in the product and in its tests. */
export async function bundleOptions(): Promise<BundleOptions> {
  // The domain is pure and keeps no state: loaded once for all workflows, not once for each.
  const domain = await filesOf(join('src', 'domain'));
  const preloadModules = domain.filter((file) => file.endsWith(extension) && !file.endsWith('.d.ts'));
  return { workflowsPath: workflows, preloadModules, webpackConfigHook: withoutDebugTexts };
}

export async function writeBundle(file: string, logger: Logger): Promise<void> {
  const began = performance.now();
  const { log, trace, debug, warn, error } = temporalLogger(logger);
  // What webpack says of a bundle that worked is for nobody but us.
  const { code } = await bundleWorkflowCode({
    ...(await bundleOptions()),
    logger: { log, trace, debug, warn, error, info: debug },
  });
  await writeFile(file, code);
  const facts = { megabytes: code.length / 1e6, milliseconds: Math.round(performance.now() - began) };
  logger.info(facts, 'workflow bundle built');
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.toSorted();
}

/** Everything a workflow may import, how it is bundled, and the versions of the libraries it is bundled with. */
async function sourcesHash(): Promise<string> {
  const files = await Promise.all(['workflows', join('src', 'domain'), join('src', 'contract')].map(filesOf));
  const hash = createHash('sha256');
  const lock = join(root, 'package-lock.json');
  for (const file of [...files.flat(), here, lock].toSorted()) {
    hash.update(file).update('\0');
    hash.update(await readFile(file).catch(() => ''));
  }
  return hash.digest('hex').slice(0, 32);
}
