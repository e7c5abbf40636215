// Deliveries, drained in the background: the outbox is the queued messages of the state itself, so it survives
// continue-as-new and a restart from the stored invoice. A dead mail server never blocks a command.
import type { Duration } from '@temporalio/common';
import { ActivityFailure, ApplicationFailure, condition, sleep } from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { DeliveryOutcome } from '../src/contract/invoice.ts';
import { deliveryEvents, outbox } from '../src/domain/invoice/delivery.ts';
import type { InvoiceEvent } from '../src/domain/invoice/events.ts';
import type { Invoice, Message } from '../src/domain/invoice/invoice.ts';
import { withSecondChannel } from '../src/domain/invoice/second-channel.ts';
import { isRejection, reject } from '../src/domain/rejection.ts';
import { firstDelivery, laterDelivery, patient } from './invoice-activities.ts';
import { current, type Entity, happening, now } from './invoice-entity.ts';
import { type Asking, askingOf, commit } from './invoice-write.ts';

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
    const changed = await writeOutcome(entity, askingOf('outcome', commandId, 'delivery'), (invoice) =>
      deliveryEvents(invoice, message.id, outcome),
    );
    if (!changed) await noteUnchanged(box, message, commandId);
    drain(box);
  });
}

/** Writes how a message ended, and what goes by another channel instead. False: it had ended already. */
export async function writeOutcome(
  entity: Entity,
  asking: Asking,
  outcomeOf: (invoice: Invoice) => readonly InvoiceEvent[],
  isStubborn = true,
): Promise<boolean> {
  let isBlocked = false;
  for (;;) {
    const events = outcomeOf(current(entity));
    if (events.length === 0) return false;
    const decision = isBlocked
      ? { events, conditions: [], told: {} }
      : withSecondChannel(current(entity), events, now(entity));
    const dated = { ...decision, events: happening(entity, decision.events) };
    const answer = await commit(entity, patient, dated, asking);
    if (answer === 'conflict' && isStubborn) continue;
    // The customer does not want the other channel, or has none: how the first one ended is written all the same.
    if (isBlocked || answer === 'conflict' || !isRejection(answer)) return true;
    isBlocked = true;
  }
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

/** Until every message that is queued, also in place of one that could not arrive, has been tried once. */
export async function firstAttempts(box: Outbox): Promise<void> {
  await condition(() => waiting(box).every(({ id }) => box.tried.has(id)));
}
