// The one way from a request to the workflow of a recurring schedule and back.
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WithStartWorkflowOperation } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { commandPatience } from '../contract/names.ts';
import {
  begunUpdate,
  type RecurringArguments,
  type RecurringCommandName,
  type RecurringCreation,
  type RecurringInput,
  type RecurringResult,
  recurringWorkflowId,
  recurringWorkflowType,
} from '../contract/recurring.ts';
import { instant } from '../domain/calendar.ts';
import { haveItLook } from './command.ts';
import { sortFailure } from './failure.ts';
import { createFlight } from './flight.ts';
import { refused, refusedAs } from './problem.ts';
import type { Call, Tools } from './route.ts';

type Calling = Pick<Call, 'tools' | 'organization' | 'live' | 'commandId' | 'actor' | 'clockOffset'>;
type RecurringWorkflow = (input: RecurringInput) => Promise<unknown>;

/** How much longer than the command's own patience the call waits for the refusal that says so. */
const grace = 1_000;
const backoff = { first: 20, most: 320 } as const;
const flight = createFlight();
const organizationKey = defineSearchAttributeKey('OrganizationId', 'KEYWORD');
const customerKey = defineSearchAttributeKey('CustomerId', 'KEYWORD');

type Asked<Arguments> = {
  readonly update: string;
  readonly args: readonly Arguments[];
  readonly input: RecurringInput;
  readonly customerId: string;
  readonly commandId: string;
  readonly deadline: number;
};

function newUpdateId(commandId: string): string {
  return `${commandId}~${randomBytes(6).toString('hex')}`;
}

/** Runs or not, ended or not: whoever is asked starts, reads what is stored and answers. */
function ask<Arguments, Result>({ client, taskQueue }: Tools, asked: Asked<Arguments>, updateId: string) {
  const { input, customerId, update, args, deadline } = asked;
  const startWorkflowOperation = new WithStartWorkflowOperation<RecurringWorkflow>(recurringWorkflowType, {
    workflowId: recurringWorkflowId(input.scheduleId),
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    typedSearchAttributes: [
      { key: organizationKey, value: input.organizationId },
      { key: customerKey, value: customerId },
    ],
    staticSummary: 'A recurring schedule',
    staticDetails: 'Its commands are updates and signals; its state is the query `recurring`.',
  });
  return client.withDeadline(deadline, () =>
    client.workflow.executeUpdateWithStart<RecurringWorkflow, Result, [Arguments?]>(update, {
      args: [...args] as [Arguments?],
      updateId,
      startWorkflowOperation,
    }),
  );
}

async function send<Arguments, Result>(tools: Tools, asked: Asked<Arguments>): Promise<Result> {
  const { commandId, deadline } = asked;
  const told = { command_id: commandId };
  let updateId = newUpdateId(commandId);
  for (let wait: number = backoff.first; ; wait = Math.min(wait * 2, backoff.most)) {
    try {
      return await ask<Arguments, Result>(tools, asked, updateId);
    } catch (error) {
      const failure = sortFailure(error);
      if (failure.kind === 'refused') throw refused(failure.rejection);
      if (failure.kind === 'unavailable') throw refusedAs('engine_unavailable', told);
      const isAgain = failure.kind === 'again' || failure.kind === 'closed';
      if (!isAgain || Date.now() >= deadline) {
        tools.logger.warn({ err: error, commandId }, 'no answer to a command of a schedule');
        void haveItLook(tools.client, recurringWorkflowId(asked.input.scheduleId));
        throw refusedAs('outcome_unknown', told);
      }
      updateId = newUpdateId(commandId);
      await pause(wait);
    }
  }
}

async function inTurn<Result>(
  { tools, commandId }: Calling,
  name: string,
  scheduleId: string,
  work: (notAfter: number) => Promise<Result>,
): Promise<Result> {
  const told = { command_id: commandId };
  if (!(await tools.engine.isAvailable())) throw refusedAs('engine_unavailable', told);
  const notAfter = Date.now() + commandPatience;
  const done = tools.metrics.commandStarted(name);
  try {
    const result = await flight.run(scheduleId, commandPatience, () => work(notAfter));
    if (result === null) throw refusedAs('command_expired', told);
    return result;
  } finally {
    done();
  }
}

/** Has a new schedule stored and begun. */
export async function beginSchedule(
  call: Calling,
  creation: Pick<RecurringCreation, 'schedule' | 'templateRef'>,
): Promise<void> {
  const { commandId, actor, clockOffset, organization } = call;
  const { id: scheduleId, customerId } = creation.schedule;
  const { version } = await inTurn(call, 'recurring_create', scheduleId, (notAfter) =>
    send<never, { version: number }>(call.tools, {
      update: begunUpdate,
      args: [],
      customerId,
      commandId,
      deadline: notAfter + grace,
      input: {
        organizationId: organization._id,
        scheduleId,
        create: { ...creation, commandId, actor, notAfter: instant(notAfter) },
        ...(clockOffset === null ? {} : { clockOffset }),
      },
    }),
  );
  if (version === 0) throw refusedAs('command_expired', { command_id: commandId });
}

export type ScheduleCommand = {
  readonly name: RecurringCommandName;
  readonly scheduleId: string;
  readonly customerId: string;
  readonly args: Readonly<Record<string, unknown>>;
};

/** Runs the command and answers what the workflow answered. Throws a refusal. */
export function commandSchedule(call: Calling, command: ScheduleCommand): Promise<RecurringResult> {
  const { commandId, actor, clockOffset, organization } = call;
  const { name, scheduleId, customerId } = command;
  return inTurn(call, `recurring_${name}`, scheduleId, (notAfter) => {
    const offset = clockOffset === null ? {} : { clockOffset };
    const args = { ...command.args, ...offset, commandId, actor, notAfter: instant(notAfter) };
    return send<RecurringArguments, RecurringResult>(call.tools, {
      update: name,
      args: [args],
      customerId,
      commandId,
      deadline: notAfter + grace,
      input: { organizationId: organization._id, scheduleId, ...offset },
    });
  });
}
