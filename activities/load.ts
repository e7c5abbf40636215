// Reads for the workflow: the stored invoice, the answer of a command, the test clock's offset, the customer's credit.
import type { CommandResult, InvoiceActivities } from '../src/contract/invoice.ts';
import { type CreditHolder, readCredit } from '../src/store/credit-balance.ts';
import { feeTermsOf, policyTerms } from '../src/store/late-fee-policies.ts';
import { readPolicyTerms } from '../src/store/reminder-policies.ts';
import type { Store } from '../src/store/store.ts';

export function createLoad(store: Store): InvoiceActivities['load'] {
  return async ({ organizationId, invoiceId }) => {
    const row = await store.invoices.findOne({ _id: invoiceId, organization_id: organizationId });
    return row?.state ?? null;
  };
}

export function createRecall(store: Store): InvoiceActivities['recall'] {
  return async ({ organizationId, invoiceId, commandId }) => {
    const event = await store.events.findOne({
      invoice_id: invoiceId,
      command_key: commandId,
      organization_id: organizationId,
    });
    if (event === null) return null;
    return {
      id: commandId,
      fingerprint: event.fingerprint ?? '',
      result: event.result as CommandResult,
    };
  };
}

export function createReminderTerms(store: Store): InvoiceActivities['reminderTerms'] {
  return ({ organizationId, policyId }) => readPolicyTerms(store, organizationId, policyId);
}

export function createLateFeeTerms(store: Store): InvoiceActivities['lateFeeTerms'] {
  return async ({ organizationId, policyId }) => {
    const policy = await policyTerms(store, organizationId, policyId);
    return policy === null ? null : feeTermsOf(policy);
  };
}

export function createReadClock(store: Store): InvoiceActivities['readClock'] {
  return async ({ organizationId }) => {
    const organization = await store.organizations.findOne(
      { _id: organizationId },
      { projection: { clock_offset_ms: 1 } },
    );
    if (organization === null) throw new Error(`There is no organization ${organizationId}`);
    return organization.clock_offset_ms;
  };
}

export function createCreditBalance(store: Store) {
  return (holder: CreditHolder): Promise<number> => readCredit(store, holder);
}
