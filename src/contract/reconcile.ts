// What the nightly reconciliation and its activity say to each other.
export type ReconcileInput = { readonly organizationId: string };

export type ReconcileBook = {
  readonly liveMode: boolean;
  readonly currency: string;
  readonly differenceCents: number;
  /** Checks whose sides differ. */
  readonly failed: readonly string[];
};

export type ReconcileResult = { readonly differenceCents: number; readonly books: readonly ReconcileBook[] };

export type ReconcileActivities = {
  /** Every book of the organization against what is kept beside it; the outcome is written where it is shown. */
  reconcileOrganization(input: ReconcileInput): Promise<ReconcileResult>;
};
