// Schedules that the tests begin with.
import type { Plan, RecurringSchedule } from '../../../src/domain/recurring/schedule.ts';

export function aPlan(change: Partial<Plan> = {}): Plan {
  return {
    startDate: '2027-01-31',
    interval: 'month',
    intervalCount: 1,
    occurrences: null,
    endDate: null,
    timeZone: 'UTC',
    localTime: '09:00',
    ...change,
  };
}

export function aSchedule(change: Partial<RecurringSchedule> = {}): RecurringSchedule {
  return {
    ...aPlan(),
    schemaVersion: 1,
    id: 'schedule-1',
    organizationId: 'org-1',
    liveMode: true,
    customerId: 'customer-1',
    name: null,
    netDays: 14,
    action: 'draft',
    version: 1,
    status: 'active',
    nextOccurrence: 1,
    skips: [],
    settled: [],
    commands: [],
    createdAt: '2026-12-01T00:00:00.000Z',
    updatedAt: '2026-12-01T00:00:00.000Z',
    ...change,
  };
}
