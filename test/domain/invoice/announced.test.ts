// The plan is what happens: whatever the timeline announces comes at its instant and amount, however often the clock
// is looked at in between, and nothing else does.
import fc from 'fast-check';
import type { CommandOn } from '../../../src/domain/invoice/command.ts';
import { decide } from '../../../src/domain/invoice/commands.ts';
import type { Recorded } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import type { Invoice } from '../../../src/domain/invoice/invoice.ts';
import { timeline, type TimelineEntry } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { after, circumstances, create, start } from '../given.ts';
import { dispute, promise, schedule } from '../plan-commands.ts';
import { documentArbitrary } from './random.ts';

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
  'invoice.message_queued': ({ at, message: { kind, stepId } }) => [
    kind === 'reminder' ? kind : 'send',
    at,
    stepId,
    null,
    null,
  ],
  'invoice.reminder_skipped': ({ at, stepId, reason }) => ['reminder', at, stepId, null, reason],
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
  if (kind === 'instalment_due') return false;
  return status === 'planned' || status === 'suspended' || (status === 'skipped' && reason === 'superseded');
}

/** Some hold or a scheduled send before anybody looks; what does not fit the invoice is left out. */
const commands: fc.Arbitrary<readonly CommandOn[]> = fc.array(
  fc.constantFrom<CommandOn>(
    dispute(),
    dispute('2026-03-20'),
    dispute('2026-04-02T00:00:00.000Z'),
    promise('2026-03-03'),
    promise('2026-04-10'),
    schedule('2026-03-02T23:59'),
    schedule('2026-03-29T02:30', 'Europe/Paris'),
  ),
  { maxLength: 3 },
);

describe('what the timeline announces', () => {
  it('is what happens, at its instants and amounts, whenever else the clock is looked at', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(
        documentArbitrary,
        fc.constantFrom('draft' as const, 'issue' as const, 'issue' as const),
        commands,
        fc.array(fc.nat(120 * 24), { maxLength: 5 }),
        (asked, action, wanted, hours) => {
          const begun = wanted.reduce<Invoice>(
            (invoice, command) => {
              const answer = decide(invoice, command, circumstances(start));
              return isRejection(answer) ? invoice : after({ invoice, entries: [] }, command).invoice;
            },
            after(null, create({ draft: asked, action })).invoice,
          );
          const ahead = timeline(begun);
          const plans = ahead.entries.filter(isAhead).map(announced);
          for (const entry of ahead.entries.filter(isAhead)) seen.add(`${entry.kind} ${entry.status}`);
          // Behind the twelfth fee reminders and holds are listed, fees are not: compare up to that fee.
          const end = ahead.truncated
            ? (plans.findLast(([kind]) => kind === 'late_fee')?.[1] ?? '')
            : (plans.at(-1)?.[1] ?? '');
          const others = hours.map((hour) => new Date(Date.parse(start) + hour * 3_600_000).toISOString());
          const early = plans.map(([, at]) => new Date(Date.parse(at) - 1).toISOString());
          const instants = [...plans.map(([, at]) => at), ...early, ...others].filter((at) => at <= end);
          const things: Thing[] = [];
          let state = begun;
          for (const now of instants.toSorted()) {
            for (const event of turnOfTime(state, now).events) {
              const thing = happened(event, state);
              if (thing !== null) things.push(thing);
              state = evolve(state, event);
            }
          }
          expect(things).toEqual(plans.filter(([, at]) => at <= end));
        },
      ),
      { numRuns: 400 },
    );
    // The lives that were lived are worth something: all of this was announced in some of them.
    expect([...seen].toSorted()).toEqual(
      expect.arrayContaining([
        'issue planned',
        'late_fee planned',
        'late_fee suspended',
        'overdue planned',
        'promise_broken planned',
        'reminder planned',
        'reminder suspended',
        'resume planned',
        'send planned',
      ]),
    );
  });
});
