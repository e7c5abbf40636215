// What a message is about, for whoever sends it.
import type { Mail } from '../render/render.ts';

/** What it says, by each channel. */
export type Words = { email(): Mail; sms(): string };

export type About = {
  /** Why it is not sent any more; null when it is. */
  readonly moot: string | null;
  /** null where there is nothing left to tell. */
  words(publicUrl: string): Words | null;
};
