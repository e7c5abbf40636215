// What has happened to an invoice, as its state tells it.
import type { Instant } from '../calendar.ts';
import type { Invoice, LateFee, Message, Moment, Payment, ReminderRow } from './invoice.ts';
import { reminderReason, sendsAt } from './reminder.ts';
import type { Fact, TimelineStatus } from './timeline-entry.ts';

/** An invoice that is closed takes its plan with it; every other reason is a step that was passed over. */
const closing: readonly (string | null)[] = ['paid', 'void', 'uncollectible', 'deleted'];

function reminderStatus(row: ReminderRow): TimelineStatus {
  switch (row.status) {
    case 'PLANNED':
      return 'planned';
    case 'SENT':
      return 'done';
    case 'SKIPPED':
      return closing.includes(row.reason) ? 'cancelled' : 'skipped';
    case 'SUPPRESSED':
    case 'FAILED':
      return 'skipped';
  }
}

export function reminderFact(row: ReminderRow): Fact {
  const { stepId, occurrence, channel, actualAt } = row;
  return {
    at: sendsAt(row),
    kind: 'reminder',
    status: reminderStatus(row),
    stepId,
    occurrence,
    channel,
    reason: reminderReason(row),
    actualAt,
  };
}

/** A plan that was given up for another one, or tried in vain. */
function movedFact({ stepId, occurrence, channel, plannedAt, moved, switched }: ReminderRow): Fact[] {
  if (moved === null) return [];
  const fact = { at: plannedAt, kind: 'reminder', stepId, occurrence } as const;
  if (switched === null) return [{ ...fact, status: 'cancelled', reason: moved.reason, channel }];
  return [{ ...fact, status: 'skipped', reason: switched.code, channel: switched.channel }];
}

/** First sends, receipts, text2pay and reminders by hand; policy reminders are told by their rows. */
function messageFact(message: Message): Fact {
  const kind = message.kind === 'reminder' ? 'reminder' : 'send';
  const base = {
    kind,
    channel: message.channel,
    reason: message.code,
    at: message.settledAt ?? message.queuedAt,
  } as const;
  switch (message.state) {
    case 'queued':
      return { ...base, status: 'planned', cancelledBy: ['void'] };
    case 'accepted':
    case 'delivered':
      return { ...base, status: 'done' };
    case 'bounced':
    case 'failed':
    case 'unknown':
    case 'suppressed':
      return { ...base, kind: 'message', status: 'skipped' };
  }
}

/** A fee that does not stand any more was charged at its time, and taken back. */
function feeFact({ at, occurrence, amount, waived, reversed, reason }: LateFee): Fact {
  const fact = { at, kind: 'late_fee', occurrence, amount } as const;
  if (waived) return { ...fact, status: 'cancelled', reason: reason ?? 'waived' };
  if (reversed) return { ...fact, status: 'cancelled', reason: reason ?? 'reversed' };
  return { ...fact, status: 'done' };
}

function paymentFact({ createdAt, amount, status }: Payment): Fact {
  const fact = { at: createdAt, kind: 'payment', amount } as const;
  return status === 'reversed'
    ? { ...fact, status: 'cancelled', reason: status }
    : { ...fact, status: 'done' };
}

function momentFact({ at, kind, what, amount }: Moment): Fact {
  const fact = { at, kind, amount, reason: what };
  return kind === 'send' ? { ...fact, status: 'skipped', channel: 'email' } : { ...fact, status: 'done' };
}

export function past(invoice: Invoice): Fact[] {
  const facts: Fact[] = [];
  const done = (kind: Fact['kind'], at: Instant | null, more: Partial<Fact> = {}) => {
    if (at !== null) facts.push({ kind, at, status: 'done', ...more });
  };
  done('issue', invoice.issuedAt, { amount: invoice.totals.total });
  done('viewed', invoice.firstViewedAt);
  done('overdue', invoice.overdueNoticedAt);
  done('command', invoice.voidedAt, { reason: 'void' });
  facts.push(...invoice.moments.map(momentFact));
  facts.push(...invoice.lateFees.map(feeFact));
  for (const { at, occurrence, reason } of invoice.skippedFees) {
    facts.push({ kind: 'late_fee', at, status: 'skipped', occurrence, reason });
  }
  facts.push(...invoice.payments.map(paymentFact));
  const settled = invoice.reminders.filter((row) => row.status !== 'PLANNED' || row.messageId !== null);
  facts.push(...settled.map(reminderFact));
  facts.push(...invoice.reminders.flatMap(movedFact));
  facts.push(...invoice.messages.filter((message) => message.stepId === null).map(messageFact));
  return facts;
}
