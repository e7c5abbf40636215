// May it happen? decide() answers a command with what then happens, or with a refusal. Pure: time and ids are given.
import { isRejection, reject, type Rejection } from '../rejection.ts';
import { attach, setLateFees, setReminders } from './amend.ts';
import { voidInvoice, writeOff } from './closing.ts';
import { type Circumstances, type Command, type CommandOn, statusRefusal } from './command.ts';
import { applyCredit, issueCreditNote, waiveLateFee } from './credit.ts';
import type { Condition } from './condition.ts';
import { after, type Decision, nothing, recorded } from './decision.ts';
import { checkDraft } from './draft.ts';
import type { InvoiceEvent } from './events.ts';
import { hold, resume } from './hold.ts';
import type { Invoice } from './invoice.ts';
import { recordPayment } from './payments.ts';
import { refundPayment, reversePayment } from './refunds.ts';
import { revise } from './revise.ts';
import { schedule, unschedule } from './schedule.ts';
import { remind, send, text2pay } from './sending.ts';
import { reckon } from './totals.ts';

export { after, type Decision, recorded } from './decision.ts';

/** Before the issue everything may change: the document is replaced. */
function update(invoice: Invoice, command: Extract<CommandOn, { name: 'update' }>): Decision | Rejection {
  if (command.draft.customerId !== invoice.customerId && command.draft.currency !== invoice.currency) {
    return reject('currency_mismatch', undefined, '/customer_id');
  }
  const fault = checkDraft(command.draft, invoice.policy);
  if (fault !== null) return fault;
  const reckoned = reckon(command.draft, invoice.policy);
  if (isRejection(reckoned)) return reckoned;
  const number = command.draft.requestedNumber;
  const asksNumber = number !== null && number !== invoice.number;
  return {
    ...nothing,
    events: [{ type: 'invoice.updated', reckoned, changed: command.changed, revision: null }],
    conditions: asksNumber ? [{ kind: 'numberFree', number }] : [],
  };
}

/** What happens to a new invoice at once. */
function begin(
  invoice: Invoice,
  { action, sendAt }: Extract<Command, { name: 'create' }>,
  at: Circumstances,
): Decision | Rejection {
  if (sendAt !== undefined) return schedule(invoice, { name: 'schedule', sendAt, timeZone: null }, at);
  switch (action) {
    case 'draft':
      return nothing;
    case 'text2pay':
      return text2pay(invoice, at);
    case 'issue':
    case 'send':
      return send(invoice, at, action === 'send');
  }
}

function create(command: Extract<Command, { name: 'create' }>, at: Circumstances): Decision | Rejection {
  const { draft, policy } = command;
  const fault = checkDraft(draft, policy);
  if (fault !== null) return fault;
  const reckoned = reckon(draft, policy);
  if (isRejection(reckoned)) return reckoned;
  const { id, organizationId, liveMode } = command;
  const { recurringScheduleId: scheduleId } = command;
  const origin = scheduleId === undefined ? {} : { recurringScheduleId: scheduleId };
  const facts = { id, organizationId, liveMode, policy, reckoned, ...origin };
  const created: InvoiceEvent = { type: 'invoice.created', ...facts };
  const invoice = after(null, recorded(null, [created], at.now));
  const next = begin(invoice, command, at);
  if (isRejection(next)) return next;
  const number: Condition[] =
    draft.requestedNumber === null ? [] : [{ kind: 'numberFree', number: draft.requestedNumber }];
  return { ...next, events: [created, ...next.events], conditions: [...number, ...next.conditions] };
}

function decideOn(invoice: Invoice, command: CommandOn, at: Circumstances): Decision | Rejection {
  const refusal = statusRefusal(command.name, invoice);
  if (refusal !== null) return refusal;
  switch (command.name) {
    case 'update':
      return invoice.status === 'open' ? revise(invoice, command, at) : update(invoice, command);
    case 'send':
      return send(invoice, at, command.deliver);
    case 'schedule':
      return schedule(invoice, command, at);
    case 'unschedule':
      return unschedule(invoice);
    case 'text2pay':
      return text2pay(invoice, at);
    case 'remind':
      return remind(invoice, at, command.channel);
    case 'recordPayment':
      return recordPayment(invoice, command, at);
    case 'reversePayment':
      return reversePayment(invoice, command, at);
    case 'refundPayment':
      return refundPayment(invoice, command, at);
    case 'void':
      return voidInvoice(invoice, command, at);
    case 'writeOff':
      return writeOff(invoice, command);
    case 'hold':
      return hold(invoice, command, at);
    case 'resume':
      return resume(invoice, command);
    case 'waiveLateFee':
      return waiveLateFee(invoice, command, at);
    case 'applyCredit':
      return applyCredit(invoice, command, at);
    case 'issueCreditNote':
      return issueCreditNote(invoice, command, at);
    case 'attach':
      return attach(invoice, command);
    case 'setLateFees':
      return setLateFees(invoice, command, at);
    case 'setReminders':
      return setReminders(invoice, command, at);
    case 'delete':
      return { ...nothing, events: [{ type: 'invoice.deleted' }] };
    case 'markViewed':
      return invoice.firstViewedAt === null ? { ...nothing, events: [{ type: 'invoice.viewed' }] } : nothing;
  }
}

/** What the command makes happen, or why it may not. `invoice` is null for `create` alone. */
export function decide(invoice: Invoice | null, command: Command, at: Circumstances): Decision | Rejection {
  if (command.name === 'create') return create(command, at);
  if (invoice === null) throw new Error(`${command.name} without an invoice`);
  return decideOn(invoice, command, at);
}
