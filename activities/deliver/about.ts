// What a message is about, for whoever sends it.
import { type Instant, milliseconds } from '../../src/domain/calendar.ts';
import { firstAllowed, type QuietRules } from '../../src/domain/invoice/quiet.ts';
import type { Mail } from '../render/render.ts';

/** What it says, by each channel. */
export type Words = { email(): Mail; sms(): string };

export type About = {
  /** Why it is not sent any more; null when it is. */
  readonly moot: string | null;
  /** Of what nobody asked for, where the clock is the real one: when it may leave, and until when at all. */
  readonly timing?: { readonly quiet: QuietRules; readonly latest: Instant };
  /** null where there is nothing left to tell. */
  words(publicUrl: string): Words | null;
};

/**
 * Milliseconds until it may leave: what was queued by day may have been kept up until the night of the recipient.
 * null: it is too late for it.
 */
export function waitOf({ timing }: About, now: Instant): number | null {
  if (timing === undefined) return 0;
  if (now > timing.latest) return null;
  return milliseconds(firstAllowed(now, timing.quiet)) - milliseconds(now);
}
