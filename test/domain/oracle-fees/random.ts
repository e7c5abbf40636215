// Random questions. What happens goes on as long as the oracle says that something is due, and never at the very
// millisecond of a fee.
import fc from 'fast-check';
import { record } from '../invoice/random-document.ts';
import type { Asked, Fact, Plan } from './asked.ts';
import { dateOf, dayNumber, dayThere } from './calendar.ts';
import { reckon } from './reckoning.ts';

/** A step: so many hours on, what is wanted, and how much or which of it. */
type Wish = {
  readonly hours: number;
  readonly kind: Fact['kind'] | 'pay late';
  readonly share: number;
};

const kinds = fc.constantFrom<Wish['kind'][]>('pay', 'pay late', 'pay late', 'waive', 'hold', 'resume');
const wish: fc.Arbitrary<Wish> = record({
  hours: fc.integer({ min: 1, max: 900 }),
  kind: kinds,
  share: fc.integer({ min: 1, max: 100 }),
});

const plan: fc.Arbitrary<Plan> = record({
  isFixed: fc.boolean(),
  value: fc.integer({ min: 1, max: 3000 }),
  every: fc.constantFrom<Plan['every'][]>(
    [1, 'month'],
    [2, 'week'],
    [9, 'day'],
    [1, 'one_time'],
    [100, 'hour'],
    [20_000, 'minute'],
  ),
  grace: fc.nat(6),
  cap: fc.constantFrom(undefined, undefined, 900, 4000),
  percentageCap: fc.constantFrom(undefined, undefined, '12.5'),
  base: fc.constantFrom(
    'outstanding_principal' as const,
    'original_total' as const,
    'outstanding_balance' as const,
  ),
  compounding: fc.boolean(),
}).map(({ isFixed, value, every, grace, cap, percentageCap, base, compounding }) => ({
  ...(isFixed ? { fixed: value } : { percent: String(value / 100) }),
  every,
  grace,
  ...(cap === undefined ? {} : { cap }),
  ...(percentageCap === undefined ? {} : { percentageCap }),
  base,
  compounding: compounding || base === 'outstanding_balance',
}));

/** The fact that a wish comes to, or null where it would be refused. */
function factOf(asked: Asked, at: string, { kind, share }: Wish): Fact | null {
  const { fees, due } = reckon({ ...asked, until: at });
  const changes = asked.life.filter((fact) => fact.kind === 'hold' || fact.kind === 'resume');
  const isHeld = changes.at(-1)?.kind === 'hold';
  switch (kind) {
    case 'pay':
      return { at, kind, amount: Math.ceil((due * share) / 100) };
    case 'pay late': {
      const today = dayNumber(dayThere(Date.parse(at), asked.zone));
      const dated = dateOf(today - Math.min(share, today));
      return { at, kind: 'pay', amount: Math.ceil((due * ((share * 7) % 101)) / 100) || 1, dated };
    }
    case 'waive': {
      const standing = fees.filter((fee) => !fee.waived);
      const fee = standing[share % Math.max(1, standing.length)];
      return fee === undefined ? null : { at, kind, place: fee.place };
    }
    case 'hold':
      return isHeld ? null : { at, kind };
    case 'resume':
      return isHeld ? { at, kind } : null;
  }
}

/** Under a cap no payment comes late: what passed while the cap was met is not charged afterwards. */
function isCapped({ cap, percentageCap }: Plan): boolean {
  return cap !== undefined || percentageCap !== undefined;
}

function lived(asked: Asked, wishes: readonly Wish[]): Asked {
  let now = Date.parse(asked.issued);
  let state = asked;
  for (const one of wishes) {
    now += one.hours * 3_600_000;
    const at = new Date(now).toISOString();
    if (reckon({ ...state, until: at }).due === 0) break;
    const kind = one.kind === 'pay late' && isCapped(asked.plan) ? 'pay' : one.kind;
    const fact = factOf(state, at, { ...one, kind });
    if (fact !== null) state = { ...state, life: [...state.life, fact] };
  }
  return { ...state, until: new Date(now + 40 * 24 * 3_600_000).toISOString() };
}

export const askedArbitrary: fc.Arbitrary<Asked> = record({
  total: fc.integer({ min: 50, max: 100_000 }),
  currency: fc.constantFrom('USD', 'JPY', 'KWD'),
  zone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Pacific/Auckland'),
  due: fc.constantFrom('2026-03-05', '2026-03-27', '2026-03-31', '2026-01-31'),
  plan,
  wishes: fc.array(wish, { maxLength: 9 }),
}).map(({ wishes, ...rest }) =>
  lived({ ...rest, issued: '2026-03-02T10:00:37.000Z', life: [], until: '' }, wishes),
);
