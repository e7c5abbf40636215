// What the test clock's workflow and its callers say to each other.
import type { Instant } from '../domain/calendar.ts';

export type TestClockInput = {
  readonly organizationId: string;
  /** Answers by command id, carried across continue-as-new. */
  readonly answers?: Readonly<Record<string, AdvanceResult>>;
};

export type AdvanceArguments = {
  readonly to: Instant;
  readonly commandId?: string;
  readonly actor?: string;
};

export type AdvanceResult = { readonly now: Instant; readonly ran: number };

export type AdvanceStepRequest = { readonly organizationId: string; readonly to: Instant };

/** One bounded stretch of an advance. `caughtUp` when nothing is due up to `to` any more. */
export type AdvanceStepResult = {
  readonly now: Instant;
  readonly caughtUp: boolean;
  readonly ran: number;
};

export type TestClockActivities = {
  /**
   * Moves the clock from instant to instant and runs what is due at each, for as long as the stretch allows.
   * Everything it does is idempotent, so a repeated or resumed call goes on where the last one stopped.
   */
  advanceStep(request: AdvanceStepRequest): Promise<AdvanceStepResult>;
  /** Real-time instant at which the clock next reaches something due that no timer of its own will run. */
  nextStaleDue(request: { readonly organizationId: string }): Promise<Instant | null>;
};
