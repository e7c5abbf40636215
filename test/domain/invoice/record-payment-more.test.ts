import { amountDue, creditNoteTotal } from '../../../src/domain/invoice/invoice.ts';
import { balance, book, last } from '../books.ts';
import { after, draft, events, openStory, pay, priced, refusal, voidIt, when } from '../given.ts';
import { applyCredit, refund, reverse } from '../money-commands.ts';

const open = openStory(priced(10_000));
const day = (date: string) => `${date}T12:00:00.000Z`;

describe('a tip', () => {
  it('is on top of the amount: it settles nothing and is owed to somebody else', () => {
    const story = after(open, pay(4000, { tip: 600, depositToAccountId: 'bank' }));
    expect(amountDue(story.invoice)).toBe(6000);
    expect(story.invoice.payments).toMatchObject([{ amount: 4000, applied: 4000, tip: 600 }]);
    expect(book(last(story))).toEqual([
      ['bank', null, 4600, 0],
      ['accounts_receivable', null, 0, 4000],
      ['tips_payable', null, 0, 600],
    ]);
  });

  it.each([-1, 0.5, Number.NaN, 1e13])('of %d is refused', (tip) => {
    expect(refusal(open.invoice, pay(1, { tip }))).toMatchObject({
      rejected: 'invalid_amount',
      pointer: '/tip_cents',
    });
  });
});

describe('a payment of a processor', () => {
  it('is recorded once: its id has to be free', () => {
    expect(when(open.invoice, pay(1, { provider: 'sandbox', providerPaymentId: 'pi_1' }))).toMatchObject({
      events: [{ payment: { provider: 'sandbox', providerPaymentId: 'pi_1' } }, {}],
      conditions: [{ kind: 'providerIdFree', provider: 'sandbox', providerPaymentId: 'pi_1' }],
    });
  });

  it('without an id of its own asks for nothing', () => {
    expect(when(open.invoice, pay(1, { provider: 'sandbox' }))).toMatchObject({ conditions: [] });
  });
});

describe('an early payment', () => {
  /** 100.00 of 2 March: 2 % off until 12 March. */
  const terms = openStory(priced(10_000, { earlyPayment: { percentage: '2', days: 10 } }));
  const at = day('2026-03-12');

  it('within the term settles the invoice for less; the rest is a discount', () => {
    expect(events(terms.invoice, pay(9800), at)).toMatchObject([
      { type: 'invoice.payment_recorded', payment: { amount: 9800, applied: 9800 } },
      {
        type: 'credit_note.issued',
        note: { id: 'new-1:discount', kind: 'early_payment', amount: 200, applied: 200, date: '2026-03-12' },
      },
      { type: 'invoice.paid' },
    ]);
    const story = after(terms, pay(9800), at);
    expect(story.invoice.status).toBe('paid');
    expect(last(story)).toMatchObject({ type: 'early_payment_discount', date: '2026-03-12' });
    expect(book(last(story))).toEqual([
      ['sales', null, 200, 0],
      ['accounts_receivable', null, 0, 200],
    ]);
  });

  it.each([
    // amount, discount, due
    [9799, 0, 201],
    [9800, 200, 0],
    [9900, 100, 0],
    [9999, 1, 0],
    [10_000, 0, 0],
    [10_001, 0, 0],
  ])('of %i takes off %i and leaves %i', (amount, discount, due) => {
    const { invoice } = after(terms, pay(amount), at);
    expect([creditNoteTotal(invoice), amountDue(invoice)]).toEqual([discount, due]);
  });

  it('takes all that is due where no amount is said', () => {
    expect(events(terms.invoice, pay(), at)).toMatchObject([{ payment: { amount: 10_000 } }, {}]);
  });

  it('counts by its own date, not by when it is recorded', () => {
    const recorded = day('2026-03-20');
    expect(after(terms, pay(9800, { date: '2026-03-12' }), recorded).invoice.status).toBe('paid');
    expect(after(terms, pay(9800, { date: '2026-03-13' }), recorded).invoice.status).toBe('open');
    expect(after(terms, pay(9800), day('2026-03-13')).invoice.status).toBe('open');
  });

  it('may be the second of two, and the discount is taken once', () => {
    const story = after(after(terms, pay(5000), at), pay(4800), at);
    expect(story.invoice.status).toBe('paid');
    const back = after(story, refund(1000), at);
    expect(after(back, pay(900), at).invoice.status).toBe('open');
  });

  it('that bounces was none: the discount is due again, and can be had again within the term', () => {
    const paid = after(terms, pay(9800), at);
    const [payment] = paid.invoice.payments;
    const story = after(paid, reverse(payment?.id ?? ''), at);
    expect([story.invoice.status, amountDue(story.invoice)]).toEqual(['open', 10_000]);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 200, 0],
      ['sales', null, 0, 200],
    ]);
    expect(last(story)).toMatchObject({ type: 'early_payment_discount', date: '2026-03-12' });
    expect(after(story, pay(9800), at).invoice.status).toBe('paid');
    expect(after(story, pay(9800), day('2026-03-13')).invoice.status).toBe('open');
  });

  it('takes its part of every tax off, too', () => {
    const document = draft({ earlyPayment: { percentage: '10', days: 10 } });
    const story = after(openStory(document), pay(5296), at);
    expect(story.invoice.creditNotes).toMatchObject([
      { amount: 589, revenue: [{ accountId: null, amount: 550 }], taxes: [39] },
    ]);
    expect(balance(story, 'accounts_receivable')).toBe(0);
  });

  it('is not what credit is', () => {
    expect(after(terms, applyCredit(9800), at).invoice.status).toBe('open');
    expect(after(terms, voidIt, at).invoice.creditNotes).toEqual([]);
  });
});
