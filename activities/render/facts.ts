// What the words of a message may use: the facts of an invoice, written for the reader in the reader's locale.
import type { LocalDate } from '../../src/domain/calendar.ts';
import {
  amountDue,
  amountPaid,
  type Invoice,
  lateFeeTotal,
  type Line,
} from '../../src/domain/invoice/invoice.ts';
import { format } from '../../src/domain/money.ts';
import type { CustomerDocument, InvoiceDocument, OrganizationDocument } from '../../src/store/documents.ts';

type Sum = { readonly name: string; readonly amount: string; readonly strong: boolean };

export type Facts = {
  readonly organization: string;
  readonly customer: string;
  readonly number: string;
  readonly amountDue: string;
  readonly amountPaid: string;
  readonly somethingDue: boolean;
  /** '' where there is none. */
  readonly lateFees: string;
  readonly dueDate: string;
  readonly link: string;
  readonly note: string;
  readonly lines: readonly {
    readonly description: string;
    readonly quantity: string;
    readonly rate: string;
    readonly amount: string;
  }[];
  readonly sums: readonly Sum[];
};

type Sources = {
  readonly invoice: Pick<InvoiceDocument, 'state' | 'public_token'>;
  readonly organization: Pick<OrganizationDocument, 'name' | 'settings'> | null;
  readonly customer: Pick<CustomerDocument, 'display_name' | 'locale'> | null;
  readonly publicUrl: string;
};

const fallbackLocale = 'en-US';

/** The locale if the platform knows its form, else one that always works: words must leave whatever is stored. */
export function usableLocale(...wanted: readonly (string | null | undefined)[]): string {
  for (const locale of wanted) {
    if (locale === null || locale === undefined || locale === '') continue;
    try {
      return Intl.getCanonicalLocales(locale)[0] ?? fallbackLocale;
    } catch {
      continue;
    }
  }
  return fallbackLocale;
}

/** One line without controls, for headers and texts: names come from people. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\s]+/gu, ' ').trim();
}

export function longDate(date: LocalDate | null, locale: string): string {
  if (date === null) return '';
  const midnight = new Date(`${date}T00:00:00Z`);
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(midnight);
}

export function publicLink(publicUrl: string, token: string | null): string {
  const base = publicUrl.replace(/\/+$/, '');
  return token === null ? base : `${base}/i/${token}`;
}

function sumsOf(invoice: Invoice, money: (amount: number) => string): Sum[] {
  const { totals } = invoice;
  const row = (name: string, amount: number, strong = false): Sum => ({
    name,
    amount: money(amount),
    strong,
  });
  const fees = lateFeeTotal(invoice);
  const paid = amountPaid(invoice);
  return [
    row('Subtotal', totals.subtotal),
    ...(totals.discountTotal > 0 ? [row('Discount', -totals.discountTotal)] : []),
    ...totals.taxes.map((tax) => row(tax.rate === null ? tax.name : `${tax.name} ${tax.rate} %`, tax.amount)),
    row('Total', totals.total, true),
    ...(fees > 0 ? [row('Late fees', fees)] : []),
    ...(paid > 0 ? [row('Paid', -paid)] : []),
    row('Amount due', amountDue(invoice), true),
  ];
}

export function factsOf(sources: Sources): Facts {
  const invoice = sources.invoice.state;
  const locale = usableLocale(sources.customer?.locale, sources.organization?.settings.locale);
  const money = (amount: number): string => format(amount, invoice.currency, locale);
  const fees = lateFeeTotal(invoice);
  return {
    organization: oneLine(sources.organization?.name ?? ''),
    customer: oneLine(sources.customer?.display_name ?? ''),
    number: oneLine(invoice.number ?? ''),
    amountDue: money(amountDue(invoice)),
    amountPaid: money(amountPaid(invoice)),
    somethingDue: amountDue(invoice) > 0,
    lateFees: fees > 0 ? money(fees) : '',
    dueDate: longDate(invoice.dueDate, locale),
    link: publicLink(sources.publicUrl, sources.invoice.public_token),
    note: invoice.noteToCustomer ?? '',
    lines: invoice.lines.map((line: Line) => ({
      description: line.description,
      quantity: line.quantity,
      rate: money(line.rate),
      amount: money(line.amount),
    })),
    sums: sumsOf(invoice, money),
  };
}
