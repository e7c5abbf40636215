// What the timeline tells of commands and holds that leave nothing else behind to read it off.
import { sum } from '../money.ts';
import type { Recorded } from './events.ts';
import { type Invoice, type Moment, momentsKept } from './invoice.ts';
import { dunningWord } from './words.ts';
import { policyWords } from './reminder-policy.ts';

type Told = Omit<Moment, 'at'>;

function command(what: string, amount: number | null = null): Told {
  return { kind: 'command', what, amount };
}

type Tellers = {
  readonly [T in Recorded['type']]?: (event: Extract<Recorded, { type: T }>) => Told | null;
};

/** Events that are not here are told by what they leave behind: payments, fees, messages, rows of reminders. */
const tellers: Tellers = {
  'invoice.updated': ({ revision }) => (revision === null ? null : command('update')),
  'invoice.scheduled': () => command('schedule'),
  'invoice.unscheduled': ({ code }) =>
    code === null ? command('unschedule') : { kind: 'send', what: code, amount: null },
  'invoice.attached': () => command('attach'),
  'invoice.dunned': ({ dunned }) => ({ kind: 'message', what: dunningWord(dunned), amount: null }),
  'invoice.late_fees_set': ({ policy = null }) =>
    command(policy === null ? 'set_late_fees' : policyWords(policy)),
  'invoice.reminders_set': ({ policy }) => command(policy === null ? 'set_reminders' : policyWords(policy)),
  'invoice.hold_started': ({ hold }) => ({ kind: 'hold', what: hold.kind, amount: null }),
  'invoice.hold_ended': ({ kind, reason }) => ({
    kind: reason === 'promise_broken' ? reason : 'resume',
    what: kind,
    amount: null,
  }),
  'invoice.late_fee_waived': ({ amount }) => command('waive_late_fee', amount),
  'payment.refund_started': ({ refunding: { refunds } }) =>
    command('refund_started', sum(refunds.map(({ amount }) => amount))),
  'payment.refund_abandoned': () => command('refund_abandoned'),
  'payment.refunded': ({ refund }) => command('refund_payment', refund.amount),
  'payment.reversed': ({ reopened, fromCredit, fromUnapplied }) =>
    command('reverse_payment', reopened + fromCredit + fromUnapplied),
  'invoice.credit_applied': ({ application }) => command('apply_credit', application.amount),
  'credit_note.issued': ({ note }) =>
    command(note.kind === 'credit_note' ? 'issue_credit_note' : note.kind, note.amount),
  'credit_note.reversed': ({ note }) => command('early_payment_reversed', note.amount),
  'invoice.final_action': ({ action }) => ({ kind: 'final_action', what: action, amount: null }),
  'invoice.written_off': ({ amount }) => command('write_off', amount),
  'invoice.void_started': () => command('void_started'),
  'invoice.void_abandoned': () => command('void_abandoned'),
};

function told(event: Recorded): Told | null {
  const teller = tellers[event.type] as ((event: Recorded) => Told | null) | undefined;
  return teller?.(event) ?? null;
}

/** The invoice that remembers what the event tells; the oldest moments are forgotten. */
export function withMoment(invoice: Invoice, event: Recorded): Invoice {
  const moment = told(event);
  if (moment === null) return invoice;
  return { ...invoice, moments: [...invoice.moments, { at: event.at, ...moment }].slice(-momentsKept) };
}
