// What the workflow says and hears that brings a reminder policy's new version to the invoices that follow it.

export const policyWorkflowType = 'reminderPolicy';
/** Of such a workflow: how far it is. */
export const policyProgressQuery = 'progress';

export function policyWorkflowId(policyId: string, version: number): string {
  return `policy:${policyId}:${version}`;
}

export type PolicyVersionOf = {
  readonly organizationId: string;
  readonly policyId: string;
  readonly version: number;
};

/** How many invoices have taken the version, and how many refused it or did not need it. */
export type PolicyProgress = { readonly applied: number; readonly passedOver: number };

export type PolicyInput = PolicyVersionOf & {
  /** Where a run goes on after continue-as-new. */
  readonly at?: PolicyPlace;
};

export type PolicyPlace = {
  /** 1: all that follow; 2: once more, for invoices that were being made meanwhile. */
  readonly round: 1 | 2;
  /** The last invoice that was looked at. */
  readonly after: string | null;
  readonly progress: PolicyProgress;
};

export type PolicyEnd = PolicyProgress & { readonly state: 'done' | 'stopped' | 'superseded' };

export type PolicyActivities = {
  /** The next invoices that are behind; null where the version is not wanted any more: a later one is on its way. */
  policyPage(
    request: PolicyVersionOf & { readonly after: string | null },
  ): Promise<{ readonly ids: readonly string[]; readonly isLast: boolean } | null>;
  /** Gives it to those invoices, and answers how far all is then. Repeated, it does nothing twice and counts the same. */
  applyPolicy(
    request: PolicyVersionOf & { readonly ids: readonly string[]; readonly progress: PolicyProgress },
  ): Promise<PolicyProgress | null>;
  /** Says that nobody needs to wait any longer. */
  endPolicy(request: PolicyVersionOf & { readonly state: 'done' | 'stopped' }): Promise<void>;
};
