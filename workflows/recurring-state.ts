// The schedule inside its workflow: the state as last written, and the one way to write it.
import {
  proxyActivities,
  proxyLocalActivities,
  setCurrentDetails,
  TemporalFailure,
} from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { InvoiceActivities } from '../src/contract/invoice.ts';
import type { RecurringActivities, RecurringResult } from '../src/contract/recurring.ts';
import { instant, type Instant } from '../src/domain/calendar.ts';
import { nextAt } from '../src/domain/recurring/occurrences.ts';
import { recurringDetails } from '../src/domain/recurring/reading.ts';
import { restoreSchedule } from '../src/domain/recurring/restore.ts';
import type { RecurringSchedule } from '../src/domain/recurring/schedule.ts';

type Store = RecurringActivities & Pick<InvoiceActivities, 'readClock'>;

const write = { startToCloseTimeout: '5s', summary: 'write the schedule' } as const;

/** A person waits: a few tries, then the caller hears that nobody knows. */
export const interactive = proxyLocalActivities<Store>({
  ...write,
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 5 },
});

/** Nobody waits and nothing may be lost. */
export const patient = proxyLocalActivities<Store>({
  ...write,
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '30s' },
  localRetryThreshold: '5s',
});

/** Starts another workflow and waits until its invoice is there. */
export const maker = proxyActivities<RecurringActivities>({
  startToCloseTimeout: '3m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '1m' },
  summary: 'make the invoice of one occurrence',
});

export type Recurring = {
  readonly organizationId: string;
  readonly scheduleId: string;
  readonly mutex: Mutex;
  /** As last written; null before it is, and after it was deleted. */
  schedule: RecurringSchedule | null;
  /** Virtual minus real time, milliseconds. */
  clockOffset: number;
  /** A write whose reply was lost: the store may be ahead of us. */
  isUncertain: boolean;
  /** Lines for the operator that are not the schedule's own. */
  readonly remarks: string[];
};

/** The store did not answer: whether the write went through is not known yet. */
export class WriteAway extends Error {}

const remarksKept = 5;

export function now({ clockOffset }: Recurring): Instant {
  return instant(Date.now() + clockOffset);
}

/** The clock of a test schedule only ever moves forward; a live one has real time. */
export function moveClock(recurring: Recurring, offset: number): void {
  if (recurring.schedule?.liveMode === true) return;
  recurring.clockOffset = Math.max(recurring.clockOffset, offset);
}

function show({ schedule, remarks }: Recurring): void {
  setCurrentDetails(schedule === null ? 'Not there' : recurringDetails(schedule, remarks));
}

export function believe(recurring: Recurring, schedule: RecurringSchedule | null): void {
  recurring.schedule = schedule === null ? null : restoreSchedule(schedule);
  recurring.isUncertain = false;
  show(recurring);
}

/** A line in the details panel. */
export function remark(recurring: Recurring, line: string): void {
  recurring.remarks.push(line);
  recurring.remarks.splice(0, recurring.remarks.length - remarksKept);
  show(recurring);
}

/** Takes the stored schedule for the truth. */
export async function resync(recurring: Recurring, store: Store): Promise<void> {
  const { organizationId, scheduleId } = recurring;
  believe(recurring, await store.loadSchedule({ organizationId, scheduleId }));
}

/**
 * Writes the schedule and believes it once it is written. False: another version was stored, which is the state now,
 * and the caller decides again.
 */
export async function commit(
  recurring: Recurring,
  store: Store,
  next: RecurringSchedule,
  templateRef: string | null = null,
): Promise<boolean> {
  const request = { schedule: next, expectedVersion: next.version - 1, nextAt: nextAt(next), templateRef };
  let answer;
  try {
    answer = await store.saveSchedule(request);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    recurring.isUncertain = true;
    throw new WriteAway('The write did not answer');
  }
  const isStored = answer.outcome === 'stored';
  believe(recurring, answer.outcome === 'conflict' ? answer.schedule : next);
  return isStored;
}

export function resultOf(schedule: RecurringSchedule): RecurringResult {
  const { id, version, status } = schedule;
  return { scheduleId: id, version, status, nextAt: nextAt(schedule) };
}
