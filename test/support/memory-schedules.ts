// The activities of a recurring schedule over memory: for workflow tests, which prove waiting and ordering.
import type {
  OccurrenceOutcome,
  OccurrenceRequest,
  RecurringActivities,
  RecurringInput,
} from '../../src/contract/recurring.ts';
import type { RecurringSchedule } from '../../src/domain/recurring/schedule.ts';

export type MemorySchedules = RecurringActivities & {
  readonly schedules: Map<string, RecurringSchedule>;
  /** Every try to make an invoice, in their order. */
  readonly tries: OccurrenceRequest[];
  /** What the next tries do: an outcome, or a throw; empty: the invoice is made. */
  readonly nextOutcomes: (OccurrenceOutcome | Error)[];
  /** What goes wrong with the next writes: before they are stored, or with their reply. */
  readonly faults: ('before' | 'after')[];
  clockOffset: number;
  readClock(): Promise<number>;
};

export function invoiceIdOf({
  scheduleId,
  occurrence,
}: Pick<OccurrenceRequest, 'scheduleId' | 'occurrence'>) {
  return `invoice:${scheduleId}:${occurrence}`;
}

export function createMemorySchedules(): MemorySchedules {
  const schedules = new Map<string, RecurringSchedule>();
  const store: MemorySchedules = {
    schedules,
    tries: [],
    nextOutcomes: [],
    faults: [],
    clockOffset: 0,
    readClock: async () => store.clockOffset,
    loadSchedule: async ({ scheduleId }) => schedules.get(scheduleId) ?? null,
    saveSchedule: async ({ schedule, expectedVersion }) => {
      const fault = store.faults.shift();
      if (fault === 'before') throw new Error('planned failure before the write');
      const stored = schedules.get(schedule.id) ?? null;
      const isWritten = JSON.stringify(stored) === JSON.stringify(schedule);
      if (!isWritten && (stored?.version ?? 0) !== expectedVersion)
        return { outcome: 'conflict', schedule: stored };
      if (schedule.status === 'deleted') schedules.delete(schedule.id);
      else schedules.set(schedule.id, schedule);
      if (fault === 'after') throw new Error('planned failure after the write');
      return { outcome: 'stored' };
    },
    makeOccurrence: async (request) => {
      store.tries.push(request);
      const next = store.nextOutcomes.shift();
      if (next instanceof Error) throw next;
      return next ?? { outcome: 'made', invoiceId: invoiceIdOf(request) };
    },
  };
  return store;
}

/** The argument of the workflow that begins the schedule. */
export function beginning(schedule: RecurringSchedule, change: Partial<RecurringInput> = {}): RecurringInput {
  const { organizationId, id: scheduleId } = schedule;
  return { organizationId, scheduleId, create: { schedule, templateRef: 'template' }, ...change };
}
