// What a step adds to an invoice's history, sorted by what the events are for.
import type { Client, WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

const { EventType } = proto.temporal.api.enums.v1;

/** What an event is for. `own` is what the command itself takes; the word is what people see, in search attributes. */
export const purposes = ['own', 'timer', 'word', 'delivery', 'deliveryWord', 'report'] as const;
export type Purpose = (typeof purposes)[number];

export type Cost = {
  readonly events: number;
  /** As the server counts them. */
  readonly bytes: number;
  readonly by: Readonly<Record<Purpose, number>>;
  readonly deliveries: number;
  /** Timers of the invoice's own that began something. */
  readonly fired: number;
};

export type Mark = { readonly events: number; readonly bytes: number };

const quietAfter = 60_000;
const pause = () => new Promise((resolve) => setTimeout(resolve, 10));

/** Waits until nothing is under way but timers, and says how long the history is then. */
export async function quiet(client: Client, handle: WorkflowHandle): Promise<Mark> {
  const until = performance.now() + quietAfter;
  for (;;) {
    const answer = await client.workflowService.describeWorkflowExecution({
      namespace: client.options.namespace,
      execution: { workflowId: handle.workflowId },
    });
    const { pendingWorkflowTask: task, pendingActivities: activities } = answer;
    const busy = (task ?? null) !== null || (activities ?? []).length > 0;
    const { historyLength, historySizeBytes } = answer.workflowExecutionInfo ?? {};
    if (!busy) return { events: Number(historyLength), bytes: Number(historySizeBytes) };
    if (performance.now() > until) throw new Error(`${handle.workflowId} does not come to rest.`);
    await pause();
  }
}

export async function costSince(handle: WorkflowHandle, before: Mark, after: Mark): Promise<Cost> {
  const history = await handle.fetchHistory();
  const types = (history.events ?? [])
    .slice(before.events, after.events)
    .map((event) => event.eventType ?? 0);
  const sorted = sort(types, before.events === 0);
  const by = Object.fromEntries(
    purposes.map((purpose) => [purpose, sorted.filter((one) => one === purpose).length]),
  ) as Record<Purpose, number>;
  return {
    events: after.events - before.events,
    bytes: after.bytes - before.bytes,
    by,
    deliveries: types.filter((type) => type === EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED).length,
    fired: types.filter((type) => type === EventType.EVENT_TYPE_TIMER_FIRED).length,
  };
}

/** A delivery goes from its activity to the task that writes its outcome down; a report is a signal and its task. */
function sort(types: readonly number[], isFirst: boolean): Purpose[] {
  let within: 'own' | 'delivery' | 'report' = 'own';
  return types.map((type): Purpose => {
    switch (type) {
      case EventType.EVENT_TYPE_TIMER_STARTED:
      case EventType.EVENT_TYPE_TIMER_CANCELED:
        return isFirst ? 'own' : 'timer';
      case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
        return within === 'delivery' ? 'deliveryWord' : 'word';
      case EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
        return 'delivery';
      case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
      case EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
      case EventType.EVENT_TYPE_ACTIVITY_TASK_FAILED:
        within = 'delivery';
        return within;
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
        within = 'report';
        return within;
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
      case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
      case EventType.EVENT_TYPE_TIMER_FIRED:
        within = 'own';
        return within;
      default:
        return within;
    }
  });
}
