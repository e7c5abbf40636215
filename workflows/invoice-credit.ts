// What the customer has in hand pays a new issue at once, where the organization wants that. Nobody asks for it, so
// nobody hears of it either when there is none.
import { decide } from '../src/domain/invoice/commands.ts';
import { amountDue } from '../src/domain/invoice/invoice.ts';
import { isRejection } from '../src/domain/rejection.ts';
import { patient } from './invoice-activities.ts';
import { current, type Entity, happening, newId, now } from './invoice-entity.ts';
import { askingOf, commit } from './invoice-write.ts';

/** An invoice is issued once, so whatever issued it, this runs once. */
const commandId = 'issue~credit';
/** Someone else may have used the credit meanwhile: what is left is looked at once more. */
const looksMax = 2;

/** Applies as much as is due and there. Under the mutex, with patience: what issued the invoice is written already. */
export async function useCredit(entity: Entity): Promise<void> {
  entity.creditWanted = false;
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
