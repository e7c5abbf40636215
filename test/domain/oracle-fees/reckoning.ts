// The oracle: late fees as if every payment had been known from its own day on. In exact fractions, with a calendar of
// its own, from the rules of docs/late-fees.md; it shares no code with the product.
import { type Fraction, halfUp, isLess, percent, plus, whole, zero } from '../oracle/fraction.ts';
import type { Answer, Asked, Fact, Fee, Plan, Unit } from './asked.ts';
import { dateOf, dayNumber, dayThere, firstOf, monthsOn } from './calendar.ts';

const exact: Readonly<Partial<Record<Unit, number>>> = { minute: 60_000, hour: 3_600_000 };
/** No plan of a case is longer. */
const placesMax = 5_000;

/** The instant of the n-th place, from 1; null where there is none. */
function placeAt({ plan, due, zone }: Asked, place: number): number | null {
  const [count, unit] = plan.every;
  const first = dateOf(dayNumber(due) + (plan.grace ?? 0));
  const steps = (place - 1) * count;
  const step = exact[unit];
  if (step !== undefined) return firstOf(dateOf(dayNumber(first) + 1), zone) + steps * step;
  if (unit === 'one_time' && place > 1) return null;
  const date =
    unit === 'month' ? monthsOn(first, steps) : dateOf(dayNumber(first) + steps * (unit === 'week' ? 7 : 1));
  return firstOf(dateOf(dayNumber(date) + 1), zone);
}

type Pay = Extract<Fact, { kind: 'pay' }>;

function paidBefore(asked: Asked, at: number): bigint {
  const today = dayThere(at, asked.zone);
  return asked.life
    .filter((fact): fact is Pay => fact.kind === 'pay')
    .filter((fact) => Date.parse(fact.at) < at || (fact.dated !== undefined && fact.dated < today))
    .reduce((sum, fact) => sum + BigInt(fact.amount), 0n);
}

/** At one instant what is due comes before what somebody does: such a hold is too late, and so is its end. */
function isHeld({ life }: Asked, at: number): boolean {
  const changes = life.filter((fact) => fact.kind === 'hold' || fact.kind === 'resume');
  return changes.findLast((fact) => Date.parse(fact.at) < at)?.kind === 'hold';
}

type Charged = Fee & { readonly instant: number; readonly waivedAt: number | null };

function waivedAt({ life }: Asked, place: number): number | null {
  const fact = life.find((one) => one.kind === 'waive' && one.place === place);
  return fact === undefined ? null : Date.parse(fact.at);
}

/** What all fees that stand may come to together. */
function roomUnder(plan: Plan, total: bigint, stood: bigint): bigint | null {
  const caps: bigint[] = [];
  if (plan.cap !== undefined) caps.push(BigInt(plan.cap));
  if (plan.percentageCap !== undefined) caps.push(halfUp(percent(total, plan.percentageCap)));
  const [lowest] = caps.toSorted((a, b) => (a < b ? -1 : 1));
  return lowest === undefined ? null : lowest - stood;
}

function above(value: Fraction): Fraction {
  return isLess(value, zero) ? zero : value;
}

function amountAt(asked: Asked, at: number, charged: readonly Charged[]): bigint {
  const { plan } = asked;
  const total = BigInt(asked.total);
  const stood = charged
    .filter((fee) => fee.waivedAt === null || fee.waivedAt >= at)
    .reduce((sum, fee) => sum + BigInt(fee.amount), 0n);
  const paid = paidBefore(asked, at);
  const due = total + stood - paid;
  if (due <= 0n) return 0n;
  let full = BigInt(plan.fixed ?? 0);
  if (plan.percent !== undefined) {
    const principal = above(whole(total - paid));
    const unpaid = plus(whole(due), { top: -principal.top, bottom: principal.bottom });
    const base = plan.base ?? 'outstanding_principal';
    const basis =
      base === 'outstanding_balance' ? whole(due) : base === 'original_total' ? whole(total) : principal;
    const compounded =
      base !== 'outstanding_balance' && (plan.compounding ?? false) ? plus(basis, unpaid) : basis;
    full = halfUp(percent(compounded.top / compounded.bottom, plan.percent));
  }
  const room = roomUnder(plan, total, stood);
  if (room === null || full <= room) return full;
  return room > 0n ? room : 0n;
}

export function reckon(asked: Asked): Answer {
  const charged: Charged[] = [];
  const skipped: string[] = [];
  const issued = Date.parse(asked.issued);
  const until = Date.parse(asked.until);
  for (let place = 1; place < placesMax; place += 1) {
    const instant = placeAt(asked, place);
    if (instant === null || instant > until) break;
    if (instant < issued) continue;
    const amount = amountAt(asked, instant, charged);
    if (amount === 0n) continue;
    const at = new Date(instant).toISOString();
    if (isHeld(asked, instant)) {
      skipped.push(at);
      continue;
    }
    const waived = waivedAt(asked, place);
    const isWaived = waived !== null && waived <= until;
    charged.push({ place, at, instant, amount: Number(amount), waived: isWaived, waivedAt: waived });
  }
  const standing = charged.filter((fee) => !fee.waived).reduce((sum, fee) => sum + fee.amount, 0);
  const paid = asked.life.reduce((sum, fact) => sum + (fact.kind === 'pay' ? fact.amount : 0), 0);
  const fees = charged.map(({ place, at, amount, waived }) => ({ place, at, amount, waived }));
  return { fees, skipped, due: Math.max(0, asked.total + standing - paid) };
}
