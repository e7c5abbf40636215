// Both sides of every case, and the table of them.
import type { Answer, Asked, Plan } from './asked.ts';
import type { Case } from './case.ts';
import { cases } from './cases.ts';
import { answerOf, live } from './product.ts';
import { reckon } from './reckoning.ts';

export type Compared = {
  readonly asked: Asked;
  readonly oracle: Answer;
  /** Looked at only when somebody asks, as after an outage; and at each instant in its time. */
  readonly late: Answer;
  readonly inTime: Answer;
  /** Fees that were taken back because a payment came to light. */
  readonly corrected: number;
};

/** Every instant at which something happens, by the oracle. */
function instants({ fees, skipped }: Answer): readonly string[] {
  return [...fees.map((fee) => fee.at), ...skipped];
}

export function compare(asked: Asked): Compared {
  const oracle = reckon(asked);
  const story = live(asked);
  return {
    asked,
    oracle,
    late: answerOf(story),
    inTime: answerOf(live(asked, instants(oracle))),
    corrected: story.invoice.lateFees.filter((fee) => fee.reversed).length,
  };
}

function planWords({ fixed, percent, every, grace, cap, percentageCap, base, compounding }: Plan): string {
  const [count, unit] = every;
  return [
    percent === undefined ? String(fixed) : `${percent} %`,
    unit === 'one_time' ? 'once' : `every ${count} ${unit}`,
    grace === undefined ? '' : `grace ${grace}`,
    cap === undefined ? '' : `cap ${cap}`,
    percentageCap === undefined ? '' : `cap ${percentageCap} %`,
    base === undefined ? '' : `of ${base}`,
    compounding === true ? 'compounding' : '',
  ]
    .filter((word) => word !== '')
    .join(', ');
}

const shownMax = 6;

/** 1000 2026-04-02T00:00Z, …; waived ones in brackets; seconds where there are any. */
function words({ fees, skipped, due }: Answer): string {
  const instant = (at: string) => at.replace(/:00\.000Z$/, 'Z').replace(/T00:00Z$/, '');
  const shown = fees.slice(0, shownMax).map(({ amount, at, waived }) => {
    return waived ? `(${amount} ${instant(at)})` : `${amount} ${instant(at)}`;
  });
  const more = fees.length > shownMax ? [`… ${fees.length} in all`] : [];
  const passed = skipped.map((at) => `– ${instant(at)}`);
  return `${[...shown, ...more, ...passed].join(', ') || 'none'}; due ${due}`;
}

/** What was waived or passed over before a payment came to light stays so, whatever would have become of it. */
function comparable({ life }: Asked, { fees, skipped, due }: Answer): Answer {
  const isLate = life.some((fact) => fact.kind === 'pay' && fact.dated !== undefined);
  return isLate ? { fees: fees.filter((fee) => !fee.waived), skipped: [], due } : { fees, skipped, due };
}

/** What the product says otherwise than the oracle, in words; empty where they agree. */
export function difference({ asked, oracle, late, inTime }: Compared): string {
  const wanted = JSON.stringify(comparable(asked, oracle));
  const wrong = [late, inTime].filter((answer) => JSON.stringify(comparable(asked, answer)) !== wanted);
  return wrong.map((answer) => `${words(answer)} instead of ${words(oracle)}`).join('; ');
}

/** One row a case: what was asked, what the oracle says, and what the product says otherwise. */
export function table(
  asked: readonly Case[] = cases,
): readonly (readonly [name: string, terms: string, fees: string, wrong: string])[] {
  return asked.map((one) => {
    const compared = compare(one);
    return [one.name, planWords(one.plan), words(compared.oracle), difference(compared)];
  });
}
