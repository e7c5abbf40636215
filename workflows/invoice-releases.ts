// Where earlier releases decided otherwise. Their runs go on from what they decided when they are replayed, so each
// question leaves a mark in the history, and is asked only where it makes a difference.
import { patched } from '@temporalio/workflow';
import { feesAfter } from '../src/domain/invoice/backdated.ts';
import type { Circumstances, CommandOn } from '../src/domain/invoice/command.ts';
import type { Invoice } from '../src/domain/invoice/invoice.ts';
import { broughtTermsFault } from '../src/domain/invoice/late-fee.ts';
import type { Rejection } from '../src/domain/rejection.ts';

/** Whether a payment corrects the late fees that it was made before: they used to be left as they were. */
export function correctsFees(invoice: Invoice, command: CommandOn): Pick<Circumstances, 'correctsFees'> {
  if (command.name !== 'recordPayment' || command.date === null) return {};
  if (feesAfter(invoice, command.date).length === 0) return {};
  return { correctsFees: patched('payments-correct-late-fees') };
}

/** What is wrong with late-fee terms that the command brings: caps below one fee used to be taken. */
export function feeTermsFault(invoice: Invoice, command: CommandOn): Rejection | null {
  const fault = broughtTermsFault(invoice, command);
  return fault !== null && patched('caps-hold-one-late-fee') ? fault : null;
}

/** Whether late fees may name a policy: that used to be refused as it was read. */
export function takesFeePolicies(): boolean {
  return patched('late-fees-by-policy');
}
