// Reads and writes the stored schedule. Every write compares the version, and one that finds itself written says so.
import { isDeepStrictEqual } from 'node:util';
import type { RecurringActivities, SaveScheduleRequest } from '../../src/contract/recurring.ts';
import type { RecurringSchedule } from '../../src/domain/recurring/schedule.ts';
import { clashOf } from '../../src/store/clash.ts';
import type { RecurringScheduleDocument } from '../../src/store/documents.ts';
import type { Store } from '../../src/store/store.ts';

type Template = RecurringScheduleDocument['template'];
type Save = RecurringActivities['saveSchedule'];

/** What it makes from now on: of a change the fields that it names. */
async function readTemplate(store: Store, request: SaveScheduleRequest): Promise<Partial<Template> | null> {
  const { schedule, templateRef } = request;
  if (templateRef === null) return null;
  const content = await store.contents.findOne({
    _id: templateRef,
    organization_id: schedule.organizationId,
    kind: 'recurring',
  });
  if (content === null) throw new Error(`There is nothing under ${templateRef}`);
  return content.data;
}

function columnsOf({ schedule, nextAt }: SaveScheduleRequest) {
  return {
    organization_id: schedule.organizationId,
    live_mode: schedule.liveMode,
    customer_id: schedule.customerId,
    version: schedule.version,
    status: schedule.status,
    next_action_at: nextAt,
    state: schedule,
    created_at: schedule.createdAt,
    updated_at: schedule.updatedAt,
    recorded_at: new Date(),
  };
}

async function insert(store: Store, request: SaveScheduleRequest): Promise<boolean> {
  const template = await readTemplate(store, request);
  if (template === null) throw new Error('A new schedule makes something');
  try {
    const row = { _id: request.schedule.id, ...columnsOf(request), template: template as Template };
    await store.recurringSchedules.insertOne(row);
    return true;
  } catch (error) {
    if (clashOf(error) === null) throw error;
    return false;
  }
}

/** Whether the document was as it was expected, and has been written. */
async function write(store: Store, request: SaveScheduleRequest): Promise<boolean> {
  const { schedule, expectedVersion } = request;
  if (expectedVersion === 0) return insert(store, request);
  const { recurringSchedules } = store;
  const mine = { _id: schedule.id, organization_id: schedule.organizationId, version: expectedVersion };
  if (schedule.status === 'deleted') return (await recurringSchedules.deleteOne(mine)).deletedCount > 0;
  const named = await readTemplate(store, request);
  const row = named === null ? null : await recurringSchedules.findOne(mine);
  const template = row === null ? {} : { template: { ...row.template, ...named } };
  const changed = await recurringSchedules.updateOne(mine, { $set: { ...columnsOf(request), ...template } });
  return changed.matchedCount > 0;
}

export function createLoadSchedule(store: Store) {
  return async ({
    organizationId,
    scheduleId,
  }: Parameters<RecurringActivities['loadSchedule']>[0]): Promise<RecurringSchedule | null> => {
    const row = await store.recurringSchedules.findOne({ _id: scheduleId, organization_id: organizationId });
    return row?.state ?? null;
  };
}

export function createSaveSchedule(store: Store): Save {
  const load = createLoadSchedule(store);
  return async (request) => {
    const { schedule } = request;
    if (await write(store, request)) return { outcome: 'stored' };
    const stored = await load({ organizationId: schedule.organizationId, scheduleId: schedule.id });
    // An earlier try had written it and its reply was lost.
    const isWritten = stored === null ? schedule.status === 'deleted' : isDeepStrictEqual(stored, schedule);
    return isWritten ? { outcome: 'stored' } : { outcome: 'conflict', schedule: stored };
  };
}
