// Builders of the commands that move money, each in its plainest form.
import type { CommandOn } from '../../src/domain/invoice/command.ts';
import type { InvoiceEvent } from '../../src/domain/invoice/events.ts';
import { dispositionTypes } from '../../src/domain/invoice/invoice.ts';

type Of<N extends CommandOn['name']> = Extract<CommandOn, { name: N }>;

export function reverse(paymentId: string | null, reason: string | null = null): CommandOn {
  return { name: 'reversePayment', paymentId, reason };
}

export function refund(amount: number | null = null, change: Partial<Of<'refundPayment'>> = {}): CommandOn {
  return { name: 'refundPayment', paymentId: null, amount, mode: 'reopen', reason: null, ...change };
}

export function applyCredit(amount: number | null = null): CommandOn {
  return { name: 'applyCredit', amount };
}

export function creditNote(
  amount: number | null = null,
  lines: Of<'issueCreditNote'>['lines'] = null,
): CommandOn {
  return { name: 'issueCreditNote', amount, lines, reason: null };
}

export function waive(occurrence: number | null = 1): CommandOn {
  return { name: 'waiveLateFee', occurrence, reason: 'goodwill' };
}

/** A void that says what becomes of the money: refunded, credited, left unapplied. */
export function voidWith(parts: Partial<Record<'refund' | 'credit' | 'leave_unapplied', number>>): CommandOn {
  const disposition = dispositionTypes.flatMap((type) => {
    const amount = parts[type];
    return amount === undefined ? [] : [{ type, amount }];
  });
  return { name: 'void', reason: null, disposition };
}

/** The event of a void of an invoice on which no money lay. */
export const voided: InvoiceEvent = { type: 'invoice.voided', reason: null, disposition: [] };
export const writeOff: CommandOn = { name: 'writeOff', reason: null };
