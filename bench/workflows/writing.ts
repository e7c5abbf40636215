// An invoice that takes part payments and nothing else: the product's own state, decision and write, once through a
// local and once through a regular activity, with the retries that the product gives a command someone waits for.
import {
  type ActivityOptions,
  condition,
  currentUpdateInfo,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow';
import { Mutex } from 'async-mutex';
import type { CommandResult, CreateInput, InvoiceActivities } from '../../src/contract/invoice.ts';
import { readCommand } from '../../src/domain/invoice/arguments.ts';
import { type Decision, decide } from '../../src/domain/invoice/commands.ts';
import { isRejection, reject, type Rejection } from '../../src/domain/rejection.ts';
import {
  createEntity,
  current,
  failure,
  happening,
  newId,
  now,
  type Store,
} from '../../workflows/invoice-entity.ts';
import { askingOf, commit, PersistenceAway, resync } from '../../workflows/invoice-write.ts';
import { type Way, ways, writeUpdates } from '../names.ts';

const options = {
  startToCloseTimeout: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 5 },
} satisfies ActivityOptions;
const stores: Readonly<Record<Way, Store>> = {
  local: proxyLocalActivities<InvoiceActivities>(options),
  regular: proxyActivities<InvoiceActivities>(options),
};

function unless<T>(value: T | Rejection | 'conflict'): T {
  if (value === 'conflict') throw failure(reject('version_mismatch'));
  if (isRejection(value)) throw failure(value);
  return value;
}

export async function writing(input: CreateInput): Promise<void> {
  const { organizationId, invoiceId, draft, policy, liveMode } = input;
  const entity = createEntity({ organizationId, invoiceId, invoice: null, clockOffset: 0, processed: [] });
  const mutex = new Mutex();
  let isReady = false;

  async function write(store: Store, command: string, id: string, decision: Decision | Rejection) {
    const { events, ...rest } = unless(decision);
    const dated = { ...rest, events: happening(entity, events) };
    return unless<CommandResult>(await commit(entity, store, dated, askingOf(command, id, 'benchmark')));
  }

  async function pay(store: Store, args: Readonly<Record<string, unknown>>): Promise<CommandResult> {
    if (entity.uncertain) await resync(entity, store);
    const commandId = currentUpdateInfo()?.id ?? newId();
    const invoice = current(entity);
    const command = unless(readCommand('recordPayment', args, invoice, newId));
    const circumstances = { now: now(entity), commandId, newId: newId() };
    return write(store, 'recordPayment', commandId, decide(invoice, command, circumstances));
  }

  for (const way of ways) {
    setHandler(
      defineUpdate<CommandResult, [Readonly<Record<string, unknown>>]>(writeUpdates[way]),
      async (args) => {
        await condition(() => isReady);
        try {
          return await mutex.runExclusive(() => pay(stores[way], args));
        } catch (error) {
          if (error instanceof PersistenceAway) throw failure(reject('engine_unavailable'));
          throw error;
        }
      },
    );
  }
  const command = {
    name: 'create',
    id: invoiceId,
    organizationId,
    liveMode,
    draft,
    policy,
    action: 'issue',
  } as const;
  const circumstances = { now: now(entity), commandId: 'create', newId: newId() };
  await write(stores.local, 'create', 'create', decide(null, command, circumstances));
  isReady = true;
  await condition(() => false);
}
