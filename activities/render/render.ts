// Puts the facts of an invoice into the words of a template, or into the words that the caller gave instead.
import { Eta, type TemplateFunction } from 'eta';
import type { MessageKind } from '../../src/domain/invoice/invoice.ts';
import { type EmailTemplate, emailWords } from '../templates/email.ts';
import { htmlLayout, textLayout } from '../templates/layout.ts';
import { type SmsTemplate, smsWords } from '../templates/sms.ts';
import { type Facts, oneLine } from './facts.ts';

/** The words asked for: a template, and what a caller wants said instead. */
export type Wanted = {
  readonly kind: MessageKind;
  readonly template: string;
  readonly subject: string | null;
  readonly message: string | null;
};

export type Mail = { readonly subject: string; readonly text: string; readonly html: string };

/** The templates are few and fixed: each is compiled once. */
function renderer(eta: Eta): (template: string, facts: object) => string {
  const compiled = new Map<string, TemplateFunction>();
  return (template, facts) => {
    const known = compiled.get(template) ?? eta.compile(template);
    compiled.set(template, known);
    return eta.render(known, facts);
  };
}

export const inHtml = renderer(new Eta({ autoEscape: true, autoTrim: [false, 'nl'] }));
export const inText = renderer(new Eta({ autoEscape: false, autoTrim: [false, 'nl'] }));

const usualTemplate = {
  invoice: 'invoice',
  receipt: 'receipt',
  text2pay: 'text2pay',
  reminder: 'reminder_overdue',
} as const satisfies Record<MessageKind, SmsTemplate>;

/** A step may name a template of its own; one that is not built in speaks with the usual words of its kind. */
function emailTemplate(wanted: Wanted): EmailTemplate {
  if (Object.hasOwn(emailWords, wanted.template)) return wanted.template as EmailTemplate;
  const usual = usualTemplate[wanted.kind];
  return usual === 'text2pay' ? 'invoice' : usual;
}

function smsTemplate(wanted: Wanted): SmsTemplate {
  if (Object.hasOwn(smsWords, wanted.template)) return wanted.template as SmsTemplate;
  return usualTemplate[wanted.kind];
}

export function renderEmail(wanted: Wanted, facts: Facts): Mail {
  const words = emailWords[emailTemplate(wanted)];
  const say = (template: string): string => inText(template, facts);
  const subject = wanted.subject ?? oneLine(say(words.subject));
  const view = {
    ...facts,
    subject,
    heading: oneLine(say(words.heading)),
    paragraphs: wanted.message === null ? words.paragraphs.map(say) : [wanted.message],
    linkText: facts.somethingDue ? 'View and pay the invoice' : 'View the invoice',
  };
  return {
    subject,
    text: inText(textLayout, view),
    html: inHtml(htmlLayout, view),
  };
}

/** Formatted amounts have no-break spaces in some locales; one of them would double the price of a text. */
export function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ');
}

/** The caller's own words keep their form and get the link, unless they hold it already. */
export function renderSms(wanted: Wanted, facts: Facts): string {
  if (wanted.message === null) {
    return plainSpaces(inText(smsWords[smsTemplate(wanted)], facts)).trim();
  }
  return wanted.message.includes(facts.link) ? wanted.message : `${wanted.message} ${facts.link}`;
}
