// Holds: while one stands, time alone does nothing to the invoice.
import { endOfDay, isLocalDate } from '../calendar.ts';
import { reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { Invoice } from './invoice.ts';

export function hold(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'hold' }>,
  at: Circumstances,
): Decision | Rejection {
  const { kind, until, note } = command;
  if (kind === 'promise' && until === null) return reject('invalid_value', undefined, '/until');
  const endsAt = until !== null && isLocalDate(until) ? endOfDay(until, invoice.timeZone) : until;
  if (endsAt !== null && endsAt <= at.now) return reject('date_in_past', undefined, '/until');
  return {
    ...nothing,
    events: [{ type: 'invoice.hold_started', hold: { kind, until, endsAt, note, since: at.now } }],
  };
}

/** Ends the hold of a kind, or all of them. */
export function resume(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'resume' }>,
): Decision | Rejection {
  const ended = invoice.holds.filter(({ kind }) => command.kind === null || kind === command.kind);
  if (ended.length === 0) return reject('not_on_hold');
  return {
    ...nothing,
    events: ended.map(({ kind }) => ({ type: 'invoice.hold_ended', kind, reason: 'resumed' })),
  };
}
