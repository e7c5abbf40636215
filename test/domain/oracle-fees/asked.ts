// What both sides are asked: an invoice with late-fee terms and what happened to it. Written as people say it.

export type Unit = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'one_time';

export type Plan = {
  /** Minor units, or percent as it is written. */
  readonly fixed?: number;
  readonly percent?: string;
  readonly every: readonly [count: number, unit: Unit];
  readonly grace?: number;
  readonly cap?: number;
  readonly percentageCap?: string;
  readonly base?: 'outstanding_principal' | 'original_total' | 'outstanding_balance';
  readonly compounding?: boolean;
};

/** Each at an instant, in order. */
export type Fact =
  /** `dated`: the day it was made, where that is not the day on which it came to light. */
  | { readonly at: string; readonly kind: 'pay'; readonly amount: number; readonly dated?: string }
  /** The fee of so manieth place in the schedule. */
  | { readonly at: string; readonly kind: 'waive'; readonly place: number }
  | { readonly at: string; readonly kind: 'hold' }
  | { readonly at: string; readonly kind: 'resume' };

export type Asked = {
  readonly total: number;
  readonly currency: string;
  readonly zone: string;
  readonly issued: string;
  readonly due: string;
  readonly plan: Plan;
  readonly life: readonly Fact[];
  /** When somebody looks. */
  readonly until: string;
};

/** A fee as it stands or stood at the end. */
export type Fee = {
  readonly place: number;
  readonly at: string;
  readonly amount: number;
  readonly waived: boolean;
};

export type Answer = {
  readonly fees: readonly Fee[];
  /** Places that passed under a hold. */
  readonly skipped: readonly string[];
  /** Never below zero: what is above is the customer's credit. */
  readonly due: number;
};
