// The one way to write. Decides nothing: it hands what the core decided to the store, and only then believes it.
import { TemporalFailure } from '@temporalio/workflow';
import type {
  CommandResult,
  PersistRequest,
  PersistResult,
  PlannedMessage,
} from '../src/contract/invoice.ts';
import { wakeAt } from '../src/domain/invoice/agenda.ts';
import type { Decision } from '../src/domain/invoice/commands.ts';
import type { Recorded } from '../src/domain/invoice/events.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';
import { keepBooks } from '../src/domain/invoice/journal.ts';
import { restore } from '../src/domain/invoice/restore.ts';
import { creditChange } from '../src/domain/ledger/credit.ts';
import { reject, type Rejection } from '../src/domain/rejection.ts';
import { believe, type Entity, remember, type Store } from './invoice-entity.ts';

/** Who asks, under which id, with which words. */
export type Asking = {
  readonly command: string;
  readonly commandId: string;
  readonly fingerprint: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly content: PlannedMessage['content'];
};

/** A decision whose events have their instants. */
export type Dated = Pick<Decision, 'conditions'> & {
  readonly events: readonly Recorded[];
  readonly told: Decision['told'] & Pick<CommandResult, 'refused'>;
};

/** The store did not answer: whether the write went through is not known yet. */
export class PersistenceAway extends Error {}

export function happened(events: readonly Recorded[]): Dated {
  return { events, conditions: [], told: {} };
}

/** Someone other than a caller: time, a delivery, a provider. */
export function askingOf(command: string, commandId: string, actor: string): Asking {
  return { command, commandId, actor, fingerprint: '', reason: null, content: null };
}

function request(before: Invoice | null, decision: Dated, asking: Asking): PersistRequest {
  const { events, conditions, told } = decision;
  const kept = keepBooks(before, events);
  const next: Invoice = { ...kept.invoice, version: (before?.version ?? 0) + 1 };
  const messages = events.flatMap((event) =>
    event.type === 'invoice.message_queued' ? [{ message: event.message, content: asking.content }] : [],
  );
  const needsNumber = events.some((event) => event.type === 'invoice.issued' && event.number === null);
  const { content: _content, ...identity } = asking;
  return {
    ...identity,
    organizationId: next.organizationId,
    liveMode: next.liveMode,
    invoiceId: next.id,
    expectedVersion: before?.version ?? 0,
    invoice: next,
    events,
    entries: kept.entries,
    messages,
    preconditions: conditions,
    creditChange: creditChange(kept.entries),
    series: needsNumber ? next.policy.numbering : null,
    nextActionAt: wakeAt(next),
    result: {
      invoiceId: next.id,
      version: next.version,
      status: next.status,
      number: next.number,
      ...told,
    },
  };
}

/** What a write comes to that failed: nobody knows yet whether it went through. */
function away(entity: Entity, error: unknown): unknown {
  if (!(error instanceof TemporalFailure)) return error;
  entity.uncertain = true;
  return new PersistenceAway('The write did not answer');
}

/**
 * Writes what was decided and believes it once it is written. `conflict` means that the stored invoice was
 * ahead: it is the state now, and the caller decides again.
 */
export async function commit(
  entity: Entity,
  store: Store,
  decision: Dated,
  asking: Asking,
): Promise<CommandResult | Rejection | 'conflict'> {
  const wanted = request(entity.invoice, decision, asking);
  let answer: PersistResult;
  try {
    answer = await store.persist(wanted);
  } catch (error) {
    throw away(entity, error);
  }
  switch (answer.outcome) {
    case 'stored': {
      const number = answer.number ?? wanted.invoice.number;
      // Writes of the first release had no hash to answer with.
      believe(entity, { ...wanted.invoice, number, entryHash: answer.entryHash ?? null });
      const result = { ...wanted.result, number };
      remember(entity, asking.commandId, asking.fingerprint, result);
      return result;
    }
    case 'duplicate':
      believe(entity, restore(answer.invoice));
      if (answer.fingerprint !== asking.fingerprint) return reject('idempotency_mismatch');
      remember(entity, asking.commandId, asking.fingerprint, answer.result);
      return answer.result;
    case 'conflict':
      if (answer.invoice === null) return reject('not_found');
      believe(entity, restore(answer.invoice));
      entity.reread = true;
      return 'conflict';
    case 'refused': {
      const { code, data, messageId } = answer;
      return reject(code, messageId === null ? data : { ...data, messageId });
    }
  }
}

/** Takes the stored invoice as the truth where it is ahead of ours. */
export async function resync(entity: Entity, store: Store): Promise<void> {
  const { organizationId, invoiceId } = entity;
  const stored = await store.load({ organizationId, invoiceId });
  const own = entity.invoice?.version ?? 0;
  if (stored !== null && stored.version >= own) {
    believe(entity, restore(stored));
    entity.reread ||= stored.version > own;
  }
  entity.uncertain = false;
}

/**
 * A refused command may be one that had run: written by a worker that died before it could say so. Its task comes
 * again, perhaps when its time is over, or its caller does, and finds an invoice that this very command has moved on.
 */
export async function recall(
  entity: Entity,
  store: Store,
  asking: Asking,
  refusal: Rejection,
): Promise<CommandResult | Rejection> {
  if (refusal.rejected === 'command_expired') await resync(entity, store);
  if (!entity.reread) return refusal;
  const { organizationId, invoiceId } = entity;
  const before = await store.recall({ organizationId, invoiceId, commandId: asking.commandId });
  if (before === null) return refusal;
  if (before.fingerprint !== asking.fingerprint) return reject('idempotency_mismatch');
  remember(entity, before.id, before.fingerprint, before.result);
  return before.result;
}
