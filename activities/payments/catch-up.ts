// What time has to do to an invoice comes before what anyone asks of it: the same write that its workflow makes,
// under the same id, so that whichever comes first has done it.
import type { InvoiceActivities } from '../../src/contract/invoice.ts';
import type { Instant } from '../../src/domain/calendar.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import type { Blocked } from '../../src/domain/invoice/time.ts';
import { timeChange } from '../../src/domain/payment/change.ts';
import { persistRequest } from './persist-request.ts';

export type CatchUp = (invoices: Iterable<Invoice>, now: Instant) => Promise<boolean>;

/** Answers whether anything may have changed: then the invoices are read again. */
export function createCatchUp(persist: InvoiceActivities['persist']): CatchUp {
  /** Reminders that the write refused: they are skipped and say why. */
  let blocked: Blocked = {};

  async function one(invoice: Invoice, now: Instant): Promise<boolean> {
    const change = timeChange(invoice, now, blocked);
    if (change === null) return false;
    const commandId = `time:${invoice.version}`;
    const asking = { command: 'time', commandId, fingerprint: '', actor: 'clock', reason: null };
    const answer = await persist(persistRequest(change, asking));
    if (answer.outcome === 'refused') {
      if (answer.messageId === null) throw new Error(`Time was refused: ${answer.code}`);
      blocked = { ...blocked, [answer.messageId]: answer.code };
    }
    return true;
  }

  return async (invoices, now) => {
    let changed = false;
    for (const invoice of invoices) changed = (await one(invoice, now)) || changed;
    return changed;
  };
}
