// Every history ever recorded replays against today's code and ends in the same state. Replay itself compares only
// the order of commands; the details panel at the end catches amounts, dates and words.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode, DefaultLogger, type InjectedSinks, Worker } from '@temporalio/worker';
import { bundleOptions } from '../../src/servers/bundle.ts';
import { installRuntime, tasksWithoutCommand } from '../support/workflow-bench.ts';
import type { GoldenSinks } from './interceptors.ts';

const folder = fileURLToPath(new URL('./histories', import.meta.url));
const recordings = readdirSync(folder).flatMap((release) =>
  readdirSync(join(folder, release)).map((file) => ({
    release,
    name: `${release}/${file}`,
    path: join(folder, release, file),
  })),
);

let workflowBundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;
beforeAll(async () => {
  installRuntime();
  workflowBundle = await bundleWorkflowCode({
    ...(await bundleOptions()),
    workflowInterceptorModules: [fileURLToPath(new URL('./interceptors.ts', import.meta.url))],
    logger: new DefaultLogger('ERROR'),
  });
});

async function replay(
  path: string,
  change: (text: string) => string = (text) => text,
): Promise<{ said: string; wanted: string }> {
  const recorded = JSON.parse(change(readFileSync(path, 'utf8'))) as { details: string; history: unknown };
  let said = '';
  const sinks: InjectedSinks<GoldenSinks> = {
    golden: {
      details: {
        fn(_info, text) {
          said = text;
        },
        callDuringReplay: true,
      },
    },
  };
  await Worker.runReplayHistory(
    { workflowBundle, sinks },
    historyFromJSON(recorded.history),
    'invoice:replayed',
  );
  return { said, wanted: recorded.details };
}

it('has recordings of every release, in every kind of life', () => {
  expect(recordings.length).toBeGreaterThanOrEqual(30);
});

/** The line of credit, notes and bad debt, which the panel did not have before. */
const without: Readonly<Record<string, RegExp | undefined>> = {
  '0.1.0': /^- (credit applied|credit notes|written off) .*\n/m,
  '0.2.0': /^- (credit applied|credit notes|written off) .*\n/m,
};

it.each(recordings)('replays $name and ends as it was recorded', async ({ path, release }) => {
  const { said, wanted } = await replay(path);
  const later = without[release];
  expect(wanted).not.toBe('');
  expect(later === undefined ? said : said.replace(later, '')).toBe(wanted);
});

/** A run of dunning takes no update that a cold worker could put before something else; its lanes may end alone. */
const takingMessages = recordings.filter(({ name }) => !/\/dunning/.test(name));

it.each(takingMessages)('finds a command in every task of $name', ({ path }) => {
  const { history } = JSON.parse(readFileSync(path, 'utf8')) as { history: unknown };
  expect(tasksWithoutCommand(historyFromJSON(history))).toEqual([]);
});

it.each(recordings)('names no folder of the machine that recorded $name', ({ path }) => {
  expect(readFileSync(path, 'utf8')).not.toMatch(
    /[(\s]\/[^\s)]*\/(node_modules|workflows|activities|src|test)\//,
  );
});

it('reports a history whose commands are in another order', async () => {
  const path = join(folder, '0.1.0', 'voided.json');
  const swapped = (text: string) => text.replaceAll('"name": "deliver"', '"name": "lose"');
  await expect(replay(path, swapped)).rejects.toThrow(/Nondeterminism|determinism/i);
});
