// Refunds, of a void or by themselves, asked of a processor one after the other in the background. Driven by the
// state alone, so they go on after continue-as-new, a dead worker, or a restart from the stored invoice. Nothing waits
// on the mutex while the processor is asked.
import { condition } from '@temporalio/workflow';
import type { Mutex } from 'async-mutex';
import type { CommandResult, RefundOutcome } from '../src/contract/invoice.ts';
import type { CommandName } from '../src/contract/names.ts';
import type { Decision } from '../src/domain/invoice/commands.ts';
import { type Invoice, type RefundPart, refundsUnderWay } from '../src/domain/invoice/invoice.ts';
import { abandonRefunds, completeRefunds, refundMade } from '../src/domain/invoice/refunding.ts';
import { decimal, sum } from '../src/domain/money.ts';
import { isRejection, reject, type Rejection, type RejectionData } from '../src/domain/rejection.ts';
import { patient, processor } from './invoice-activities.ts';
import { current, type Entity, happening, newId, now, type Store } from './invoice-entity.ts';
import { askingOf, commit, type Dated } from './invoice-write.ts';

export type Refunds = { readonly entity: Entity; readonly mutex: Mutex; underWay: boolean };

/** How long the caller of a void or refund waits for its end before it hears that it still runs. */
const patience = '3s';

export function createRefunds(entity: Entity, mutex: Mutex): Refunds {
  return { entity, mutex, underWay: false };
}

/** The write that ends it has an id of its own, by which its caller finds how it ended. */
function endId(commandId: string): string {
  return `${commandId}~end`;
}

function ask({ organizationId, invoiceId, invoice }: Entity, refund: RefundPart): Promise<RefundOutcome> {
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

/** Which command has its refunds under way. */
type Asking = { readonly commandId: string; readonly command: CommandName };

function askingIn({ invoice }: Entity): Asking | null {
  const underWay = invoice === null ? null : refundsUnderWay(invoice);
  if (invoice === null || underWay === null) return null;
  return { commandId: underWay.commandId, command: invoice.voiding === null ? 'refundPayment' : 'void' };
}

/** What a refused caller is told: how much had been given back before. */
function told(refunds: readonly RefundPart[], code: string): RejectionData {
  const amountOf = (some: readonly RefundPart[]) => sum(some.map(({ amount }) => amount));
  const refunded = amountOf(refunds.filter(({ state }) => state === 'succeeded'));
  return { code, refunded, wanted: amountOf(refunds) };
}

/** The next write; null when what was asked for has ended without us. */
function nextStep(
  entity: Entity,
  commandId: string,
  answered: { readonly refund: RefundPart; readonly outcome: RefundOutcome } | null,
): Step | null {
  const invoice: Invoice = current(entity);
  const underWay = refundsUnderWay(invoice);
  if (underWay?.commandId !== commandId) return null;
  const at = { now: now(entity), commandId, newId: newId() };
  if (answered === null) return { commandId: endId(commandId), decision: completeRefunds(invoice, at) };
  const { refund, outcome } = answered;
  if (outcome.outcome === 'succeeded') {
    return { commandId: `refund:${refund.id}`, decision: refundMade(invoice, refund.id) };
  }
  const { code } = outcome;
  const decision = abandonRefunds(invoice, at, code);
  const refused = { code: 'refund_refused', data: told(underWay.refunds, code) } as const;
  return { commandId: endId(commandId), decision: { ...decision, told: { ...decision.told, refused } } };
}

async function write(
  { entity, mutex }: Refunds,
  asking: Asking,
  answered: Parameters<typeof nextStep>[2],
): Promise<void> {
  await mutex.runExclusive(async () => {
    for (;;) {
      const step = nextStep(entity, asking.commandId, answered);
      if (step === null || step.decision.events.length === 0) return noteUnchanged(entity, asking);
      const dated = { ...step.decision, events: happening(entity, step.decision.events) };
      const answer = await commit(entity, patient, dated, askingOf('outcome', step.commandId, 'processor'));
      if (answer === 'conflict') continue;
      if (isRejection(answer)) throw new Error(`The end of ${asking.command} was refused: ${answer.message}`);
      return;
    }
  });
}

/** Someone else has written it: a row says so, and the task does not end without a command. */
async function noteUnchanged(entity: Entity, { commandId, command }: Asking): Promise<void> {
  const { organizationId, invoiceId } = entity;
  const { rejected: code, message } = reject('nothing_to_do');
  const row = { organizationId, invoiceId, commandId: endId(commandId), command, actor: 'processor' };
  await patient.note({ ...row, code, message, at: now(entity) });
}

async function pursue(refunds: Refunds): Promise<void> {
  const { entity } = refunds;
  try {
    for (let asking = askingIn(entity); asking !== null; asking = askingIn(entity)) {
      const refund = refundsUnderWay(current(entity))?.refunds.find(({ state }) => state === 'pending');
      const answered = refund === undefined ? null : { refund, outcome: await ask(entity, refund) };
      await write(refunds, asking, answered);
    }
  } finally {
    refunds.underWay = false;
  }
}

/** Goes on with the refunds under way, if there are any. */
export function pursueRefunds(refunds: Refunds): void {
  if (refunds.underWay || askingIn(refunds.entity) === null) return;
  refunds.underWay = true;
  void pursue(refunds);
}

/** How a command that had to ask for refunds ended, waited for but not for long; as it began while it still runs. */
export async function endOfRefunds(
  { entity }: Refunds,
  store: Store,
  { command, commandId }: Asking,
  begun: CommandResult,
): Promise<CommandResult | Rejection> {
  const hasEnded = () => askingIn(entity)?.commandId !== commandId;
  const summary = `the caller of ${command} waits for its refunds`;
  if (!(await condition(hasEnded, patience, { summary }))) return begun;
  const { organizationId, invoiceId } = entity;
  const id = endId(commandId);
  const end = entity.processed.get(id) ?? (await store.recall({ organizationId, invoiceId, commandId: id }));
  if (end === null) return begun;
  const { refused, ...result } = end.result;
  return refused === undefined ? result : reject(refused.code, refused.data);
}
