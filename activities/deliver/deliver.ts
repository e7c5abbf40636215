// Sends one message, once as far as anyone can: the outbox row says what has been tried, and what
// nobody can know is never guessed.
import { setTimeout } from 'node:timers/promises';
import { ApplicationFailure, Context } from '@temporalio/activity';
import type { DeliveryOutcome } from '../../src/contract/invoice.ts';
import { instant, milliseconds } from '../../src/domain/calendar.ts';
import type { MessageAttempt, MessageDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';
import { waitOf } from './about.ts';
import type { Channels, Tried } from './channel.ts';
import { type Classified, classify, isLastFailure, retryDelay } from './classify.ts';
import { compose, gather, type Surroundings } from './compose.ts';
import { accept, type Claim, claim, finish, noteAttempt, putBack, settledOutcome } from './outbox.ts';

/** null: a message over all open invoices of a customer. */
export type DeliveryRequest = {
  readonly organizationId: string;
  readonly invoiceId: string | null;
  readonly messageId: string;
};

type DeliverDependencies = {
  readonly store: Store;
  readonly channels: Channels;
  /** The base of every link that leaves. */
  readonly publicUrl: string;
  readonly now?: () => number;
  /** Milliseconds. Longer than every deadline of a channel, shorter than the activity's start-to-close (60 s). */
  readonly lease?: number;
  readonly heartbeatEvery?: number;
};

type Delivery = Required<DeliverDependencies>;

const usualLease = 45_000;
const usualHeartbeat = 3_000;
/** Each round ends the delivery or finds that another attempt has moved the row. */
const mostRounds = 5;

export function createDeliver(
  dependencies: DeliverDependencies,
): (request: DeliveryRequest) => Promise<DeliveryOutcome> {
  const delivery: Delivery = {
    now: Date.now,
    lease: usualLease,
    heartbeatEvery: usualHeartbeat,
    ...dependencies,
  };
  return async (request) => {
    for (let round = 0; round < mostRounds; round += 1) {
      const outcome = await advance(delivery, request);
      if (outcome !== null) return outcome;
    }
    throw again('delivery_contended', 'Other attempts keep moving this message', 1_000);
  };
}

function again(code: string, message: string, delay: number): ApplicationFailure {
  return ApplicationFailure.create({ message, type: code, nonRetryable: false, nextRetryDelay: delay });
}

/** One step on the row as it is now; null when it should be looked at again. */
async function advance(delivery: Delivery, request: DeliveryRequest): Promise<DeliveryOutcome | null> {
  const row = await delivery.store.messages.findOne({
    _id: request.messageId,
    organization_id: request.organizationId,
    invoice_id: request.invoiceId,
  });
  // The row is written together with the event that asks for it. Without one there is nothing to send.
  if (row === null) return { outcome: 'failed', code: 'unknown_message' };
  const settled = settledOutcome(row);
  if (settled !== null) return settled;
  const around = await gather(delivery.store, row);
  if (row.state === 'claimed') return foundClaimed(delivery, row, around);
  const wait = waitOf(around, instant(delivery.now() + around.clockOffset));
  const moot = around.moot ?? (wait === null ? 'too_late' : null);
  if (moot !== null) {
    const attempt = attemptAt(delivery, around, { outcome: 'suppressed', code: moot, detail: null });
    const ended = await finish(
      delivery.store,
      row,
      { state: 'queued' },
      { attempt: { ...attempt, outcome: 'suppressed' }, optedOut: [] },
    );
    return ended ? { outcome: 'suppressed', code: moot } : null;
  }
  if (wait !== null && wait > 0) throw again('quiet_hours', 'Nothing goes out to the recipient now', wait);
  const claimed = await claim(delivery.store, row, delivery.now(), delivery.lease);
  return claimed === null ? null : send(delivery, claimed, around);
}

/** Times in the row are by the invoice's clock, as everything that people read; leases are real time. */
function attemptAt(
  delivery: Delivery,
  around: Surroundings,
  what: Omit<MessageAttempt, 'at'>,
): MessageAttempt {
  return { at: instant(delivery.now() + around.clockOffset), ...what };
}

/**
 * A first send or a receipt may go out once more when nobody knows whether it arrived: a missing invoice costs more
 * than a second copy with the same Message-ID. A reminder or a text is never repeated by a machine.
 */
function mayRepeatUnknown(row: MessageDocument): boolean {
  const unknowns = row.attempts.filter((attempt) => attempt.outcome === 'unknown').length;
  return row.channel === 'email' && (row.kind === 'invoice' || row.kind === 'receipt') && unknowns === 0;
}

async function foundClaimed(
  delivery: Delivery,
  row: MessageDocument,
  around: Surroundings,
): Promise<DeliveryOutcome | null> {
  const left = milliseconds(row.lease_until ?? instant(0)) - delivery.now();
  if (left > 0) throw again('delivery_claimed', 'Another attempt is sending this message', left + 100);
  // Whoever held the claim is gone, and nobody knows how far it came.
  const attempt = attemptAt(delivery, around, {
    outcome: 'unknown',
    code: 'no_answer',
    detail: 'the attempt that was sending it stopped without a word',
  });
  if (mayRepeatUnknown(row)) {
    await putBack(delivery.store, row, row.lease_until, attempt);
    return null;
  }
  const ended = await finish(
    delivery.store,
    row,
    { state: 'claimed', leaseUntil: row.lease_until },
    { attempt: { ...attempt, outcome: 'unknown' }, optedOut: [] },
  );
  return ended ? { outcome: 'unknown', code: 'no_answer' } : null;
}

async function send(
  delivery: Delivery,
  claimed: Claim,
  around: Surroundings,
): Promise<DeliveryOutcome | null> {
  const context = Context.current();
  context.heartbeat();
  const beat = setInterval(() => {
    context.heartbeat();
  }, delivery.heartbeatEvery);
  try {
    const tried = await tryOnce(delivery, claimed, around, context.cancellationSignal);
    return await conclude(delivery, claimed, around, tried);
  } finally {
    clearInterval(beat);
  }
}

async function tryOnce(
  delivery: Delivery,
  { row }: Claim,
  around: Surroundings,
  cancelled: AbortSignal,
): Promise<Tried> {
  const set = row.live_mode ? delivery.channels.live : delivery.channels.test;
  const message = compose(row, around, delivery.publicUrl);
  if (message === null) return { outcome: 'unsafe', detail: 'there is no recipient' };
  return 'html' in message ? set.email(message, cancelled) : set.sms(message, cancelled);
}

async function conclude(
  delivery: Delivery,
  claimed: Claim,
  around: Surroundings,
  tried: Tried,
): Promise<DeliveryOutcome | null> {
  const { store } = delivery;
  const { row } = claimed;
  const detail = tried.detail;
  if (tried.outcome === 'accepted') {
    const attempt = attemptAt(delivery, around, { outcome: 'accepted', code: null, detail });
    const kept = await insist(delivery, claimed, () => accept(store, row, attempt, tried));
    if (!kept) await noteAttempt(store, row, attempt);
    return { outcome: 'accepted' };
  }
  if (tried.outcome === 'unsafe') {
    return endAs(delivery, claimed, around, { outcome: 'failed', code: 'unsafe_content', detail }, []);
  }
  const classified = classify(tried.seen);
  const { verdict, code } = classified;
  switch (verdict) {
    case 'permanent':
      return endAs(delivery, claimed, around, { outcome: 'failed', code, detail }, []);
    case 'opted_out':
      return endAs(delivery, claimed, around, { outcome: 'failed', code, detail }, spellings(row, around));
    case 'unknown':
      if (!mayRepeatUnknown(row)) {
        return endAs(delivery, claimed, around, { outcome: 'unknown', code, detail }, []);
      }
      return retryLater(delivery, claimed, around, tried, classified);
    case 'not_sent':
    case 'transient':
    case 'configuration':
      return retryLater(delivery, claimed, around, tried, classified);
  }
}

const pause = 250;

/**
 * Keeps trying to write down an acceptance for as long as the claim lasts: while the database is away this memory
 * is all that stands between the message and a second copy.
 */
async function insist<T>(delivery: Delivery, { leaseUntil }: Claim, write: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (delivery.now() + pause >= milliseconds(leaseUntil)) throw error;
      await setTimeout(pause);
    }
  }
}

/** The number as it was texted, and as the customer's record writes the same number. */
function spellings(row: MessageDocument, around: Surroundings): string[] {
  const number = row.to[0] ?? '';
  const stored = around.customer?.phone ?? '';
  return stored.replace(/[^+\d]/g, '') === number ? [number, stored] : [number];
}

async function endAs(
  delivery: Delivery,
  { row, leaseUntil }: Claim,
  around: Surroundings,
  what: { outcome: 'failed' | 'unknown'; code: string; detail: string | null },
  optedOut: readonly string[],
): Promise<DeliveryOutcome | null> {
  const attempt = attemptAt(delivery, around, what);
  const ended = await finish(
    delivery.store,
    row,
    { state: 'claimed', leaseUntil },
    { attempt: { ...attempt, outcome: what.outcome }, optedOut },
  );
  if (ended) return { outcome: what.outcome, code: what.code };
  await noteAttempt(delivery.store, row, attempt);
  return null;
}

async function retryLater(
  delivery: Delivery,
  claimed: Claim,
  around: Surroundings,
  tried: Extract<Tried, { outcome: 'fault' }>,
  { verdict, code }: Classified,
): Promise<DeliveryOutcome | null> {
  const { store } = delivery;
  const { row, leaseUntil } = claimed;
  const { detail } = tried;
  const context = Context.current();
  if (context.cancellationSignal.aborted && verdict === 'not_sent') {
    // The worker is going away, not the mail server: nothing was sent and nothing is counted.
    await putBack(
      store,
      row,
      leaseUntil,
      attemptAt(delivery, around, { outcome: 'retry', code: interrupted, detail }),
    );
    return await context.cancelled;
  }
  const failures = 1 + row.attempts.filter(isFailedTry).length;
  if (verdict === 'configuration') {
    context.log.error(
      'Delivery is refused because of our own configuration: correct the credentials or sender',
      {
        channel: row.channel,
        code,
        liveMode: row.live_mode,
      },
    );
  }
  if (isLastFailure(verdict, failures)) {
    // An earlier copy may have arrived: giving up does not make that untrue.
    const outcome = row.attempts.some((attempt) => attempt.outcome === 'unknown') ? 'unknown' : 'failed';
    return endAs(delivery, claimed, around, { outcome, code, detail }, []);
  }
  const outcome = verdict === 'unknown' ? 'unknown' : 'retry';
  const attempt = attemptAt(delivery, around, { outcome, code, detail });
  if (!(await putBack(store, row, leaseUntil, attempt))) {
    await noteAttempt(store, row, attempt);
    return null;
  }
  const delay = retryDelay(verdict, failures, tried.retryAfter);
  throw again(code, `The message was not taken: ${detail}`, delay);
}

const interrupted = 'interrupted';

function isFailedTry(attempt: MessageAttempt): boolean {
  return attempt.outcome === 'retry' && attempt.code !== interrupted;
}
