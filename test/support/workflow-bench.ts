// A worker over the real workflow bundle and activities of a test's choice, on whichever server the test names.
import { randomUUID } from 'node:crypto';
import { Client, Connection, type WorkflowHandle, type WorkflowOptions } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker';
import type { CommandArguments, CommandResult, CreateInput } from '../../src/contract/invoice.ts';
import { invoiceWorkflowId } from '../../src/contract/names.ts';
import { bundleOptions } from '../../src/servers/bundle.ts';
import { ensureSearchAttributes } from '../../src/servers/embedded.ts';
import { required } from './servers.ts';

export type History = temporal.api.history.v1.IHistory;

const logger = new DefaultLogger('ERROR');
let bundle: ReturnType<typeof bundleWorkflowCode> | null = null;

/** The bundle of the real workflows, made once a test file. */
export function workflowBundle() {
  bundle ??= bundleOptions().then((options) => bundleWorkflowCode({ ...options, logger }));
  return bundle;
}

export type Bench = Awaited<ReturnType<typeof openBench>>;

/** A worker with these activities on the test run's Temporal server, and a client to it. */
export async function openBench(activities: object, options: Partial<WorkerOptions> = {}) {
  installRuntime();
  const address = required('TEST_TEMPORAL_ADDRESS');
  const namespace = required('TEST_TEMPORAL_NAMESPACE');
  const taskQueue = `test-${randomUUID()}`;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  await ensureSearchAttributes(connection, namespace);
  const client = new Client({ connection, namespace });

  async function startWorker() {
    const worker = await Worker.create({
      connection: native,
      namespace,
      taskQueue,
      workflowBundle: await workflowBundle(),
      activities,
      ...options,
    });
    const run = worker.run();
    return {
      async stop() {
        worker.shutdown();
        await run;
      },
    };
  }

  let worker = await startWorker();
  return {
    client,
    taskQueue,

    /** Ends the worker and starts another with an empty cache. */
    async restart() {
      await worker.stop();
      worker = await startWorker();
    },

    stopWorker: () => worker.stop(),
    async startWorker() {
      worker = await startWorker();
    },

    create(
      input: CreateInput,
      options: Pick<WorkflowOptions, 'workflowTaskTimeout'> = {},
    ): Promise<WorkflowHandle> {
      const workflowId = invoiceWorkflowId(input.organizationId, input.invoiceId);
      return client.workflow.start('invoice', { ...options, taskQueue, workflowId, args: [input] });
    },

    async close() {
      await worker.stop();
      await native.close();
      await connection.close();
    },
  };
}

let isInstalled = false;

export function installRuntime(): void {
  if (isInstalled) return;
  isInstalled = true;
  Runtime.install({ logger, telemetryOptions: { logging: { filter: 'ERROR', forward: {} } } });
}

export function update(
  handle: WorkflowHandle,
  name: string,
  args?: CommandArguments,
): Promise<CommandResult> {
  return handle.executeUpdate<CommandResult, [CommandArguments | undefined]>(name, { args: [args] });
}

/** The code with which an update is refused. */
export async function refusal(handle: WorkflowHandle, name: string, args?: unknown): Promise<string> {
  try {
    await handle.executeUpdate(name, { args: [args] });
  } catch (error) {
    const cause = (error as { cause?: { type?: string } }).cause;
    if (cause?.type !== undefined) return cause.type;
    throw error;
  }
  return 'accepted';
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Waits until the condition holds, by asking again and again; fails when it does not within the time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 20,
): Promise<void> {
  const limit = performance.now() + seconds * 1_000;
  while (!(await holds())) {
    if (performance.now() > limit) throw new Error(`Waited ${seconds} s in vain until ${what}`);
    await turn();
  }
}

export async function historyOf(handle: WorkflowHandle): Promise<History> {
  return handle.fetchHistory();
}

export async function eventCount(handle: WorkflowHandle): Promise<number> {
  return (await historyOf(handle)).events?.length ?? 0;
}

function isSet(value: unknown): boolean {
  return value !== null && value !== undefined;
}

/** The task whose completion an event's attributes name as its origin. */
function taskOf(attributes: unknown): string[] {
  if (typeof attributes !== 'object' || attributes === null) return [];
  return 'workflowTaskCompletedEventId' in attributes
    ? [String(attributes.workflowTaskCompletedEventId)]
    : [];
}

/** Workflow tasks that ended without a command. After one of them a cold worker may merge an update with it. */
export function tasksWithoutCommand(history: History): number[] {
  const events = history.events ?? [];
  const byTask = new Set(events.flatMap((event) => Object.values(event).flatMap(taskOf)));
  return events
    .filter((event) => isSet(event.workflowTaskCompletedEventAttributes))
    .map((event) => String(event.eventId))
    .filter((id) => !byTask.has(id) && !answersUpdate(events, id))
    .map(Number);
}

/** An update's acceptance and completion are commands too, but carry no id of their task in their attributes. */
function answersUpdate(events: NonNullable<History['events']>, taskId: string): boolean {
  const index = events.findIndex((event) => String(event.eventId) === taskId);
  const next = events[index + 1];
  return (
    isSet(next?.workflowExecutionUpdateAcceptedEventAttributes) ||
    isSet(next?.workflowExecutionUpdateCompletedEventAttributes)
  );
}
