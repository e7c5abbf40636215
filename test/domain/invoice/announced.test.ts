// The plan is what happens: whatever the timeline announces comes at its instant and amount, however often the clock
// is looked at in between, and nothing else does.
import fc from 'fast-check';
import type { Recorded } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import { timeline, type TimelineEntry } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { documentArbitrary, policyArbitrary, timedLifeArbitrary } from './random.ts';
import { type FirstAction, live } from './world.ts';

/** What, when, which one, how much, and why where nothing comes of it. */
type Thing = readonly [string, string, number | string | null, number | null, string | null];

type Teller<T extends Recorded['type']> = (
  event: Extract<Recorded, { type: T }>,
  state: Invoice,
) => Thing | null;

const tellers: { readonly [T in Recorded['type']]?: Teller<T> } = {
  'invoice.issued': ({ at }, state) => ['issue', at, null, state.totals.total, null],
  'invoice.overdue': ({ at }) => ['overdue', at, null, null, null],
  'invoice.late_fee_assessed': ({ at, fee }) => ['late_fee', at, fee.occurrence, fee.amount, null],
  'invoice.late_fee_skipped': ({ at, skipped }) => ['late_fee', at, skipped.occurrence, null, skipped.reason],
  'invoice.hold_ended': ({ at, kind, reason }) => [
    reason === 'promise_broken' ? reason : 'resume',
    at,
    null,
    null,
    kind,
  ],
  'invoice.message_queued': ({ at, message: { kind, stepId, occurrence } }, { reminders }) => {
    if (kind !== 'reminder') return ['send', at, null, null, null];
    const row = reminders.find((one) => one.stepId === stepId && one.occurrence === occurrence);
    return [kind, at, stepId, null, (row?.moved ?? row?.nominal)?.reason ?? null];
  },
  'invoice.reminder_sent': ({ at, stepId }) => ['reminder', at, stepId, null, null],
  'invoice.reminder_skipped': ({ at, stepId, reason }) => ['reminder', at, stepId, null, reason],
  'invoice.final_action': ({ at, action }) => ['final_action', at, null, null, action],
  'invoice.written_off': ({ at, amount }) => ['command', at, null, amount, 'write_off'],
  'invoice.paid': () => null,
};

function happened(event: Recorded, state: Invoice): Thing | null {
  const teller = tellers[event.type] as Teller<Recorded['type']> | undefined;
  if (teller === undefined) throw new Error(`Time alone does no ${event.type}`);
  return teller(event, state);
}

function announced({ at, kind, stepId, occurrence, amount, reason }: TimelineEntry): Thing {
  return [kind, at, kind === 'reminder' ? stepId : occurrence, amount, reason];
}

function isAhead({ status, reason, kind }: TimelineEntry): boolean {
  // An action that waits for somebody has no time yet.
  if (kind === 'instalment_due' || (kind === 'final_action' && status === 'suspended')) return false;
  const skipped = reason === 'superseded' || reason === 'condition_not_met';
  return status === 'planned' || status === 'suspended' || (status === 'skipped' && skipped);
}

type Moment = readonly [Recorded, Invoice];

/** What time alone does up to each of the instants, in turn. */
function waking(begun: Invoice, instants: readonly string[]): readonly Thing[] {
  const told: Moment[] = [];
  let state = begun;
  for (const now of instants.toSorted()) {
    for (const event of turnOfTime(state, now).events) {
      told.push([event, state]);
      state = evolve(state, event);
    }
  }
  return told.map(([event, before]) => happened(event, before)).filter((thing) => thing !== null);
}

describe('what the timeline announces', () => {
  it('is what happens after any life, at its instants and amounts, whenever else the clock is looked at', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        documentArbitrary,
        fc.constantFrom<FirstAction>('draft', 'draft', 'issue', 'issue', 'send'),
        timedLifeArbitrary,
        fc.array(fc.nat(120 * 24), { maxLength: 5 }),
        policyArbitrary,
        (asked, action, life, hours, policy) => {
          const { invoice: begun, now } = live(asked, action, life, () => {}, policy);
          const today = new Date(now).toISOString();
          const { entries, truncated } = timeline(begun, today);
          const ahead = entries.filter((entry) => entry.at > today && isAhead(entry));
          for (const { kind, status, reason } of ahead) {
            seen.add(`${kind} ${status}`);
            if (kind === 'reminder') seen.add(`${kind} ${status} ${reason}`);
          }
          const plans = ahead.map(announced);
          // Behind the twelfth fee reminders and holds are listed, fees are not: compare up to that fee.
          const end = truncated
            ? (plans.findLast(([kind]) => kind === 'late_fee')?.[1] ?? '')
            : (plans.at(-1)?.[1] ?? '');
          const others = hours.map((hour) => new Date(now + hour * 3_600_000).toISOString());
          const early = plans.map(([, at]) => new Date(Date.parse(at) - 1).toISOString());
          const instants = [...plans.map(([, at]) => at), ...early, ...others].filter((at) => at <= end);
          expect(waking(begun, instants)).toEqual(plans.filter(([, at]) => at <= end));
        },
      ),
      { numRuns: 800 },
    );
    // The lives that were lived are worth something: all of this was announced in some of them.
    expect([...seen].toSorted()).toEqual(
      expect.arrayContaining([
        'final_action planned',
        'issue planned',
        'late_fee planned',
        'late_fee suspended',
        'overdue planned',
        'promise_broken planned',
        'reminder planned',
        'reminder planned holiday',
        'reminder planned quiet_hours',
        'reminder planned weekend',
        'reminder skipped condition_not_met',
        'reminder skipped superseded',
        'reminder suspended',
        'resume planned',
        'send planned',
      ]),
    );
  });
});
