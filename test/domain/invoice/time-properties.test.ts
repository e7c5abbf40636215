// Random lives against what must always be true of time: of fees, reminders, holds and plans.
import fc from 'fast-check';
import type { Recorded } from '../../../src/domain/invoice/events.ts';
import { evolve } from '../../../src/domain/invoice/evolve.ts';
import { type Invoice, isSuspended } from '../../../src/domain/invoice/invoice.ts';
import { restore } from '../../../src/domain/invoice/restore.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { after, create, start, type Story } from '../given.ts';
import { dispute, promise } from '../plan-commands.ts';
import { checkInvariants } from './invariants.ts';
import { documentArbitrary, timedLifeArbitrary } from './random.ts';
import { type FirstAction, live } from './world.ts';

const action = fc.constantFrom<FirstAction>('draft', 'draft', 'issue', 'issue', 'send');

/** Every event of a random life with the invoice just before it. */
function always(runs: number, look: (told: readonly (readonly [Recorded, Invoice])[]) => void): void {
  fc.assert(
    fc.property(documentArbitrary, action, timedLifeArbitrary, (document, first, life) => {
      const { events } = live(document, first, life, (world, before) => {
        checkInvariants(before.invoice, world.invoice, world.entries);
      });
      let state: Invoice | null = null;
      const told: [Recorded, Invoice][] = [];
      for (const event of events) {
        if (state !== null) told.push([event, state]);
        state = evolve(state, event);
      }
      look(told);
    }),
    { numRuns: runs },
  );
}

function isUnique(ids: readonly (string | number)[]): boolean {
  return new Set(ids).size === ids.length;
}

/** One that takes another's place was due at that one's instant. */
function isNewFee(event: Recorded): event is Extract<Recorded, { type: 'invoice.late_fee_assessed' }> {
  return event.type === 'invoice.late_fee_assessed' && event.fee.replaces === null;
}

/** What somebody did: time had caught up before it. */
const decided =
  /late_fees_set|reminders_set|updated|reopened|waived|reversed|refunded|credit|hold_started|paid/;

describe('in any life', () => {
  it('an occurrence of a late fee, and one of a reminder step, is used once', () => {
    always(200, (told) => {
      const occurrences: number[] = [];
      const messages: string[] = [];
      for (const [event] of told) {
        if (event.type === 'invoice.late_fee_assessed') occurrences.push(event.fee.occurrence);
        if (event.type === 'invoice.late_fee_skipped') occurrences.push(event.skipped.occurrence);
        if (event.type === 'invoice.message_queued') messages.push(event.message.id);
      }
      expect([isUnique(occurrences), isUnique(messages)]).toEqual([true, true]);
      expect(occurrences).toEqual(occurrences.toSorted((one, two) => one - two));
    });
  });

  it('nothing is charged and nothing goes out by itself while a hold stands or money is on its way', () => {
    let passedOver = 0;
    always(200, (told) => {
      const suspended = told.filter(([, before]) => isSuspended(before)).map(([event]) => event);
      const free = told.filter(([, before]) => !isSuspended(before)).map(([event]) => event);
      expect(suspended.filter(isNewFee)).toEqual([]);
      expect(
        suspended.filter((event) => event.type === 'invoice.message_queued' && event.message.stepId !== null),
      ).toEqual([]);
      expect(free.filter((event) => event.type === 'invoice.late_fee_skipped')).toEqual([]);
      passedOver += suspended.filter((event) => event.type === 'invoice.late_fee_skipped').length;
    });
    expect(passedOver).toBeGreaterThan(0);
  });

  it('no fee is dated before the last thing that somebody decided', () => {
    always(200, (told) => {
      let since = '';
      const early: Recorded[] = [];
      for (const [event] of told) {
        if (isNewFee(event) && event.fee.at < since) early.push(event);
        if (decided.test(event.type) && event.at > since) since = event.at;
      }
      expect(early).toEqual([]);
    });
  });

  it('a hold ends at its instant, and a promise that ends unpaid is a broken one', () => {
    always(200, (told) => {
      for (const [event, before] of told) {
        if (event.type !== 'invoice.hold_ended' || event.reason === 'resumed') continue;
        const hold = before.holds.find((one) => one.kind === event.kind);
        expect([event.at, event.reason]).toEqual([
          hold?.endsAt,
          event.kind === 'promise' ? 'promise_broken' : 'expired',
        ]);
      }
    });
  });

  it('the rows of reminders stand in order of time, with one still to come a step', () => {
    always(100, (told) => {
      for (const [, { reminders }] of told) {
        const planned = reminders.filter((row) => row.status === 'PLANNED' && row.messageId === null);
        expect(isUnique(planned.map((row) => row.stepId))).toBe(true);
        expect(isUnique(reminders.map((row) => `${row.stepId} ${row.occurrence} ${row.plannedAt}`))).toBe(
          true,
        );
        const instants = reminders.map((row) => row.plannedAt);
        expect(instants).toEqual(instants.toSorted());
      }
    });
  });

  it('a state that was stored is the same when it is restored', () => {
    always(50, (told) => {
      const states = told.slice(-1).map(([, state]) => state);
      const stored = JSON.parse(JSON.stringify(states)) as Invoice[];
      expect(stored.map(restore)).toEqual(states);
    });
  });

  it('the timeline is in order, and tells nothing twice', () => {
    always(50, (told) => {
      const last = told.at(-1)?.[1];
      const { entries } = last === undefined ? { entries: [] } : timeline(last);
      expect(entries.map((one) => one.at)).toEqual(entries.map((one) => one.at).toSorted());
      const fees = entries.filter((one) => one.kind === 'late_fee').map((one) => one.occurrence ?? 0);
      expect(isUnique(fees)).toBe(true);
    });
  });
});

describe('however often the clock is looked at', () => {
  const commands = fc.array(
    fc.constantFrom(dispute('2026-04-05'), promise('2026-03-20'), promise('2026-05-01')),
    {
      maxLength: 2,
    },
  );

  it('the same fees are charged, the same ones passed over, and holds end alike', () => {
    fc.assert(
      fc.property(
        documentArbitrary,
        commands,
        fc.array(fc.nat(100 * 24), { maxLength: 12 }),
        (document, wanted, hours) => {
          const issued = after(null, create({ draft: document, action: 'issue' }));
          const open = issued.invoice.status === 'open' ? wanted : [];
          const begun = open.reduce<Story>((story, command) => after(story, command), issued).invoice;
          const instants = hours.map((hour) => new Date(Date.parse(start) + hour * 3_600_000).toISOString());
          const end = new Date(Date.parse(start) + 100 * 24 * 3_600_000).toISOString();
          const waking = (state: Invoice, now: string) => {
            let current = state;
            for (;;) {
              const { events } = turnOfTime(current, now);
              if (events.length === 0) return current;
              current = events.reduce<Invoice>(evolve, current);
            }
          };
          const once = waking(begun, end);
          const often = [...instants.toSorted(), end].reduce(waking, begun);
          const seen = ({ lateFees, skippedFees, holds, overdueNoticedAt, nextFeeOccurrence }: Invoice) => ({
            lateFees,
            skippedFees,
            holds,
            overdueNoticedAt,
            nextFeeOccurrence,
          });
          expect(seen(often)).toEqual(seen(once));
        },
      ),
      { numRuns: 200 },
    );
  });
});
