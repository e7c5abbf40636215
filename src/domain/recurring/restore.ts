// Whatever enters a workflow passes through here: a field that comes in a later release gets its neutral value.
import type { RecurringSchedule } from './schedule.ts';

/** A schedule as some earlier release may have stored it: of the first one nothing is missing. */
export function restoreSchedule(stored: RecurringSchedule): RecurringSchedule {
  return { ...stored, schemaVersion: 1 };
}
