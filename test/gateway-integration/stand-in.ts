// An engine without Temporal: the real core decides and the real write stores, in the request's own time.
// It stands in where a test is about HTTP and the database, and fails in the ways that a test asks for.
import { randomUUID } from 'node:crypto';
import { type Client, ServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { createNote } from '../../activities/note.ts';
import { createPersist } from '../../activities/persist/persist.ts';
import type { CommandArguments, CommandResult, CreateInput } from '../../src/contract/invoice.ts';
import type { CommandName } from '../../src/contract/names.ts';
import { instant } from '../../src/domain/calendar.ts';
import { policyAsked, readCommand, withTerms } from '../../src/domain/invoice/arguments.ts';
import type { Command } from '../../src/domain/invoice/command.ts';
import { decide } from '../../src/domain/invoice/commands.ts';
import { broughtTermsFault } from '../../src/domain/invoice/late-fee.ts';
import { creditLeft } from '../../src/domain/invoice/credit.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { isRejection, reject, type Rejection } from '../../src/domain/rejection.ts';
import { feeTermsOf, policyTerms } from '../../src/store/late-fee-policies.ts';
import { readPolicyTerms } from '../../src/store/reminder-policies.ts';
import type { Store } from '../../src/store/store.ts';
import { aRequest } from '../support/requests.ts';

export type StandIn = {
  readonly client: Client;
  /** Workflow ids that were started. */
  readonly started: string[];
  readonly updates: { readonly name: string; readonly args: CommandArguments }[];
  /** `deaf`: takes everything and does nothing. `unreached`: no connection. `torn`: none for commands alone. */
  mode: 'well' | 'deaf' | 'unreached' | 'torn';
  /** What happens before the answer to whether an invoice has settled. */
  beforeSettled: (() => Promise<boolean>) | null;
};

function failure({ rejected, message, data, pointer }: Rejection): Error {
  const details = { data: data ?? {}, pointer: pointer ?? null };
  return new WorkflowUpdateFailedError('failed', ApplicationFailure.nonRetryable(message, rejected, details));
}

function unreached(): Error {
  const details = 'connect ECONNREFUSED 127.0.0.1:7233';
  return new ServiceError('failed', {
    cause: Object.assign(new Error(details), { code: 14, details, metadata: {} }),
  });
}

const deadline = Object.assign(new Error('late'), { code: 4, details: 'late', metadata: {} });

export function standIn(store: Store): StandIn {
  const persist = createPersist(store);
  const note = createNote(store);
  const engine: Omit<StandIn, 'client'> = { started: [], updates: [], mode: 'well', beforeSettled: null };

  async function write(
    invoice: Invoice | null,
    command: Command,
    args: CommandArguments,
    ref: string | null,
  ): Promise<CommandResult | Rejection> {
    const commandId = args.commandId ?? randomUUID();
    const at = instant(Date.now() + (args.clockOffset ?? 0));
    const decision = decide(invoice, command, { now: at, commandId, newId: randomUUID() });
    if (isRejection(decision)) return decision;
    if (decision.events.length === 0 && invoice !== null) {
      return { invoiceId: invoice.id, version: invoice.version, status: invoice.status };
    }
    const content = ref === null ? null : { ref };
    const request = aRequest(invoice, command, { at, commandId, content });
    const written = await persist({ ...request, actor: args.actor ?? 'test' });
    switch (written.outcome) {
      case 'stored':
      case 'duplicate':
        return written.outcome === 'stored' ? { ...request.result, number: written.number } : written.result;
      case 'conflict':
        return reject('version_mismatch', { version: written.invoice?.version ?? 0 });
      case 'refused': {
        const refusal = reject(written.code, written.data);
        const left = command.name === 'create' ? null : creditLeft(command, refusal);
        if (left === null) return refusal;
        return write(invoice, { name: 'applyCredit', amount: left }, { ...args, commandId }, ref);
      }
    }
  }

  async function start(workflowId: string, input: CreateInput): Promise<void> {
    engine.started.push(workflowId);
    if (engine.mode === 'unreached' || engine.mode === 'torn') throw unreached();
    // Policies are brought to invoices where there is a worker.
    if (engine.mode === 'deaf' || workflowId.startsWith('policy:')) return;
    const { invoiceId: id, organizationId, liveMode, draft, policy, action, sendAt } = input;
    const later = sendAt === undefined ? {} : { sendAt };
    const command: Command = {
      name: 'create',
      id,
      organizationId,
      liveMode,
      draft,
      policy,
      action,
      ...later,
    };
    const answer = await write(null, command, input, input.contentRef);
    if (!isRejection(answer)) return;
    await note({
      organizationId,
      invoiceId: id,
      commandId: input.commandId ?? '',
      command: 'create',
      actor: input.actor ?? 'test',
      code: answer.rejected,
      message: answer.message,
      at: instant(Date.now()),
    });
  }

  async function withPolicy(name: CommandName, args: CommandArguments, { organizationId }: Invoice) {
    const fees = policyAsked(name, args, 'lateFees');
    if (fees !== null) {
      const policy = await policyTerms(store, organizationId, fees);
      return policy === null
        ? reject('unknown_late_fee_policy', undefined, '/late_fees/policy_id')
        : withTerms(name, args, 'lateFees', feeTermsOf(policy));
    }
    const policyId = policyAsked(name, args, 'reminders');
    if (policyId === null) return args;
    const terms = await readPolicyTerms(store, organizationId, policyId);
    return terms === null
      ? reject('unknown_reminder_policy', undefined, '/reminders/policy_id')
      : withTerms(name, args, 'reminders', terms);
  }

  async function update(workflowId: string, name: string, args: CommandArguments): Promise<CommandResult> {
    engine.updates.push({ name, args });
    if (engine.mode === 'unreached' || engine.mode === 'torn') throw unreached();
    if (engine.mode === 'deaf') throw new ServiceError('late', { cause: deadline });
    const document = await store.invoices.findOne({ _id: workflowId.split(':')[2] ?? '' });
    if (document === null) throw failure(reject('not_found'));
    const before = await store.events.findOne({
      invoice_id: document._id,
      command_key: args.commandId ?? '',
    });
    if (before !== null) return before.result as CommandResult;
    const { version } = document;
    if (args.expectedVersion !== undefined && args.expectedVersion !== version) {
      throw failure(reject('version_mismatch', { version }));
    }
    const known = await withPolicy(name as CommandName, args, document.state);
    if (isRejection(known)) throw failure(known);
    const command = readCommand(name as CommandName, known, document.state, randomUUID);
    if (isRejection(command)) throw failure(command);
    const fault = broughtTermsFault(document.state, command);
    if (fault !== null) throw failure(fault);
    const ref = typeof args['contentRef'] === 'string' ? args['contentRef'] : null;
    const answer = await write(document.state, command, args, ref);
    if (isRejection(answer)) throw failure(answer);
    return answer;
  }

  const client = {
    withDeadline: (_at: number, run: () => Promise<unknown>) => run(),
    workflowService: {
      getSystemInfo: () => (engine.mode === 'unreached' ? Promise.reject(unreached()) : Promise.resolve({})),
    },
    workflow: {
      start: (_type: string, options: { workflowId: string; args: [CreateInput] }) =>
        start(options.workflowId, options.args[0]),
      getHandle: (workflowId: string) => ({
        executeUpdate: (name: string, options: { args: [CommandArguments] }) =>
          update(workflowId, name, options.args[0]),
        query: () => engine.beforeSettled?.() ?? Promise.resolve(true),
      }),
    },
  } as unknown as Client;
  return Object.assign(engine, { client });
}
