// When an invoice falls due whose document names no date: one rule for its issue and for its revision.
import { type LocalDate, plusDays } from '../calendar.ts';
import type { Draft, Policy } from './invoice.ts';
import { netDays } from './terms.ts';

/** By the days in its terms; else with its last instalment; else after the organization's days. */
export function dueDateFrom(
  { terms, installments }: Pick<Draft, 'terms' | 'installments'>,
  { dueWithLastInstallment, defaultNetDays }: Policy,
  issueDate: LocalDate,
): LocalDate {
  const days = netDays(terms);
  const last = installments?.schedule.at(-1)?.dueDate;
  if (days === null && last !== undefined && dueWithLastInstallment) return last;
  return plusDays(issueDate, days ?? defaultNetDays);
}
