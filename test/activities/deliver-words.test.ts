import { randomUUID } from 'node:crypto';
import { factsOf, publicLink, usableLocale } from '../../activities/render/facts.ts';
import { renderEmail, renderSms } from '../../activities/render/render.ts';
import { emailWords } from '../../activities/templates/email.ts';
import { smsWords } from '../../activities/templates/sms.ts';
import type { Invoice } from '../../src/domain/invoice/invoice.ts';
import { invoiceState, publicUrl } from './deliver-fixture.ts';

const facts = (over: Partial<Invoice> = {}, locale: string | null = null, name = 'Acme') =>
  factsOf({
    invoice: { state: invoiceState(randomUUID(), over), public_token: 'tok' },
    organization: { name, settings: { locale: 'en-US' } as never },
    customer: { display_name: 'Jane', locale },
    publicUrl: `${publicUrl}/`,
  });
const wanted = (template: string) => ({ kind: 'reminder' as const, template, subject: null, message: null });

describe('the words of a message', () => {
  it.each(Object.keys(emailWords))('are whole in every mail: %s', (template) => {
    const mail = renderEmail(wanted(template), facts());
    for (const part of [mail.subject, mail.text, mail.html]) {
      expect(part).toContain('TEST-0001');
      expect(part).not.toMatch(/<%|%>|undefined|null|NaN|\[object/);
    }
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.text).toContain(`${publicUrl}/i/tok`);
    expect(mail.html).toContain(`href="${publicUrl}/i/tok"`);
  });

  it.each(Object.keys(smsWords))('fit into few segments and end with the link: %s', (template) => {
    const text = renderSms({ ...wanted(template), kind: 'text2pay' }, facts());
    expect(text).toMatch(new RegExp(`${publicUrl}/i/tok$`));
    expect(text.length).toBeLessThanOrEqual(306);
    expect(text).not.toMatch(/<%|%>|undefined|null|NaN/);
  });

  it('say it differently before, on and after the due date, and at the end', () => {
    const subjects = ['reminder_before', 'reminder_due', 'reminder_overdue', 'final_notice'].map(
      (template) => renderEmail(wanted(template), facts()).subject,
    );
    expect(subjects).toEqual([
      'Invoice TEST-0001 is due on March 31, 2026',
      'Invoice TEST-0001 is due today',
      'Invoice TEST-0001 is overdue',
      'Final notice: invoice TEST-0001 is overdue',
    ]);
  });

  it('fall back to those of the kind where a step names words of its own', () => {
    expect(renderEmail(wanted('our_own'), facts()).subject).toBe('Invoice TEST-0001 is overdue');
    expect(renderSms(wanted('constructor'), facts())).toContain('was due');
  });

  it('let nothing of what people wrote become markup', () => {
    const evil = '<script>alert(1)</script>"\'&';
    const mail = renderEmail(
      { ...wanted('invoice'), message: evil },
      facts({ noteToCustomer: evil }, null, evil),
    );
    expect(mail.html).not.toContain('<script>');
    expect(mail.html).toContain('&lt;script&gt;');
    expect(mail.text).toContain(evil);
  });

  it('write amounts as the customer reads them', () => {
    expect(facts({}, 'de-DE').amountDue).toBe('48,85\u00a0$');
    const yen = { subtotal: 100, discountTotal: 0, taxAmount: 0, total: 100, taxes: [] };
    expect(facts({ currency: 'JPY', totals: yen }).amountDue).toBe('¥100');
    expect(renderSms(wanted('text2pay'), facts({}, 'de-DE'))).toContain('48,85 $');
  });

  it('name late fees and what was paid', () => {
    const fee = {
      occurrence: 1,
      amount: 500,
      at: '',
      date: '',
      waived: false,
      reversed: false,
      place: 1,
      ground: null,
      replaces: null,
      endedAt: null,
      reason: null,
    };
    const late = facts({ lateFees: [fee] });
    expect(late.amountDue).toBe('$53.85');
    expect(renderEmail(wanted('reminder_overdue'), late).text).toContain('late fees of $5.00');
    expect(late.sums.map((sum) => sum.name)).toEqual([
      'Subtotal',
      'Sales tax 8.55 %',
      'Total',
      'Late fees',
      'Amount due',
    ]);
  });

  it('leave also where the locale is nonsense and the link has no token yet', () => {
    expect(usableLocale('not a locale', null, 'fr')).toBe('fr');
    expect(usableLocale('not a locale')).toBe('en-US');
    expect(publicLink('https://pay.example/', null)).toBe('https://pay.example');
  });
});
