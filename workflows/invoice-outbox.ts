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
import { current, type Entity, happening, now } from './invoice-entity.ts';
import { askingOf, commit, happened } from './invoice-write.ts';

export type Outbox = {
  readonly entity: Entity;
  readonly mutex: Mutex;
  readonly underWay: Set<string>;
  /** Messages whose first attempt has ended, well or badly. */
  readonly tried: Set<string>;
};

export function createOutbox(entity: Entity, mutex: Mutex): Outbox {
  return { entity, mutex, underWay: new Set(), tried: new Set() };
}

/** After a first attempt that failed: what the server asked for, else soon. */
const secondAttemptAfter = '5s';

function delayAfter(error: ActivityFailure): Duration {
  const asked = error.cause instanceof ApplicationFailure ? error.cause.nextRetryDelay : null;
  return asked ?? secondAttemptAfter;
}

function waiting({ entity }: Outbox): readonly Message[] {
  return entity.invoice === null ? [] : outbox(entity.invoice);
}

async function attempt({ entity, tried }: Outbox, message: Message): Promise<DeliveryOutcome> {
  const { organizationId, invoiceId } = entity;
  const request = { organizationId, invoiceId, messageId: message.id };
  const summary = `${message.channel}: ${message.template}`;
  if (!tried.has(message.id)) {
    try {
      return await firstDelivery.deliver.executeWithOptions({ summary }, [request]);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      tried.add(message.id);
      await sleep(delayAfter(error), { summary: `${summary}, second attempt` });
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

async function noteUnchanged({ entity }: Outbox, message: Message, commandId: string): Promise<void> {
  const { organizationId, invoiceId } = entity;
  const { rejected: code, message: sentence } = reject('nothing_to_do');
  const row = {
    organizationId,
    invoiceId,
    commandId,
    command: `deliver ${message.channel}`,
    actor: 'delivery',
  };
  await patient.note({ ...row, code, message: sentence, at: now(entity) });
}

/** Writes down how it ended. An outcome that changes nothing leaves a row all the same. */
async function settle(box: Outbox, message: Message, outcome: DeliveryOutcome): Promise<void> {
  const { entity } = box;
  await box.mutex.runExclusive(async () => {
    const commandId = `outcome:${message.id}:${outcome.outcome}`;
    for (;;) {
      const events = happening(entity, deliveryEvents(current(entity), message.id, outcome));
      if (events.length === 0) return noteUnchanged(box, message, commandId);
      const asking = askingOf('outcome', commandId, 'delivery');
      const answer = await commit(entity, patient, happened(events), asking);
      if (answer !== 'conflict') return;
    }
  });
}

async function deliver(box: Outbox, message: Message): Promise<void> {
  try {
    const outcome = await attempt(box, message);
    await settle(box, message, outcome);
  } finally {
    box.tried.add(message.id);
    box.underWay.delete(message.id);
  }
}

/** Starts a delivery for every queued message that has none. */
export function drain(box: Outbox): void {
  for (const message of waiting(box)) {
    if (box.underWay.has(message.id)) continue;
    box.underWay.add(message.id);
    void deliver(box, message);
  }
}

export function isIdle(box: Outbox): boolean {
  return box.underWay.size === 0;
}

/** Until every message that is queued now has been tried once. */
export async function firstAttempts(box: Outbox): Promise<void> {
  const ids = waiting(box).map((message) => message.id);
  await condition(() => ids.every((id) => box.tried.has(id)));
}
