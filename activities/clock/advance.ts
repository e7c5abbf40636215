// The test clock's hands: move the clock to the next instant at which something is due, have everything that is
// due there run, repeat. All of it is idempotent: a repeated call goes on where the last one stopped.
import type { AdvanceStepResult, TestClockActivities } from '../../src/contract/test-clock.ts';
import { instant, type Instant, milliseconds } from '../../src/domain/calendar.ts';
import type { Store } from '../../src/store/store.ts';
import { beating } from '../beating.ts';
import { each } from '../each.ts';
import type { DueSource } from './source.ts';

const instantsMax = 50;
const stretchMilliseconds = 20_000;
const parallel = 8;
const sourceLimit = 10_000;
/** Whatever has a timer of its own gets this long to run it before the clock does. */
const ownTimer = 3_000;

async function offsetOf(store: Store, organizationId: string): Promise<number> {
  const organization = await store.organizations.findOne({ _id: organizationId });
  if (organization === null) throw new Error('There is no such organization');
  return organization.clock_offset_ms;
}

/** Moves the clock to an instant, never back, and says where it is. */
async function moveTo(store: Store, organizationId: string, to: Instant): Promise<number> {
  const offset = milliseconds(to) - Date.now();
  await store.organizations.updateOne({ _id: organizationId }, { $max: { clock_offset_ms: offset } });
  return offsetOf(store, organizationId);
}

/** What is due at the same instant runs in the order of the sources: what a source makes, the next ones find. */
export function createAdvance(store: Store, sources: readonly DueSource[]): TestClockActivities {
  async function firstUpTo(organizationId: string, to: Instant): Promise<Instant | null> {
    const firsts = await Promise.all(sources.map((source) => source(organizationId, to, 1)));
    const [earliest] = firsts.flatMap((things) => things.map(({ at }) => at)).sort();
    return earliest ?? null;
  }

  async function runInstant(organizationId: string, at: Instant): Promise<number> {
    const clockOffset = await moveTo(store, organizationId, at);
    let ran = 0;
    for (const source of sources) {
      const due = await source(organizationId, instant(Date.now() + clockOffset), sourceLimit);
      await each(due, parallel, async (thing) => {
        if (await thing.run({ organizationId, clockOffset })) ran += 1;
      });
    }
    return ran;
  }

  async function runStretch(organizationId: string, to: Instant): Promise<AdvanceStepResult> {
    const until = Date.now() + stretchMilliseconds;
    let ran = 0;
    for (let count = 0; count < instantsMax && Date.now() < until; count += 1) {
      const first = await firstUpTo(organizationId, to);
      if (first === null) {
        const offset = await moveTo(store, organizationId, to);
        return { now: instant(Date.now() + offset), caughtUp: true, ran };
      }
      ran += await runInstant(organizationId, first);
    }
    return { now: instant(Date.now() + (await offsetOf(store, organizationId))), caughtUp: false, ran };
  }

  return {
    advanceStep: ({ organizationId, to }) => beating(() => runStretch(organizationId, to)),

    async nextStaleDue({ organizationId }) {
      const first = await firstUpTo(organizationId, '9999');
      if (first === null) return null;
      return instant(milliseconds(first) - (await offsetOf(store, organizationId)) + ownTimer);
    },
  };
}
