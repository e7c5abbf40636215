// Commands about time as tests ask for them.
import type { CommandOn } from '../../src/domain/invoice/command.ts';
import type { Attachment, HoldKind, LateFeeTerms, ReminderStep } from '../../src/domain/invoice/invoice.ts';

export function promise(until: string | null, note: string | null = null): CommandOn {
  return { name: 'hold', kind: 'promise', until, note };
}

export function dispute(until: string | null = null, note: string | null = null): CommandOn {
  return { name: 'hold', kind: 'dispute', until, note };
}

export function resume(kind: HoldKind | null = null): CommandOn {
  return { name: 'resume', kind };
}

export function schedule(sendAt: string, timeZone: string | null = null): CommandOn {
  return { name: 'schedule', sendAt, timeZone };
}

export const unschedule: CommandOn = { name: 'unschedule' };

export function setLateFees(terms: LateFeeTerms | null): CommandOn {
  return { name: 'setLateFees', terms, policy: null };
}

export function setReminders(...steps: readonly ReminderStep[]): CommandOn {
  return { name: 'setReminders', steps, policy: null, followersOnly: false };
}

export function attach(...attachments: readonly Attachment[]): CommandOn {
  return { name: 'attach', attachments };
}
