// A small world to live a random life in: one invoice, its events, its books and a clock.
import { decide } from '../../../src/domain/invoice/commands.ts';
import type { Command } from '../../../src/domain/invoice/command.ts';
import { abandonRefunds, completeRefunds, refundMade } from '../../../src/domain/invoice/refunding.ts';
import { recorded } from '../../../src/domain/invoice/decision.ts';
import { deliveryEvents, reportEvents } from '../../../src/domain/invoice/delivery.ts';
import type { InvoiceEvent, Recorded } from '../../../src/domain/invoice/events.ts';
import {
  type Draft,
  type Invoice,
  type Policy,
  refundsUnderWay,
} from '../../../src/domain/invoice/invoice.ts';
import { keepBooks } from '../../../src/domain/invoice/journal.ts';
import { withSecondChannel } from '../../../src/domain/invoice/second-channel.ts';
import { turnOfTime } from '../../../src/domain/invoice/time.ts';
import type { JournalEntry } from '../../../src/domain/ledger/entry.ts';
import { isRejection } from '../../../src/domain/rejection.ts';
import { create, policy, start } from '../given.ts';
import { checkReceivable } from './invariants.ts';
import { aimed, type Move } from './random.ts';

export type World = {
  readonly now: number;
  readonly invoice: Invoice;
  readonly events: readonly Recorded[];
  readonly entries: readonly JournalEntry[];
};

export type FirstAction = 'draft' | 'issue' | 'send' | 'text2pay';

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(freeze);
  }
  return value;
}

export function at(world: World): string {
  return new Date(world.now).toISOString();
}

/** One event after the other: the receivable is right after every single one. */
function record(world: World, happening: readonly Recorded[]): World {
  return freeze(happening).reduce<World>((before, event) => {
    const kept = keepBooks(before.invoice, [event]);
    const invoice = freeze(kept.invoice);
    const entries = [...before.entries, ...freeze(kept.entries)];
    checkReceivable(invoice, entries);
    return { ...before, invoice, events: [...before.events, event], entries };
  }, world);
}

export function catchUp(world: World): World {
  let state = world;
  for (;;) {
    const { events } = turnOfTime(state.invoice, at(state));
    if (events.length === 0) return state;
    state = record(state, events);
  }
}

/** What a processor answers to the next refund under way, and what the workflow does with it. */
function processorEvents(
  invoice: Invoice,
  refuses: boolean,
  circumstances: Parameters<typeof completeRefunds>[1],
): readonly InvoiceEvent[] {
  const underWay = refundsUnderWay(invoice);
  if (underWay === null) return [];
  const next = underWay.refunds.find((refund) => refund.state === 'pending');
  if (next === undefined) return completeRefunds(invoice, circumstances).events;
  if (refuses) return abandonRefunds(invoice, circumstances, 'card_declined').events;
  return refundMade(invoice, next.id).events;
}

export function eventsOf(world: World, move: Move, index: number): readonly InvoiceEvent[] {
  const { invoice } = world;
  const circumstances = { now: at(world), commandId: `command-${index}`, newId: `new-${index}` };
  switch (move.kind) {
    case 'time':
      return [];
    case 'command': {
      const answer = decide(invoice, aimed(invoice, move.intent), circumstances);
      return isRejection(answer) ? [] : answer.events;
    }
    case 'processor':
      return processorEvents(invoice, move.refuses, circumstances);
    case 'report': {
      const messageId = invoice.messages.at(move.which)?.id ?? 'unknown';
      const report = reportEvents(invoice, { messageId, state: move.state, code: null });
      return withSecondChannel(invoice, report, at(world)).events;
    }
    case 'outcome': {
      const messageId = invoice.messages.at(move.which)?.id ?? 'unknown';
      const { outcome } = move;
      const ended = outcome === 'accepted' ? { outcome } : { outcome, code: 'smtp_550' };
      return withSecondChannel(invoice, deliveryEvents(invoice, messageId, ended), at(world)).events;
    }
  }
}

export function born(document: Draft, action: FirstAction, by: Policy = policy): World {
  const command: Command = create({ draft: freeze(document), action, policy: by });
  const answer = decide(null, command, { now: start, commandId: 'create', newId: 'new' });
  if (isRejection(answer)) throw new Error(`A random document was refused: ${answer.rejected}`);
  const events = recorded(null, answer.events, start);
  const kept = keepBooks(null, freeze(events));
  return { now: Date.parse(start), invoice: freeze(kept.invoice), events, entries: kept.entries };
}

/** Lives a life and looks at the world after every step. */
export function live(
  document: Draft,
  action: FirstAction,
  life: readonly (readonly [number, Move])[],
  look: (world: World, before: World, move: Move) => void,
  by: Policy = policy,
): World {
  let world = catchUp(born(document, action, by));
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
