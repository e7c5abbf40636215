// One payment over many invoices, or the taking back of it. The stored invoices are the authority: one write moves
// all of them or none, and only then do their own workflows hear that they have to look.
import { getExternalWorkflowHandle, proxyLocalActivities, TemporalFailure } from '@temporalio/workflow';
import { invoiceWorkflowId, refreshSignal } from '../src/contract/names.ts';
import type { PaymentActivities, PaymentAnswer, PaymentInput } from '../src/contract/payment.ts';
import { reject } from '../src/domain/rejection.ts';
import { failure } from './invoice-entity.ts';

/** A person waits. One try goes on for five seconds by itself where neighbours keep writing first. */
const activities = proxyLocalActivities<PaymentActivities>({
  startToCloseTimeout: '10s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '1s', maximumAttempts: 5 },
  summary: 'write the payment and all its invoices together',
});

function write(input: PaymentInput): Promise<PaymentAnswer> {
  return input.kind === 'record'
    ? activities.recordAllocations(input.request)
    : activities.reverseAllocations(input.request);
}

/** The invoices that may have moved, where nobody could say whether they have. */
function suspects(input: PaymentInput): readonly string[] {
  return input.kind === 'record' ? input.request.allocations.map(({ invoiceId }) => invoiceId) : [];
}

/** One that does not run any more needs no news: it reads its state when it starts again. */
async function refresh(organizationId: string, invoiceId: string): Promise<void> {
  try {
    await getExternalWorkflowHandle(invoiceWorkflowId(organizationId, invoiceId)).signal(refreshSignal);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
  }
}

async function tell(input: PaymentInput, invoiceIds: readonly string[]): Promise<void> {
  await Promise.all(invoiceIds.map((id) => refresh(input.request.organizationId, id)));
}

/** The workflow `payment:<organization>:<payment>`. A refusal is its answer; it fails where it came too late. */
export async function payment(input: PaymentInput): Promise<PaymentAnswer> {
  const { notAfter, request } = input;
  if (notAfter !== undefined && Date.now() > Date.parse(notAfter)) throw failure(reject('command_expired'));
  let answer: PaymentAnswer;
  try {
    answer = await write(input);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    await tell(input, suspects(input));
    throw failure(reject('outcome_unknown', { command_id: request.commandId }));
  }
  if (answer.outcome !== 'refused') {
    await tell(
      input,
      answer.result.invoices.map(({ invoiceId }) => invoiceId),
    );
  }
  return answer;
}
