// Random lives of random invoices against what must always be true. A failure prints the seed that repeats it.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { availableActions } from '../../../src/domain/invoice/actions.ts';
import { commandTable } from '../../../src/domain/invoice/command.ts';
import type { Recorded } from '../../../src/domain/invoice/events.ts';
import { amountDue, lateFeeTotal } from '../../../src/domain/invoice/invoice.ts';
import { creditChange } from '../../../src/domain/ledger/credit.ts';
import { reading } from '../../../src/domain/invoice/reading.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { sum } from '../../../src/domain/money.ts';
import { balances, checkInvariants } from './invariants.ts';
import { documentArbitrary, lifeArbitrary, type Move } from './random.ts';
import { at, eventsOf, type FirstAction, live, type World } from './world.ts';

/** The same again changes nothing: an outcome twice, a turn of time twice. */
function repeats(world: World, move: Move): number {
  const again = move.kind === 'outcome' || move.kind === 'report' ? eventsOf(world, move, 0).length : 0;
  return again + turnOfTime(world.invoice, at(world)).events.length;
}

/** What the customer has in hand, told only by what happened: the model. `used` is credit that lies on the invoice. */
type Credit = { readonly inHand: number; readonly used: number };

const creditModel: {
  readonly [T in Recorded['type']]?: (credit: Credit, event: Extract<Recorded, { type: T }>) => Credit;
} = {
  'invoice.payment_recorded': (credit, { payment }) => plus(credit, payment.unapplied),
  'payment.refunded': (credit, { refund }) => plus(credit, -refund.fromCredit),
  'payment.reversed': (credit, { fromCredit }) => plus(credit, -fromCredit),
  'invoice.credit_applied': ({ inHand, used }, { application: { amount } }) => ({
    inHand: inHand - amount,
    used: used + amount,
  }),
  'credit_note.issued': (credit, { note }) => takenBack(credit, note.credited),
  'invoice.late_fee_waived': (credit, { credited }) => takenBack(credit, credited),
  'invoice.late_fee_reversed': (credit, { credited }) => takenBack(credit, credited),
  'invoice.voided': ({ inHand, used }, { disposition }) => {
    const parts = disposition.filter((part) => part.type === 'credit').map((part) => part.amount);
    return { inHand: inHand + used + sum(parts), used: 0 };
  },
};

function plus({ inHand, used }: Credit, amount: number): Credit {
  return { inHand: inHand + amount, used };
}

/** The surplus becomes credit, and credit that had been used is the first of it. */
function takenBack({ inHand, used }: Credit, amount: number): Credit {
  return { inHand: inHand + amount, used: Math.max(0, used - amount) };
}

function creditAfter(events: readonly Recorded[]): number {
  return events.reduce<Credit>(
    (credit, event) => {
      const change = creditModel[event.type] as ((credit: Credit, event: Recorded) => Credit) | undefined;
      return change === undefined ? credit : change(credit, event);
    },
    { inHand: 0, used: 0 },
  ).inHand;
}

const action = fc.constantFrom<FirstAction>('draft', 'issue', 'issue', 'send', 'text2pay');

function always(runs: number, look: (world: World, before: World, move: Move) => void): void {
  fc.assert(
    fc.property(documentArbitrary, action, lifeArbitrary, (document, first, life) => {
      live(document, first, life, look);
    }),
    { numRuns: runs },
  );
}

describe('after every step of any life', () => {
  it('the books balance, say what the invoice says, and owe nobody anything unsaid', () => {
    always(300, (world, before) => {
      expect(() => checkInvariants(before.invoice, world.invoice, world.entries)).not.toThrow();
    });
  });

  it('the customer has in hand what payments left over and credit took back', () => {
    always(150, ({ events, entries }) => {
      const credit = creditAfter(events);
      expect(0 - (balances(entries).get('customer_credit') ?? 0)).toBe(credit);
      expect(creditChange(entries)).toBe(credit);
    });
  });

  it('a repeat does nothing and posts nothing', () => {
    always(150, (world, _, move) => {
      expect(repeats(world, move)).toBe(0);
    });
  });

  it('the invoice survives JSON unchanged, and its numbers only go up', () => {
    always(150, ({ invoice, events, entries }, before) => {
      const added = events.slice(before.events.length);
      expect(isDeepStrictEqual(JSON.parse(JSON.stringify({ invoice, added })), { invoice, added })).toBe(
        true,
      );
      expect(invoice.sequence).toBe(events.length);
      expect(events.every((event, index) => event.sequence === index + 1)).toBe(true);
      expect(entries.every((entry, index) => entry.sequence === index + 1)).toBe(true);
      expect(invoice.updatedAt).toBe(
        events
          .map((event) => event.at)
          .toSorted()
          .at(-1),
      );
    });
  });

  it('payments come in cut into what is applied and what is credit', () => {
    always(150, ({ events }, before) => {
      for (const event of events.slice(before.events.length)) {
        if (event.type !== 'invoice.payment_recorded') continue;
        const { amount, applied, unapplied, tip } = event.payment;
        expect([applied + unapplied, tip >= 0]).toEqual([amount, true]);
      }
    });
  });

  it('late fees are above zero, not before the issue, and stay below a cap that stands', () => {
    always(150, ({ invoice, events }, before) => {
      const added = events.slice(before.events.length);
      const isSet = added.some(({ type }) => /late_fees_set|updated|waived|reversed/.test(type));
      const grew = !isSet && lateFeeTotal(invoice) > lateFeeTotal(before.invoice);
      const cap = (grew ? invoice.lateFeeTerms?.cap : null) ?? Number.MAX_SAFE_INTEGER;
      expect(lateFeeTotal(invoice)).toBeLessThanOrEqual(cap);
      expect(invoice.lateFees.every((fee) => fee.amount > 0 && fee.at >= (invoice.issuedAt ?? ''))).toBe(
        true,
      );
    });
  });

  it('everything that is read off it can be read', () => {
    always(100, (world) => {
      expect(reading(world.invoice, at(world)).amountDue).toBe(amountDue(world.invoice));
      expect(availableActions(world.invoice, at(world))).toHaveLength(Object.keys(commandTable).length);
      expect(timeline(world.invoice).entries.length).toBeGreaterThanOrEqual(0);
    });
  });
});
