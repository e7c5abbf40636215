// Random lives of random invoices against a model of a few lines. A failure prints the seed that repeats it.
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { availableActions } from '../../../src/domain/invoice/actions.ts';
import type { Command } from '../../../src/domain/invoice/command.ts';
import { decide, recorded } from '../../../src/domain/invoice/commands.ts';
import { deliveryEvents, reportEvents } from '../../../src/domain/invoice/delivery.ts';
import type { InvoiceEvent, Recorded } from '../../../src/domain/invoice/events.ts';
import { amountDue, type Draft, type Invoice } from '../../../src/domain/invoice/invoice.ts';
import { keepBooks } from '../../../src/domain/invoice/journal.ts';
import { reading } from '../../../src/domain/invoice/reading.ts';
import { timeline } from '../../../src/domain/invoice/timeline.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import { entryLines, type JournalEntry } from '../../../src/domain/ledger/entry.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { create, start } from '../given.ts';
import { documentArbitrary, lifeArbitrary, type Move } from './random.ts';

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

/** What the customer owes, told only by what happened: the model. */
function owed(events: readonly Recorded[], total: number): number {
  return events.reduce((due, event) => {
    if (event.type === 'invoice.issued') return due + total;
    if (event.type === 'invoice.late_fee_assessed') return due + event.fee.amount;
    if (event.type === 'invoice.payment_recorded') return due - event.payment.applied;
    return event.type === 'invoice.voided' ? 0 : due;
  }, 0);
}

function balances(entries: readonly JournalEntry[]): Map<string, number> {
  const result = new Map<string, number>();
  for (const { account, debit, credit } of entries.flatMap((entry) => entryLines(entry.postings))) {
    const key = 'role' in account ? account.role : account.id;
    result.set(key, (result.get(key) ?? 0) + debit - credit);
  }
  return result;
}

type World = {
  readonly now: number;
  readonly invoice: Invoice;
  readonly events: readonly Recorded[];
  readonly entries: readonly JournalEntry[];
};

function record(world: World, happening: readonly Recorded[]): World {
  const kept = keepBooks(world.invoice, happening);
  return {
    ...world,
    invoice: freeze(kept.invoice),
    events: [...world.events, ...freeze(happening)],
    entries: [...world.entries, ...freeze(kept.entries)],
  };
}

const at = (world: World) => new Date(world.now).toISOString();

function catchUp(world: World): World {
  let state = world;
  for (;;) {
    const { events } = turnOfTime(state.invoice, at(state));
    if (events.length === 0) return state;
    state = record(state, events);
  }
}

function eventsOf(world: World, move: Move, index: number): readonly InvoiceEvent[] {
  const { invoice } = world;
  if (move.kind === 'time') return [];
  if (move.kind === 'command') {
    const circumstances = { now: at(world), commandId: `command-${index}`, newId: `new-${index}` };
    const answer = decide(invoice, move.command, circumstances);
    return isRejection(answer) ? [] : answer.events;
  }
  const messageId = invoice.messages.at(move.which)?.id ?? 'unknown';
  if (move.kind === 'report') return reportEvents(invoice, { messageId, state: move.state, code: null });
  const outcome =
    move.outcome === 'accepted' ? { outcome: move.outcome } : { outcome: move.outcome, code: 'x' };
  return deliveryEvents(invoice, messageId, outcome);
}

/** The same again changes nothing: an outcome twice, a turn of time twice. */
function repeats(world: World, move: Move): number {
  const again = move.kind === 'outcome' || move.kind === 'report' ? eventsOf(world, move, 0).length : 0;
  return again + turnOfTime(world.invoice, at(world)).events.length;
}

function born(document: Draft, action: 'draft' | 'issue' | 'send' | 'text2pay'): World {
  const command: Command = create({ draft: freeze(document), action });
  const answer = decide(null, command, { now: start, commandId: 'create', newId: 'new' });
  if (isRejection(answer)) throw new Error(`A random document was refused: ${answer.rejected}`);
  const events = recorded(null, answer.events, start);
  const kept = keepBooks(null, freeze(events));
  return { now: Date.parse(start), invoice: freeze(kept.invoice), events, entries: kept.entries };
}

/** Lives a life and looks at the world after every step. */
function live(
  document: Draft,
  action: 'draft' | 'issue' | 'send' | 'text2pay',
  life: readonly (readonly [number, Move])[],
  look: (world: World, before: World, move: Move) => void,
): World {
  let world = catchUp(born(document, action));
  look(world, world, { kind: 'time' });
  for (const [index, [hours, move]] of life.entries()) {
    const before = world;
    world = catchUp({ ...world, now: world.now + hours * 3_600_000 });
    const happening = eventsOf(world, move, index);
    world = catchUp(record(world, recorded(world.invoice, happening, at(world))));
    look(world, before, move);
  }
  return world;
}

const action = fc.constantFrom('draft' as const, 'issue' as const, 'send' as const, 'text2pay' as const);

function always(runs: number, look: (world: World, before: World, move: Move) => void): void {
  fc.assert(
    fc.property(documentArbitrary, action, lifeArbitrary, (document, first, life) => {
      live(document, first, life, look);
    }),
    { numRuns: runs },
  );
}

describe('after every step of any life', () => {
  it('the books balance, and the receivable is what the customer owes', () => {
    always(300, ({ invoice, events, entries }) => {
      const unbalanced = entries.filter((entry) => {
        const lines = entryLines(entry.postings);
        const difference = lines.reduce((total, one) => total + one.debit - one.credit, 0);
        return difference !== 0 || lines.some((one) => one.debit < 0 || one.credit < 0);
      });
      expect(unbalanced).toEqual([]);
      const accounts = balances(entries);
      const receivable = accounts.get('accounts_receivable') ?? 0;
      expect([...accounts.values()].reduce((total, amount) => total + amount, 0)).toBe(0);
      expect(receivable).toBe(owed(events, invoice.totals.total));
      expect(receivable).toBe(invoice.issuedAt === null ? 0 : amountDue(invoice));
      expect(amountDue(invoice)).toBeGreaterThanOrEqual(0);
      expect(invoice.status !== 'paid' || amountDue(invoice) === 0).toBe(true);
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
      expect(invoice.entrySequence).toBe(entries.length);
      expect(entries.every((entry, index) => entry.sequence === index + 1)).toBe(true);
      expect(invoice.sequence).toBeGreaterThanOrEqual(before.invoice.sequence);
      expect(invoice.updatedAt).toBe(
        events
          .map((event) => event.at)
          .toSorted()
          .at(-1),
      );
    });
  });

  it('payments are cut into what is applied and what is credit, and late fees stay below their cap', () => {
    always(150, ({ invoice, entries }) => {
      const parts = invoice.payments.map((one) => one.applied + one.unapplied - one.amount);
      expect(parts.every((difference) => difference === 0)).toBe(true);
      const credit = invoice.payments.reduce((total, one) => total + one.unapplied, 0);
      expect(0 - (balances(entries).get('customer_credit') ?? 0)).toBe(credit);
      const fees = invoice.lateFees.reduce((total, fee) => total + fee.amount, 0);
      expect(fees).toBeLessThanOrEqual(invoice.lateFeeTerms?.cap ?? Number.MAX_SAFE_INTEGER);
      expect(invoice.lateFees.every((fee) => fee.amount > 0 && fee.at >= (invoice.issuedAt ?? ''))).toBe(
        true,
      );
    });
  });

  it('everything that is read off it can be read', () => {
    always(100, (world) => {
      expect(reading(world.invoice, at(world)).amountDue).toBe(amountDue(world.invoice));
      expect(availableActions(world.invoice, at(world)).length).toBeGreaterThan(0);
      expect(timeline(world.invoice).entries.length).toBeGreaterThanOrEqual(0);
    });
  });
});
