// An open invoice with payments that a processor holds, and what is asked of it: for tests of refunds at a processor.
import { WithStartWorkflowOperation, type WorkflowHandle } from '@temporalio/client';
import type { CommandArguments, CommandResult, CreateInput } from '../../src/contract/invoice.ts';
import { invoiceWorkflowId } from '../../src/contract/names.ts';
import { aCreate } from './builders.ts';
import type { MemoryStore } from './memory-store.ts';
import { type Bench, until, update } from './workflow-bench.ts';

/** Two card payments, 2000 and then 3000, on 5885; the second may be another. */
export async function paidByCard(
  bench: Bench,
  store: MemoryStore,
  change: Partial<CreateInput> = {},
  second = 3000,
) {
  const input = aCreate({ action: 'issue', ...change });
  const handle = await bench.create(input);
  await until('the invoice is stored', () => store.invoices.has(input.invoiceId));
  const card = { method: 'card', provider: 'sandbox' };
  const first = await update(handle, 'recordPayment', { ...card, amount: 2000, providerPaymentId: 'pay-1' });
  const other = await update(handle, 'recordPayment', {
    ...card,
    amount: second,
    providerPaymentId: 'pay-2',
  });
  const invoice = () => {
    const found = store.invoices.get(input.invoiceId);
    if (found === undefined) throw new Error('not stored');
    return found;
  };
  const paymentIds = [first.paymentId, other.paymentId];
  return { handle, invoice, input, paymentIds };
}

/** The refusal of a command, with its facts. */
export async function refused(handle: WorkflowHandle, name: string, args: CommandArguments) {
  try {
    await update(handle, name, args);
  } catch (error) {
    const { cause } = error as { cause?: { type?: string; message?: string; details?: unknown[] } };
    return { code: cause?.type, message: cause?.message ?? '', details: cause?.details?.[0] };
  }
  throw new Error(`${name} was not refused`);
}

/** A command that starts the invoice again from its stored state. */
export function again(
  bench: Bench,
  { organizationId, invoiceId }: { readonly organizationId: string; readonly invoiceId: string },
  name: string,
  args: object,
): Promise<CommandResult> {
  return bench.client.workflow.executeUpdateWithStart<() => Promise<unknown>, CommandResult, [object]>(name, {
    args: [args],
    startWorkflowOperation: new WithStartWorkflowOperation('invoice', {
      workflowId: invoiceWorkflowId(organizationId, invoiceId),
      taskQueue: bench.taskQueue,
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [{ kind: 'reopen', organizationId, invoiceId }],
    }) as never,
  });
}

/** How often the first refund was asked for, and how many refunds there were. */
export function askedOf({ refundTries }: MemoryStore) {
  const ids = refundTries.map(({ refundId }) => refundId);
  return { first: ids.filter((id) => id === ids[0]).length, refunds: new Set(ids).size };
}
