// The invoice inside its workflow: the state as last written, its clock, and the commands that have run.
import { ApplicationFailure, setCurrentDetails, upsertSearchAttributes, uuid4 } from '@temporalio/workflow';
import {
  type CommandResult,
  type InvoiceActivities,
  type ProcessedCommand,
  processedKept,
} from '../src/contract/invoice.ts';
import { instant, type Instant } from '../src/domain/calendar.ts';
import { type AgendaItem, nextAction } from '../src/domain/invoice/agenda.ts';
import { recorded } from '../src/domain/invoice/commands.ts';
import type { InvoiceEvent, Recorded } from '../src/domain/invoice/events.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';
import { details } from '../src/domain/invoice/reading.ts';
import { restore } from '../src/domain/invoice/restore.ts';
import type { Rejection } from '../src/domain/rejection.ts';
import { attributesOf, shown } from './invoice-attributes.ts';

/** The activities that read and write the database; interactive or patient. */
export type Store = Pick<
  InvoiceActivities,
  'persist' | 'note' | 'load' | 'recall' | 'readClock' | 'reminderTerms' | 'lateFeeTerms'
>;

export type Entity = {
  readonly organizationId: string;
  readonly invoiceId: string;
  /** As last written; null until it is created or loaded. */
  invoice: Invoice | null;
  /** Virtual minus real time, milliseconds. */
  clockOffset: number;
  readonly processed: Map<string, ProcessedCommand>;
  /** What time will do next. Kept, because the wake-up condition is asked after every activation. */
  agenda: AgendaItem | null;
  /** What the search attributes show; null until they show anything. */
  shown: string | null;
  /** Just issued, and the customer's credit pays what it can: until that is done nothing else is. */
  creditWanted: boolean;
  /** A write whose reply was lost: the store may be ahead of us. */
  uncertain: boolean;
  /** The state came from the store: commands are in it whose answers this run does not know. */
  reread: boolean;
  /** Lines for the operator that are not the invoice's own. */
  readonly remarks: string[];
};

export function createEntity(start: {
  readonly organizationId: string;
  readonly invoiceId: string;
  readonly invoice: Invoice | null;
  readonly clockOffset: number;
  readonly processed: readonly ProcessedCommand[];
}): Entity {
  const invoice = start.invoice === null ? null : restore(start.invoice);
  const entity: Entity = {
    organizationId: start.organizationId,
    invoiceId: start.invoiceId,
    invoice,
    clockOffset: start.clockOffset,
    processed: new Map(start.processed.map((one) => [one.id, one])),
    agenda: invoice === null ? null : nextAction(invoice),
    shown: null,
    creditWanted: false,
    uncertain: false,
    reread: false,
    remarks: [],
  };
  // Search attributes are carried across continue-as-new: what they show is what the state says.
  if (invoice !== null) entity.shown = shown(invoice, now(entity));
  return entity;
}

export function now(entity: Entity): Instant {
  return instant(Date.now() + entity.clockOffset);
}

export function current(entity: Entity): Invoice {
  if (entity.invoice === null) throw new Error('The invoice is not loaded');
  return entity.invoice;
}

export function newId(): string {
  return uuid4();
}

/** The clock of a test invoice only ever moves forward; a live one has real time. */
export function moveClock(entity: Entity, offset: number): void {
  if (entity.invoice?.liveMode === true) return;
  entity.clockOffset = Math.max(entity.clockOffset, offset);
}

/** Events that happen now. */
export function happening(entity: Entity, events: readonly InvoiceEvent[]): Recorded[] {
  return recorded(entity.invoice, events, now(entity));
}

function isJustIssued(before: Invoice | null, next: Invoice): boolean {
  return next.issuedAt !== null && (before === null ? next.version === 1 : before.issuedAt === null);
}

/** Takes a written state for the truth, and shows it to operators. */
export function believe(entity: Entity, next: Invoice): void {
  if (next.policy.applyCreditAutomatically && isJustIssued(entity.invoice, next)) entity.creditWanted = true;
  entity.invoice = next;
  entity.uncertain = false;
  entity.agenda = nextAction(next);
  setCurrentDetails(details(next, now(entity), entity.remarks));
  const seen = shown(next, now(entity));
  if (seen === entity.shown) return;
  // A new draft was started with its attributes; everything else has something to tell.
  const news = entity.shown !== null || next.version > 1 || next.issuedAt !== null;
  if (news) upsertSearchAttributes(attributesOf(next, now(entity)));
  entity.shown = seen;
}

/** Keeps the answer for a repetition; the oldest ones are found in the stored events. */
export function remember(entity: Entity, id: string, fingerprint: string, result: CommandResult): void {
  entity.processed.set(id, { id, fingerprint, result });
  for (const oldest of entity.processed.keys()) {
    if (entity.processed.size <= processedKept) break;
    entity.processed.delete(oldest);
  }
}

/** A line in the details panel, beside what the invoice says of itself. */
export function remark(entity: Entity, line: string): void {
  entity.remarks.push(line);
  if (entity.invoice !== null) setCurrentDetails(details(entity.invoice, now(entity), entity.remarks));
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
