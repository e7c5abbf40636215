// Policies of the organization: terms that invoices take when they are made.
import type { Instant } from '../domain/calendar.ts';
import type { LateFeeTerms, ReminderStep } from '../domain/invoice/invoice.ts';

/** A version of the policy on its way to the invoices that follow it. What it says is kept here until it is there. */
export type PolicyApply = {
  version: number;
  name: string;
  steps: readonly ReminderStep[];
  /** Who asked for it. */
  actor: string;
  state: 'under_way' | 'done' | 'stopped';
  /** How many invoices were behind when it began. */
  invoices: number;
  /** How many have taken the version so far, and how many refused or did not need to. */
  applied: number;
  passed_over: number;
  since: Instant;
};

export type ReminderPolicyDocument = {
  _id: string;
  organization_id: string;
  name: string;
  /** For invoices whose customer has none. One of an organization's at most. */
  default: boolean;
  /** Goes up by one with every change. */
  version: number;
  steps: readonly ReminderStep[];
  applying: PolicyApply | null;
  /** The command of the last change: repeated, it changes nothing more. */
  changed_by: string;
  created_at: Instant;
  updated_at: Instant;
};

export type LateFeePolicyDocument = {
  _id: string;
  organization_id: string;
  name: string;
  /** For invoices whose customer has none. One of an organization's at most. */
  default: boolean;
  /** Goes up by one with every change. */
  version: number;
  terms: LateFeeTerms;
  /** The command of the last change: repeated, it changes nothing more. */
  changed_by: string;
  created_at: Instant;
  updated_at: Instant;
};
