// What the workflow of a recurring schedule has done for it.
import type { Client } from '@temporalio/client';
import type { RecurringActivities } from '../../src/contract/recurring.ts';
import type { Store } from '../../src/store/store.ts';
import { createMakeOccurrence } from './make.ts';
import { createLoadSchedule, createSaveSchedule } from './save.ts';

export function createRecurring(store: Store, client: Client, taskQueue: string): RecurringActivities {
  return {
    loadSchedule: createLoadSchedule(store),
    saveSchedule: createSaveSchedule(store),
    makeOccurrence: createMakeOccurrence(store, client, taskQueue),
  };
}
