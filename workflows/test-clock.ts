// The test clock of one organization: moves virtual time forward through everything that is due on the way, in
// order, and afterwards runs what real time brings due for invoices that were not told of the jump.
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  defineUpdate,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { InvoiceActivities } from '../src/contract/invoice.ts';
import { advanceClockUpdate } from '../src/contract/names.ts';
import type {
  AdvanceArguments,
  AdvanceResult,
  TestClockActivities,
  TestClockInput,
} from '../src/contract/test-clock.ts';
import { instant, type Instant } from '../src/domain/calendar.ts';
import { reject } from '../src/domain/rejection.ts';
import { failure } from './invoice-entity.ts';

const { advanceStep } = proxyActivities<TestClockActivities>({
  startToCloseTimeout: '5m',
  heartbeatTimeout: '15s',
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
  summary: 'run what is due, instant by instant',
});
const quick = {
  startToCloseTimeout: '10s',
  retry: { initialInterval: '200ms', maximumInterval: '10s' },
} as const;
const { nextStaleDue } = proxyLocalActivities<TestClockActivities>(quick);
const { readClock } = proxyLocalActivities<InvoiceActivities>(quick);

/** Stretches of one advance: each runs up to fifty instants. */
const stretchesMax = 400;
const answersKept = 20;
const housekeeping = 90 * 24 * 3_600_000;
const restMin = 1_000;

type Answers = Record<string, AdvanceResult>;

async function advanceTo(organizationId: string, to: Instant): Promise<AdvanceResult> {
  const now = instant(Date.now() + (await readClock({ organizationId })));
  if (to < now) throw failure(reject('clock_backwards', { now }, '/to'));
  let ran = 0;
  for (let stretch = 0; stretch < stretchesMax; stretch += 1) {
    const step = await advanceStep({ organizationId, to });
    ran += step.ran;
    if (step.caughtUp) return { now: step.now, ran };
  }
  throw failure(reject('clock_limit'));
}

/** The workflow `test-clock:<organization>`. Its update `advance` answers when every test invoice has caught up. */
export async function testClock({ organizationId, answers: carried }: TestClockInput): Promise<never> {
  const answers: Answers = { ...carried };
  let running: { readonly id: string | null; readonly result: Promise<AdvanceResult> } | null = null;
  let moved = false;

  async function start({ to, commandId }: AdvanceArguments): Promise<AdvanceResult> {
    const known = commandId === undefined ? undefined : answers[commandId];
    if (known !== undefined) return known;
    if (running !== null) {
      if (commandId !== undefined && running.id === commandId) return running.result;
      throw failure(reject('clock_busy'));
    }
    const result = advanceTo(organizationId, to);
    running = { id: commandId ?? null, result };
    try {
      const answer = await result;
      if (commandId !== undefined) answers[commandId] = answer;
      for (const oldest of Object.keys(answers).slice(0, -answersKept)) delete answers[oldest];
      return answer;
    } finally {
      running = null;
      moved = true;
    }
  }

  setHandler(defineUpdate<AdvanceResult, [AdvanceArguments]>(advanceClockUpdate), start, {
    description: 'Move the test clock: {"to": "2026-12-31T00:00:00.000Z"}. Runs everything due on the way.',
    validator: ({ to }) => {
      if (typeof to !== 'string' || Number.isNaN(Date.parse(to)))
        throw failure(reject('invalid_value', undefined, '/to'));
    },
  });

  for (;;) {
    if (running === null && workflowInfo().historyLength > 500) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof testClock>({ organizationId, answers });
    }
    moved = false;
    const next = await nextStaleDue({ organizationId });
    const rest = next === null ? housekeeping : Math.max(restMin, Date.parse(next) - Date.now());
    const woken = await condition(() => moved, rest, {
      summary: next === null ? 'nothing due' : `due – ${next}`,
    });
    if (!woken && next !== null && running === null) {
      const now = instant(Date.now() + (await readClock({ organizationId })));
      await advanceStep({ organizationId, to: now });
    }
  }
}
