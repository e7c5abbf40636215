// Random lives of random invoices against what must always be true. A failure prints the seed that repeats it.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { availableActions } from '../../../src/domain/invoice/actions.ts';
import { commandTable } from '../../../src/domain/invoice/command.ts';
import type { Recorded } from '../../../src/domain/invoice/events.ts';
import { amountDue, lateFeeTotal } from '../../../src/domain/invoice/invoice.ts';
import { creditChange } from '../../../src/domain/invoice/journal.ts';
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

/** What the customer has in hand, told only by what happened: the model. */
function creditOf(event: Recorded, before: Recorded[]): number {
  switch (event.type) {
    case 'invoice.payment_recorded':
      return event.payment.unapplied;
    case 'payment.refunded':
      return -event.refund.fromCredit;
    case 'payment.reversed':
      return -event.fromCredit;
    case 'invoice.credit_applied':
      return -event.application.amount;
    case 'credit_note.issued':
      return event.note.credited;
    case 'invoice.late_fee_waived':
    case 'invoice.late_fee_reversed':
      return event.credited;
    case 'invoice.voided':
      return (
        sum(event.disposition.filter((part) => part.type === 'credit').map((part) => part.amount)) +
        givenBack(before)
      );
    default:
      return 0;
  }
}

/** What of the customer's credit was used on the invoice and had not been given back: a void gives it back. */
function givenBack(before: readonly Recorded[]): number {
  return before.reduce((used, event) => {
    if (event.type === 'invoice.credit_applied') return used + event.application.amount;
    if (event.type === 'credit_note.issued') return Math.max(0, used - event.note.credited);
    if (event.type === 'invoice.late_fee_waived' || event.type === 'invoice.late_fee_reversed') {
      return Math.max(0, used - event.credited);
    }
    return used;
  }, 0);
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
      checkInvariants(before.invoice, world.invoice, world.entries);
    });
  });

  it('the customer has in hand what payments left over and credit took back', () => {
    always(150, ({ events, entries }) => {
      const credit = events.reduce(
        (total, event, index) => total + creditOf(event, events.slice(0, index)),
        0,
      );
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
      if (!isSet && lateFeeTotal(invoice) > lateFeeTotal(before.invoice)) {
        const cap = invoice.lateFeeTerms?.cap ?? Number.MAX_SAFE_INTEGER;
        expect(lateFeeTotal(invoice)).toBeLessThanOrEqual(cap);
      }
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
