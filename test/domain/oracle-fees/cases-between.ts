// The cases in which something happens in between: payments, waivers, holds, an outage.
import type { Fact } from './asked.ts';
import { aCase, type Case } from './case.ts';

const noon = (date: string) => `${date}T12:00:00.000Z`;
const pay = (date: string, amount: number, dated?: string): Fact =>
  dated === undefined
    ? { at: noon(date), kind: 'pay', amount }
    : { at: noon(date), kind: 'pay', amount, dated };
const waive = (date: string, place: number): Fact => ({ at: noon(date), kind: 'waive', place });
const held = (from: string, to: string): readonly Fact[] => [
  { at: noon(from), kind: 'hold' },
  { at: noon(to), kind: 'resume' },
];

const percentages = { percent: '10', every: [1, 'month'] } as const;
const original = { ...percentages, base: 'original_total' } as const;
const compounding = { ...percentages, compounding: true } as const;
const fixed = { fixed: 1000, every: [1, 'month'] } as const;

export const inBetween: readonly Case[] = [
  aCase('a part is paid after the first fee', percentages, { life: [pay('2026-04-10', 4000)] }),
  aCase('a part is paid: the original total stays the base', original, { life: [pay('2026-04-10', 4000)] }),
  aCase('a part is paid while fees compound', compounding, { life: [pay('2026-04-10', 4000)] }),
  aCase('the principal is paid and the fee is not', percentages, { life: [pay('2026-04-10', 10_000)] }),
  aCase('the principal is paid and the fee is not: it compounds', compounding, {
    life: [pay('2026-04-10', 10_000)],
  }),
  aCase('all is paid', fixed, { life: [pay('2026-04-10', 11_000)] }),
  aCase('a fee is waived', fixed, { life: [waive('2026-05-10', 1)] }),
  aCase(
    'a waived fee leaves room under the cap',
    { ...fixed, cap: 2000 },
    { life: [waive('2026-06-20', 2)] },
  ),
  aCase('a waived fee compounds no further', compounding, { life: [waive('2026-05-10', 1)] }),
  aCase('a hold over two occurrences', fixed, { life: held('2026-04-20', '2026-06-10') }),
  aCase('an outage over five occurrences', { fixed: 250, every: [1, 'week'] }, { until: noon('2026-05-03') }),
  aCase('a payment of a day before every fee comes to light', percentages, {
    life: [pay('2026-06-20', 6000, '2026-03-30')],
  }),
  aCase('a payment of a day before every fee, in full', percentages, {
    life: [pay('2026-06-20', 10_000, '2026-03-30')],
  }),
  aCase('a payment of a day between two fees', percentages, {
    life: [pay('2026-06-20', 6000, '2026-04-15')],
  }),
  aCase('a payment of the very day of a fee', percentages, { life: [pay('2026-06-20', 6000, '2026-05-02')] }),
  aCase('a payment of the day before a fee', percentages, { life: [pay('2026-06-20', 6000, '2026-05-01')] }),
  aCase(
    'a payment comes to light under a cap',
    { ...percentages, cap: 2500 },
    {
      life: [pay('2026-06-10', 2000, '2026-04-10')],
    },
  ),
  aCase('a payment comes to light while fees compound', compounding, {
    life: [pay('2026-06-20', 5000, '2026-03-30')],
  }),
  aCase('two payments come to light, the later first', percentages, {
    life: [pay('2026-06-20', 3000, '2026-05-20'), pay('2026-06-21', 4000, '2026-03-20')],
  }),
  aCase('two payments come to light, one of the very day of a fee', percentages, {
    life: [pay('2026-06-20', 3000, '2026-05-02'), pay('2026-06-21', 4000, '2026-03-20')],
  }),
  aCase('a payment comes to light after a waiver', compounding, {
    life: [waive('2026-05-20', 1), pay('2026-06-20', 5000, '2026-03-30')],
  }),
  aCase('a payment comes to light after a hold', percentages, {
    life: [...held('2026-04-20', '2026-05-20'), pay('2026-06-20', 5000, '2026-03-30')],
  }),
  aCase('a payment comes to light in Auckland, where it was tomorrow', percentages, {
    zone: 'Pacific/Auckland',
    life: [pay('2026-06-20', 6000, '2026-05-01')],
  }),
  aCase('fixed fees stay as long as anything was due', fixed, {
    life: [pay('2026-05-10', 2000), pay('2026-05-20', 8000, '2026-04-01')],
  }),
];
