// All cases of the table, in its order.
import type { Case } from './case.ts';
import { inBetween } from './cases-between.ts';
import { amounts, intervals, monthEnds, zones } from './cases-terms.ts';

export const cases: readonly Case[] = [...intervals, ...monthEnds, ...zones, ...amounts, ...inBetween];
