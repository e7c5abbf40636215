// What one message says over all open invoices of a customer: by currency, the oldest first.
import { daysBetween, type Instant, type LocalDate } from '../calendar.ts';
import { type Currency, sum } from '../money.ts';
import { asked, type OverdueGroup, type Standing } from './decide.ts';

export type OpenInvoice = {
  readonly id: string;
  readonly number: string;
  readonly currency: Currency;
  readonly due: number;
  readonly dueDate: LocalDate;
  readonly dueAt: Instant;
  readonly standing: Standing;
};

export type LetterLine = OpenInvoice & { readonly daysOverdue: number };

/** Currencies are never added up: each is told apart. */
export type LetterSection = {
  readonly currency: Currency;
  readonly overdue: readonly LetterLine[];
  /** Open and not due yet. */
  readonly upcoming: readonly LetterLine[];
  readonly overdueTotal: number;
  readonly total: number;
};

export type Letter = {
  readonly sections: readonly LetterSection[];
  readonly daysOverdue: number;
  readonly invoiceIds: readonly string[];
};

export function groupsOf(invoices: readonly OpenInvoice[], at: Instant): OverdueGroup[] {
  const overdue = invoices.filter(({ dueAt }) => dueAt <= at);
  const keys = new Map(
    overdue.map(({ currency, standing }) => [`${currency} ${standing}`, { currency, standing }]),
  );
  return [...keys.values()].map(({ currency, standing }) => {
    const same = overdue.filter((one) => one.currency === currency && one.standing === standing);
    const [oldestDueDate = ''] = same.map(({ dueDate }) => dueDate).sort();
    return { currency, standing, due: sum(same.map(({ due }) => due)), oldestDueDate };
  });
}

function byDueDate(a: LetterLine, b: LetterLine): number {
  if (a.dueDate !== b.dueDate) return a.dueDate < b.dueDate ? -1 : 1;
  return a.number < b.number ? -1 : a.number > b.number ? 1 : 0;
}

/** What is held is left out, and a currency in which credit covers what is overdue. null: nothing is asked for. */
export function letterOf(
  invoices: readonly OpenInvoice[],
  credit: Readonly<Record<Currency, number>>,
  at: Instant,
  today: LocalDate,
): Letter | null {
  const currencies = asked(groupsOf(invoices, at), credit).map(({ currency }) => currency);
  const sections = currencies.sort().map((currency): LetterSection => {
    const lines = invoices
      .filter((one) => one.currency === currency && one.standing === 'open')
      .map((one) => ({ ...one, daysOverdue: Math.max(0, daysBetween(one.dueDate, today)) }))
      .sort(byDueDate);
    const overdue = lines.filter(({ dueAt }) => dueAt <= at);
    return {
      currency,
      overdue,
      upcoming: lines.filter(({ dueAt }) => dueAt > at),
      overdueTotal: sum(overdue.map(({ due }) => due)),
      total: sum(lines.map(({ due }) => due)),
    };
  });
  if (sections.length === 0) return null;
  const overdue = sections.flatMap((section) => section.overdue);
  return {
    sections,
    daysOverdue: Math.max(...overdue.map(({ daysOverdue }) => daysOverdue)),
    invoiceIds: sections.flatMap((one) => [...one.overdue, ...one.upcoming].map(({ id }) => id)),
  };
}
