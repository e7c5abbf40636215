// The Schedules of an organization: what each starts, and when.
import type { ScheduleOptions } from '@temporalio/client';
import type { DunningInput } from '../contract/dunning.ts';
import {
  dunningScheduleId,
  dunningWorkflowType,
  reconcileScheduleId,
  reconcileWorkflowType,
} from '../contract/names.ts';
import type { ReconcileInput } from '../contract/reconcile.ts';
import type { OrganizationDocument } from '../store/documents.ts';
import { dunningRulesOf } from '../store/dunning-rules.ts';

type Start = {
  readonly type: string;
  readonly input: DunningInput | ReconcileInput;
  readonly summary: string;
};

export type Wanted = {
  readonly scheduleId: string;
  readonly hour: number;
  readonly minute: number;
  readonly timeZone: string;
  readonly starts: Start;
  readonly paused: boolean;
};

type Organization = Pick<OrganizationDocument, '_id' | 'time_zone' | 'settings'>;

export function dunningSchedule({
  _id: organizationId,
  settings,
  time_zone: timeZone,
}: Organization): Wanted {
  const { enabled, localTime } = dunningRulesOf(settings);
  const [hour = 0, minute = 0] = localTime.split(':').map(Number);
  const summary = 'One message to each customer with overdue invoices';
  return {
    scheduleId: dunningScheduleId(organizationId),
    hour,
    minute,
    timeZone,
    starts: { type: dunningWorkflowType, input: { organizationId }, summary },
    paused: !enabled,
  };
}

export function reconcileSchedule({ _id: organizationId, time_zone: timeZone }: Organization): Wanted {
  const summary = 'The ledger against what is kept beside it';
  return {
    scheduleId: reconcileScheduleId(organizationId),
    hour: 3,
    minute: 0,
    timeZone,
    starts: { type: reconcileWorkflowType, input: { organizationId }, summary },
    paused: false,
  };
}

/** What is the same is not written again. */
export function fingerprintOf({ paused: _paused, ...wanted }: Wanted, taskQueue: string): string {
  return JSON.stringify({ ...wanted, taskQueue });
}

/** What was missed for longer than the window is not made up for: the next day's run finds the same customers. */
export function optionsOf(wanted: Wanted, taskQueue: string) {
  const { scheduleId, hour, minute, timeZone, starts } = wanted;
  return {
    scheduleId,
    spec: { calendars: [{ hour, minute, comment: 'once a day' }], timezone: timeZone },
    policies: { overlap: 'SKIP', catchupWindow: '6 hours' },
    action: {
      type: 'startWorkflow',
      workflowType: starts.type,
      workflowId: scheduleId,
      taskQueue,
      args: [starts.input],
      staticSummary: starts.summary,
      memo: { fingerprint: fingerprintOf(wanted, taskQueue) },
    },
  } as const satisfies ScheduleOptions;
}
