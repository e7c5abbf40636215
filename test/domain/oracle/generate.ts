// Random documents from a seed: the same seed and place give the same document on every machine.
import type {
  Asked,
  AskedDiscount,
  AskedLine,
  AskedPart,
  AskedRate,
  AskedTax,
  DefaultRate,
} from './asked.ts';

export type Dice = {
  /** A whole number from `from` to `to`, both included. */
  readonly number: (from: number, to: number) => number;
  /** True so many times in a hundred. */
  readonly chance: (percent: number) => boolean;
  readonly one: <T>(choices: readonly [T, ...T[]]) => T;
};

/** Mulberry32: 32 bits of state, good enough to reach every corner. */
export function dice(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const number = (from: number, to: number) => from + Math.floor(next() * (to - from + 1));
  return {
    number,
    chance: (percent) => next() * 100 < percent,
    one: (choices) => choices[number(0, choices.length - 1)] ?? choices[0],
  };
}

/** The document at a place of a run. */
export function diceAt(seed: number, place: number): Dice {
  return dice(Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(place + 1, 0xc2b2ae35));
}

function many<T>({ number }: Dice, from: number, to: number, make: (index: number) => T): T[] {
  return Array.from({ length: number(from, to) }, (_, index) => make(index));
}

/** A number of so many ten-thousandths, written with no zero too many. */
function percentText(tenThousandths: number): string {
  return String(tenThousandths / 10_000);
}

function percentage(roll: Dice): number | string {
  if (roll.chance(15)) return roll.one([0, 100, '100', 50]);
  if (roll.chance(50)) return roll.one([5, 7, '7.75', 9.975, 10, 12.5, 19, 20, '33.3333']);
  const text = percentText(roll.number(0, 1_000_000));
  return roll.chance(50) ? text : Number(text);
}

function discount(roll: Dice, level: 'line' | 'invoice'): AskedDiscount {
  const share = roll.chance(60)
    ? { type: 'percentage' as const, value: percentage(roll) }
    : { type: 'fixed' as const, value: roll.chance(80) ? roll.number(0, 3_000) : roll.number(0, 10 ** 9) };
  if (level === 'line' || roll.chance(60)) return share;
  return { ...share, productIds: roll.chance(50) ? ['a'] : ['b', 'nobody has this'] };
}

function discounts(roll: Dice, level: 'line' | 'invoice') {
  if (roll.chance(level === 'line' ? 65 : 45)) return {};
  if (roll.chance(50)) return { discount: discount(roll, level) };
  return { discounts: many(roll, 0, 3, () => discount(roll, level)) };
}

function rates(roll: Dice): AskedRate[] {
  const inclusive = roll.chance(40);
  const isMixed = roll.chance(1);
  return many(roll, 0, 3, (index) => ({
    name: roll.one(['VAT', 'City', 'State']),
    rate: percentage(roll),
    ...(inclusive || roll.chance(50) ? { inclusive: isMixed ? index === 0 : inclusive } : {}),
  }));
}

function fixedTaxes(roll: Dice): AskedTax[] {
  return many(roll, 1, 2, () => ({ name: roll.one(['Stamp', 'Levy']), amount: roll.number(0, 500) }));
}

function quantity(roll: Dice): number | string {
  if (roll.chance(50)) return roll.one([1, 2, 3, 12, '0.5', 1.5, 0.333333]);
  return (roll.number(1, 50_000_000) / 1_000_000).toFixed(6);
}

function price(roll: Dice): Pick<AskedLine, 'rate' | 'amount' | 'quantity'> {
  const rate = roll.one([
    roll.number(0, 20),
    roll.number(0, 20),
    roll.one([100, 333, 3333, 4500]),
    roll.number(0, 100_000),
    roll.chance(2) ? roll.number(10 ** 11, 10 ** 13) : roll.number(0, 10 ** 7),
  ]);
  if (roll.chance(15)) return { rate, amount: roll.number(0, 5_000) };
  return roll.chance(30) ? { rate } : { rate, quantity: quantity(roll) };
}

function line(roll: Dice): AskedLine {
  return {
    ...price(roll),
    ...(roll.chance(60) ? { productId: roll.one(['a', 'b', 'c']) } : {}),
    ...(roll.chance(40) ? { accountId: roll.one(['goods', 'services']) } : {}),
    ...(roll.chance(20) ? { taxable: roll.chance(30) } : {}),
    ...(roll.chance(20) ? { discountable: roll.chance(30) } : {}),
    ...(roll.chance(45) ? { taxRates: rates(roll) } : roll.chance(10) ? { taxRates: null } : {}),
    ...(roll.chance(8) ? { taxes: fixedTaxes(roll) } : {}),
    ...discounts(roll, 'line'),
  };
}

/** Lines that are all alike bring out every tie. */
function lines(roll: Dice): AskedLine[] {
  const length = roll.chance(3) ? roll.number(20, 60) : roll.number(1, 8);
  if (!roll.chance(25)) return Array.from({ length }, () => line(roll));
  const model = line(roll);
  return Array.from({ length }, () => ({ ...model, productId: roll.one(['a', 'b']) }));
}

export function document(roll: Dice): { readonly asked: Asked; readonly standard: DefaultRate } {
  const asked: Asked = {
    customerId: 'customer-1',
    currency: roll.one(['USD', 'JPY', 'KWD', 'EUR']),
    issueDate: '2026-03-02',
    lineItemsAttributes: lines(roll),
    ...(roll.chance(25) ? { taxRates: roll.chance(85) ? rates(roll) : null } : {}),
    ...(roll.chance(15) ? { taxes: fixedTaxes(roll) } : {}),
    ...discounts(roll, 'invoice'),
    ...(roll.chance(20) ? { earlyPayment: early(roll) } : {}),
  };
  return {
    asked,
    standard: roll.chance(40) ? { name: 'Standard', rate: roll.one(['19', '7.75', '20']) } : null,
  };
}

function early(roll: Dice): NonNullable<Asked['earlyPayment']> {
  return {
    percentage: roll.one([2, '1.5', 3, percentText(roll.number(1, 1_000_000))]),
    days: roll.number(0, 30),
  };
}

/** 2026-04-01 and every fourth day from there. */
function dueDate(index: number): string {
  return new Date(Date.UTC(2026, 3, 1 + 4 * index)).toISOString().slice(0, 10);
}

/** A whole cut at random into so many parts, none of which is nothing; some alike. */
function cut(roll: Dice, whole: number, count: number): number[] {
  if (roll.chance(40)) {
    const part = Math.floor(whole / count);
    return Array.from({ length: count }, (_, index) =>
      index < count - 1 ? part : whole - part * (count - 1),
    );
  }
  const result: number[] = [];
  let left = whole;
  for (let index = 0; index < count - 1; index += 1) {
    const part = roll.number(1, Math.max(1, left - (count - 1 - index)));
    result.push(part);
    left -= part;
  }
  return [...result, left];
}

/** Instalments for a total that is known. Now and then they are a unit, or a ten-thousandth, out. */
export function installments(roll: Dice, total: number): NonNullable<Asked['installments']> {
  const count = roll.number(2, 12);
  const isOff = roll.chance(5) ? 1 : 0;
  const hasDeposit = roll.chance(50);
  const part = (type: AskedPart['type'], value: number, index: number): AskedPart => ({
    type,
    value: type === 'percentage' ? percentText(value) : value,
    dueDate: dueDate(index),
  });
  const deposit = roll.chance(50)
    ? part('percentage', roll.number(1, 999_999), 0)
    : part('fixed', roll.number(1, Math.max(1, total - count)), 0);
  // Of a percentage deposit nobody but a reckoner knows what it leaves: fixed parts go with fixed deposits only.
  const isFixed = total > 2 * count && roll.chance(50) && !(hasDeposit && deposit.type === 'percentage');
  const left = total - (hasDeposit ? Number(deposit.value) : 0);
  const values = isFixed ? cut(roll, left, count) : cut(roll, 1_000_000, count);
  const type = isFixed ? 'fixed' : 'percentage';
  const schedule = values.map((value, index) => part(type, value + (index === 0 ? isOff : 0), index + 1));
  return { ...(hasDeposit ? { deposit } : {}), schedule };
}
