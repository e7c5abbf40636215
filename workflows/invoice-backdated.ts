// Whether a payment corrects the late fees that it was made before. Runs of earlier releases that recorded one left
// the fees as they were, and go on from there when they are replayed.
import { patched } from '@temporalio/workflow';
import { feesAfter } from '../src/domain/invoice/backdated.ts';
import type { Circumstances, CommandOn } from '../src/domain/invoice/command.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';

/** Asked only where it makes a difference: each answer leaves a mark in the history. */
export function correctsFees(invoice: Invoice, command: CommandOn): Pick<Circumstances, 'correctsFees'> {
  if (command.name !== 'recordPayment' || command.date === null) return {};
  if (feesAfter(invoice, command.date).length === 0) return {};
  return { correctsFees: patched('payments-correct-late-fees') };
}
