// The one way from a request to an update of an invoice's workflow and back.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type Client, WithStartWorkflowOperation } from '@temporalio/client';
import type { Workflow } from '@temporalio/common';
import type { Logger } from 'pino';
import type { CommandArguments, CommandResult, ReopenInput } from '../contract/invoice.ts';
import {
  type CommandName,
  commandPatience,
  invoiceWorkflowId,
  invoiceWorkflowType,
  refreshSignal,
} from '../contract/names.ts';
import { instant } from '../domain/calendar.ts';
import type { RejectionCode } from '../domain/rejection.ts';
import type { Store } from '../store/store.ts';
import type { Engine } from './engine.ts';
import { type Failure, sortFailure } from './failure.ts';
import { createFlight } from './flight.ts';
import type { Metrics } from './metrics.ts';
import { refused, refusedAs } from './problem.ts';

export type CommandRequest = {
  readonly name: CommandName;
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly commandId: string;
  readonly actor: string;
  /** From If-Match. */
  readonly expectedVersion: number | null;
  /** Test invoices: virtual time minus real time; null for live ones. */
  readonly clockOffset: number | null;
  readonly args: Readonly<Record<string, unknown>>;
};

export type Commands = {
  /** Runs the command and answers what the workflow answered. Throws a refusal. */
  run(request: CommandRequest): Promise<CommandResult>;
};

export type CommandTools = {
  readonly client: Client;
  readonly store: Store;
  readonly engine: Engine;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly taskQueue: string;
};

/** How much longer than the command's own patience the call waits for the refusal that says so. */
const grace = 1_000;
/** How often an invoice is told to look after a command without an answer, and how long between two tries. */
const looksMost = 30;
const lookPause = 2_000;
const backoff = { first: 20, most: 320 } as const;

type Attempt = {
  readonly request: CommandRequest;
  readonly args: CommandArguments;
  readonly deadline: number;
  updateId: string;
};

function newUpdateId(commandId: string): string {
  return `${commandId}~${randomBytes(6).toString('hex')}`;
}

export function envelope(request: Omit<CommandRequest, 'args' | 'name'>, notAfter: number): CommandArguments {
  const { commandId, actor, expectedVersion, clockOffset } = request;
  return {
    commandId,
    actor,
    notAfter: instant(notAfter),
    ...(expectedVersion === null ? {} : { expectedVersion }),
    ...(clockOffset === null ? {} : { clockOffset }),
  };
}

function askRunning(tools: CommandTools, attempt: Attempt): Promise<CommandResult> {
  const { request, args, updateId, deadline } = attempt;
  const workflowId = invoiceWorkflowId(request.organizationId, request.invoiceId);
  return tools.client.withDeadline(deadline, () =>
    tools.client.workflow
      .getHandle(workflowId)
      .executeUpdate<CommandResult, [CommandArguments]>(request.name, { args: [args], updateId }),
  );
}

/** A closed invoice is wanted again: a run that loads its state, and the command with it. */
function askReopened(tools: CommandTools, attempt: Attempt): Promise<CommandResult> {
  const { request, args, updateId, deadline } = attempt;
  const { organizationId, invoiceId } = request;
  const input: ReopenInput = { kind: 'reopen', organizationId, invoiceId };
  const startWorkflowOperation = new WithStartWorkflowOperation(invoiceWorkflowType, {
    workflowId: invoiceWorkflowId(organizationId, invoiceId),
    taskQueue: tools.taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: 'A closed invoice, opened again by a command',
  });
  return tools.client.withDeadline(deadline, () =>
    tools.client.workflow.executeUpdateWithStart<Workflow, CommandResult, [CommandArguments]>(request.name, {
      args: [args],
      updateId,
      startWorkflowOperation,
    }),
  );
}

function giveUp(code: RejectionCode, request: CommandRequest): Error {
  return refusedAs(code, { command_id: request.commandId });
}

async function mayReopen(tools: CommandTools, request: CommandRequest): Promise<boolean> {
  // Someone looking at a page never brings an archived invoice back to life.
  if (request.name === 'markViewed') return false;
  const { invoiceId, organizationId } = request;
  return (await tools.store.invoices.countDocuments({ _id: invoiceId, organization_id: organizationId })) > 0;
}

/**
 * The engine may have died between the write of a command and the news of it: then the database knows and the
 * workflow does not. Told to look as soon as the engine can be reached; nobody waits for this.
 */
export async function haveItLook(client: Client, workflowId: string): Promise<void> {
  const handle = client.workflow.getHandle(workflowId);
  for (let left = looksMost; left > 0; left -= 1) {
    try {
      await client.withDeadline(Date.now() + commandPatience, () => handle.signal(refreshSignal));
      return;
    } catch (error) {
      if (sortFailure(error).kind === 'closed') return;
      await pause(lookPause, undefined, { ref: false });
    }
  }
}

/** What follows from a failure: throws what the caller is told, or returns and the command is sent again. */
function settle(tools: CommandTools, failure: Failure, attempt: Attempt, error: unknown): void {
  const { request, deadline } = attempt;
  const { logger } = tools;
  switch (failure.kind) {
    case 'refused':
      throw refused(failure.rejection, { actions: failure.actions });
    case 'again':
      if (failure.anew) attempt.updateId = newUpdateId(request.commandId);
      if (Date.now() >= deadline) throw giveUp('outcome_unknown', request);
      return;
    case 'closed':
      throw refusedAs('not_found');
    case 'unavailable':
      throw giveUp('engine_unavailable', request);
    case 'unknown':
      logger.warn(
        { err: error, command: request.name, commandId: request.commandId },
        'no answer to a command',
      );
      void haveItLook(tools.client, invoiceWorkflowId(request.organizationId, request.invoiceId));
      throw giveUp('outcome_unknown', request);
  }
}

async function send(tools: CommandTools, attempt: Attempt): Promise<CommandResult> {
  let ask = askRunning;
  for (let wait: number = backoff.first; ; wait = Math.min(wait * 2, backoff.most)) {
    try {
      return await ask(tools, attempt);
    } catch (error) {
      const failure = sortFailure(error);
      if (failure.kind === 'closed' && (await mayReopen(tools, attempt.request))) {
        // Reopened and closed again in between is rare and passes.
        if (ask === askReopened) settle(tools, { kind: 'again', anew: true }, attempt, error);
        ask = askReopened;
      } else {
        settle(tools, failure, attempt, error);
      }
      await pause(wait);
    }
  }
}

export function createCommands(tools: CommandTools): Commands {
  const flight = createFlight();
  return {
    async run(request) {
      if (!(await tools.engine.isAvailable())) throw giveUp('engine_unavailable', request);
      const notAfter = Date.now() + commandPatience;
      const attempt: Attempt = {
        request,
        args: { ...request.args, ...envelope(request, notAfter) },
        deadline: notAfter + grace,
        updateId: newUpdateId(request.commandId),
      };
      const done = tools.metrics.commandStarted(request.name);
      try {
        const result = await flight.run(request.invoiceId, commandPatience, () => send(tools, attempt));
        // Waited in our own queue until its time was over: it was never sent.
        if (result === null) throw giveUp('command_expired', request);
        return result;
      } finally {
        done();
      }
    },
  };
}
