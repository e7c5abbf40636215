// Names that the benchmark's workflows and their callers share.

export const floorUpdates = { bare: 'bare', noop: 'noop' } as const;

/** How a write is called from a workflow. */
export const ways = ['local', 'regular'] as const;
export type Way = (typeof ways)[number];

/** An update of the workflow `writing`: the same part payment, written the one or the other way. */
export const writeUpdates: Readonly<Record<Way, string>> = { local: 'writeLocal', regular: 'writeRegular' };
export const writingWorkflowType = 'writing';
export const bareWorkflowType = 'bare';
