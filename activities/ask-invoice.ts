// An update of an invoice's own workflow, which is started again from the stored state where it has ended.
import { type Client, WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { InvoiceInput } from '../src/contract/invoice.ts';
import { invoiceWorkflowId, invoiceWorkflowType } from '../src/contract/names.ts';

type InvoiceWorkflow = (input: InvoiceInput) => Promise<unknown>;

export type InvoiceOf = { readonly organizationId: string; readonly invoiceId: string };

export type AskInvoice = <Result, Argument>(
  of: InvoiceOf,
  update: string,
  argument: Argument,
) => Promise<Result>;

export function createAskInvoice(client: Client, taskQueue: string): AskInvoice {
  return async <Result, Argument>(
    { organizationId, invoiceId }: InvoiceOf,
    update: string,
    argument: Argument,
  ): Promise<Result> => {
    const workflowId = invoiceWorkflowId(organizationId, invoiceId);
    try {
      return await client.workflow
        .getHandle(workflowId)
        .executeUpdate<Result, [Argument]>(update, { args: [argument] });
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const startWorkflowOperation = new WithStartWorkflowOperation(invoiceWorkflowType, {
        workflowId,
        taskQueue,
        workflowIdConflictPolicy: 'USE_EXISTING',
        args: [{ kind: 'reopen', organizationId, invoiceId }],
      });
      return client.workflow.executeUpdateWithStart<InvoiceWorkflow, Result, [Argument]>(update, {
        args: [argument],
        startWorkflowOperation,
      });
    }
  };
}
