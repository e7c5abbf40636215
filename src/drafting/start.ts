// How the workflow of a new invoice is started, whoever starts it, and what operators see beside it.
import { defineSearchAttributeKey } from '@temporalio/common';
import type { CreateInput } from '../contract/invoice.ts';
import { invoiceWorkflowId } from '../contract/names.ts';
import type { Draft, Policy } from '../domain/invoice/invoice.ts';
import { reckon } from '../domain/invoice/totals.ts';
import { format } from '../domain/money.ts';
import { isRejection } from '../domain/rejection.ts';

const organizationKey = defineSearchAttributeKey('OrganizationId', 'KEYWORD');
const customerKey = defineSearchAttributeKey('CustomerId', 'KEYWORD');
const currencyKey = defineSearchAttributeKey('Currency', 'KEYWORD');

/** What operators read beside the workflow: numbers and no names. */
function summary(draft: Draft, policy: Policy, live: boolean): string {
  const reckoned = reckon(draft, policy);
  const total = isRejection(reckoned) ? '' : ` of ${format(reckoned.totals.total, draft.currency, 'en-US')}`;
  return `${live ? 'Invoice' : 'Test invoice'}${total}, ${draft.lines.length} line(s)`;
}

export function startOptionsOf(input: CreateInput, taskQueue: string) {
  const { organizationId, invoiceId, draft, policy, liveMode, actor = 'nobody' } = input;
  return {
    workflowId: invoiceWorkflowId(organizationId, invoiceId),
    taskQueue,
    args: [input] as [CreateInput],
    workflowIdReusePolicy: 'ALLOW_DUPLICATE' as const,
    typedSearchAttributes: [
      { key: organizationKey, value: organizationId },
      { key: customerKey, value: draft.customerId },
      { key: currencyKey, value: draft.currency },
    ],
    staticSummary: summary(draft, policy, liveMode),
    staticDetails:
      `One invoice of organization \`${organizationId}\`, asked for by \`${actor}\`. ` +
      `Its commands are updates and signals; its state is the query \`invoice\`.`,
  };
}
