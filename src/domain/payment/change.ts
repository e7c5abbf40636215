// What a decision on one invoice comes to: the invoice after it, its entries, and what the write has to test.
import type { Instant } from '../calendar.ts';
import { wakeAt } from '../invoice/agenda.ts';
import type { Condition } from '../invoice/condition.ts';
import { type Decision, recorded } from '../invoice/decision.ts';
import type { InvoiceEvent, Recorded } from '../invoice/events.ts';
import type { Invoice } from '../invoice/invoice.ts';
import { keepBooks } from '../invoice/journal.ts';
import { type Blocked, turnOfTime } from '../invoice/time.ts';
import { creditChange } from '../ledger/credit.ts';
import type { JournalEntry } from '../ledger/entry.ts';

export type InvoiceChange = {
  readonly before: Invoice;
  /** With the next version. */
  readonly invoice: Invoice;
  readonly events: readonly Recorded<InvoiceEvent>[];
  readonly entries: readonly JournalEntry[];
  readonly conditions: readonly Condition[];
  readonly creditChange: number;
  /** When time alone will next do something. */
  readonly nextActionAt: Instant | null;
  readonly told: Decision['told'];
};

function changeOf(
  before: Invoice,
  events: readonly Recorded[],
  { conditions, told }: Omit<Decision, 'events'>,
): InvoiceChange {
  const { invoice, entries } = keepBooks(before, events);
  const after = { ...invoice, version: before.version + 1 };
  return {
    before,
    invoice: after,
    events,
    entries,
    conditions,
    creditChange: creditChange(entries),
    nextActionAt: wakeAt(after),
    told,
  };
}

/** A decision as it is written. */
export function change(before: Invoice, decision: Decision, now: Instant): InvoiceChange {
  return changeOf(before, recorded(before, decision.events, now), decision);
}

/** What time has to do to the invoice before anyone else may; null when nothing. */
export function timeChange(before: Invoice, now: Instant, blocked: Blocked): InvoiceChange | null {
  const turn = turnOfTime(before, now, blocked);
  return turn.events.length === 0 ? null : changeOf(before, turn.events, turn);
}
