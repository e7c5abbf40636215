// What reduces an invoice without money: the customer's credit, credit notes, waived late fees.
import { localDate } from '../calendar.ts';
import { isAmount, sum } from '../money.ts';
import { isRejection, reject, type Rejection } from '../rejection.ts';
import type { Circumstances, CommandOn } from './command.ts';
import { creditableLines, noteOf, spread } from './credit-note.ts';
import { type Decision, nothing } from './decision.ts';
import { amountDue, creditNoteTotal, type Invoice } from './invoice.ts';
import { settle, settleIncoming } from './settle.ts';

/**
 * Whether the customer has that much is tested where it is written. Where no amount was named and it turns out that
 * there is less, it is asked again, and then as much as there is will do.
 */
export function applyCredit(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'applyCredit' }>,
  at: Circumstances,
): Decision | Rejection {
  const due = amountDue(invoice);
  const available = at.creditAvailable ?? due;
  if (command.amount === null && available <= 0) return reject('insufficient_credit', { available: 0 });
  const amount = command.amount ?? Math.min(due, available);
  if (!isAmount(amount) || amount === 0) return reject('invalid_amount', undefined, '/amount_cents');
  if (amount > due) return reject('amount_exceeds_due', { due }, '/amount_cents');
  const application = { id: at.newId, amount, date: localDate(at.now, invoice.timeZone) };
  return {
    ...nothing,
    events: settleIncoming(invoice, [{ type: 'invoice.credit_applied', application }], at),
    conditions: [{ kind: 'creditAtLeast', amount }],
  };
}

/** What there is to apply instead, where no amount was named and the customer had less than is due; else null. */
export function creditLeft(command: CommandOn, refusal: Rejection): number | null {
  if (command.name !== 'applyCredit' || command.amount !== null) return null;
  if (refusal.rejected !== 'insufficient_credit') return null;
  const left = Number(refusal.data?.['available']);
  return left > 0 ? left : null;
}

type IssueCreditNote = Extract<CommandOn, { name: 'issueCreditNote' }>;
type NoteLines = NonNullable<IssueCreditNote['lines']>;

function isWrong(amount: number): boolean {
  return !isAmount(amount) || amount === 0;
}

function amountsByLine(invoice: Invoice, lines: NoteLines): readonly number[] | Rejection {
  if (lines.length === 0) return reject('invalid_value', undefined, '/line_items');
  const amounts = invoice.lines.map(() => 0);
  const creditable = creditableLines(invoice);
  const named = new Set<string>();
  for (const [place, { id, amount }] of lines.entries()) {
    const pointer = `/line_items/${place}`;
    const index = invoice.lines.findIndex((line) => line.id === id);
    if (index < 0) return reject('unknown_line_item', undefined, `${pointer}/id`);
    if (named.has(id)) return reject('invalid_value', undefined, `${pointer}/id`);
    named.add(id);
    const left = creditable[index] ?? 0;
    const wanted = amount ?? left;
    if (amount !== null && isWrong(amount)) {
      return reject('invalid_amount', undefined, `${pointer}/amount_cents`);
    }
    if (wanted > left) return reject('amount_exceeds_total', { left }, `${pointer}/amount_cents`);
    amounts[index] = wanted;
  }
  return amounts;
}

/** One amount a line of the invoice, from the amount or the lines that were given, or all that is left. */
function noteAmounts(invoice: Invoice, command: IssueCreditNote): readonly number[] | Rejection {
  const left = invoice.totals.total - creditNoteTotal(invoice);
  const { amount, lines } = command;
  if (left <= 0) {
    return reject('amount_exceeds_total', { left }, lines === null ? '/amount_cents' : '/line_items');
  }
  if (lines !== null) {
    if (amount !== null) {
      return reject('conflicting_fields', { one: 'line_items', other: 'amount_cents' }, '/line_items');
    }
    const amounts = amountsByLine(invoice, lines);
    if (isRejection(amounts)) return amounts;
    const all = sum(amounts);
    return all === 0 || all > left ? reject('amount_exceeds_total', { left }, '/line_items') : amounts;
  }
  if (amount !== null && isWrong(amount)) return reject('invalid_amount', undefined, '/amount_cents');
  const wanted = amount ?? left;
  if (wanted > left) return reject('amount_exceeds_total', { left }, '/amount_cents');
  return spread(invoice, wanted);
}

export function issueCreditNote(
  invoice: Invoice,
  command: IssueCreditNote,
  at: Circumstances,
): Decision | Rejection {
  const amounts = noteAmounts(invoice, command);
  if (isRejection(amounts)) return amounts;
  const note = noteOf(invoice, amounts, {
    id: at.newId,
    kind: 'credit_note',
    date: localDate(at.now, invoice.timeZone),
    reason: command.reason,
  });
  return {
    ...nothing,
    events: settle(invoice, [{ type: 'credit_note.issued', note }], at),
    told: { creditNoteId: note.id },
  };
}

export function waiveLateFee(
  invoice: Invoice,
  command: Extract<CommandOn, { name: 'waiveLateFee' }>,
  at: Circumstances,
): Decision | Rejection {
  const { occurrence, reason } = command;
  const fees = invoice.lateFees.filter((fee) => fee.occurrence === occurrence && !fee.reversed);
  const fee = fees.find((one) => !one.waived);
  if (occurrence === null || fees.length === 0) {
    return reject('unknown_late_fee', undefined, '/occurrence');
  }
  if (fee === undefined) return reject('already_waived');
  const credited = Math.max(0, fee.amount - amountDue(invoice));
  return {
    ...nothing,
    events: settle(
      invoice,
      [{ type: 'invoice.late_fee_waived', occurrence, amount: fee.amount, credited, reason }],
      at,
    ),
  };
}
