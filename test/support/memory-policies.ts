// The activities of a reminder policy over invoices in memory.
import type { PolicyActivities } from '../../src/contract/reminder-policy.ts';

export type Followers = {
  /** Those that are behind, by their ids; what has the version is taken out. */
  behind: string[];
  /** Those that refuse it. */
  refusing: readonly string[];
  /** false: a later version has taken its place. */
  wanted: boolean;
  /** Every invoice that was given the version, as often as that happened. */
  readonly given: string[];
  readonly ends: string[];
  /** Before a page is given out. */
  before: (ids: readonly string[]) => Promise<void>;
};

export function createFollowers(change: Partial<Followers> = {}): Followers {
  return {
    behind: [],
    refusing: [],
    wanted: true,
    given: [],
    ends: [],
    before: () => Promise.resolve(),
    ...change,
  };
}

export function createMemoryPolicies(followers: Followers, pageSize = 2): PolicyActivities {
  return {
    policyPage: async ({ after }) => {
      if (!followers.wanted) return null;
      const ids = followers.behind.filter((id) => after === null || id > after).slice(0, pageSize);
      return { ids, isLast: ids.length < pageSize };
    },
    applyPolicy: async ({ ids, progress }) => {
      await followers.before(ids);
      if (!followers.wanted) return null;
      const taken = ids.filter((id) => !followers.refusing.includes(id));
      followers.given.push(...taken);
      followers.behind = followers.behind.filter((id) => !taken.includes(id));
      const { applied, passedOver } = progress;
      return { applied: applied + taken.length, passedOver: passedOver + ids.length - taken.length };
    },
    endPolicy: async ({ state }) => {
      followers.ends.push(state);
    },
  };
}
