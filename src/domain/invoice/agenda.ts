// What time alone will do next. The workflow's one timer, the turn of time and the timeline all read this.
import { endOfDay, type Instant, later, localDate, plusDays } from '../calendar.ts';
import { nextFinalActionAt } from './final-action.ts';
import { amountDue, closes, type HoldKind, type Invoice } from './invoice.ts';
import { nextFeeAt } from './late-fee.ts';
import { plannedReminders, sendsAt } from './reminder.ts';

export type AgendaItem =
  | { readonly kind: 'send'; readonly at: Instant }
  | { readonly kind: 'hold_ends'; readonly at: Instant; readonly hold: HoldKind }
  | { readonly kind: 'overdue'; readonly at: Instant }
  | { readonly kind: 'late_fee'; readonly at: Instant; readonly occurrence: number }
  | { readonly kind: 'reminder'; readonly at: Instant; readonly stepId: string; readonly occurrence: number }
  | { readonly kind: 'final_action'; readonly at: Instant }
  /** The workflow ends; the invoice stays as it is. */
  | { readonly kind: 'close'; readonly at: Instant };

/**
 * At the same instant: a hold is over before anything that it would have kept from happening; then the invoice is
 * overdue, then comes the fee, then the words that name the fee.
 */
const rank: Readonly<Record<AgendaItem['kind'], number>> = {
  send: 0,
  hold_ends: 0,
  overdue: 1,
  late_fee: 2,
  reminder: 3,
  final_action: 4,
  close: 5,
};

/** When the workflow of a closed invoice ends, so that late duplicates and questions still find it. */
function closeAt(invoice: Invoice): Instant | null {
  if (!closes[invoice.status] || invoice.closedAt === null) return null;
  if (invoice.status === 'deleted') return invoice.closedAt;
  const lastDay = plusDays(localDate(invoice.closedAt, invoice.timeZone), invoice.policy.graceAfterCloseDays);
  return endOfDay(lastDay, invoice.timeZone);
}

function whileOpen(invoice: Invoice): AgendaItem[] {
  const items: AgendaItem[] = [];
  for (const { kind, endsAt } of invoice.holds) {
    if (endsAt !== null) items.push({ kind: 'hold_ends', at: endsAt, hold: kind });
  }
  const { dueAt, issuedAt } = invoice;
  if (dueAt !== null && issuedAt !== null && invoice.overdueNoticedAt === null && amountDue(invoice) > 0) {
    items.push({ kind: 'overdue', at: later(dueAt, issuedAt) });
  }
  const fee = nextFeeAt(invoice);
  if (fee !== null) items.push({ kind: 'late_fee', at: fee, occurrence: invoice.nextFeeOccurrence });
  for (const row of plannedReminders(invoice)) {
    items.push({ kind: 'reminder', at: sendsAt(row), stepId: row.stepId, occurrence: row.occurrence });
  }
  const final = nextFinalActionAt(invoice);
  if (final !== null) items.push({ kind: 'final_action', at: final });
  return items;
}

function upcoming(invoice: Invoice): AgendaItem[] {
  const { status, scheduledSend } = invoice;
  if (status === 'open') return whileOpen(invoice);
  if (status === 'scheduled' && scheduledSend !== null) return [{ kind: 'send', at: scheduledSend.at }];
  const close = closeAt(invoice);
  return close === null ? [] : [{ kind: 'close', at: close }];
}

/** What was found for an invoice: a command asks several times about the same one, and zones are slow to reckon in. */
const found = new WeakMap<Invoice, AgendaItem | null>();

/** The earliest thing that time alone will do to the invoice; null when it would wait for ever. */
export function nextAction(invoice: Invoice): AgendaItem | null {
  const known = found.get(invoice);
  if (known !== undefined) return known;
  const [first = null] = upcoming(invoice).sort((a, b) =>
    a.at === b.at ? rank[a.kind] - rank[b.kind] : a.at < b.at ? -1 : 1,
  );
  found.set(invoice, first);
  return first;
}

/**
 * The same as it is kept, for whoever has to tell the invoice that the time has come. That a live invoice may end
 * is for its own timer; the time of a test invoice also passes at a stroke.
 */
export function wakeAt(invoice: Invoice): Instant | null {
  const item = nextAction(invoice);
  const ends = item?.kind === 'close';
  return item === null || (ends && (invoice.liveMode || invoice.status === 'deleted')) ? null : item.at;
}

/** What the timer's line in the Temporal UI says. */
export function agendaLabel(item: AgendaItem): string {
  switch (item.kind) {
    case 'send':
      return `scheduled send – ${item.at}`;
    case 'hold_ends':
      return `${item.hold} ends – ${item.at}`;
    case 'overdue':
      return `becomes overdue – ${item.at}`;
    case 'late_fee':
      return `late fee ${item.occurrence} – ${item.at}`;
    case 'reminder':
      return `reminder ${item.stepId} – ${item.at}`;
    case 'final_action':
      return `final action – ${item.at}`;
    case 'close':
      return `closed; workflow ends – ${item.at}`;
  }
}
