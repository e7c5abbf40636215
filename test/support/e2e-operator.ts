// An operator: a bare Temporal client that knows the published names and nothing of the product's code.
import { Client, Connection, type ScheduleDescription, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { CredentialsFile } from './product.ts';
import { sharedProduct } from './e2e-shared.ts';

type Result = Record<string, unknown>;
type Arguments = [unknown, ...unknown[]];

export type Operator = {
  update(workflowId: string, name: string, ...args: unknown[]): Promise<Result>;
  /** The code with which an update is refused. */
  refusal(workflowId: string, name: string, ...args: unknown[]): Promise<string>;
  signal(workflowId: string, name: string, ...args: unknown[]): Promise<void>;
  query(workflowId: string, name: string): Promise<Result>;
  cancel(workflowId: string): Promise<void>;
  /** Ids of the workflows that a visibility query finds. */
  list(query: string): Promise<string[]>;
  status(workflowId: string): Promise<string>;
  /** How many workflow tasks failed or timed out: a replay that does not fit shows here. */
  failedTasks(workflowId: string): Promise<number>;
  schedule(scheduleId: string): Promise<ScheduleDescription>;
  trigger(scheduleId: string): Promise<void>;
  close(): Promise<void>;
};

export async function openOperator(
  { temporal }: Pick<CredentialsFile, 'temporal'> = sharedProduct(),
): Promise<Operator> {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  const handle = (workflowId: string) => client.workflow.getHandle(workflowId);
  const update: Operator['update'] = (workflowId, name, ...args) =>
    args.length === 0
      ? handle(workflowId).executeUpdate<Result, []>(name)
      : handle(workflowId).executeUpdate<Result, Arguments>(name, { args: args as unknown as Arguments });
  return {
    update,
    refusal: async (workflowId, name, ...args) => {
      try {
        await update(workflowId, name, ...args);
      } catch (error) {
        const cause = error instanceof WorkflowUpdateFailedError ? error.cause : null;
        if (cause instanceof ApplicationFailure) return cause.type ?? '';
        throw error;
      }
      return 'accepted';
    },
    signal: (workflowId, name, ...args) => handle(workflowId).signal<unknown[]>(name, ...args),
    query: (workflowId, name) => handle(workflowId).query<Result>(name),
    cancel: async (workflowId) => {
      await handle(workflowId).cancel();
    },
    list: async (query) => {
      const ids: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
      return ids;
    },
    status: async (workflowId) => (await handle(workflowId).describe()).status.name,
    failedTasks: async (workflowId) => {
      const { events } = await handle(workflowId).fetchHistory();
      return (events ?? []).filter((event) => (event.workflowTaskFailedEventAttributes ?? null) !== null)
        .length;
    },
    schedule: (scheduleId) => client.schedule.getHandle(scheduleId).describe(),
    trigger: (scheduleId) => client.schedule.getHandle(scheduleId).trigger(),
    close: () => connection.close(),
  };
}
