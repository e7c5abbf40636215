// Deliveries, drained in the background: the outbox is the queued messages of the state itself, so it survives
// continue-as-new and a restart from the stored invoice. A dead mail server never blocks a command.
import type { Duration } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, condition, sleep } from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { DeliveryOutcome } from '../src/contract/invoice.ts';
import { deliveryEvents, outbox } from '../src/domain/invoice/delivery.ts';
import type { Message } from '../src/domain/invoice/invoice.ts';
import { reject } from '../src/domain/rejection.ts';
import { firstDelivery, laterDelivery, patient } from './invoice-activities.ts';
import type { Entity } from './invoice-entity.ts';

/** After a first attempt that failed: what the server asked for, else soon. */
const secondAttemptAfter = '5s';

function delayAfter(error: ActivityFailure): Duration {
  const asked = error.cause instanceof ApplicationFailure ? error.cause.nextRetryDelay : null;
  return asked ?? secondAttemptAfter;
}

export type Outbox = ReturnType<typeof createOutbox>;

export function createOutbox(entity: Entity, mutex: Mutex) {
  const underWay = new Set<string>();
  /** Messages whose first attempt has ended, well or badly. */
  const tried = new Set<string>();

  function waiting(): readonly Message[] {
    return entity.exists() ? outbox(entity.current()) : [];
  }

  async function attempt(message: Message): Promise<DeliveryOutcome> {
    const { organizationId, invoiceId } = entity;
    const request = { organizationId, invoiceId, messageId: message.id };
    const summary = `${message.channel}: ${message.template}`;
    if (!tried.has(message.id)) {
      try {
        return await firstDelivery.deliver.executeWithOptions({ summary }, [request]);
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        tried.add(message.id);
        await sleep(delayAfter(error));
      }
    }
    try {
      return await laterDelivery.deliver.executeWithOptions({ summary: `${summary}, again` }, [request]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      const code = error.cause instanceof ApplicationFailure ? (error.cause.type ?? 'gave_up') : 'gave_up';
      return patient.giveUp({ ...request, code });
    }
  }

  async function noteUnchanged(message: Message, commandId: string): Promise<void> {
    const { organizationId, invoiceId } = entity;
    const { rejected: code, message: sentence } = reject('nothing_to_do');
    const row = {
      organizationId,
      invoiceId,
      commandId,
      command: `deliver ${message.channel}`,
      actor: 'delivery',
    };
    await patient.note({ ...row, code, message: sentence, at: entity.now() });
  }

  /** Writes down how it ended. An outcome that changes nothing leaves a row all the same. */
  async function settle(message: Message, outcome: DeliveryOutcome): Promise<void> {
    await mutex.runExclusive(async () => {
      const commandId = `outcome:${message.id}:${outcome.outcome}`;
      for (;;) {
        const events = entity.happening(deliveryEvents(entity.current(), message.id, outcome));
        if (events.length === 0) return noteUnchanged(message, commandId);
        const asking = {
          command: 'outcome',
          commandId,
          fingerprint: '',
          actor: 'delivery',
          reason: null,
          content: null,
        };
        const answer = await entity.commit(patient, { events, conditions: [], told: {} }, asking);
        if (answer !== 'conflict') return;
      }
    });
  }

  async function deliver(message: Message): Promise<void> {
    try {
      const outcome = await attempt(message);
      await settle(message, outcome);
    } finally {
      tried.add(message.id);
      underWay.delete(message.id);
    }
  }

  return {
    /** Starts a delivery for every queued message that has none. */
    drain(): void {
      for (const message of waiting()) {
        if (underWay.has(message.id)) continue;
        underWay.add(message.id);
        void deliver(message);
      }
    },

    isIdle: () => underWay.size === 0,

    /** Until every message that is queued now has been tried once. */
    async firstAttempts(): Promise<void> {
      const ids = waiting().map((message) => message.id);
      await condition(() => ids.every((id) => tried.has(id)));
    },
  };
}
