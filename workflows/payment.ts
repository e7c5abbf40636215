// One payment over many invoices, or the taking back of it. The stored invoices are the authority: one write moves
// all of them or none, and only then do their own workflows hear that they have to look.
import {
  getExternalWorkflowHandle,
  proxyLocalActivities,
  setCurrentDetails,
  TemporalFailure,
} from '@temporalio/workflow';
import { invoiceWorkflowId, refreshSignal } from '../src/contract/names.ts';
import type {
  PaymentActivities,
  PaymentAnswer,
  PaymentInput,
  TouchedInvoice,
} from '../src/contract/payment.ts';
import { reject, type Rejection } from '../src/domain/rejection.ts';
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

/** What an operator reads of it: ids and words, no names. */
function show(input: PaymentInput, state: string, invoices: readonly TouchedInvoice[] = []): void {
  const what = input.kind === 'record' ? 'Payment' : 'Reversal of payment';
  const lines = [
    `${what} **${input.request.paymentId}**: ${state}`,
    ...invoices.map(({ invoiceId, status, version }) => `- ${invoiceId}: ${status}, version ${version}`),
  ];
  setCurrentDetails(lines.join('\n'));
}

/** Ends the workflow without an answer, and says why. */
function failed(input: PaymentInput, rejection: Rejection): Error {
  show(input, rejection.rejected);
  return failure(rejection);
}

/** The workflow `payment:<organization>:<payment>`. A refusal is its answer; it fails where it came too late. */
export async function payment(input: PaymentInput): Promise<PaymentAnswer> {
  const { notAfter, request } = input;
  show(input, 'under way');
  if (notAfter !== undefined && Date.now() > Date.parse(notAfter)) {
    throw failed(input, reject('command_expired'));
  }
  let answer: PaymentAnswer;
  try {
    answer = await write(input);
  } catch (error) {
    if (!(error instanceof TemporalFailure)) throw error;
    await tell(input, suspects(input));
    throw failed(input, reject('outcome_unknown', { command_id: request.commandId }));
  }
  if (answer.outcome === 'refused') {
    show(input, `refused, ${answer.code}`);
    return answer;
  }
  const { status, invoices } = answer.result;
  show(input, status, invoices);
  await tell(
    input,
    invoices.map(({ invoiceId }) => invoiceId),
  );
  return answer;
}
