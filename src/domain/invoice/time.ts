// The turn of time: everything that is due up to an instant, each thing dated when it was due.
import type { Instant } from '../calendar.ts';
import { isRejection } from '../rejection.ts';
import { type AgendaItem, nextAction } from './agenda.ts';
import { writeOff } from './closing.ts';
import type { Condition } from './condition.ts';
import { after, type Decision, nothing } from './decision.ts';
import type { InvoiceEvent, Recorded } from './events.ts';
import { holdRunsOut } from './hold.ts';
import { type Invoice, isSuspended } from './invoice.ts';
import { nextFee } from './late-fee.ts';
import { type Blocked, type Happening, remindStep, suspended } from './remind-step.ts';
import { sendScheduled } from './schedule.ts';

/** At most this many things in one write; what is left follows in the next. */
const turnSize = 100;

export type { Blocked } from './remind-step.ts';

/** A decision whose events carry their own instants, because each was due at its own. */
export type Turn = Omit<Decision, 'events'> & { readonly events: readonly Recorded[] };

/** Charged, or passed over for good while a hold stands or money is on its way. */
function fallDue(invoice: Invoice, at: Instant): InvoiceEvent {
  if (!isSuspended(invoice)) return { type: 'invoice.late_fee_assessed', fee: nextFee(invoice, at) };
  const skipped = { occurrence: invoice.nextFeeOccurrence, at, reason: suspended };
  return { type: 'invoice.late_fee_skipped', skipped };
}

/** What the organization had chosen for an invoice that every reminder has passed. */
function finalAction(invoice: Invoice): readonly InvoiceEvent[] {
  const { action } = invoice.policy.finalAction;
  const acted: InvoiceEvent = { type: 'invoice.final_action', action };
  if (action !== 'uncollectible') return [acted];
  const written = writeOff(invoice, { name: 'writeOff', reason: 'final_action' });
  if (isRejection(written)) throw new Error(`The final action was refused: ${written.message}`);
  return [acted, ...written.events];
}

function happen(invoice: Invoice, item: AgendaItem, now: Instant, blocked: Blocked): Happening {
  const only = (event: InvoiceEvent) => ({ events: [event], conditions: [] });
  switch (item.kind) {
    case 'send':
      return sendScheduled(invoice, item.at, now, blocked);
    case 'hold_ends':
      return only(holdRunsOut(invoice, { kind: item.hold }));
    case 'overdue':
      return only({ type: 'invoice.overdue' });
    case 'late_fee':
      return only(fallDue(invoice, item.at));
    case 'reminder':
      return remindStep(invoice, item, now, blocked);
    case 'final_action':
      return { events: finalAction(invoice), conditions: [] };
    case 'close':
      return nothing;
  }
}

/** What leaves the house leaves it now, however late it is; everything else happened when it was due. */
function isSentNow(item: AgendaItem): boolean {
  return item.kind === 'reminder' || item.kind === 'send';
}

/** All that is due up to `now`, in order. Empty when nothing is. Bounded: call again until it is empty. */
export function turnOfTime(invoice: Invoice, now: Instant, blocked: Blocked = {}): Turn {
  const events: Recorded[] = [];
  const conditions: Condition[] = [];
  let state = invoice;
  for (let count = 0; count < turnSize; count += 1) {
    const item = nextAction(state);
    if (item === null || item.at > now || item.kind === 'close') break;
    const step = happen(state, item, now, blocked);
    const stepEvents = step.events.map((event, index) => ({
      ...event,
      sequence: state.sequence + index + 1,
      at: isSentNow(item) ? now : item.at,
    }));
    events.push(...stepEvents);
    conditions.push(...step.conditions);
    state = after(state, stepEvents);
  }
  return { events, conditions, told: {} };
}
