// What happened and what will happen next. The future is not computed a second time: the turn of time itself is
// played forward on a copy, so what is announced is what happens as long as nobody intervenes.
import { type Instant, localTime } from '../calendar.ts';
import { nextAction } from './agenda.ts';
import { after } from './commands.ts';
import type { Recorded } from './events.ts';
import type { Invoice, Message, ReminderRow } from './invoice.ts';
import { turnOfTime } from './time.ts';

export type TimelineKind =
  'issue' | 'send' | 'reminder' | 'late_fee' | 'overdue' | 'payment' | 'viewed' | 'command' | 'message';
export type TimelineStatus = 'done' | 'planned' | 'skipped' | 'cancelled' | 'suspended';

export type TimelineEntry = {
  readonly at: Instant;
  /** When it was really done, where that differs from when it was due. */
  readonly actualAt: Instant | null;
  readonly localTime: string;
  readonly timeZone: string;
  readonly kind: TimelineKind;
  readonly stepId: string | null;
  readonly occurrence: number | null;
  readonly status: TimelineStatus;
  readonly amount: number | null;
  readonly channel: string | null;
  readonly reason: string | null;
  /** Commands that would keep a planned entry from happening. */
  readonly cancelledBy: readonly string[];
};

export type Timeline = { readonly entries: readonly TimelineEntry[]; readonly truncated: boolean };

/** An uncapped plan never ends: so many late fees ahead are shown. */
const feesAhead = 12;
const entriesAhead = 100;
const cancelling = ['record_payment', 'void'];

type Fact = Partial<TimelineEntry> & Pick<TimelineEntry, 'at' | 'kind' | 'status'>;

function entry(invoice: Invoice, fact: Fact): TimelineEntry {
  return {
    actualAt: null,
    stepId: null,
    occurrence: null,
    amount: null,
    channel: null,
    reason: null,
    cancelledBy: [],
    ...fact,
    localTime: localTime(fact.at, invoice.timeZone),
    timeZone: invoice.timeZone,
  };
}

/** A closed invoice takes its plan with it; every other reason is a step that was passed over. */
function reminderStatus(row: ReminderRow): TimelineStatus {
  switch (row.status) {
    case 'PLANNED':
      return 'planned';
    case 'SENT':
      return 'done';
    case 'SKIPPED':
      return ['paid', 'void', 'deleted'].includes(row.reason ?? '') ? 'cancelled' : 'skipped';
    case 'SUPPRESSED':
    case 'FAILED':
      return 'skipped';
  }
}

function reminderFact(row: ReminderRow): Fact {
  const { stepId, occurrence, channel, reason, actualAt } = row;
  return {
    at: row.plannedAt,
    kind: 'reminder',
    status: reminderStatus(row),
    stepId,
    occurrence,
    channel,
    reason,
    actualAt,
  };
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

function past(invoice: Invoice): Fact[] {
  const facts: Fact[] = [];
  const done = (kind: TimelineKind, at: Instant | null, more: Partial<TimelineEntry> = {}) => {
    if (at !== null) facts.push({ kind, at, status: 'done', ...more });
  };
  done('issue', invoice.issuedAt, { amount: invoice.issuedAt === null ? null : invoice.totals.total });
  done('viewed', invoice.firstViewedAt);
  done('overdue', invoice.overdueNoticedAt);
  done('command', invoice.voidedAt, { reason: 'void' });
  for (const fee of invoice.lateFees) {
    done('late_fee', fee.at, { occurrence: fee.occurrence, amount: fee.amount, reason: fee.reason });
  }
  for (const payment of invoice.payments) done('payment', payment.createdAt, { amount: payment.amount });
  const settled = invoice.reminders.filter((row) => row.status !== 'PLANNED' || row.messageId !== null);
  facts.push(...settled.map(reminderFact));
  facts.push(...invoice.messages.filter((message) => message.stepId === null).map(messageFact));
  return facts;
}

function plannedFact(event: Recorded): Fact | null {
  const planned = { at: event.at, status: 'planned', cancelledBy: cancelling } as const;
  if (event.type === 'invoice.overdue') return { ...planned, kind: 'overdue' };
  if (event.type === 'invoice.late_fee_assessed') {
    return { ...planned, kind: 'late_fee', occurrence: event.fee.occurrence, amount: event.fee.amount };
  }
  if (event.type === 'invoice.message_queued') {
    const { stepId, occurrence, channel } = event.message;
    return { ...planned, kind: 'reminder', stepId, occurrence, channel };
  }
  if (event.type === 'invoice.reminder_skipped') {
    const { stepId, occurrence, reason } = event;
    return { ...planned, kind: 'reminder', stepId, occurrence, status: 'skipped', reason, cancelledBy: [] };
  }
  return null;
}

/** Plays time forward, each thing at its own instant, until nothing is left or enough is shown. */
function future(invoice: Invoice): { facts: Fact[]; truncated: boolean } {
  const facts: Fact[] = [];
  let state = invoice;
  for (;;) {
    const item = nextAction(state);
    if (item === null || item.kind === 'close') return { facts, truncated: false };
    const fees = facts.filter((fact) => fact.kind === 'late_fee').length;
    if (facts.length >= entriesAhead) return { facts, truncated: true };
    if (item.kind === 'late_fee' && fees >= feesAhead) {
      return { facts: [...facts, ...remindersLeft(state)], truncated: true };
    }
    const { events } = turnOfTime(state, item.at);
    facts.push(...events.map(plannedFact).filter((fact) => fact !== null));
    state = after(state, events);
  }
}

/** Reminders behind the last fee that is shown: they are few and always told. */
function remindersLeft(invoice: Invoice): Fact[] {
  return invoice.reminders
    .filter((row) => row.status === 'PLANNED' && row.messageId === null)
    .map((row) => ({ ...reminderFact(row), cancelledBy: cancelling }));
}

/** Everything that happened and everything that will, in order of time. */
export function timeline(invoice: Invoice): Timeline {
  const ahead = future(invoice);
  const entries = [...past(invoice), ...ahead.facts]
    .map((fact) => entry(invoice, fact))
    .sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  return { entries, truncated: ahead.truncated };
}
