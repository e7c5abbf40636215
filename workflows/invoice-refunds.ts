// The refunds of a void, asked of a processor one after the other in the background. Driven by the state alone, so it
// goes on after continue-as-new, a dead worker, or a restart from the stored invoice. Nothing waits on the mutex
// while the processor is asked.
import { condition } from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { CommandResult, RefundOutcome } from '../src/contract/invoice.ts';
import { abandonVoid, completeVoid, voidRefunded } from '../src/domain/invoice/closing.ts';
import type { Decision } from '../src/domain/invoice/commands.ts';
import type { Invoice, PendingRefund, Voiding } from '../src/domain/invoice/invoice.ts';
import { decimal } from '../src/domain/money.ts';
import { isRejection, reject, type Rejection, type RejectionData } from '../src/domain/rejection.ts';
import { patient, processor } from './invoice-activities.ts';
import { current, type Entity, happening, newId, now, type Store } from './invoice-entity.ts';
import { askingOf, commit, type Dated } from './invoice-write.ts';

export type Refunds = { readonly entity: Entity; readonly mutex: Mutex; underWay: boolean };

/** How long the caller of a void waits for its end before it hears that it still runs. */
const patience = '3s';

export function createRefunds(entity: Entity, mutex: Mutex): Refunds {
  return { entity, mutex, underWay: false };
}

/** The write that ends a void has an id of its own, by which its caller finds how it ended. */
function endId(commandId: string): string {
  return `${commandId}~end`;
}

function ask({ organizationId, invoiceId, invoice }: Entity, refund: PendingRefund): Promise<RefundOutcome> {
  const payment = invoice?.payments.find((one) => one.id === refund.paymentId);
  const { provider, providerPaymentId } = payment ?? {};
  if (invoice === null || typeof provider !== 'string' || typeof providerPaymentId !== 'string') {
    throw new Error(`Payment ${refund.paymentId} has no processor`);
  }
  const { currency } = invoice;
  const summary = `refund ${decimal(refund.amount, currency)} ${currency} by ${provider}`;
  const { id: refundId, amount } = refund;
  return processor.refundAtProcessor.executeWithOptions({ summary }, [
    { organizationId, invoiceId, refundId, provider, providerPaymentId, amount, currency },
  ]);
}

type Step = { readonly commandId: string; readonly decision: Omit<Dated, 'events'> & Decision };

/** What a refused caller is told: how much had been given back before. */
function told({ refunds }: Voiding, code: string): RejectionData {
  const amountOf = (some: readonly PendingRefund[]) => some.reduce((total, { amount }) => total + amount, 0);
  const refunded = amountOf(refunds.filter(({ state }) => state === 'succeeded'));
  return { code, refunded, wanted: amountOf(refunds) };
}

/** The next write of the void; null when there is no such void any more. */
function nextStep(
  entity: Entity,
  commandId: string,
  answered: { readonly refund: PendingRefund; readonly outcome: RefundOutcome } | null,
): Step | null {
  const invoice: Invoice = current(entity);
  const { voiding } = invoice;
  if (voiding?.commandId !== commandId) return null;
  const at = { now: now(entity), commandId, newId: newId() };
  if (answered === null) return { commandId: endId(commandId), decision: completeVoid(invoice, at) };
  const { refund, outcome } = answered;
  if (outcome.outcome === 'succeeded') {
    return { commandId: `refund:${refund.id}`, decision: voidRefunded(invoice, refund.id) };
  }
  const { code } = outcome;
  const decision = abandonVoid(invoice, at, code);
  const refused = { code: 'refund_refused', data: told(voiding, code) } as const;
  return { commandId: endId(commandId), decision: { ...decision, told: { ...decision.told, refused } } };
}

async function write(
  { entity, mutex }: Refunds,
  commandId: string,
  answered: Parameters<typeof nextStep>[2],
): Promise<void> {
  await mutex.runExclusive(async () => {
    for (;;) {
      const step = nextStep(entity, commandId, answered);
      if (step === null || step.decision.events.length === 0) return noteUnchanged(entity, commandId);
      const dated = { ...step.decision, events: happening(entity, step.decision.events) };
      const answer = await commit(entity, patient, dated, askingOf('outcome', step.commandId, 'processor'));
      if (answer === 'conflict') continue;
      if (isRejection(answer)) throw new Error(`The end of a void was refused: ${answer.message}`);
      return;
    }
  });
}

/** Someone else has written it: a row says so, and the task does not end without a command. */
async function noteUnchanged(entity: Entity, commandId: string): Promise<void> {
  const { organizationId, invoiceId } = entity;
  const { rejected: code, message } = reject('nothing_to_do');
  const row = { organizationId, invoiceId, commandId: endId(commandId), command: 'void', actor: 'processor' };
  await patient.note({ ...row, code, message, at: now(entity) });
}

async function pursue(refunds: Refunds): Promise<void> {
  const { entity } = refunds;
  try {
    for (let voiding = current(entity).voiding; voiding !== null; voiding = current(entity).voiding) {
      const refund = voiding.refunds.find(({ state }) => state === 'pending');
      const answered = refund === undefined ? null : { refund, outcome: await ask(entity, refund) };
      await write(refunds, voiding.commandId, answered);
    }
  } finally {
    refunds.underWay = false;
  }
}

/** Goes on with a void that waits for its refunds, if there is one. */
export function pursueRefunds(refunds: Refunds): void {
  if (refunds.underWay || refunds.entity.invoice === null || refunds.entity.invoice.voiding === null) return;
  refunds.underWay = true;
  void pursue(refunds);
}

/** How a void that had to ask for refunds ended, waited for but not for long; as it began while it still runs. */
export async function endOfVoid(
  { entity }: Refunds,
  store: Store,
  commandId: string,
  begun: CommandResult,
): Promise<CommandResult | Rejection> {
  const hasEnded = () => entity.invoice?.voiding?.commandId !== commandId;
  if (!(await condition(hasEnded, patience, { summary: 'the caller of void waits for its refunds' }))) {
    return begun;
  }
  const { organizationId, invoiceId } = entity;
  const id = endId(commandId);
  const end = entity.processed.get(id) ?? (await store.recall({ organizationId, invoiceId, commandId: id }));
  if (end === null) return begun;
  const { refused, ...result } = end.result;
  return refused === undefined ? result : reject(refused.code, refused.data);
}
