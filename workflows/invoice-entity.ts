// The invoice inside its workflow: the state, its clock, the commands that have run, and the one way to write.
// Decides nothing: it asks the pure core, hands the result to the write, and only then believes it.
import {
  ApplicationFailure,
  setCurrentDetails,
  TemporalFailure,
  upsertSearchAttributes,
  uuid4,
} from '@temporalio/workflow';
import {
  type CommandResult,
  type InvoiceActivities,
  type PersistRequest,
  type PersistResult,
  type PlannedMessage,
  type ProcessedCommand,
  processedKept,
} from '../src/contract/invoice.ts';
import { instant, type Instant } from '../src/domain/calendar.ts';
import { nextAction } from '../src/domain/invoice/agenda.ts';
import { type Decision, recorded } from '../src/domain/invoice/commands.ts';
import type { Recorded } from '../src/domain/invoice/events.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';
import { keepBooks } from '../src/domain/invoice/journal.ts';
import { details } from '../src/domain/invoice/reading.ts';
import { restore } from '../src/domain/invoice/restore.ts';
import { type Blocked, turnOfTime } from '../src/domain/invoice/time.ts';
import { reject, type Rejection } from '../src/domain/rejection.ts';
import { attributesOf, word } from './invoice-attributes.ts';

export type Store = Pick<InvoiceActivities, 'persist' | 'note' | 'load' | 'readClock'>;

/** Who asks, under which id, with which words. */
export type Asking = {
  readonly command: string;
  readonly commandId: string;
  readonly fingerprint: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly content: PlannedMessage['content'];
};

const clockActor = 'clock';

export class PersistenceAway extends Error {}

export type Entity = ReturnType<typeof createEntity>;

export function createEntity(start: {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly invoice: Invoice | null;
  readonly clockOffset: number;
  readonly processed: readonly ProcessedCommand[];
}) {
  let invoice = start.invoice === null ? null : restore(start.invoice);
  let clockOffset = start.clockOffset;
  const processed = new Map(start.processed.map((one) => [one.id, one]));
  let shownWord = invoice === null ? null : word(invoice, now());
  /** A write whose reply was lost: the store may be ahead of us. */
  let uncertain = false;
  /** Cached, because the wake-up condition is asked after every activation. */
  let deadline: Instant | null = invoice === null ? null : (nextAction(invoice)?.at ?? null);
  /** Lines for the operator that are not the invoice's own. */
  const remarks: string[] = [];

  function now(): Instant {
    return instant(Date.now() + clockOffset);
  }

  function current(): Invoice {
    if (invoice === null) throw new Error('The invoice is not loaded');
    return invoice;
  }

  function show(): void {
    const state = current();
    deadline = nextAction(state)?.at ?? null;
    setCurrentDetails(details(state, now(), remarks));
    const seen = word(state, now());
    if (seen === shownWord) return;
    // A new draft was started with its attributes; everything else has something to tell.
    const news = shownWord !== null || state.version > 1 || state.issuedAt !== null;
    if (news) upsertSearchAttributes(attributesOf(state, now()));
    shownWord = seen;
  }

  function believe(next: Invoice): void {
    invoice = next;
    uncertain = false;
    show();
  }

  function remember(id: string, fingerprint: string, result: CommandResult): void {
    processed.set(id, { id, fingerprint, result });
    for (const oldest of processed.keys()) {
      if (processed.size <= processedKept) break;
      processed.delete(oldest);
    }
  }

  function request(
    before: Invoice | null,
    events: readonly Recorded[],
    decision: Omit<Decision, 'events'>,
    asking: Asking,
  ): PersistRequest {
    const kept = keepBooks(before, events);
    const next: Invoice = { ...kept.invoice, version: (before?.version ?? 0) + 1 };
    const messages = events.flatMap((event) =>
      event.type === 'invoice.message_queued' ? [{ message: event.message, content: asking.content }] : [],
    );
    const needsNumber = events.some((event) => event.type === 'invoice.issued' && event.number === null);
    const upcoming = nextAction(next);
    return {
      organizationId: next.organizationId,
      liveMode: next.liveMode,
      invoiceId: next.id,
      commandId: asking.commandId,
      fingerprint: asking.fingerprint,
      command: asking.command,
      actor: asking.actor,
      reason: asking.reason,
      expectedVersion: before?.version ?? 0,
      invoice: next,
      events,
      entries: kept.entries,
      messages,
      preconditions: decision.conditions,
      series: needsNumber ? next.policy.numbering : null,
      nextActionAt: upcoming === null || upcoming.kind === 'close' ? null : upcoming.at,
      result: { invoiceId: next.id, version: next.version, status: next.status, ...decision.told },
    };
  }

  async function persist(store: Store, wanted: PersistRequest): Promise<PersistResult> {
    try {
      return await store.persist(wanted);
    } catch (error) {
      if (!(error instanceof TemporalFailure)) throw error;
      uncertain = true;
      throw new PersistenceAway('The write did not answer');
    }
  }

  /**
   * Writes what was decided and believes it once it is written. `conflict` means that the stored invoice was
   * ahead: it is the state now, and the caller decides again.
   */
  async function commit(
    store: Store,
    decision: Omit<Decision, 'events'> & { readonly events: readonly Recorded[] },
    asking: Asking,
  ): Promise<CommandResult | Rejection | 'conflict'> {
    const wanted = request(invoice, decision.events, decision, asking);
    const answer = await persist(store, wanted);
    switch (answer.outcome) {
      case 'stored': {
        const next = answer.number === null ? wanted.invoice : { ...wanted.invoice, number: answer.number };
        believe(next);
        const result = { ...wanted.result, number: next.number };
        remember(asking.commandId, asking.fingerprint, result);
        return result;
      }
      case 'duplicate':
        believe(restore(answer.invoice));
        if (answer.fingerprint !== asking.fingerprint) return reject('idempotency_mismatch');
        remember(asking.commandId, asking.fingerprint, answer.result);
        return answer.result;
      case 'conflict':
        if (answer.invoice === null) return reject('not_found');
        believe(restore(answer.invoice));
        return 'conflict';
      case 'refused':
        return reject(answer.code, {
          ...answer.data,
          ...(answer.messageId === null ? {} : { messageId: answer.messageId }),
        });
    }
  }

  /** Runs everything that is due up to now, however much that is. Reminders that may not go are skipped and say why. */
  async function catchUp(store: Store): Promise<void> {
    let blocked: Blocked = {};
    while (invoice !== null) {
      const turn = turnOfTime(invoice, now(), blocked);
      if (turn.events.length === 0) return;
      const answer = await commit(store, turn, {
        command: 'time',
        commandId: `time:${invoice.version}`,
        fingerprint: '',
        actor: clockActor,
        reason: null,
        content: null,
      });
      const refused = answer !== 'conflict' && 'rejected' in answer ? answer : null;
      const messageId = refused?.data?.['messageId'];
      if (refused !== null && typeof messageId !== 'string')
        throw new Error(`Time was refused: ${refused.message}`);
      blocked = refused === null ? {} : { ...blocked, [String(messageId)]: refused.rejected };
    }
  }

  return {
    organizationId: start.organizationId,
    invoiceId: start.invoiceId,
    now,
    current,
    commit,
    catchUp,
    exists: () => invoice !== null,
    deadline: () => deadline,
    isUncertain: () => uncertain,
    clockOffset: () => clockOffset,
    processed: () => [...processed.values()],
    answered: (commandId: string) => processed.get(commandId),
    newId: () => uuid4(),

    /** Test invoices: the clock only ever moves forward. */
    moveClock(offset: number): void {
      clockOffset = Math.max(clockOffset, offset);
    },

    /** Events that are not a command's: each happens now. */
    happening: (events: Parameters<typeof recorded>[1]) => recorded(invoice, events, now()),

    /** Takes the stored invoice as the truth where it is ahead of ours. */
    async resync(store: Store): Promise<void> {
      const stored = await store.load({ organizationId: start.organizationId, invoiceId: start.invoiceId });
      if (stored !== null && stored.version >= (invoice?.version ?? 0)) believe(restore(stored));
      uncertain = false;
    },

    /** A line in the details panel, beside what the invoice says of itself. */
    remark(line: string): void {
      remarks.push(line);
      if (invoice !== null) setCurrentDetails(details(invoice, now(), remarks));
    },
  };
}

/** How a refusal leaves an update: its code is the failure's type, its facts are the details. */
export function failure(rejection: Rejection): ApplicationFailure {
  return ApplicationFailure.create({
    message: rejection.message,
    type: rejection.rejected,
    nonRetryable: true,
    details: [{ data: rejection.data ?? {}, pointer: rejection.pointer ?? null }],
  });
}
