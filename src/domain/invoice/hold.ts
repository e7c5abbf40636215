// Holds: while one stands, time alone charges nothing and sends nothing.
import { endOfDay, isLocalDate } from '../calendar.ts';
import { reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { type Decision, nothing } from './decision.ts';
import type { InvoiceEvent } from './events.ts';
import { amountDue, type Hold, type Invoice } from './invoice.ts';

/** A date means through the end of it in the invoice's zone. One of each kind: another takes its place. */
export function hold(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'hold' }>,
  at: Circumstances,
): Decision | Rejection {
  const { kind, until, note } = command;
  if (kind === 'promise' && until === null) return reject('invalid_value', undefined, '/until');
  const endsAt = until !== null && isLocalDate(until) ? endOfDay(until, invoice.timeZone) : until;
  if (endsAt !== null && endsAt <= at.now) return reject('date_in_past', undefined, '/until');
  const standing = invoice.holds.find((one) => one.kind === kind);
  if (standing !== undefined && standing.until === until && standing.note === note) return nothing;
  const since = standing?.since ?? at.now;
  return {
    ...nothing,
    events: [{ type: 'invoice.hold_started', hold: { kind, until, endsAt, note, since } }],
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

/** The time of a hold is over. A promise that leaves something due was broken. */
export function holdRunsOut(invoice: Invoice, { kind }: Pick<Hold, 'kind'>): InvoiceEvent {
  const isBroken = kind === 'promise' && amountDue(invoice) > 0;
  return { type: 'invoice.hold_ended', kind, reason: isBroken ? 'promise_broken' : 'expired' };
}
