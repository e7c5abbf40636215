// What may be done now, told beforehand: the same table and the same guards that answer the command itself.
import { type Instant, localDate, plusDays } from '../calendar.ts';
import { isRejection, type RejectionCode } from '../rejection.ts';
import { commandTable, type CommandOn, type CommandOnName, snakeCase } from './command.ts';
import { decide } from './commands.ts';
import { draftOf } from './draft.ts';
import type { Invoice } from './invoice.ts';

export type AvailableAction = {
  readonly name: string;
  readonly allowed: boolean;
  readonly code: RejectionCode | null;
  readonly reason: string | null;
  readonly requires: readonly string[];
};

/** Each command in its plainest form: what is asked when nothing but the name, or the newest thing, is given. */
function plainest(name: CommandOnName, invoice: Invoice, now: Instant): CommandOn {
  switch (name) {
    case 'update':
      return { name, draft: draftOf(invoice), changed: [] };
    case 'send':
      return { name, deliver: true };
    case 'schedule': {
      const tomorrow = plusDays(localDate(now, invoice.timeZone), 1);
      return { name, sendAt: `${tomorrow}T09:00`, timeZone: null };
    }
    case 'remind':
      return { name, channel: 'email' };
    case 'recordPayment':
      return {
        name,
        amount: null,
        date: null,
        method: 'other',
        depositToAccountId: null,
        reference: null,
        note: null,
        overpayment: null,
        tip: 0,
        provider: null,
        providerPaymentId: null,
      };
    case 'reversePayment': {
      const live = invoice.payments.findLast((payment) => payment.status === 'succeeded');
      return { name, paymentId: (live ?? invoice.payments.at(-1))?.id ?? null, reason: null };
    }
    case 'refundPayment':
      return { name, paymentId: null, amount: null, mode: 'reopen', reason: null };
    case 'void':
      return { name, reason: null, disposition: null };
    case 'writeOff':
      return { name, reason: null };
    case 'hold':
      return { name, kind: 'dispute', until: null, note: null };
    case 'resume':
      return { name, kind: null };
    case 'waiveLateFee': {
      const standing = invoice.lateFees.findLast((fee) => !fee.waived && !fee.reversed);
      return { name, occurrence: (standing ?? invoice.lateFees.at(-1))?.occurrence ?? null, reason: null };
    }
    case 'applyCredit':
      return { name, amount: null };
    case 'issueCreditNote':
      return { name, amount: null, lines: null, reason: null };
    case 'attach':
      return { name, attachments: [{ fileId: 'any', name: 'any', type: 'any', size: 0 }] };
    case 'setLateFees':
      return { name, terms: null, policy: null };
    case 'setReminders':
      return { name, steps: [], policy: null, followersOnly: false };
    case 'unschedule':
    case 'text2pay':
    case 'delete':
    case 'markViewed':
      return { name };
  }
}

const commandNames = Object.keys(commandTable) as CommandOnName[];

/** Every command by the canonical API's name, and for a refused one the code and sentence of its refusal. */
export function availableActions(invoice: Invoice, now: Instant): AvailableAction[] {
  return commandNames.map((command) => {
    const name = snakeCase(command);
    const answer = decide(invoice, plainest(command, invoice, now), {
      now,
      commandId: 'available',
      newId: 'available',
    });
    if (!isRejection(answer)) return { name, allowed: true, code: null, reason: null, requires: [] };
    // It may be done, as soon as somebody says what becomes of the money.
    if (answer.rejected === 'net_paid_not_zero') {
      return { name, allowed: true, code: null, reason: null, requires: ['disposition'] };
    }
    return { name, allowed: false, code: answer.rejected, reason: answer.message, requires: [] };
  });
}
