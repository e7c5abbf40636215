// One recurring schedule, from its creation to its last occurrence. State first, then handlers, then one loop that
// waits for the next occurrence. The pure core says when that is; this file only waits.
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import { Mutex } from 'async-mutex';
import type { RecurringCreation, RecurringInput } from '../src/contract/recurring.ts';
import { milliseconds } from '../src/domain/calendar.ts';
import { nextAt } from '../src/domain/recurring/occurrences.ts';
import { listenRecurring, type RecurringDesk } from './recurring-commands.ts';
import {
  commit,
  interactive,
  moveClock,
  now,
  patient,
  type Recurring,
  remark,
  resync,
  WriteAway,
} from './recurring-state.ts';
import { catchUp } from './recurring-turn.ts';

/** A timer is always armed, also where nothing is due: a task that does nothing else still has its command. */
const housekeeping = 90 * 24 * 3_600_000;
/** Replay of a cold run stays short. */
const eventsMax = 500;

/** What a run answers when it ends. */
export type RecurringEnd = { readonly status: string };

/** Stores the new schedule, unless its time is over. What is stored already, by an earlier try, is it. */
async function create(recurring: Recurring, { schedule, templateRef, notAfter }: RecurringCreation) {
  await resync(recurring, patient);
  if (recurring.schedule !== null) return;
  if (notAfter !== undefined && Date.now() > Date.parse(notAfter)) return;
  try {
    await commit(recurring, interactive, schedule, templateRef);
  } catch (error) {
    if (!(error instanceof WriteAway)) throw error;
    await resync(recurring, patient);
  }
}

async function arrive(recurring: Recurring, input: RecurringInput): Promise<void> {
  await (input.create === undefined ? resync(recurring, patient) : create(recurring, input.create));
  if (recurring.schedule?.liveMode !== false || input.clockOffset !== undefined) return;
  const { organizationId } = recurring;
  moveClock(recurring, await patient.readClock({ organizationId }));
}

/** Waits for the next occurrence; sooner when a command brings it forward, or there is something else to do. */
async function wait(recurring: Recurring): Promise<void> {
  const { mutex, clockOffset } = recurring;
  const next = () => (recurring.schedule === null ? null : nextAt(recurring.schedule));
  const armed = next();
  const due = armed === null ? housekeeping : Math.max(1, milliseconds(armed) - milliseconds(now(recurring)));
  const sooner = () => {
    const at = next();
    if (recurring.clockOffset !== clockOffset && at !== null) return true;
    return at !== null && (armed === null || at < armed);
  };
  const wanted = () => isOver(recurring) || isLong() || recurring.isUncertain || sooner();
  await condition(() => !mutex.isLocked() && wanted(), due, {
    summary: armed === null ? 'housekeeping' : `occurrence – ${armed}`,
  });
}

function isLong(): boolean {
  const info = workflowInfo();
  return info.continueAsNewSuggested || info.historyLength > eventsMax;
}

function isOver({ schedule }: Recurring): boolean {
  return schedule === null || schedule.status === 'ended' || schedule.status === 'deleted';
}

async function live(recurring: Recurring): Promise<RecurringEnd> {
  for (;;) {
    await recurring.mutex.runExclusive(() => catchUp(recurring));
    if (isOver(recurring) || isLong()) {
      await condition(allHandlersFinished);
      if (isOver(recurring)) return { status: recurring.schedule?.status ?? 'gone' };
      const { organizationId, scheduleId, clockOffset } = recurring;
      await continueAsNew<typeof recurringWorkflow>({ organizationId, scheduleId, clockOffset });
    }
    await wait(recurring);
  }
}

async function refuseCancel(recurring: Recurring): Promise<void> {
  await resync(recurring, patient);
  remark(recurring, 'Cancel does not end a schedule. It goes on; use pause or delete.');
}

async function recurringWorkflow(input: RecurringInput): Promise<RecurringEnd> {
  const { organizationId, scheduleId, clockOffset = 0 } = input;
  const recurring: Recurring = {
    organizationId,
    scheduleId,
    mutex: new Mutex(),
    schedule: null,
    clockOffset,
    isUncertain: false,
    remarks: [],
  };
  let isReady = false;
  const desk: RecurringDesk = {
    recurring,
    ready: () => condition(() => isReady),
    shield: new CancellationScope({ cancellable: false }),
  };
  CancellationScope.current().cancelRequested.catch(async (error: unknown) => {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => recurring.mutex.runExclusive(() => refuseCancel(recurring)));
  });
  listenRecurring(desk);
  return CancellationScope.nonCancellable(async () => {
    await arrive(recurring, input);
    isReady = true;
    return live(recurring);
  });
}

/** The workflow `recurring:<schedule>`. */
export { recurringWorkflow as recurring };
