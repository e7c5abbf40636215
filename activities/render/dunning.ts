// Puts everything that a customer has open into the words of one message, written in the customer's locale.
import { format } from '../../src/domain/money.ts';
import type { Letter, LetterLine, LetterSection } from '../../src/domain/dunning/letter.ts';
import type { CustomerDocument, OrganizationDocument } from '../../src/store/documents.ts';
import { dunningHtml, dunningText, type DunningTemplate, dunningWords } from '../templates/dunning.ts';
import { longDate, oneLine, publicLink, usableLocale } from './facts.ts';
import { inHtml, inText, type Mail, plainSpaces } from './render.ts';

export type DunningSources = {
  readonly letter: Letter;
  /** The last part of each invoice's link, by its id. */
  readonly tokens: ReadonlyMap<string, string | null>;
  readonly organization: Pick<OrganizationDocument, 'name' | 'settings'> | null;
  readonly customer: Pick<CustomerDocument, 'display_name' | 'locale'> | null;
  readonly publicUrl: string;
};

/** A mail over more than that is no letter any more; the rest is counted. */
const linesMax = 50;

function sectionOf(section: LetterSection, sources: DunningSources, locale: string, alone: boolean) {
  const money = (value: number): string => format(value, section.currency, locale);
  const line = ({ id, number, due, dueDate, daysOverdue }: LetterLine) => ({
    number: oneLine(number),
    due: money(due),
    when: daysOverdue > 0 ? `due since ${longDate(dueDate, locale)}` : `due on ${longDate(dueDate, locale)}`,
    link: publicLink(sources.publicUrl, sources.tokens.get(id) ?? null),
  });
  const overdue = section.overdue.slice(0, linesMax);
  const upcoming = section.upcoming.slice(0, linesMax - overdue.length);
  const left = section.overdue.length + section.upcoming.length - overdue.length - upcoming.length;
  return {
    heading: alone ? 'Open invoices' : `Open invoices in ${section.currency}`,
    overdue: overdue.map(line),
    upcoming: upcoming.map(line),
    more: left > 0 ? `and ${left} more` : '',
    overdueTotal: money(section.overdueTotal),
    total: section.total === section.overdueTotal ? '' : money(section.total),
  };
}

function factsOfLetter(sources: DunningSources) {
  const { letter, organization, customer } = sources;
  const locale = usableLocale(customer?.locale, organization?.settings.locale);
  const alone = letter.sections.length === 1;
  const sections = letter.sections.map((section) => sectionOf(section, sources, locale, alone));
  const overdue = letter.sections.flatMap((section) => section.overdue);
  const oldest = overdue.toSorted((a, b) => (a.dueDate < b.dueDate ? -1 : 1))[0];
  return {
    organization: oneLine(organization?.name ?? ''),
    customer: oneLine(customer?.display_name ?? ''),
    overdue: sections.map(({ overdueTotal }) => overdueTotal).join(' and '),
    daysOverdue: letter.daysOverdue,
    count: overdue.length,
    link: publicLink(sources.publicUrl, sources.tokens.get(oldest?.id ?? '') ?? null),
    sections,
  };
}

/** One that is not built in speaks with the usual words. */
function wordsOf(template: string) {
  const known = Object.hasOwn(dunningWords, template) ? (template as DunningTemplate) : 'dunning';
  return dunningWords[known];
}

export function renderDunningEmail(template: string, sources: DunningSources): Mail {
  const words = wordsOf(template);
  const facts = factsOfLetter(sources);
  const say = (text: string): string => inText(text, facts);
  const subject = oneLine(say(words.subject));
  const heading = oneLine(say(words.heading));
  const view = { ...facts, subject, heading, paragraphs: words.paragraphs.map(say) };
  return { subject, text: inText(dunningText, view), html: inHtml(dunningHtml, view) };
}

export function renderDunningSms(template: string, sources: DunningSources): string {
  return plainSpaces(inText(wordsOf(template).sms, factsOfLetter(sources))).trim();
}
