import { decide } from '../../../src/domain/invoice/commands.ts';
import { creditLeft } from '../../../src/domain/invoice/credit.ts';
import { amountDue, creditApplied } from '../../../src/domain/invoice/invoice.ts';
import { creditChange } from '../../../src/domain/ledger/credit.ts';
import { reject } from '../../../src/domain/rejection.ts';
import { balance, book, last } from '../books.ts';
import {
  after,
  draft,
  events,
  openStory,
  pay,
  priced,
  refusal,
  terms,
  voidIt,
  wake,
  when,
} from '../given.ts';
import { applyCredit, creditNote, refund, waive } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const at = { now: later, commandId: 'apply', newId: 'new-1' };
const open = openStory(priced(10_000));

describe('applyCredit', () => {
  it('takes all that is due where no amount is said, and asks for that much credit', () => {
    expect(when(open.invoice, applyCredit())).toEqual({
      events: [
        {
          type: 'invoice.credit_applied',
          application: { id: 'new-1', amount: 10_000, date: '2026-03-02' },
        },
        { type: 'invoice.paid' },
      ],
      conditions: [{ kind: 'creditAtLeast', amount: 10_000 }],
      told: {},
    });
  });

  it('of a part leaves the rest due', () => {
    expect(events(open.invoice, applyCredit(4000))).toMatchObject([
      { type: 'invoice.credit_applied' },
      { type: 'invoice.partially_paid', amountDue: 6000 },
    ]);
    const story = after(open, applyCredit(4000), later);
    expect([amountDue(story.invoice), creditApplied(story.invoice)]).toEqual([6000, 4000]);
    expect(last(story)).toMatchObject({ type: 'credit_applied', date: '2026-03-05' });
    expect(book(last(story))).toEqual([
      ['customer_credit', null, 4000, 0],
      ['accounts_receivable', null, 0, 4000],
    ]);
    expect(creditChange(story.entries)).toBe(-4000);
  });

  it('takes what there is where that is known to be less, but never less than was named', () => {
    const { invoice } = open;
    const knowing = (creditAvailable: number, amount: number | null = null) =>
      decide(invoice, applyCredit(amount), { ...at, creditAvailable });
    expect(knowing(3000)).toMatchObject({
      events: [
        { type: 'invoice.credit_applied', application: { amount: 3000 } },
        { type: 'invoice.partially_paid', amountDue: 7000 },
      ],
      conditions: [{ kind: 'creditAtLeast', amount: 3000 }],
    });
    expect(knowing(12_000)).toMatchObject({ conditions: [{ amount: 10_000 }] });
    expect(knowing(3000, 4000)).toMatchObject({ conditions: [{ amount: 4000 }] });
    for (const none of [0, -500]) {
      expect(knowing(none)).toMatchObject({ rejected: 'insufficient_credit', data: { available: 0 } });
    }
  });

  it('is decided again only where no amount was named and something is left', () => {
    const short = (available: number) => reject('insufficient_credit', { available });
    expect(creditLeft(applyCredit(), short(300))).toBe(300);
    expect(creditLeft(applyCredit(301), short(300))).toBeNull();
    expect(creditLeft(applyCredit(), short(0))).toBeNull();
    expect(creditLeft(applyCredit(), reject('amount_exceeds_due', { available: 300 }))).toBeNull();
    expect(creditLeft(refund(300), short(300))).toBeNull();
  });

  it.each([
    ['above what is due', 10_001, 'amount_exceeds_due'],
    ['of nothing', 0, 'invalid_amount'],
    ['below zero', -1, 'invalid_amount'],
    ['of half a cent', 0.5, 'invalid_amount'],
  ])('is refused %s', (_, amount, rejected) => {
    expect(refusal(open.invoice, applyCredit(amount))).toMatchObject({ rejected, pointer: '/amount_cents' });
  });

  it('is given back by a void', () => {
    const story = after(after(open, applyCredit(4000)), voidIt, later);
    expect(book(last(story))).toEqual([
      ['sales', null, 10_000, 0],
      ['accounts_receivable', null, 4000, 0],
      ['accounts_receivable', null, 0, 10_000],
      ['customer_credit', null, 0, 4000],
    ]);
    expect([balance(story, 'customer_credit'), balance(story, 'accounts_receivable')]).toEqual([0, 0]);
    expect(story.invoice.creditApplications).toEqual([]);
  });

  it('is given back by a note before money that was paid is', () => {
    const settled = after(after(open, applyCredit(6000)), pay());
    const story = after(settled, creditNote(7000), later);
    expect(story.invoice).toMatchObject({ status: 'paid', creditApplications: [], creditedBack: 1000 });
    expect(balance(story, 'customer_credit')).toBe(-1000);
  });
});

describe('waiveLateFee', () => {
  const document = draft({ dueDate: '2026-04-01', lateFeeTerms: terms({ interval: 'week' }) });
  const late = '2026-04-09T00:00:00.000Z';
  /** 58.85 and two fees of 10.00. */
  const overdue = wake(openStory(document), late);

  it('takes the fee off what is due, with its reason, and posts its reversal', () => {
    expect(events(overdue.invoice, waive(2), late)).toEqual([
      {
        type: 'invoice.late_fee_waived',
        occurrence: 2,
        amount: 1000,
        credited: 0,
        reason: 'goodwill',
      },
    ]);
    const story = after(overdue, waive(2), late);
    expect(amountDue(story.invoice)).toBe(6885);
    expect(story.invoice.lateFees).toMatchObject([
      { occurrence: 1, waived: false, reason: null },
      { occurrence: 2, waived: true, reversed: false, reason: 'goodwill' },
    ]);
    expect(last(story)).toMatchObject({ type: 'late_fee_waived', date: '2026-04-09' });
    expect(book(last(story))).toEqual([
      ['late_fee_income', null, 1000, 0],
      ['accounts_receivable', null, 0, 1000],
    ]);
  });

  it('makes credit of what of the fee had been paid', () => {
    const story = after(after(overdue, pay(7485), late), waive(1), late);
    expect(story.invoice).toMatchObject({ status: 'paid', creditedBack: 600 });
    expect(book(last(story))).toEqual([
      ['late_fee_income', null, 1000, 0],
      ['accounts_receivable', null, 0, 400],
      ['customer_credit', null, 0, 600],
    ]);
  });

  it('on a paid invoice makes credit of all of it', () => {
    const story = after(after(overdue, pay(), late), waive(1), late);
    expect(story.invoice).toMatchObject({ status: 'paid', creditedBack: 1000 });
    expect(book(last(story))).toEqual([
      ['late_fee_income', null, 1000, 0],
      ['customer_credit', null, 0, 1000],
    ]);
  });

  it('pays an invoice of which only the fee was due', () => {
    const story = after(overdue, pay(6885), late);
    expect(events(story.invoice, waive(2), late).map((event) => event.type)).toEqual([
      'invoice.late_fee_waived',
      'invoice.paid',
    ]);
  });

  it('is not taken back by a later refund', () => {
    const story = after(after(after(overdue, pay(), late), waive(1), late), refund(), late);
    expect(amountDue(story.invoice)).toBe(6885);
  });

  it('is refused for a fee that is not there and for one that was waived', () => {
    expect(refusal(overdue.invoice, waive(3), late)).toMatchObject({
      rejected: 'unknown_late_fee',
      pointer: '/occurrence',
    });
    expect(refusal(overdue.invoice, waive(null), late)).toMatchObject({ rejected: 'unknown_late_fee' });
    const story = after(overdue, waive(1), late);
    expect(refusal(story.invoice, waive(1), late)).toMatchObject({ rejected: 'already_waived' });
  });
});
