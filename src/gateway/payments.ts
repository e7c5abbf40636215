// The one way from a request to the workflow of one payment over many invoices, and back.
import { type Client, WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { commandPatience, paymentWorkflowId, paymentWorkflowType } from '../contract/names.ts';
import type { PaymentAnswer, PaymentInput, PaymentResult } from '../contract/payment.ts';
import { instant } from '../domain/calendar.ts';
import { isRejectionCode, reject } from '../domain/rejection.ts';
import { sortFailure } from './failure.ts';
import { refused, refusedAs } from './problem.ts';
import type { Tools } from './route.ts';

/** How much longer than the command's own patience the call waits for the refusal that says so. */
const grace = 1_000;

/** The workflow of the same command is the same workflow: a repetition waits for it or reads what it answered. */
function start(client: Client, taskQueue: string, input: PaymentInput, id: string) {
  return client.workflow.start(paymentWorkflowType, {
    workflowId: id,
    taskQueue,
    args: [input],
    workflowIdConflictPolicy: 'USE_EXISTING',
    // One that ended as expired or refused had no effect: the command may be asked again.
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: 'One payment over many invoices',
  });
}

function expired(error: unknown): boolean {
  return (
    error instanceof WorkflowFailedError &&
    error.cause instanceof ApplicationFailure &&
    error.cause.type === 'command_expired'
  );
}

type Asked = Omit<PaymentInput, 'notAfter'>;

/** Runs the payment, or its reversal, as one command. Throws the refusal. */
export async function runPayment(tools: Tools, asked: Asked): Promise<PaymentResult> {
  const { client, taskQueue, engine, logger } = tools;
  const { commandId, organizationId, paymentId } = asked.request;
  const told = { command_id: commandId };
  if (!(await engine.isAvailable())) throw refusedAs('engine_unavailable', told);
  const notAfter = Date.now() + commandPatience;
  const input = { ...asked, notAfter: instant(notAfter) } as PaymentInput;
  const id = paymentWorkflowId(organizationId, paymentId, asked.kind);
  let answer: PaymentAnswer;
  try {
    answer = await client.withDeadline(notAfter + grace, async () => {
      const handle = await start(client, taskQueue, input, id);
      return (await handle.result()) as PaymentAnswer;
    });
  } catch (error) {
    if (expired(error)) throw refusedAs('command_expired', told);
    const failure = sortFailure(error);
    if (failure.kind === 'unavailable') throw refusedAs('engine_unavailable', told);
    logger.warn({ err: error, commandId }, 'no answer to a payment');
    throw refusedAs('outcome_unknown', told);
  }
  if (answer.outcome !== 'refused') return answer.result;
  const { code, data, pointer } = answer;
  if (!isRejectionCode(code)) throw refusedAs('internal_error');
  throw refused(reject(code, data, pointer ?? undefined));
}
