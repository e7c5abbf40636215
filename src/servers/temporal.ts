// Temporal embedded: the CLI's development server on a durable file, made ready for Duewell.
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { Say } from './find.ts';
import { choosePort, loopback } from './ports.ts';
import { ensureSearchAttributes } from './search-attributes.ts';
import { supervise, type Engine } from './supervise.ts';

export type TemporalServer = Engine & {
  address: string;
  namespace: string;
  uiUrl: string | null;
  /** The Temporal CLI that was found. */
  program: string;
};

export type TemporalPlan = {
  program: string;
  /** The data folder, absolute. */
  data: string;
  namespace?: string;
  port?: number | undefined;
  uiPort?: number | undefined;
  /** False leaves the Web UI out. */
  ui?: boolean;
  say: Say;
};

const retention = '30 days';

export async function startTemporal(plan: TemporalPlan): Promise<TemporalServer> {
  const frontend = await choosePort({
    title: 'Temporal',
    variable: 'TEMPORAL_PORT',
    asked: plan.port,
    usual: 7233,
  });
  const ui =
    plan.ui === false
      ? null
      : await choosePort({
          title: 'Temporal UI',
          variable: 'TEMPORAL_UI_PORT',
          asked: plan.uiPort,
          usual: 8233,
        });
  const address = `${loopback}:${frontend.port}`;
  const namespace = plan.namespace ?? 'default';
  const engine = await supervise(
    {
      name: 'temporal',
      program: plan.program,
      data: plan.data,
      args: programArguments(plan.data, namespace, frontend.port, ui?.port),
    },
    (signal) => makeReady(address, namespace, signal),
    plan.say,
  );
  const uiUrl = ui === null ? null : `http://${loopback}:${ui.port}`;
  plan.say(`Temporal: runs at ${address}${frontend.note}`);
  if (ui !== null) plan.say(`Temporal UI: ${uiUrl}${ui.note}`);
  return { ...engine, address, namespace, uiUrl, program: plan.program };
}

function programArguments(
  data: string,
  namespace: string,
  port: number,
  uiPort: number | undefined,
): string[] {
  const settings = {
    // One machine has no use for four partitions of a task queue, which forward to each other.
    'matching.numTaskqueueReadPartitions': 1,
    'matching.numTaskqueueWritePartitions': 1,
    // The defaults protect a shared cluster; here one product owns the server.
    'frontend.rps': 20_000,
    'frontend.namespaceRPS': 20_000,
    'frontend.namespaceRPS.visibility': 2_000,
    'history.rps': 20_000,
    'matching.rps': 20_000,
  };
  return [
    'server',
    'start-dev',
    '--log-level=warn',
    '--log-format=json',
    `--db-filename=${join(data, 'temporal.db')}`,
    '--sqlite-pragma=journal_mode=wal',
    '--sqlite-pragma=synchronous=2',
    `--namespace=${namespace}`,
    `--ip=${loopback}`,
    `--port=${port}`,
    ...(uiPort === undefined ? ['--headless'] : [`--ui-port=${uiPort}`, '--ui-disable-news-fetch']),
    ...Object.entries(settings).map(([key, value]) => `--dynamic-config-value=${key}=${value}`),
  ];
}

async function makeReady(address: string, namespace: string, signal: AbortSignal): Promise<void> {
  const connection = await connect(address, namespace, signal);
  try {
    await connection.withDeadline(Date.now() + 10_000, async () => {
      await connection.workflowService.updateNamespace({
        namespace,
        // A closed invoice stays readable in the UI for a month; the development server keeps a day.
        config: { workflowExecutionRetentionTtl: msToTs(retention) },
      });
    });
    await ensureSearchAttributes(connection, namespace);
  } finally {
    await connection.close();
  }
}

/** Until the server answers for the namespace. */
async function connect(address: string, namespace: string, signal: AbortSignal): Promise<Connection> {
  let lastError: unknown;
  while (!signal.aborted) {
    const connection = Connection.lazy({ address });
    try {
      await connection.withDeadline(Date.now() + 2_000, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return connection;
    } catch (error) {
      lastError = error;
      await connection.close();
    }
    await delay(100, undefined, { signal }).catch(() => undefined);
  }
  throw new Error('Temporal does not answer.', { cause: lastError });
}
