// Stories of late fees and of payments that come to light after them.
import type { Draft, LateFeeTerms } from '../../src/domain/invoice/invoice.ts';
import { balance } from './books.ts';
import { after, openStory, priced, type Story, terms, wake } from './given.ts';
import { checkInvariants } from './invoice/invariants.ts';

export const monthly = (change: Partial<LateFeeTerms> = {}) =>
  terms({ type: 'percentage', value: '10', interval: 'month', ...change });
/** 100.00, due on 1 April: fees on 2 April, 2 May, 2 June … */
export const overdue = (lateFeeTerms: LateFeeTerms, change: Partial<Draft> = {}) =>
  openStory(priced(10_000, { dueDate: '2026-04-01', lateFeeTerms, ...change }));
export const until = (story: Story, date: string) => wake(story, `${date}T12:00:00.000Z`);
export const on = (story: Story, command: Parameters<typeof after>[1], date: string) =>
  after(until(story, date), command, `${date}T12:00:00.000Z`);
/** [occurrence, amount, date] of each fee that stands, in order of time. */
export const standing = ({ invoice }: Story) =>
  invoice.lateFees
    .filter((fee) => !fee.waived && !fee.reversed)
    .map((fee) => [fee.occurrence, fee.amount, fee.date] as const)
    .toSorted((one, two) => one[2].localeCompare(two[2]));
export const amounts = (story: Story) => standing(story).map((fee) => fee[1]);
export const inHand = (story: Story) => 0 - balance(story, 'customer_credit');

/** The story, if its books and its state are in order. */
export function sound(story: Story): Story {
  checkInvariants(null, story.invoice, story.entries);
  return story;
}
