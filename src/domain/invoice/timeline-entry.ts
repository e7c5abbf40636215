// One entry of the timeline: something that happened, or that will.
import { type Instant, localTime } from '../calendar.ts';
import type { Invoice } from './invoice.ts';

export type TimelineKind =
  | 'issue'
  | 'send'
  | 'reminder'
  | 'late_fee'
  | 'overdue'
  | 'instalment_due'
  | 'promise_broken'
  | 'payment'
  | 'viewed'
  | 'command'
  | 'hold'
  | 'resume'
  | 'final_action'
  | 'message';
export type TimelineStatus = 'done' | 'planned' | 'skipped' | 'cancelled' | 'suspended';

export type TimelineEntry = {
  readonly at: Instant;
  /** When it was really done, where that differs from when it was due. */
  readonly actualAt: Instant | null;
  readonly localTime: string;
  readonly timeZone: string;
  readonly kind: TimelineKind;
  readonly stepId: string | null;
  readonly occurrence: number | null;
  readonly status: TimelineStatus;
  readonly amount: number | null;
  readonly channel: string | null;
  readonly reason: string | null;
  /** Commands that would keep a planned entry from happening. */
  readonly cancelledBy: readonly string[];
};

/** What is not named does not apply. */
export type Fact = Partial<TimelineEntry> & Pick<TimelineEntry, 'at' | 'kind' | 'status'>;

export function entryOf(invoice: Invoice, fact: Fact): TimelineEntry {
  return {
    actualAt: null,
    stepId: null,
    occurrence: null,
    amount: null,
    channel: null,
    reason: null,
    cancelledBy: [],
    ...fact,
    localTime: localTime(fact.at, invoice.timeZone),
    timeZone: invoice.timeZone,
  };
}
