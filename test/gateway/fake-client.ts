// Temporal's client as far as commands use it, answering what a test says.
import type { Client } from '@temporalio/client';
import pino from 'pino';
import { createMetrics } from '../../src/gateway/metrics.ts';
import type { CommandTools } from '../../src/gateway/command.ts';
import type { Store } from '../../src/store/store.ts';

export type Asked = {
  readonly how: 'running' | 'reopened';
  readonly workflowId: string;
  readonly name: string;
  readonly updateId: string;
  readonly args: Readonly<Record<string, unknown>>;
};

export type Script = (asked: Asked, count: number) => Promise<unknown>;

type UpdateOptions = {
  readonly args: [Record<string, unknown>];
  readonly updateId: string;
  readonly startWorkflowOperation?: { readonly options: { readonly workflowId: string } };
};

export function fakeClient(script: Script): { readonly client: Client; readonly asked: Asked[] } {
  const asked: Asked[] = [];
  const ask = (how: Asked['how'], workflowId: string, name: string, options: UpdateOptions) => {
    const one: Asked = { how, workflowId, name, updateId: options.updateId, args: options.args[0] };
    asked.push(one);
    return script(one, asked.length);
  };
  const client = {
    withDeadline: (_deadline: number, run: () => Promise<unknown>) => run(),
    workflowService: { getSystemInfo: () => Promise.resolve({}) },
    workflow: {
      getHandle: (workflowId: string) => ({
        executeUpdate: (name: string, options: UpdateOptions) => ask('running', workflowId, name, options),
      }),
      executeUpdateWithStart: (name: string, options: UpdateOptions) =>
        ask('reopened', options.startWorkflowOperation?.options.workflowId ?? '', name, options),
    },
  };
  return { client: client as unknown as Client, asked };
}

/** Commands over a scripted engine; `stored` says whether the database knows the invoice. */
export function fakeTools(
  script: Script,
  facts: { readonly available?: boolean; readonly stored?: boolean } = {},
): CommandTools & { readonly asked: Asked[] } {
  const { client, asked } = fakeClient(script);
  const { available = true, stored = true } = facts;
  return {
    client,
    asked,
    store: { invoices: { countDocuments: () => Promise.resolve(stored ? 1 : 0) } } as unknown as Store,
    engine: {
      report: () => Promise.resolve({ temporal: null, worker: null }),
      isAvailable: () => Promise.resolve(available),
    },
    metrics: createMetrics(),
    logger: pino({ level: 'silent' }),
    taskQueue: 'queue',
  };
}
