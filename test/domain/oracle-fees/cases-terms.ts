// The cases of terms: every interval and count, month ends, zones over their clock changes, caps, bases, currencies.
import { aCase, type Case } from './case.ts';

export const intervals: readonly Case[] = [
  aCase('once', { fixed: 1000, every: [1, 'one_time'] }),
  aCase('once, with 10 days of grace', { fixed: 1000, every: [1, 'one_time'], grace: 10 }),
  aCase('once, years later', { percent: '5', every: [1, 'one_time'] }, { until: '2031-01-01T00:00:00.000Z' }),
  aCase(
    'every 15 minutes, for an hour',
    { fixed: 7, every: [15, 'minute'] },
    { until: '2026-04-02T01:00:00.000Z' },
  ),
  aCase(
    'every minute, looked at a millisecond early',
    { fixed: 1, every: [1, 'minute'] },
    { until: '2026-04-02T00:04:59.999Z' },
  ),
  aCase(
    'every hour, for a quarter of a day',
    { fixed: 25, every: [1, 'hour'] },
    { until: '2026-04-02T06:00:00.000Z' },
  ),
  aCase('every 36 hours', { fixed: 300, every: [36, 'hour'] }, { until: '2026-04-09T00:00:00.000Z' }),
  aCase(
    'every day, for a week',
    { percent: '0.1', every: [1, 'day'] },
    { until: '2026-04-08T12:00:00.000Z' },
  ),
  aCase(
    'every 10 days with 3 of grace',
    { fixed: 500, every: [10, 'day'], grace: 3 },
    { until: '2026-05-20T00:00:00.000Z' },
  ),
  aCase('every week', { percent: '1.5', every: [1, 'week'] }, { until: '2026-05-10T00:00:00.000Z' }),
  aCase('every 2 weeks with 5 days of grace', { percent: '1.25', every: [2, 'week'], grace: 5 }),
  aCase('every month', { percent: '1.5', every: [1, 'month'] }),
  aCase('every 3 months', { fixed: 2500, every: [3, 'month'] }, { until: '2027-04-15T00:00:00.000Z' }),
  aCase('every 12 months', { percent: '8', every: [12, 'month'] }, { until: '2029-05-01T00:00:00.000Z' }),
];

const monthly = { fixed: 100, every: [1, 'month'] } as const;
const winter = { issued: '2026-01-02T10:00:00.000Z', until: '2026-07-15T00:00:00.000Z' };

export const monthEnds: readonly Case[] = [
  aCase('months from 31 January do not drift', monthly, { ...winter, due: '2026-01-31' }),
  aCase('months from 30 January', monthly, { ...winter, due: '2026-01-30' }),
  aCase('months from 29 January', monthly, { ...winter, due: '2026-01-29' }),
  aCase('months from 31 January of a leap year', monthly, {
    issued: '2028-01-02T10:00:00.000Z',
    due: '2028-01-31',
    until: '2028-06-10T00:00:00.000Z',
  }),
  aCase(
    'years from 29 February',
    { fixed: 100, every: [12, 'month'] },
    {
      issued: '2028-02-01T10:00:00.000Z',
      due: '2028-02-29',
      until: '2032-03-10T00:00:00.000Z',
    },
  ),
  aCase(
    'grace over the end of February, then months',
    { ...monthly, grace: 2 },
    { ...winter, due: '2026-02-27' },
  ),
  aCase(
    '2 months at a time from 31 December',
    { fixed: 100, every: [2, 'month'] },
    {
      issued: '2025-12-01T10:00:00.000Z',
      due: '2025-12-31',
      until: '2026-11-15T00:00:00.000Z',
    },
  ),
];

const spring = { issued: '2026-03-02T10:00:00.000Z', due: '2026-03-27', until: '2026-04-01T12:00:00.000Z' };
const autumn = { issued: '2026-10-01T10:00:00.000Z', due: '2026-10-23', until: '2026-10-28T12:00:00.000Z' };
const daily = { fixed: 10, every: [1, 'day'] } as const;

export const zones: readonly Case[] = [
  aCase('Berlin in spring: one day has 23 hours', daily, { ...spring, zone: 'Europe/Berlin' }),
  aCase('Berlin in autumn: one day has 25', daily, { ...autumn, zone: 'Europe/Berlin' }),
  aCase(
    'Berlin in spring, every 24 hours: exact',
    { fixed: 10, every: [24, 'hour'] },
    { ...spring, zone: 'Europe/Berlin' },
  ),
  aCase('New York in spring', daily, {
    zone: 'America/New_York',
    issued: '2026-02-02T15:00:00.000Z',
    due: '2026-03-06',
    until: '2026-03-11T12:00:00.000Z',
  }),
  aCase(
    'New York in autumn, weeks',
    { fixed: 10, every: [1, 'week'] },
    {
      zone: 'America/New_York',
      issued: '2026-10-01T15:00:00.000Z',
      due: '2026-10-24',
      until: '2026-11-20T12:00:00.000Z',
    },
  ),
  aCase('Auckland in autumn, which is April', daily, {
    zone: 'Pacific/Auckland',
    due: '2026-04-03',
    until: '2026-04-08T00:00:00.000Z',
  }),
  aCase('Auckland in spring, months', monthly, {
    zone: 'Pacific/Auckland',
    due: '2026-07-31',
    until: '2026-12-15T00:00:00.000Z',
  }),
  aCase('Havana, where midnight is skipped', daily, {
    zone: 'America/Havana',
    due: '2026-03-06',
    until: '2026-03-11T00:00:00.000Z',
  }),
  aCase('Kathmandu, a quarter of an hour off', daily, {
    zone: 'Asia/Kathmandu',
    until: '2026-04-05T00:00:00.000Z',
  }),
  aCase('UTC, to the millisecond', daily, { until: '2026-04-04T00:00:00.000Z' }),
];

const percentages = { percent: '10', every: [1, 'month'] } as const;

export const amounts: readonly Case[] = [
  aCase('the cap is met exactly by whole fees', { fixed: 1000, every: [1, 'month'], cap: 3000 }),
  aCase('the last fee is cut to the cap', { fixed: 1000, every: [1, 'month'], cap: 2500 }),
  aCase('a cap below the first percentage', { ...percentages, cap: 400 }),
  aCase('a cap in percent of the total', { fixed: 1000, every: [1, 'week'], percentageCap: '25' }),
  aCase('of two caps the lower: the amount', { ...percentages, cap: 1700, percentageCap: '20' }),
  aCase('of two caps the lower: the percentage', { ...percentages, cap: 3000, percentageCap: '12.5' }),
  aCase(
    'a cap in percent that ends on half a cent',
    { fixed: 30, every: [1, 'month'], percentageCap: '0.5' },
    { total: 9900 },
  ),
  aCase('principal, simple', percentages),
  aCase('principal, compounding', { ...percentages, compounding: true }),
  aCase('original total, compounding', { ...percentages, base: 'original_total', compounding: true }),
  aCase('balance, compounding, under a cap', {
    ...percentages,
    base: 'outstanding_balance',
    compounding: true,
    cap: 3000,
  }),
  aCase('half a cent goes up', { percent: '1.5', every: [1, 'month'] }, { total: 5100 }),
  aCase(
    'yen have no smaller unit',
    { percent: '14.6', every: [1, 'month'] },
    { currency: 'JPY', total: 5115 },
  ),
  aCase(
    'dinars have three decimals',
    { percent: '0.1234', every: [1, 'month'] },
    { currency: 'KWD', total: 51_150 },
  ),
  aCase('a fee that rounds to zero is none', { percent: '0.4', every: [1, 'day'] }, { total: 100 }),
  aCase(
    'compounding never begins from a fee that rounds to zero',
    { percent: '0.4', every: [1, 'day'], compounding: true },
    { total: 124 },
  ),
  aCase('a hundred percent that doubles', {
    percent: '100',
    every: [1, 'month'],
    base: 'outstanding_balance',
    compounding: true,
  }),
  aCase(
    'nothing before the issue',
    { fixed: 100, every: [1, 'week'] },
    { due: '2026-02-01', until: '2026-03-20T00:00:00.000Z' },
  ),
  aCase('issued when its only fee was past', { fixed: 100, every: [1, 'one_time'] }, { due: '2026-02-01' }),
];
