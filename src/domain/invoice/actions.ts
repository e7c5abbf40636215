// What may be done now, told beforehand: the same table and the same guards that answer the command itself.
import type { Instant } from '../calendar.ts';
import { isRejection, type RejectionCode } from '../rejection.ts';
import { commandTable, type CommandOn, type CommandOnName, snakeCase } from './command.ts';
import { decide } from './commands.ts';
import type { Invoice } from './invoice.ts';

export type AvailableAction = {
  readonly name: string;
  readonly allowed: boolean;
  readonly code: RejectionCode | null;
  readonly reason: string | null;
  readonly requires: readonly string[];
};

/** Each command in its plainest form: what is asked when nothing but the name is given. */
function plainest(name: CommandOnName): CommandOn | null {
  switch (name) {
    case 'send':
      return { name, deliver: true };
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
    case 'void':
      return { name, reason: null, disposition: null };
    case 'text2pay':
    case 'delete':
    case 'markViewed':
      return { name };
    case 'update':
      return null;
  }
}

const commandNames = Object.keys(commandTable) as CommandOnName[];

/** Every command by the canonical API's name, and for a refused one the code and sentence of its refusal. */
export function availableActions(invoice: Invoice, now: Instant): AvailableAction[] {
  return commandNames.map((name) => {
    const command = plainest(name) ?? { name: 'update' as const, draft: invoice, changed: [] };
    const answer = decide(invoice, command, { now, commandId: 'available', newId: 'available' });
    const refused = isRejection(answer);
    return {
      name: snakeCase(name),
      allowed: !refused,
      code: refused ? answer.rejected : null,
      reason: refused ? answer.message : null,
      requires: [],
    };
  });
}
