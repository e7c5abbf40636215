import { amountDue, netPaid } from '../../../src/domain/invoice/invoice.ts';
import { balance, book, last } from '../books.ts';
import { after, events, openStory, pay, priced, refusal, type Story, when } from '../given.ts';
import { creditNote, refund, reverse, voidWith, writeOff } from '../money-commands.ts';

const later = '2026-03-05T12:00:00.000Z';
const open = openStory(priced(10_000));
const paid = after(open, pay());
const paidId = paid.invoice.payments[0]?.id ?? '';
/** 60.00 by cheque into the bank, then 70.00 in cash: paid, with 30.00 of credit. */
const twice = after(after(open, pay(6000, { depositToAccountId: 'bank' })), pay(7000));
const [first, second] = twice.invoice.payments;

function types(story: Story, command: Parameters<typeof when>[1]): readonly string[] {
  return events(story.invoice, command, later).map((event) => event.type);
}

describe('a refund that reopens', () => {
  it('takes all that can be refunded where no amount is said, and the invoice is due again', () => {
    const story = after(paid, refund(), later);
    expect(types(paid, refund())).toEqual(['payment.refunded', 'invoice.reopened']);
    expect(story.invoice).toMatchObject({
      status: 'open',
      paidAt: null,
      closedAt: null,
      payments: [{ amount: 10_000, applied: 0, refunded: 10_000, status: 'refunded' }],
      refunds: [{ amount: 10_000, reopened: 10_000, fromCredit: 0, fromUnapplied: 0, date: '2026-03-05' }],
    });
    expect(amountDue(story.invoice)).toBe(10_000);
  });

  it('of a part leaves the payment succeeded and that part due', () => {
    const story = after(paid, refund(2500), later);
    expect(story.invoice).toMatchObject({
      status: 'open',
      payments: [{ applied: 7500, refunded: 2500, status: 'succeeded' }],
    });
    expect(amountDue(story.invoice)).toBe(2500);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 2500, 0],
      ['undeposited_funds', null, 0, 2500],
    ]);
    expect(last(story)).toMatchObject({ type: 'payment_refunded', date: '2026-03-05' });
  });

  it('takes what settled the invoice first, and the customer’s credit only for the rest', () => {
    const decision = when(twice.invoice, refund(7000, { paymentId: second?.id ?? '' }), later);
    expect(decision).toMatchObject({
      events: [{ refund: { reopened: 4000, fromCredit: 3000 } }, { type: 'invoice.reopened' }],
      conditions: [{ kind: 'creditAtLeast', amount: 3000 }],
      told: { refundIds: ['new-1'] },
    });
    const story = after(twice, refund(7000, { paymentId: second?.id ?? '' }), later);
    expect(book(last(story))).toEqual([
      ['accounts_receivable', null, 4000, 0],
      ['customer_credit', null, 3000, 0],
      ['undeposited_funds', null, 0, 7000],
    ]);
  });

  it('asks nothing of the customer’s credit where it takes nothing out of it', () => {
    expect(when(paid.invoice, refund(1), later)).toMatchObject({ conditions: [] });
  });

  it('goes through the newest payment first, each back where it came in', () => {
    const story = after(twice, refund(8000), later);
    expect(story.invoice.refunds).toMatchObject([
      { paymentId: second?.id, amount: 7000, reopened: 4000, fromCredit: 3000 },
      { paymentId: first?.id, amount: 1000, reopened: 1000, fromCredit: 0 },
    ]);
    expect(new Set(story.invoice.refunds.map((one) => one.id)).size).toBe(2);
    expect(story.entries.slice(-2).map(book)).toEqual([
      [
        ['accounts_receivable', null, 4000, 0],
        ['customer_credit', null, 3000, 0],
        ['undeposited_funds', null, 0, 7000],
      ],
      [
        ['accounts_receivable', null, 1000, 0],
        ['bank', null, 0, 1000],
      ],
    ]);
    expect(amountDue(story.invoice)).toBe(5000);
  });

  it('after a credit note takes from the credit what the note had turned into it', () => {
    const noted = after(paid, creditNote(3000), later);
    const story = after(noted, refund(), later);
    expect(story.invoice.refunds).toMatchObject([{ reopened: 7000, fromCredit: 3000 }]);
    expect([amountDue(story.invoice), netPaid(story.invoice)]).toEqual([7000, 0]);
    expect(balance(story, 'customer_credit')).toBe(0);
  });

  it('on what was written off is written off again', () => {
    const story = after(after(after(open, pay(4000)), writeOff), refund(1000), later);
    expect(story.invoice).toMatchObject({ status: 'uncollectible', writtenOff: 7000 });
    expect(book(last(story))).toEqual([
      ['bad_debt', null, 1000, 0],
      ['accounts_receivable', null, 0, 1000],
    ]);
  });
});

describe('a refund out of credit', () => {
  it('leaves the invoice as it is and needs that much credit', () => {
    const command = refund(4000, { mode: 'credit' });
    expect(when(paid.invoice, command, later)).toMatchObject({
      events: [{ type: 'payment.refunded', refund: { reopened: 0, fromCredit: 4000 } }],
      conditions: [{ kind: 'creditAtLeast', amount: 4000 }],
    });
    const story = after(paid, command, later);
    expect(story.invoice).toMatchObject({
      status: 'paid',
      payments: [{ applied: 10_000, refunded: 4000 }],
    });
    expect(book(last(story))).toEqual([
      ['customer_credit', null, 4000, 0],
      ['undeposited_funds', null, 0, 4000],
    ]);
  });
});

describe('a refund on a void', () => {
  const left = after(after(open, pay(6000)), voidWith({ credit: 2000, leave_unapplied: 4000 }), later);

  it.each(['reopen', 'credit'] as const)(
    'in mode %s takes what was left unapplied, then the credit',
    (mode) => {
      const story = after(left, refund(5000, { mode }), later);
      expect(story.invoice).toMatchObject({
        status: 'void',
        leftUnapplied: 0,
        refunds: [{ reopened: 0, fromUnapplied: 4000, fromCredit: 1000 }],
      });
      expect(amountDue(story.invoice)).toBe(0);
      expect(book(last(story))).toEqual([
        ['customer_credit', null, 1000, 0],
        ['unapplied_payments', null, 4000, 0],
        ['undeposited_funds', null, 0, 5000],
      ]);
    },
  );

  it('needs credit only beyond what was left unapplied', () => {
    expect(when(left.invoice, refund(4000), later)).toMatchObject({ conditions: [] });
    expect(when(left.invoice, refund(4001), later)).toMatchObject({
      conditions: [{ kind: 'creditAtLeast', amount: 1 }],
    });
  });
});

describe('a refund is refused', () => {
  it.each([
    ['of nothing', refund(0), 'invalid_amount', '/amount_cents'],
    ['below zero', refund(-1), 'invalid_amount', '/amount_cents'],
    ['of half a cent', refund(0.5), 'invalid_amount', '/amount_cents'],
    ['above what was paid', refund(10_001), 'amount_exceeds_paid', '/amount_cents'],
    ['of a payment that is not here', refund(1, { paymentId: 'x' }), 'unknown_payment', '/payment_id'],
  ])('%s', (_, command, rejected, pointer) => {
    expect(refusal(paid.invoice, command)).toMatchObject({ rejected, pointer });
  });

  it('above what is left of it, and says how much that is', () => {
    const story = after(paid, refund(2500), later);
    expect(refusal(story.invoice, refund(7501))).toMatchObject({
      rejected: 'amount_exceeds_paid',
      data: { refundable: 7500 },
    });
  });

  it('where nothing is left to refund', () => {
    const story = after(paid, refund(), later);
    expect(refusal(story.invoice, refund())).toMatchObject({ rejected: 'already_refunded' });
    const gone = after(paid, reverse(paidId), later);
    expect(refusal(gone.invoice, refund())).toMatchObject({ rejected: 'already_reversed' });
    expect(refusal(open.invoice, refund())).toMatchObject({ rejected: 'unknown_payment' });
  });

  it('never gives back the tip, which is on top of the amount', () => {
    const tipped = after(open, pay(10_000, { tip: 500 }));
    expect(refusal(tipped.invoice, refund(10_001))).toMatchObject({ rejected: 'amount_exceeds_paid' });
  });
});
