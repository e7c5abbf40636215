// The hands of customer-level dunning: they read where customers stand, write what was decided and send it.
import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import type { DunnedArguments, DunningActivities, DunningMessage } from '../../src/contract/dunning.ts';
import { dunnedSignal, invoiceWorkflowId } from '../../src/contract/names.ts';
import type { DeliveryOutcome } from '../../src/contract/invoice.ts';
import { factsOf, openInvoices, overdueCustomers } from '../../src/dunning/read.ts';
import { settleDunning } from '../../src/store/dunning.ts';
import { dunningRulesOf } from '../../src/store/dunning-rules.ts';
import type { Store } from '../../src/store/store.ts';
import { isAboutRecipient } from '../deliver/classify.ts';
import type { DeliveryRequest } from '../deliver/deliver.ts';
import { each } from '../each.ts';
import { createQueueDunning, createSkipDunning } from './queue.ts';

type Parts = {
  readonly store: Store;
  readonly client: Client;
  readonly deliver: (request: DeliveryRequest) => Promise<DeliveryOutcome>;
  readonly giveUp: (request: DeliveryRequest & { readonly code: string }) => Promise<DeliveryOutcome>;
};

const signalsAtOnce = 8;

function createPage(store: Store): DunningActivities['dunningPage'] {
  return async ({ organizationId, sweep: { liveMode, at }, after, limit }) => {
    const scope = { organizationId, liveMode, at };
    const ids = await overdueCustomers(store, scope, after, limit);
    const customers = await factsOf(store, scope, ids);
    return { customers, cursor: ids.length < limit ? null : (ids.at(-1) ?? null) };
  };
}

function createOpen(store: Store): DunningActivities['openDunning'] {
  return async ({ organizationId }) => {
    const organization = await store.organizations.findOne({ _id: organizationId });
    if (organization === null) return null;
    const { settings, time_zone: timeZone, clock_offset_ms: clockOffset } = organization;
    return { rules: dunningRulesOf(settings), cap: settings.reminder_cap, timeZone, clockOffset };
  };
}

function createTell({ store, client }: Parts): DunningActivities['tellDunned'] {
  return async ({ organizationId, messageId }) => {
    const row = await store.dunningMessages.findOne({ _id: messageId, organization_id: organizationId });
    if (row === null) return;
    const organization = await store.organizations.findOne({ _id: organizationId });
    const clockOffset = organization?.clock_offset_ms ?? 0;
    const { live_mode: liveMode, customer_id: customerId, stage, at } = row;
    const open = await openInvoices(store, { organizationId, liveMode }, customerId);
    const overdue = open.filter(({ dueAt, standing }) => dueAt <= at && standing === 'open');
    await each(overdue, signalsAtOnce, async ({ id }) => {
      try {
        await client.workflow
          .getHandle(invoiceWorkflowId(organizationId, id))
          .signal<[DunnedArguments]>(dunnedSignal, { messageId, stage, at, clockOffset });
      } catch (error) {
        // Closed meanwhile: it is past every stage.
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      }
    });
  };
}

function createSettle(store: Store): DunningActivities['settleDunning'] {
  return async ({ organizationId, messageId, outcome }) => {
    const message = await store.messages.findOne({ _id: messageId, organization_id: organizationId });
    const refused = outcome.outcome === 'failed' && isAboutRecipient(outcome.code);
    await settleDunning(store, messageId, outcome, refused ? (message?.to[0] ?? null) : null);
  };
}

export function createDunning(parts: Parts): DunningActivities {
  const { store, deliver, giveUp } = parts;
  const about = ({ organizationId, messageId }: DunningMessage): DeliveryRequest => ({
    organizationId,
    messageId,
    invoiceId: null,
  });
  return {
    openDunning: createOpen(store),
    dunningPage: createPage(store),
    skipDunning: createSkipDunning(store),
    queueDunning: createQueueDunning(store),
    deliverDunning: (request) => deliver(about(request)),
    giveUpDunning: (request) => giveUp({ ...about(request), code: request.code }),
    settleDunning: createSettle(store),
    tellDunned: createTell(parts),
    async closeDunning({ organizationId, sweep }) {
      if (sweep.liveMode) return;
      await store.organizations.updateOne({ _id: organizationId }, { $max: { dunning_ran_at: sweep.at } });
    },
  };
}
