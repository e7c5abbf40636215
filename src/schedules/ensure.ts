// Makes the Schedules of an organization what its settings say. Doing it again changes nothing, and two who do it at
// once end with the newer settings.
import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import type { OrganizationDocument } from '../store/documents.ts';
import type { Store } from '../store/store.ts';
import { dunningSchedule, fingerprintOf, optionsOf, reconcileSchedule, type Wanted } from './specs.ts';

export type ScheduleParts = {
  readonly store: Store;
  readonly client: Client;
  readonly taskQueue: string;
};

/** By this an operator sees why it is paused, and we see that nobody else has paused it. */
const switchedOff = 'Dunning is switched off in the settings.';

/** One that an operator has paused stays so: only what was paused here is let go on. */
async function adjust({ client, taskQueue }: ScheduleParts, wanted: Wanted): Promise<void> {
  const handle = client.schedule.getHandle(wanted.scheduleId);
  const there = await handle.describe();
  const ours = there.state.note === switchedOff;
  const paused = wanted.paused || (there.state.paused && !ours);
  const same = there.action.memo?.['fingerprint'] === fingerprintOf(wanted, taskQueue);
  if (same && there.state.paused === paused) return;
  const { spec, policies, action } = optionsOf(wanted, taskQueue);
  await handle.update(({ state: { remainingActions, note } }) => ({
    spec,
    policies,
    action,
    state: {
      paused,
      ...(remainingActions === undefined ? {} : { remainingActions }),
      note: wanted.paused ? switchedOff : ours ? 'Dunning is switched on.' : (note ?? ''),
    },
  }));
}

/** One that is to be paused and was never made is left out: nobody has asked for it yet. */
async function ensure(parts: ScheduleParts, wanted: Wanted): Promise<void> {
  const { client, taskQueue } = parts;
  try {
    if (wanted.paused) await adjust(parts, wanted);
    else await client.schedule.create(optionsOf(wanted, taskQueue));
  } catch (error) {
    if (error instanceof ScheduleAlreadyRunning) await adjust(parts, wanted);
    else if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
}

/** Reads the settings, makes the Schedules, and begins again where the settings have changed meanwhile. */
export async function ensureSchedules(parts: ScheduleParts, organizationId: string): Promise<void> {
  const { store } = parts;
  for (;;) {
    const organization = await store.organizations.findOne({ _id: organizationId });
    if (organization === null) return;
    await ensure(parts, reconcileSchedule(organization));
    await ensure(parts, dunningSchedule(organization));
    const { schedules_stale: mark } = organization;
    if (mark === undefined) return;
    const done = await store.organizations.updateOne(
      { _id: organizationId, schedules_stale: mark },
      { $unset: { schedules_stale: true } },
    );
    if (done.matchedCount === 1) return;
  }
}

/** Those whose settings have changed since their Schedules were made: Temporal was away, or they are new. */
export async function staleOrganizations(store: Store): Promise<string[]> {
  const rows = await store.organizations
    .find({ schedules_stale: { $type: 'string' } })
    .project<Pick<OrganizationDocument, '_id'>>({ _id: 1 })
    .toArray();
  return rows.map(({ _id }) => _id);
}

export async function everyOrganization(store: Store): Promise<string[]> {
  const rows = await store.organizations
    .find()
    .project<Pick<OrganizationDocument, '_id'>>({ _id: 1 })
    .toArray();
  return rows.map(({ _id }) => _id);
}
