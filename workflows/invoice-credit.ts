// The customer's credit, of which only the store knows how much there is. It pays a new issue at once, where the
// organization wants that. Nobody asks for it, so nobody hears of it either when there is none.
import { patched } from '@temporalio/workflow';
import type { CommandOn } from '../src/domain/invoice/command.ts';
import { decide } from '../src/domain/invoice/commands.ts';
import { creditLeft } from '../src/domain/invoice/credit.ts';
import { amountDue } from '../src/domain/invoice/invoice.ts';
import { isRejection, type Rejection } from '../src/domain/rejection.ts';
import { patient } from './invoice-activities.ts';
import { current, type Entity, happening, newId, now } from './invoice-entity.ts';
import { askingOf, commit } from './invoice-write.ts';

/** The credit with which a refused command is decided again; null: the refusal stands, as until 0.2.0 it always did. */
export function creditInstead(command: CommandOn, refusal: Rejection): number | null {
  const left = creditLeft(command, refusal);
  return left !== null && patched('as-much-credit-as-there-is') ? left : null;
}

/** An invoice is issued once, so whatever issued it, this runs once. */
const commandId = 'issue~credit';
/** Someone else may have used the credit meanwhile: what is left is looked at once more. */
const looksMax = 2;

/** Under the mutex, with patience: what issued the invoice is written already, and its caller waits for this too. */
export async function useCredit(entity: Entity): Promise<void> {
  try {
    await applyWhatThereIs(entity);
  } finally {
    entity.creditWanted = false;
  }
}

async function applyWhatThereIs(entity: Entity): Promise<void> {
  for (let look = 0; look < looksMax;) {
    const invoice = current(entity);
    const due = amountDue(invoice);
    if (invoice.status !== 'open' || due === 0) return;
    const { organizationId, customerId, liveMode, currency } = invoice;
    const balance = await patient.creditBalance({ organizationId, customerId, liveMode, currency });
    const amount = Math.min(balance, due);
    if (amount <= 0) return;
    const circumstances = { now: now(entity), commandId, newId: newId() };
    const decision = decide(invoice, { name: 'applyCredit', amount }, circumstances);
    if (isRejection(decision)) return;
    const dated = { ...decision, events: happening(entity, decision.events) };
    const answer = await commit(entity, patient, dated, askingOf('applyCredit', commandId, 'policy'));
    if (answer === 'conflict') continue;
    if (!isRejection(answer)) return;
    look += 1;
  }
}
