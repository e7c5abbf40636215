// Random lives: what happens to an invoice from outside, and how much time goes by before it.
import fc from 'fast-check';
import { type Intent, intentArbitrary, timedIntentArbitrary } from './random-commands.ts';
import { record } from './random-document.ts';

export { aimed } from './random-commands.ts';
export { documentArbitrary, policyArbitrary } from './random-document.ts';

/** A command, how a delivery ended, or what a processor answered to a refund that it was asked for. */
export type Move =
  | { readonly kind: 'command'; readonly intent: Intent }
  | { readonly kind: 'processor'; readonly refuses: boolean }
  | {
      readonly kind: 'outcome';
      readonly which: number;
      readonly outcome: 'accepted' | 'failed' | 'unknown' | 'suppressed';
    }
  | { readonly kind: 'report'; readonly which: number; readonly state: 'delivered' | 'bounced' }
  | { readonly kind: 'time' };

function commands(intents: fc.Arbitrary<Intent>) {
  return { weight: 14, arbitrary: intents.map((intent) => ({ kind: 'command' as const, intent })) };
}

const others = [
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(false, false, false, true)
      .map((refuses) => ({ kind: 'processor' as const, refuses })),
  },
  {
    weight: 2,
    arbitrary: record({
      kind: fc.constant('outcome' as const),
      which: fc.nat(5),
      outcome: fc.constantFrom(
        'accepted' as const,
        'accepted' as const,
        'failed' as const,
        'unknown' as const,
        'suppressed' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      kind: fc.constant('report' as const),
      which: fc.nat(5),
      state: fc.constantFrom('delivered' as const, 'bounced' as const),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: 'time' as const }) },
] as const;

/** Moves with the hours that pass before each; a few of them are weeks. */
function lifeOf(intents: fc.Arbitrary<Intent>) {
  const move: fc.Arbitrary<Move> = fc.oneof(commands(intents), ...others);
  return fc.array(
    fc.tuple(fc.oneof({ weight: 6, arbitrary: fc.nat(40) }, { weight: 1, arbitrary: fc.nat(1000) }), move),
    { minLength: 1, maxLength: 25, size: 'max' },
  );
}

export const lifeArbitrary = lifeOf(intentArbitrary);
/** A life of holds, schedules, other terms and other dates. */
export const timedLifeArbitrary = lifeOf(timedIntentArbitrary);
