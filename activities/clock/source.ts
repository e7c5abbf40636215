// What the test clock runs: whatever knows of things that are due offers them here, the earliest first.
import type { Instant } from '../../src/domain/calendar.ts';

/** Where the clock stands while something runs, and by how much that is ahead of real time. */
export type Reach = { readonly organizationId: string; readonly clockOffset: number };

export type DueThing = {
  readonly at: Instant;
  /**
   * Resolves when it has run and the database says what comes next. Idempotent. False: all that happened is that
   * something ended, which nobody counts.
   */
  run(reach: Reach): Promise<boolean>;
};

export type DueSource = (organizationId: string, to: Instant, limit: number) => Promise<readonly DueThing[]>;
