// What happened and what will happen next. The future is not computed a second time: the turn of time itself is
// played forward on a copy, so what is announced is what happens as long as nobody intervenes.
import { endOfDay, type Instant, later } from '../calendar.ts';
import { nextAction } from './agenda.ts';
import { after } from './decision.ts';
import type { Recorded } from './events.ts';
import { installmentRows } from './installments.ts';
import { type Invoice, isProcessing, type Message, type ReminderRow } from './invoice.ts';
import { reminderReason, rowOf, sendsAt } from './reminder.ts';
import { turnOfTime } from './time.ts';
import { entryOf, type Fact, type TimelineEntry } from './timeline-entry.ts';
import { past, reminderFact } from './timeline-past.ts';

export type { TimelineEntry } from './timeline-entry.ts';

export type Timeline = { readonly entries: readonly TimelineEntry[]; readonly truncated: boolean };

/** An uncapped plan never ends: so many late fees ahead are shown, suspended ones among them. */
const feesAhead = 12;
const entriesAhead = 100;
const cancelling = ['record_payment', 'void'];

function messagePlanned(invoice: Invoice, message: Message, at: Instant): Fact {
  const { kind, stepId, occurrence, channel } = message;
  const planned = { at, status: 'planned', channel } as const;
  if (kind !== 'reminder') return { ...planned, kind: 'send', cancelledBy: ['unschedule'] };
  const row = rowOf(invoice, message);
  const reason = row === null ? null : reminderReason(row);
  return { ...planned, kind, stepId, occurrence, reason, cancelledBy: cancelling };
}

function holdEndPlanned(event: Extract<Recorded, { type: 'invoice.hold_ended' }>): Fact {
  const kind = event.reason === 'promise_broken' ? 'promise_broken' : 'resume';
  const cancelledBy = [...cancelling, 'resume'];
  return { at: event.at, kind, status: 'planned', reason: event.kind, cancelledBy };
}

/** What the turn of time will have done, as it is announced; null for what is told by nothing. */
function plannedFact(invoice: Invoice, event: Recorded): Fact | null {
  const { totals } = invoice;
  const { at } = event;
  const planned = { at, status: 'planned', cancelledBy: cancelling } as const;
  if (event.type === 'invoice.issued') {
    return { ...planned, kind: 'issue', amount: totals.total, cancelledBy: ['unschedule'] };
  }
  if (event.type === 'invoice.overdue') return { ...planned, kind: 'overdue' };
  if (event.type === 'invoice.late_fee_assessed') {
    return { ...planned, kind: 'late_fee', occurrence: event.fee.occurrence, amount: event.fee.amount };
  }
  if (event.type === 'invoice.late_fee_skipped') {
    const { occurrence, reason } = event.skipped;
    return { at, kind: 'late_fee', status: 'suspended', occurrence, reason };
  }
  if (event.type === 'invoice.final_action')
    return { ...planned, kind: 'final_action', reason: event.action };
  if (event.type === 'invoice.written_off')
    return { ...planned, kind: 'command', amount: event.amount, reason: 'write_off' };
  if (event.type === 'invoice.hold_ended') return holdEndPlanned(event);
  if (event.type === 'invoice.message_queued') return messagePlanned(invoice, event.message, at);
  if (event.type === 'invoice.reminder_sent') {
    const { stepId, occurrence, channel } = event;
    return { ...planned, kind: 'reminder', stepId, occurrence, channel };
  }
  if (event.type === 'invoice.reminder_skipped') {
    const { stepId, occurrence, reason } = event;
    const status = reason === 'suspended' ? 'suspended' : 'skipped';
    const channel = rowOf(invoice, event)?.channel ?? null;
    return { at, kind: 'reminder', status, stepId, occurrence, channel, reason };
  }
  return null;
}

/** Plays time forward, each thing at its own instant, until nothing is left or enough is shown. */
function future(invoice: Invoice): { facts: Fact[]; truncated: boolean } {
  const facts: Fact[] = [];
  let state = invoice;
  for (;;) {
    const item = nextAction(state);
    if (item === null || item.kind === 'close') {
      return { facts: [...facts, ...finalActionLeft(state)], truncated: false };
    }
    const fees = facts.filter((fact) => fact.kind === 'late_fee').length;
    if (facts.length >= entriesAhead) return { facts, truncated: true };
    if (item.kind === 'late_fee' && fees >= feesAhead) {
      return {
        facts: [...facts, ...holdsLeft(state), ...remindersLeft(state), ...finalActionLeft(state)],
        truncated: true,
      };
    }
    const { events } = turnOfTime(state, item.at);
    for (const event of events) {
      const fact = plannedFact(state, event);
      if (fact !== null) facts.push(fact);
      state = after(state, [event]);
    }
  }
}

function isHeldAt(invoice: Invoice, at: Instant): boolean {
  return isProcessing(invoice) || invoice.holds.some(({ endsAt }) => endsAt === null || at < endsAt);
}

/** The final action behind the last fee that is shown, or of an invoice that waits for somebody to end a hold. */
function finalActionLeft(invoice: Invoice): Fact[] {
  const { finalActionAt, policy } = invoice;
  if (finalActionAt === null || invoice.status !== 'open') return [];
  const fact = { kind: 'final_action', reason: policy.finalAction.action, cancelledBy: cancelling } as const;
  const ends = invoice.holds.map(({ endsAt }) => endsAt).filter((at) => at !== null);
  const waits = isProcessing(invoice) || ends.length < invoice.holds.length;
  return [{ ...fact, at: ends.reduce(later, finalActionAt), status: waits ? 'suspended' : 'planned' }];
}

/** Reminders behind the last fee that is shown: they are few and always told. */
function remindersLeft(invoice: Invoice): Fact[] {
  const isPlanned = (row: ReminderRow) => row.status === 'PLANNED' && row.messageId === null;
  return invoice.reminders
    .filter(isPlanned)
    .map((row) =>
      isHeldAt(invoice, sendsAt(row))
        ? { ...reminderFact(row), status: 'suspended', reason: 'suspended' }
        : { ...reminderFact(row), cancelledBy: cancelling },
    );
}

/** The same of holds that end by themselves. */
function holdsLeft(invoice: Invoice): Fact[] {
  return invoice.holds
    .flatMap((hold) => (hold.endsAt === null ? [] : [{ hold, endsAt: hold.endsAt }]))
    .map(({ hold: { kind }, endsAt }) =>
      holdEndPlanned({
        type: 'invoice.hold_ended',
        kind,
        reason: kind === 'promise' ? 'promise_broken' : 'expired',
        at: endsAt,
        sequence: 0,
      }),
    );
}

/** Instalments fall due at the end of their dates, like the invoice itself. Nothing of them is planned once it is closed. */
function instalments(invoice: Invoice, now: Instant): Fact[] {
  return installmentRows(invoice, now).map(({ kind, amount, paid, dueDate, status }, index): Fact => {
    const at = endOfDay(dueDate, invoice.timeZone);
    const reason = kind === 'deposit' ? kind : null;
    const fact = { at, kind: 'instalment_due', occurrence: index + 1, amount, reason } as const;
    if (status === 'paid') return { ...fact, status: 'done' };
    const left = { ...fact, amount: amount - paid };
    if (invoice.status !== 'open' && invoice.status !== 'scheduled') return { ...left, status: 'cancelled' };
    return at <= now ? { ...left, status: 'done' } : { ...left, status: 'planned', cancelledBy: cancelling };
  });
}

/** Everything that happened and everything that will, in order of time. `now`: when nothing else is known, the last event. */
export function timeline(invoice: Invoice, now: Instant = invoice.updatedAt): Timeline {
  const ahead = future(invoice);
  const parts = invoice.status === 'draft' ? [] : instalments(invoice, now);
  const entries = [...past(invoice), ...parts, ...ahead.facts]
    .map((fact) => entryOf(invoice, fact))
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  return { entries, truncated: ahead.truncated };
}
